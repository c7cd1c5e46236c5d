"""What an import says afterwards: how much was kept, and what was not understood, and where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from workstation.content.source import ContentProblem
from workstation.domain.texts import _

_MOST_NAMED = 200
_LARGEST = 512 * 1024 * 1024


@dataclass(kw_only=True)
class Report:
    """Filled while reading. ``lost`` names up to 200 places; ``counts`` counts them all."""

    counts: Counter[str] = field(default_factory=Counter)
    lost: list[tuple[str, str]] = field(default_factory=list)

    def kept(self, what: str, number: int = 1) -> None:
        """Count something that became content."""
        self.counts[f"kept: {what}"] += number

    def not_understood(self, where: str, what: str) -> None:
        """Count and name something that did not."""
        self.counts[f"not understood: {what}"] += 1
        if len(self.lost) < _MOST_NAMED:
            self.lost.append((where, what))

    @property
    def has_kept(self) -> bool:
        """Whether anything was understood."""
        return any(what.startswith("kept: ") for what in self.counts)

    def plain(self) -> dict[str, Any]:
        """Return the report as one JSON object."""
        return {
            "counts": dict(sorted(self.counts.items())),
            "not_understood": [{"where": where, "what": what} for where, what in self.lost],
        }


def xml_root(raw: bytes, name: str) -> ElementTree.Element:
    """Parse a file of XML from outside; one with a document type is refused, in any encoding.

    Raises:
        ContentProblem: It is no XML, declares entities, or is beyond all measure.
    """
    if len(raw) > _LARGEST:
        raise _entities(name)

    def refuse(*_declared: object) -> None:
        raise _entities(name)

    guard = expat.ParserCreate()
    guard.StartDoctypeDeclHandler = refuse
    try:
        guard.Parse(raw, True)  # noqa: FBT003  expat's shape: this is all of it
        return ElementTree.fromstring(raw)  # noqa: S314  no document type, no entities
    except (expat.ExpatError, ElementTree.ParseError, ValueError, LookupError):
        raise ContentProblem(
            _("{name} is no XML.").format(name=name), _("Choose another file.")
        ) from None


def _entities(name: str) -> ContentProblem:
    return ContentProblem(
        _("{name} is too large or declares entities.").format(name=name),
        _("Choose another file."),
    )


def local(tag: str) -> str:
    """Return a tag without its namespace: registers raise the number in it with each version."""
    return tag.rpartition("}")[2]


def child(element: ElementTree.Element, name: str) -> ElementTree.Element | None:
    """Return the first child of a name, whatever its namespace."""
    return next((one for one in element if local(one.tag) == name), None)


def inside(element: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    """Return every descendant of a name, whatever its namespace."""
    return [one for one in element.iter() if local(one.tag) == name]


def text_of(element: ElementTree.Element | None, name: str) -> str:
    """Return the text of a child, empty where there is none."""
    found = None if element is None else child(element, name)
    return "" if found is None else " ".join("".join(found.itertext()).split())
