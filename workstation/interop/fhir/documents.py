"""DocumentReference: a note where its text is here, in plain text."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from workstation.domain.note import Note, NoteType, Section
from workstation.domain.record import Record
from workstation.interop.fhir.links import Links
from workstation.interop.fhir.made import IN_ERROR, Made
from workstation.interop.fhir.node import Node
from workstation.interop.fhir.results import plain_text
from workstation.interop.fhir.source import Resource, exact_json
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
_SIGNED = ("final", "amended")


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
        kind="note",
        body=body,
        written=date,
        voided=wrong,
        signed=stage in _SIGNED,
        signed_by=_signer(node, links, of),
    )


def _signer(node: Node, links: Links, of: Resource) -> str:
    """Return whom the source names as having vouched for the text, else its first author."""
    authenticator = node.child("authenticator")
    named = [authenticator] if authenticator is not None else []
    words = [links.label(one, of=of) for one in (*named, *node.children("author"))]
    return next((word for word in words if word), "")


def told_once(record: Record, resource: Resource) -> Record:
    """Return a note that is too large beside its source text with the text in its sections only.

    The source text keeps everything but the encoded texts, which are the sections' own.
    """
    contents = [
        {**content, "attachment": {k: v for k, v in content["attachment"].items() if k != "data"}}
        for content in resource.value["content"]
    ]
    origin = record.body.origin
    assert origin is not None
    raw = exact_json({**resource.value, "content": contents})
    body = msgspec.structs.replace(record.body, origin=msgspec.structs.replace(origin, raw=raw))
    return replace(record, body=body)
