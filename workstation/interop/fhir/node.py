"""A resource's elements, read with their types checked; what nobody read is counted.

A ``Node`` remembers which elements a mapping has asked for, so that everything it did not
understand can be listed by path.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeVar

from workstation.domain.texts import _
from workstation.domain.values import is_when, millis_of
from workstation.interop.fhir.faults import Fault
from workstation.interop.fhir.locate import GREATEST_DEPTH, too_many_digits
from workstation.interop.fhir.source import NumberText

_WHEN = re.compile(
    r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2}))?)?)?"
)
_GREATEST_WHOLE = 2**31
T = TypeVar("T")


class Node:
    """One object of a resource. ``path`` is where it stands, for people."""

    __slots__ = ("_opened", "_used", "_value", "path")

    def __init__(self, value: Mapping[str, Any], path: str) -> None:
        self._value = value
        self.path = path
        self._used: set[str] = set()
        self._opened: dict[str, list[Node]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._value

    def keys(self) -> frozenset[str]:
        """Return the names of all elements here."""
        return frozenset(self._value)

    def text(self, key: str) -> str:
        """Return a text element, or an empty text."""
        value = self._taken(key)
        if value is None:
            return ""
        if not isinstance(value, str) or isinstance(value, NumberText):
            raise self._fault(key, _("a text is expected"))
        return value

    def needed(self, key: str) -> str:
        """Return a text element that must be there."""
        text = self.text(key)
        if not text:
            raise self._fault(key, _("it is required and missing"))
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; a null (whose extension stands elsewhere) is left out."""
        value = self._taken(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self._fault(key, _("a list is expected"))
        for item in value:
            if item is not None and (not isinstance(item, str) or isinstance(item, NumberText)):
                raise self._fault(key, _("a text is expected"))
        return tuple(item for item in value if item is not None)

    def number(self, key: str) -> str | None:
        """Return a number digit for digit."""
        value = self._taken(key)
        if value is None:
            return None
        if not isinstance(value, NumberText):
            raise self._fault(key, _("a number is expected"))
        if too_many_digits(value):
            raise self._fault(key, _("the number has too many digits"))
        return str(value)

    def whole(self, key: str) -> int | None:
        """Return a whole number."""
        number = self.number(key)
        if number is None:
            return None
        if not re.fullmatch(r"-?[0-9]+", number) or abs(int(number)) > _GREATEST_WHOLE:
            raise self._fault(key, _("a whole number is expected"))
        return int(number)

    def flag(self, key: str) -> bool | None:
        """Return a truth value."""
        value = self._taken(key)
        if value is not None and not isinstance(value, bool):
            raise self._fault(key, _("true or false is expected"))
        return value

    def when(self, key: str) -> str | None:
        """Return a date, partial date or dateTime as written; it must exist in the calendar."""
        text = self.text(key)
        if not text:
            return None
        if not _WHEN.fullmatch(text):
            raise self._fault(key, _("a date is expected"))
        if not _exists(text):
            raise self._fault(key, _("there is no such date"))
        return text

    def day(self, key: str) -> str | None:
        """Return a date or partial date; a time of day has no place in it."""
        text = self.when(key)
        if text and "T" in text:
            raise self._fault(key, _("a date without a time is expected"))
        return text

    def code(self, key: str, known: Mapping[str, T], otherwise: T) -> T:
        """Return our word for a code; an unknown one counts as not understood."""
        value = self._value.get(key)
        if value is not None and (not isinstance(value, str) or isinstance(value, NumberText)):
            raise self._fault(key, _("a text is expected"))
        if isinstance(value, str) and value in known:
            self._used.add(key)
            return known[value]
        return otherwise

    def child(self, key: str) -> Node | None:
        """Return an object element."""
        value = self._value.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self._fault(key, _("an object is expected"))
        return self._open(key, [value], indexed=False)[0]

    def children(self, key: str) -> tuple[Node, ...]:
        """Return a list of objects."""
        value = self._value.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self._fault(key, _("a list is expected"))
        for place, item in enumerate(value):
            if not isinstance(item, dict):
                raise Fault(f"{self.path}.{key}[{place}]", _("an object is expected"))
        return tuple(self._open(key, value, indexed=True))

    def plain(self) -> Mapping[str, Any]:
        """Return the object as decoded; nothing of it counts as read."""
        return self._value

    def read_all(self, *keys: str) -> None:
        """Count these elements, with all in them, as understood."""
        self._used.update(keys)
        for key in keys:
            self._opened.pop(key, None)

    def unread(self, counts: Counter[str], name: str) -> None:
        """Count, by path under ``name``, every leaf that nobody has read."""
        for key, value in self._value.items():
            path = f"{name}.{key}"
            if key in self._opened:
                for node in self._opened[key]:
                    node.unread(counts, path)
            elif key not in self._used:
                _count_leaves(value, path, counts)

    def _open(self, key: str, values: list[Any], *, indexed: bool) -> list[Node]:
        if key not in self._opened:
            self._opened[key] = [
                Node(value, f"{self.path}.{key}[{place}]" if indexed else f"{self.path}.{key}")
                for place, value in enumerate(values)
            ]
        return self._opened[key]

    def _taken(self, key: str) -> Any:
        self._used.add(key)
        return self._value.get(key)

    def _fault(self, key: str, reason: str) -> Fault:
        return Fault(f"{self.path}.{key}", reason)


def _exists(when: str) -> bool:
    try:
        millis_of(when)
        return is_when(when)
    except (ValueError, OverflowError):
        return False


def _count_leaves(value: Any, path: str, counts: Counter[str]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _count_leaves(inner, f"{path}.{key}", counts)
    elif isinstance(value, list):
        for inner in value:
            _count_leaves(inner, path, counts)
    else:
        counts[path] += 1


def check_leaves(value: Any, path: str) -> None:
    """Check what no mapping may look at: depth, numbers' length, half characters.

    Raises:
        Fault: Names the place.
    """
    if not _is_sound(value, 1):
        _blame(value, path, 1)


def _is_sound(value: Any, depth: int) -> bool:
    """Whether there is nothing to blame: most that is read is as it should be, and has no path."""
    if depth > GREATEST_DEPTH:
        return False
    kind = type(value)
    if kind is str:
        return value.isascii() or _is_whole(value)
    if kind is dict:
        for key, inner in value.items():
            if not (key.isascii() or _is_whole(key)) or not _is_sound(inner, depth + 1):
                return False
    elif kind is list:
        for inner in value:
            if not _is_sound(inner, depth + 1):
                return False
    return kind is not NumberText or not too_many_digits(value)


def _blame(value: Any, path: str, depth: int) -> None:
    if depth > GREATEST_DEPTH:
        raise Fault(path, _("nested too deeply"))
    if isinstance(value, dict):
        for key, inner in value.items():
            _blame(key, path, depth)
            _blame(inner, f"{path}.{key}", depth + 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _blame(inner, f"{path}[{place}]", depth + 1)
    elif isinstance(value, NumberText) and too_many_digits(value):
        raise Fault(path, _("the number has too many digits"))
    elif isinstance(value, str) and not _is_whole(value):
        raise Fault(path, _("half a character (a lone surrogate)"))


def _is_whole(text: str) -> bool:
    """Whether a text has no half characters in it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def may_mean_otherwise(value: Any) -> bool:
    """Whether something in a resource may turn its meaning round, and nobody here knows how.

    Source: FHIR R4 2.4.1, modifier extensions; 2.26.3.4, implicitRules.
    """
    if isinstance(value, dict):
        if value.get("modifierExtension") or value.get("implicitRules"):
            return True
        return any(may_mean_otherwise(inner) for inner in value.values())
    return isinstance(value, list) and any(may_mean_otherwise(inner) for inner in value)
