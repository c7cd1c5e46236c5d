"""Documents as bytes: every resource with its exact text, numbers as they were written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from workstation.domain.texts import _
from workstation.interop.fhir.faults import Fault
from workstation.interop.fhir.window import InMemory, NumberText, Source, Window

GREATEST_DOCUMENT = 256 * 1024 * 1024
"""Bytes of one document; greater exports come as NDJSON in several files."""

_TYPE_FIRST = re.compile(r'\{\s*"resourceType"\s*:\s*"(\w+)"')
_IN_ENTRY, _OF_BUNDLE, _ALONE = 4, 2, 1  # how deep a value stands
_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"\x28\xb5\x2f\xfd")  # gzip, zip, Zstandard


@dataclass(frozen=True, kw_only=True, repr=False)
class Resource:
    """One resource of a document: decoded, and its source text byte for byte.

    ``path``: where it stands. ``full_url``: what other entries call it, or empty. ``place``: its
    number among the document's resources.
    """

    value: dict[str, Any]
    raw: str
    path: str
    full_url: str = ""
    place: int = -1

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


class Found(NamedTuple):
    """A resource, at which byte of the document its text begins, and what ``path_of`` names."""

    resource: Resource
    start: int
    number: int


def path_of(number: int) -> str:
    """Return the path of a resource: of an entry from -1 down, of a line from 1 up, 0 where alone."""
    if number < 0:
        return f"{_entry_path(number)}.resource"
    return _line_path(number) if number else "$"


def read_document(data: bytes) -> Document:
    """Return the resources of a Bundle, of lines of resources (NDJSON), or of one resource.

    Raises:
        Fault: It is no such document; names the place.
    """
    scan = Scan(InMemory(data))
    resources = tuple(found.resource for found in scan.resources())
    return Document(
        resources=resources, empty_entries=scan.empty_entries, refused=tuple(scan.refused)
    )


_TAKING = ("DELETE", "PATCH")
"""Methods that would take away or change what is there: nothing here ever is."""


class Scan:
    """Walks a document from end to end and gives each resource as it comes by.

    ``empty_entries``, ``refused``: as ``Document``, when all has come by.

    Raises:
        Fault: The document is too large, or cannot be read.
    """

    def __init__(self, source: Source) -> None:
        if source.size > GREATEST_DOCUMENT:
            raise Fault("$", _("the document is too large"))
        _refuse_other_files(source)
        self._source = source
        self._window = Window(source)
        self._count = 0
        self.empty_entries = 0
        self.refused: list[str] = []

    def resources(self) -> Iterator[Found]:
        """Yield the resources in order.

        Raises:
            Fault: As ``read_document``. What came by before it is nothing without the rest.
        """
        if self._window.ended():
            raise Fault("$", _("the document is empty"))
        if self._type() != "Bundle":
            yield from self._lines()
            return
        yield from self._bundle()
        self._window.blank()
        if not self._window.ended():
            raise Fault("Bundle", _("something follows after its end"))

    def _type(self) -> str:
        """Return what the first value says it is; where it says so late, that is looked for."""
        match = self._window.matches(_TYPE_FIRST)
        if match is not None:
            return match[1]
        if not self._window.sees("{"):
            return ""
        ahead = Window(self._source)
        for key in _members(ahead, "$"):
            if key == "resourceType":
                value, _text = ahead.value("$.resourceType", _OF_BUNDLE)
                return str(value) if isinstance(value, str) else ""
            _pass_over(ahead, f"$.{key}")
        return ""

    def _lines(self) -> Iterator[Found]:
        window = self._window
        while not window.ended():
            line = window.line
            path, match = _line_path(line), window.matches(_TYPE_FIRST)
            first = self._count == 0
            inner = "$" if first else path
            if match is not None:
                inner = match[1] if first else f"{path}: {match[1]}"
            start = window.offset
            value, raw = window.value(inner, _ALONE)
            passed = window.line
            window.blank()
            if first and window.ended():
                line = 0
            elif not window.ended() and window.line == passed:
                raise Fault(path, _("more than one value on a line"))
            yield Found(self._resource(value, raw, path_of(line)), start, line)

    def _bundle(self) -> Iterator[Found]:
        for key in _members(self._window, "Bundle"):
            if key == "entry":
                for place in _elements(self._window, "Bundle.entry"):
                    found = self._entry(-place - 1)
                    if found is None:
                        self.empty_entries += 1
                    else:
                        yield found
            else:
                self._window.value(f"Bundle.{key}", _OF_BUNDLE)

    def _entry(self, number: int) -> Found | None:
        window, path = self._window, _entry_path(number)
        if not window.sees("{"):
            raise Fault(path, _("an object is expected"))
        value: Any = None
        raw, start, full_url = "", 0, ""
        for key in _members(window, path):
            if key == "resource":
                start = window.offset
                value, raw = window.value(f"{path}.resource", _IN_ENTRY)
                _check_resource(value, f"{path}.resource")
                continue
            other, _text = window.value(f"{path}.{key}", _IN_ENTRY)
            if key == "request" and isinstance(other, dict) and other.get("method") in _TAKING:
                self.refused.append(f"{path}.request.method")
            if key == "fullUrl":
                full_url = _url(other, f"{path}.fullUrl")
        if not raw:
            return None
        return Found(self._resource(value, raw, path_of(number), full_url), start, number)

    def _resource(self, value: Any, raw: str, path: str, full_url: str = "") -> Resource:
        _check_resource(value, path)
        self._count += 1
        return Resource(value=value, raw=raw, path=path, full_url=full_url, place=self._count - 1)


def _refuse_other_files(source: Source) -> None:
    """Say what a file is that is no text at all."""
    if source.read(0, 4).startswith(_COMPRESSED):
        raise Fault("$", _("the file is compressed: unpack it first"))


def _check_resource(value: Any, path: str) -> None:
    if not isinstance(value, dict):
        raise Fault(path, _("an object is expected"))
    kind = value.get("resourceType")
    if not isinstance(kind, str) or not kind.isalpha() or not kind.isascii():
        raise Fault(f"{path}.resourceType", _("the type of the resource is missing"))


def _url(value: Any, path: str) -> str:
    if not isinstance(value, str) or isinstance(value, NumberText):
        raise Fault(path, _("a text is expected"))
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Fault(path, _("half a character (a lone surrogate)")) from None
    return value


def _members(window: Window, path: str) -> Iterator[str]:
    """Step through an object: yields each key with the cursor at its value."""
    seen: set[str] = set()
    for _place in _between(window, "{", "}", path):
        if not window.sees('"'):
            raise window.broken(path)
        key, _text = window.value(path, _OF_BUNDLE)
        if key in seen:
            raise Fault(f"{path}.{key}", _("the name occurs twice"))
        seen.add(key)
        window.sign(":", f"{path}.{key}")
        yield key


def _elements(window: Window, path: str) -> Iterator[int]:
    if not window.sees("["):
        raise Fault(path, _("a list is expected"))
    yield from _between(window, "[", "]", path)


def _between(window: Window, opening: str, closing: str, path: str) -> Iterator[int]:
    window.sign(opening, path)
    place = 0
    while not window.sees(closing):
        if place:
            window.sign(",", path)
        yield place
        window.blank()
        place += 1
    window.sign(closing, path)


def _pass_over(window: Window, path: str) -> None:
    """Pass over a value; a list item by item, for the entries of a bundle are many."""
    if not window.sees("["):
        window.value(path, _OF_BUNDLE)
        return
    for place in _elements(window, path):
        window.value(f"{path}[{place}]", _IN_ENTRY)


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


def _entry_path(number: int) -> str:
    return f"Bundle.entry[{-number - 1}]"


def _line_path(number: int) -> str:
    return _("line {number}").format(number=number)


__all__ = [
    "Document",
    "Found",
    "NumberText",
    "Resource",
    "Scan",
    "exact_json",
    "path_of",
    "read_document",
]
