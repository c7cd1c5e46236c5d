"""DocumentReference: a note where its text is here, in plain text."""

from __future__ import annotations

from workstation.domain.note import Note, NoteType, Section
from workstation.interop.fhir.links import Links
from workstation.interop.fhir.made import IN_ERROR, Made
from workstation.interop.fhir.node import Node
from workstation.interop.fhir.results import plain_text
from workstation.interop.fhir.source import Resource
from workstation.interop.fhir.values import concept_at, period_at

NOTE_TYPES = "urn:oid:1.2.752.129.2.2.2.11"
_OURS: dict[str, NoteType] = {
    code: code for code in ("utr", "atb", "sam", "sao", "ins", "slu", "auf", "sva", "bes")
}
_LOINC: dict[str, NoteType] = {
    "11506-3": "bes",
    "34109-9": "bes",
    "34117-2": "utr",
    "18842-5": "slu",
    "11488-4": "utr",
}


def document(node: Node, links: Links, of: Resource) -> Made | None:
    """Anteckning, one section a content; None where any content is not plain text inside.

    A type we do not know is filed as sammanfattning under the source's own title.
    """
    contents = [inner.child("attachment") for inner in node.children("content")]
    sections = []
    for attachment in contents:
        text = plain_text(attachment) if attachment is not None else None
        if attachment is None or text is None:
            return None
        sections.append(Section(term=attachment.text("title"), text=text))
    if not sections:
        return None
    status, stage = node.plain().get("status"), node.text("docStatus")
    node.read_all("status")
    kind = concept_at(node, "type")
    context = node.child("context")
    period = period_at(context, "period") if context is not None else None
    encounters = context.children("encounter") if context is not None else ()
    visits = [links.meant(inner, of=of) for inner in encounters]
    codes = [coding.code for coding in kind.codings] if kind else []
    date = node.when("date")
    body = Note(
        type=next((_OURS.get(c) or _LOINC.get(c) or "sam" for c in codes), "sam"),
        title=node.text("description") or (kind.label if kind else ""),
        contact_time=period.start if period else None,
        contact=next((visit for visit in visits if visit is not None), None),
        sections=tuple(sections),
    )
    wrong = IN_ERROR in (status, stage)
    return Made(
        kind="note", body=body, written=date, voided=wrong, signed=stage in ("final", "amended")
    )
