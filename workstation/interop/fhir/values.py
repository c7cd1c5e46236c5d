"""FHIR's data types read into our small values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from workstation.domain.values import Coding, Concept, Period, Quantity, is_when
from workstation.interop.fhir.node import Node

T = TypeVar("T")


def coding(node: Node) -> Coding:
    """Read a Coding."""
    return Coding(
        system=node.text("system"),
        code=node.text("code"),
        display=node.text("display"),
        version=node.text("version"),
    )


def concept(node: Node) -> Concept:
    """Read a CodeableConcept."""
    codings = tuple(coding(inner) for inner in node.children("coding"))
    return Concept(text=node.text("text"), codings=codings)


def concept_at(node: Node, key: str) -> Concept | None:
    """Read the CodeableConcept at ``key``."""
    inner = node.child(key)
    return concept(inner) if inner is not None else None


def concepts_at(node: Node, key: str) -> tuple[Concept, ...]:
    """Read a list of CodeableConcepts."""
    return tuple(concept(inner) for inner in node.children(key))


def coded_as(node: Node, key: str, known: Mapping[str, T], otherwise: T) -> T:
    """Return our word for the first known code of the CodeableConcept at ``key``.

    It counts as understood only when one was known.
    """
    inner = node.child(key)
    for place in inner.children("coding") if inner is not None else ():
        code = place.plain().get("code")
        if isinstance(code, str) and code in known:
            concept_at(node, key)
            return known[code]
    return otherwise


def words_at(node: Node, key: str) -> str:
    """Return the words of the CodeableConcept at ``key``; its codes stay unread."""
    inner = node.child(key)
    return words(inner) if inner is not None else ""


def words(node: Node) -> str:
    """Return the words of a CodeableConcept: its text, else the first display, else the code."""
    text = node.text("text")
    for place in node.children("coding"):
        display = place.plain().get("display")
        if not text or display == text:
            text = place.text("display") or place.text("code")
    return text


def first_code(found: Iterable[Concept]) -> str:
    """Return the first code of several concepts, else the first words."""
    for item in found:
        if item.codings:
            return item.codings[0].code
        if item.text:
            return item.text
    return ""


def quantity_at(node: Node, key: str) -> Quantity | None:
    """Read the Quantity at ``key``; one without a value is left unread."""
    inner = node.child(key)
    return quantity(inner) if inner is not None and "value" in inner else None


def quantity(node: Node) -> Quantity:
    """Read a Quantity that has a value."""
    return Quantity(
        value=node.number("value") or "0",
        unit=node.text("unit"),
        code=node.text("code"),
        system=node.text("system"),
        comparator=node.text("comparator"),
    )


def quantity_words(found: Quantity) -> str:
    """Return a quantity as one text, digits as they came."""
    unit = found.unit or found.code
    return f"{found.comparator}{found.value}{' ' if unit else ''}{unit}"


def period_at(node: Node, key: str) -> Period | None:
    """Read the Period at ``key``."""
    inner = node.child(key)
    if inner is None:
        return None
    return Period(start=inner.when("start"), end=inner.when("end"))


def start_of(node: Node, name: str) -> str | None:
    """Read ``nameDateTime``, ``nameInstant`` or the start of ``namePeriod``."""
    for key in (f"{name}DateTime", f"{name}Instant"):
        if key in node:
            return node.when(key)
    found = period_at(node, f"{name}Period")
    return found.start if found else None


def end_of(node: Node, name: str) -> str | None:
    """Read the end of ``namePeriod``."""
    found = period_at(node, f"{name}Period")
    return found.end if found else None


def notes_of(node: Node) -> str:
    """Read the texts of ``note``, one after the other."""
    return "\n".join(text for inner in node.children("note") if (text := inner.text("text")))


OWN = "urn:ronden:fhir:"
"""Our own extensions, for what R4 has no element for: ``urn:ronden:fhir:booking:fee``."""


def own_words(node: Node, kind: str) -> dict[str, str]:
    """Read what our own export said of ``kind`` in extensions; others stay unread."""
    found = {}
    for inner in node.children("extension"):
        url, beginning = inner.plain().get("url"), f"{OWN}{kind}:"
        if isinstance(url, str) and url.startswith(beginning):
            inner.read_all("url")
            found[url.removeprefix(beginning)] = inner.text("valueString")
    return found


def moment(word: str) -> str | None:
    """Return a date or time that an extension said in words; None where it is none."""
    return word if word and is_when(word) else None
