"""Observation and DiagnosticReport."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64

import msgspec

from workstation.domain.known_words import one_of
from workstation.domain.observation import (
    Component,
    DiagnosticReport,
    Observation,
    ReferenceRange,
    ResultStatus,
)
from workstation.domain.values import Concept
from workstation.interop.fhir.care import contact_at
from workstation.interop.fhir.links import Links
from workstation.interop.fhir.made import IN_ERROR, Made
from workstation.interop.fhir.node import Node
from workstation.interop.fhir.source import Resource
from workstation.interop.fhir.values import (
    concept_at,
    concepts_at,
    first_code,
    notes_of,
    own_words,
    quantity,
    quantity_at,
    quantity_words,
    start_of,
    words_at,
)

REPORT_STATUS: dict[str, ResultStatus] = {
    "registered": "partial",
    "partial": "partial",
    "preliminary": "preliminary",
    "final": "final",
    "amended": "corrected",
    "corrected": "corrected",
    "appended": "corrected",
    "cancelled": "cancelled",
    IN_ERROR: "cancelled",
    "unknown": "unknown",
}
_FLAGS = {code: code for code in ("L", "H", "LL", "HH", "N", "A", "AA")}
_FLAGS |= dict.fromkeys(("LU", "LX", "L<", "<"), "L") | dict.fromkeys(("HU", "HX", "H>", ">"), "H")
_FLAGS |= dict.fromkeys(("POS", "DET", "IND", "R", "I", "NS", "WR", "RR", "UNE", "E"), "A")
"""Codes of v3 ObservationInterpretation to ours."""
_NEUTRAL = frozenset({"NEG", "ND", "S", "SDD", "EXP", "B", "W", "U", "D", "NR", "CAR", "NCL"})
_GRAVITY = {"": 0, "N": 1, "A": 2, "L": 3, "H": 3, "AA": 4, "LL": 5, "HH": 5}


def observation(node: Node, links: Links, of: Resource) -> Made:
    """One value, or one in several parts, digits as the source wrote them."""
    status = node.plain().get("status")
    body = msgspec.structs.replace(
        observed(node),
        specimen=_reference_label(node, "specimen", links, of),
        report=links.report_of(of),
        contact=contact_at(node, links, of),
    )
    written = body.issued or body.effective
    return Made(kind="observation", body=body, written=written, voided=status == IN_ERROR)


def observed(node: Node) -> Observation:
    """Read what an Observation says of itself, nothing that it refers to."""
    node.needed("status")
    return Observation(
        concept=concept_at(node, "code") or Concept(),
        category=first_code(concepts_at(node, "category")),
        effective=start_of(node, "effective"),
        issued=node.when("issued"),
        status=node.code("status", REPORT_STATUS, "unknown"),
        quantity=quantity_at(node, "valueQuantity"),
        coded=concept_at(node, "valueCodeableConcept"),
        text=_value_text(node),
        components=tuple(_component(inner) for inner in node.children("component")),
        reference=_reference(node),
        interpretation=_flag(node),
        delta=one_of(own_words(node, "observation").get("delta", ""), ("U", "D"), ""),
        method=words_at(node, "method"),
        comment=notes_of(node),
        absent=concept_at(node, "dataAbsentReason"),
    )


def _component(node: Node) -> Component:
    return Component(
        concept=concept_at(node, "code") or Concept(),
        quantity=quantity_at(node, "valueQuantity"),
        coded=concept_at(node, "valueCodeableConcept"),
        text=_value_text(node),
    )


def _value_text(node: Node) -> str:
    """Return a value that is neither amount nor code, in the source's own signs."""
    for key in ("valueString", "valueDateTime", "valueTime"):
        if key in node:
            return node.text(key)
    if "valueInteger" in node:
        return node.number("valueInteger") or ""
    if "valueBoolean" in node:
        return "true" if node.flag("valueBoolean") else "false"
    if (ratio := node.child("valueRatio")) is not None:
        return ":".join(_quantity_words(ratio, key) for key in ("numerator", "denominator"))
    if (limits := node.child("valueRange")) is not None:
        return "–".join(_quantity_words(limits, key) for key in ("low", "high"))
    if (period := node.child("valuePeriod")) is not None:
        return f"{period.when('start') or ''}–{period.when('end') or ''}"
    return ""


