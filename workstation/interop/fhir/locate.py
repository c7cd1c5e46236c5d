"""Find the fault in a value that is no proper JSON, and say where it is. Slow and exact."""

from __future__ import annotations

import re
from collections.abc import Callable

from workstation.domain.texts import _
from workstation.interop.fhir.faults import Fault

GREATEST_DEPTH = 64
GREATEST_NUMBER, GREATEST_EXPONENT = 40, 99

_BLANK = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u([0-9a-fA-F]{4}))')
_WORDS = ("true", "false", "null")


def too_many_digits(number: str) -> bool:
    """Whether a JSON number is too long, or would be once it is written out: 1e999 is."""
    exponent = number.lower().partition("e")[2]
    return len(number) > GREATEST_NUMBER or abs(int(exponent or 0)) > GREATEST_EXPONENT


def fault_of_value(text: str, at: int, path: str, depth: int, *, cut: bool) -> Fault:
    """Return the first fault of the value at ``at``, which some decoder refused.

    Args:
        depth: How deep in the document it stands, from 1.
        cut: What follows ``text`` is not UTF-8.
    """
    walker = _Walker(text, at)
    try:
        walker.value(path, depth)
    except Fault as fault:
        if cut and walker.at >= len(text):
            return Fault(fault.path, _("the text is not valid UTF-8"))
        return fault
    return Fault(path, _("this is not JSON"))


class _Walker:
    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at

    def value(self, path: str, depth: int) -> None:
        """Pass over a value; raises its first fault."""
        if depth > GREATEST_DEPTH:
            raise Fault(path, _("nested too deeply"))
        sign = self.text[self.at : self.at + 1]
        if sign == "{":
            self._object(path, depth)
        elif sign == "[":
            self._list(path, depth)
        elif sign == '"':
            self._string(path)
        elif not self._word():
            self._number(path)

    def _object(self, path: str, depth: int) -> None:
        seen: set[str] = set()

        def member(_place: int) -> None:
            if self.text[self.at : self.at + 1] != '"':
                raise self._broken(path)
            key = self._string(path)
            if key in seen:
                raise Fault(f"{path}.{key}", _("the name occurs twice"))
            seen.add(key)
            self._sign(":", f"{path}.{key}")
            self.value(f"{path}.{key}", depth + 1)

        self._between("}", path, member)

    def _list(self, path: str, depth: int) -> None:
        self._between("]", path, lambda place: self.value(f"{path}[{place}]", depth + 1))

    def _between(self, closing: str, path: str, item: Callable[[int], None]) -> None:
        self.at += 1
        self._blank()
        place = 0
        while self.text[self.at : self.at + 1] != closing:
            if place:
                self._sign(",", path)
            item(place)
            self._blank()
            place += 1
        self.at += 1

    def _string(self, path: str) -> str:
        start = self.at
        self.at += 1
        pending = False  # the first half of a surrogate pair has been read
        while True:
            end = _PLAIN.match(self.text, self.at).end()  # type: ignore[union-attr]
            if pending and end > self.at:
                raise Fault(path, _("half a character (a lone surrogate)"))
            self.at = end
            if self.text[end : end + 1] == '"':
                break
            match = _ESCAPE.match(self.text, end)
            if match is None:
                raise self._broken(path)
            pending = _half(match[1], pending, path)
            self.at = match.end()
        if pending:
            raise Fault(path, _("half a character (a lone surrogate)"))
        self.at += 1
        return self.text[start + 1 : self.at - 1]

    def _word(self) -> bool:
        for word in _WORDS:
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return True
        return False

    def _number(self, path: str) -> None:
        match = _NUMBER.match(self.text, self.at)
        if match is None:
            if re.compile(r"-?(?:NaN|Infinity)").match(self.text, self.at):
                raise Fault(path, _("this is not a number"))
            raise self._broken(path)
        self.at = match.end()
        if too_many_digits(match.group()):
            raise Fault(path, _("the number has too many digits"))

    def _sign(self, sign: str, path: str) -> None:
        self._blank()
        if not self.text.startswith(sign, self.at):
            raise self._broken(path)
        self.at += 1
        self._blank()

    def _broken(self, path: str) -> Fault:
        if self.at >= len(self.text) or not self.text[self.at :].strip():
            self.at = len(self.text)
            return Fault(path, _("the text ends in the middle"))
        return Fault(path, _("this is not JSON"))

    def _blank(self) -> None:
        self.at = _BLANK.match(self.text, self.at).end()  # type: ignore[union-attr]


def _half(code: str | None, pending: bool, path: str) -> bool:
    """Return whether this escape leaves a surrogate pair half read."""
    value = int(code, 16) if code else 0
    low = 0xDC00 <= value <= 0xDFFF
    if pending != low:
        raise Fault(path, _("half a character (a lone surrogate)"))
    return 0xD800 <= value <= 0xDBFF
