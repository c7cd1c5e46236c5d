"""A document's resources by place, however many: the first are kept, the others read once more."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterator
from sys import intern
from zlib import crc32

from workstation.domain.texts import _
from workstation.interop.fhir.faults import Fault
from workstation.interop.fhir.source import Found, Resource, path_of
from workstation.interop.fhir.window import Source, decoded

_KEPT = 4 * 1024 * 1024
"""Characters of source text whose resources are kept; decoded they take some ten times as much."""
_LATELY = 64  # resources that were read again and may be asked for soon
_FROM_ID = "urn:uuid:{}".format  # what most entries are called: it need not be kept as well

Change = Callable[[Resource], Resource]


class Shelf:
    """Gives a document's resources again, by their places in it.

    Of a resource that is not kept some tens of bytes are. ``changed``: how each is changed before
    it is given.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._starts, self._lengths, self._checks = array("Q"), array("I"), array("I")
        self._numbers = array("l")
        self._urls: list[str | None] = []
        self._types: list[str] = []
        self._kept: list[Resource] = []
        self._room = _KEPT
        self._lately: OrderedDict[int, Resource] = OrderedDict()
        self.changed: Change | None = None

    def __len__(self) -> int:
        return len(self._types)

    def __iter__(self) -> Iterator[Resource]:
        """Yield every resource in order.

        Raises:
            Fault: As :meth:`at`.
        """
        return (self.at(place) for place in range(len(self)))

    def put(self, found: Found) -> None:
        """Take in the document's next resource."""
        resource, raw = found.resource, found.resource.raw.encode()
        self._starts.append(found.start)
        self._lengths.append(len(raw))
        self._checks.append(crc32(raw))
        self._numbers.append(found.number)
        by_id = resource.full_url == _FROM_ID(resource.value.get("id"))
        self._urls.append(None if by_id else resource.full_url)
        self._types.append(intern(resource.type))
        self._room -= len(raw)
        if self._room >= 0:
            self._kept.append(resource)

    def type_at(self, place: int) -> str:
        """Return the type of a resource without reading it."""
        return self._types[place]

    def at(self, place: int) -> Resource:
        """Return a resource.

        Raises:
            Fault: It is no longer what it was when the document was read first.
        """
        resource = self._lately.get(place)
        if resource is not None:
            return resource
        resource = self._kept[place] if place < len(self._kept) else self._read(place)
        if self.changed is not None:
            resource = self.changed(resource)
        self._lately[place] = resource
        if len(self._lately) > _LATELY:
            self._lately.popitem(last=False)
        return resource

    def _read(self, place: int) -> Resource:
        data = self._source.read(self._starts[place], self._lengths[place])
        path = path_of(self._numbers[place])
        if crc32(data) != self._checks[place]:
            raise Fault(path, _("the file was changed while it was read"))
        raw = data.decode()
        value, url = decoded(raw), self._urls[place]
        full_url = _FROM_ID(value["id"]) if url is None else url
        return Resource(value=value, raw=raw, path=path, full_url=full_url, place=place)
