"""Documents as bytes: every resource with its exact text, numbers as they were written.

Decoding is the interpreter's own (fast); whatever it refuses is looked for again by the slow
scanner in ``locate``, which can say where it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from workstation.domain.texts import _
from workstation.interop.fhir.faults import Fault
from workstation.interop.fhir.locate import GREATEST_DEPTH, locate

GREATEST_DOCUMENT = 256 * 1024 * 1024
"""Bytes of one document; greater exports come as NDJSON in several files."""

_BLANK = re.compile(r"[ \t\n\r]*")
_BOM = b"\xef\xbb\xbf"


class NumberText(str):
    """A JSON number, digit for digit as it was written."""

    __slots__ = ()


class _Refused(ValueError):
    """The decoder met something JSON has no place for."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Resource:
    """One resource of a document: decoded, and its source text byte for byte.

    ``path``: where it stands. ``full_url``: what other entries call it, or empty.
    """

    value: dict[str, Any]
    raw: str
    path: str
    full_url: str = ""

    @property
    def type(self) -> str:
        """The resource's type, checked when it was read."""
        return str(self.value["resourceType"])


@dataclass(frozen=True, kw_only=True, repr=False)
class Document:
    """A document's resources in order, and how many entries carried none.

    ``refused``: where entries ask for something else than to take in their resource.
    """

    resources: tuple[Resource, ...]
    empty_entries: int = 0
    refused: tuple[str, ...] = ()


def read_document(data: bytes) -> Document:
    """Return the resources of a Bundle, of lines of resources (NDJSON), or of one resource.

    Raises:
        Fault: It is no such document; names the place.
    """
    if len(data) > GREATEST_DOCUMENT:
        raise Fault("$", _("the document is too large"))
    try:
        text = data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError:
        raise locate(data) from None
    try:
        return _Scanner(text).document()
    except (_Refused, json.JSONDecodeError, RecursionError):
        raise locate(data) from None


_TAKING = ("DELETE", "PATCH")
"""Methods that would take away or change what is there: nothing here ever is."""


class _Scanner:
    """Walks the outer levels of a document and hands each resource whole to the decoder."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._decoder = json.JSONDecoder(
            object_pairs_hook=_unique,
            parse_float=NumberText,
            parse_int=NumberText,
            parse_constant=_no_constant,
        )

    def document(self) -> Document:
        start = self._blank()
        first, end = self._decoder_type(start)
        if first == "Bundle":
            found = self._bundle(start)
            if self._blank() != len(self._text):
                raise Fault("Bundle", _("something follows after its end"))
            return found
        if end is not None and _BLANK.match(self._text, end).end() == len(self._text):  # type: ignore[union-attr]
            return Document(resources=(self._resource(start, "$"),))
        return Document(resources=tuple(self._lines()))

    def _decoder_type(self, start: int) -> tuple[str, int | None]:
        """Return what the first value says it is, without decoding a whole bundle twice."""
        match = re.compile(r'\{\s*"resourceType"\s*:\s*"Bundle"').match(self._text, start)
        if match:
            return "Bundle", None
        value, end = self._decoder.raw_decode(self._text, start)
        kind = value.get("resourceType") if isinstance(value, dict) else None
        return (kind if isinstance(kind, str) else ""), end

    def _lines(self) -> Iterator[Resource]:
        offset = 0
        for number, line in enumerate(self._text.split("\n"), start=1):
            if line.strip():
                self._at = offset
                resource = self._resource(self._blank(), _line_path(number))
                if _BLANK.match(self._text, self._at).end() < offset + len(line):  # type: ignore[union-attr]
                    raise Fault(_line_path(number), _("more than one value on a line"))
                yield resource
            offset += len(line) + 1

    def _bundle(self, start: int) -> Document:
        self._at = start
        resources: list[Resource] = []
        refused: list[str] = []
        empty = 0
        for key in self._members():
            if key == "entry":
                for place in self._elements("Bundle.entry"):
                    found = self._entry(f"Bundle.entry[{place}]", refused)
                    resources += found
                    empty += not found
            else:
                self._value()
        return Document(resources=tuple(resources), empty_entries=empty, refused=tuple(refused))

    def _entry(self, path: str, refused: list[str]) -> list[Resource]:
        if not self._text.startswith("{", self._at):
            raise Fault(path, _("an object is expected"))
        found: list[Resource] = []
        full_url = ""
        for key in self._members():
            if key == "resource":
                found.append(self._resource(self._at, f"{path}.resource"))
                continue
            value = self._value()
            if key == "request" and isinstance(value, dict) and value.get("method") in _TAKING:
                refused.append(f"{path}.request.method")
            if key == "fullUrl":
                if not isinstance(value, str) or isinstance(value, NumberText):
                    raise Fault(f"{path}.fullUrl", _("a text is expected"))
                full_url = value
        return [Resource(value=r.value, raw=r.raw, path=r.path, full_url=full_url) for r in found]

    def _resource(self, start: int, path: str) -> Resource:
        self._at = start
        value = self._value()
        if not isinstance(value, dict):
            raise Fault(path, _("an object is expected"))
        kind = value.get("resourceType")
        if not isinstance(kind, str) or not kind.isalpha() or not kind.isascii():
            raise Fault(f"{path}.resourceType", _("the type of the resource is missing"))
        return Resource(value=value, raw=self._text[start : self._at], path=path)

    def _members(self) -> Iterator[str]:
        """Step through an object: yields each key with the cursor at its value."""
        seen: set[str] = set()
        for _place in self._between("{", "}"):
            key = self._value()
            if not isinstance(key, str) or isinstance(key, NumberText) or key in seen:
                raise _Refused
            seen.add(key)
            self._sign(":")
            yield key

    def _elements(self, path: str) -> Iterator[int]:
        if not self._text.startswith("[", self._at):
            raise Fault(path, _("a list is expected"))
        yield from self._between("[", "]")

    def _between(self, opening: str, closing: str) -> Iterator[int]:
        self._sign(opening)
        place = 0
        while not self._text.startswith(closing, self._at):
            if place:
                self._sign(",")
            yield place
            self._blank()
            place += 1
        self._sign(closing)

    def _sign(self, sign: str) -> None:
        if not self._text.startswith(sign, self._blank()):
            raise _Refused
        self._at += 1
        self._blank()

    def _value(self) -> Any:
        value, self._at = self._decoder.raw_decode(self._text, self._at)
        return value

    def _blank(self) -> int:
        match = _BLANK.match(self._text, self._at)
        assert match is not None
        self._at = match.end()
        return self._at


def exact_json(value: Any) -> str:
    """Return JSON text of a decoded value; ``NumberText`` is written as the number it is."""
    if isinstance(value, dict):
        inner = ",".join(
            f"{json.dumps(k, ensure_ascii=False)}:{exact_json(v)}" for k, v in value.items()
        )
        return f"{{{inner}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(exact_json(item) for item in value)}]"
    if isinstance(value, NumberText):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused
    return found


def _no_constant(_text: str) -> NoReturn:
    raise _Refused


def _line_path(number: int) -> str:
    return _("line {number}").format(number=number)


__all__ = ["GREATEST_DEPTH", "Document", "NumberText", "Resource", "exact_json", "read_document"]
