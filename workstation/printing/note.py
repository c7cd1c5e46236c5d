"""A note on paper: every version that stands, unmistakably marked when it is not plainly valid."""

from __future__ import annotations

from workstation.domain.entity import EntityState
from workstation.domain.marks import Signature, Void
from workstation.domain.note import Note, note_status
from workstation.domain.note_words import NOTE_TYPES
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.domain.values import local_text
from workstation.printing.layout import Block, text_block
from workstation.printing.sheet import Sheet, pdf
from workstation.printing.words import labelled, when_words, who, written


def print_note(state: EntityState, *, sheet: Sheet) -> bytes:
    """Return the note as a PDF.

    Sections under sökord that are never handed out are left out, without a sign of it: the
    page says that it may be less than the whole record. Of an undecided note both sides stand.

    Raises:
        ValueError: The entity is no note.
    """
    if not isinstance(state.current.body, Note):
        raise ValueError("not a note")
    blocks = _marks(state)
    for number, version in enumerate(state.contenders, start=1):
        if state.undecided:
            blocks.append(_side(number, len(state.contenders), version))
        blocks += _version(state, version)
    blocks.append(_reservation())
    title = _(NOTE_TYPES[state.current.body.type])
    return pdf(blocks, title=title, sheet=sheet, marks=_in_short(state))


def _in_short(state: EntityState) -> list[str]:
    found = [
        (state.voided, _("VOIDED")),
        (state.undecided, _("UNDECIDED")),
        (not state.signed and not state.undecided, _("UNSIGNED")),
    ]
    return [word for holds, word in found if holds]


def _marks(state: EntityState) -> list[Block]:
    status = note_status(state)
    marks: list[Block] = []
    if status == "voided" and state.void is not None:
        marks.append(_mark(_("VOIDED {when}").format(when=written(state.void))))
        if isinstance(state.void.body, Void):
            marks.append(text_block(labelled(_("Reason"), state.void.body.reason), space=4.0))
    if state.undecided:
        marks.append(_mark(_("UNDECIDED: versions stand side by side and nobody has decided")))
    elif not state.signed:
        marks.append(_mark(_("UNSIGNED")))
    return marks


def _mark(text: str) -> Block:
    return text_block(text, bold=True, space=8.0, together=True, framed=True)


def _side(number: int, total: int, version: Record) -> Block:
    words = _("Version {number} of {total}: {written}").format(
        number=number, total=total, written=written(version)
    )
    return text_block(words, bold=True, space=14.0, together=True)


def _version(state: EntityState, version: Record) -> list[Block]:
    body = version.body
    if not isinstance(body, Note):
        return []
    blocks = [text_block(body.title or _(NOTE_TYPES[body.type]), bold=True, size=14.0, space=10.0)]
    if body.contact_time:
        blocks.append(text_block(labelled(_("Contact"), when_words(body.contact_time))))
    blocks.append(text_block(labelled(_("Written"), written(version))))
    if body.why_corrected:
        blocks.append(text_block(labelled(_("Corrected"), body.why_corrected)))
    for section in body.for_patient():
        if section.term:
            blocks.append(text_block(section.term, bold=True, space=9.0))
        blocks.append(text_block(section.text, space=0.0 if section.term else 9.0))
    return blocks + _signatures(state, version)


def _signatures(state: EntityState, version: Record) -> list[Block]:
    blocks: list[Block] = []
    origin = version.body.origin
    if origin is not None and origin.signed:
        words = _("Signed in the source system by {name}") if origin.signed_by else ""
        words = words or _("Signed in the source system")
        blocks.append(text_block(words.format(name=origin.signed_by), space=10.0))
    for record in state.signatures:
        if version.id not in record.bases or not isinstance(record.body, Signature):
            continue
        signed = record.body.role == "sign"
        words = _("Signed {when} by {who}") if signed else _("Countersigned {when} by {who}")
        when = local_text(record.written_at.millis)
        blocks.append(text_block(words.format(when=when, who=who(record.author)), space=10.0))
    return blocks


def _reservation() -> Block:
    words = _(
        "A printout may hold less than the record: some entries are never handed out on paper."
    )
    return text_block(words, size=8.0, space=14.0, together=True)