def _quantity_words(node: Node, key: str) -> str:
    inner = node.child(key)
    return quantity_words(quantity(inner)) if inner is not None and "value" in inner else ""


def _range(node: Node) -> ReferenceRange:
    return ReferenceRange(
        low=quantity_at(node, "low"), high=quantity_at(node, "high"), text=node.text("text")
    )


def _reference(node: Node) -> ReferenceRange | None:
    """Return the one range that is normal; of several nobody here knows which holds: all, in words."""
    ranges = node.children("referenceRange")
    normal = [
        one for one in ranges if first_code(filter(None, [concept_at(one, "type")])) in _IS_NORMAL
    ]
    if len(normal) == 1:
        return _range(normal[0])
    if not ranges:
        return None
    return ReferenceRange(text="; ".join(filter(None, map(_range_words, ranges))))


_IS_NORMAL = ("", "normal")


def _range_words(node: Node) -> str:
    found = _range(node)
    whom = [first_code([one]) for one in concepts_at(node, "appliesTo")]
    edges = [quantity_words(edge) if edge else "" for edge in (found.low, found.high)]
    amount = "–".join(edges) if any(edges) else ""
    words = [words_at(node, "type"), *whom, found.text or amount]
    return " ".join(word for word in words if word)


def _flag(node: Node) -> str:
    """Return the gravest of the flags."""
    flag = ""
    for found in node.children("interpretation"):
        for inner in found.children("coding"):
            code = inner.plain().get("code")
            if isinstance(code, str) and code in _FLAGS:
                inner.read_all("code", "system", "display")
                flag = max(flag, _FLAGS[code], key=_GRAVITY.__getitem__)
    return flag


def has_unknown_flag(node: Node) -> bool:
    """Whether a result is flagged in a way nobody here knows: then it is not known to be normal."""
    return any(
        str(inner.plain().get("code", "")) not in _NEUTRAL | _FLAGS.keys()
        for found in node.children("interpretation")
        for inner in found.children("coding")
    )


def _reference_label(node: Node, key: str, links: Links, of: Resource) -> str:
    inner = node.child(key)
    return links.label(inner, of=of) if inner is not None else ""


def report(node: Node, links: Links, of: Resource) -> Made:
    """An answer with its conclusion; a form presented as plain text is its conclusion."""
    node.needed("status")
    effective = start_of(node, "effective")
    issued = node.when("issued")
    status = node.plain().get("status")
    results = [links.meant(inner, of=of) for inner in node.children("result")]
    for inner in node.children("result"):
        inner.read_all("display")  # the result's own words are in its record
    performers = [links.label(inner, of=of) for inner in node.children("performer")]
    body = DiagnosticReport(
        concept=concept_at(node, "code") or Concept(),
        category=first_code(concepts_at(node, "category")),
        status=node.code("status", REPORT_STATUS, "unknown"),
        effective=effective,
        issued=issued,
        conclusion=node.text("conclusion") or presented(node),
        conclusions=concepts_at(node, "conclusionCode"),
        results=tuple(entity for entity in results if entity is not None),
        contact=contact_at(node, links, of),
        performer=", ".join(name for name in performers if name),
    )
    written = issued or effective
    return Made(kind="diagnostic_report", body=body, written=written, voided=status == IN_ERROR)


def presented(node: Node) -> str:
    """Return the forms of a report that are plain text."""
    texts = (plain_text(inner) for inner in node.children("presentedForm"))
    return "\n".join(text for text in texts if text is not None)


def decoded(attachment: Node) -> bytes | None:
    """Return an attachment's bytes; None where they are not in it, or are no base64."""
    data = attachment.plain().get("data")
    if not isinstance(data, str):
        return None
    try:
        return b64decode("".join(data.split()), validate=True)
    except NotBase64:
        return None


def plain_text(attachment: Node) -> str | None:
    """Return the text of an attachment of plain text; None for anything else."""
    kind = str(attachment.plain().get("contentType", "")).partition(";")[0].strip()
    data = attachment.plain().get("data", "" if attachment.plain().get("size") == "0" else None)
    if kind != "text/plain" or not isinstance(data, str):
        return None
    try:
        text = b64decode("".join(data.split()), validate=True).decode("utf-8")
    except (NotBase64, UnicodeDecodeError):
        return None
    attachment.read_all("contentType", "data", "size", "hash")
    return text
