"""Saving a note, with everything in it that becomes data: in one transaction."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ui.screens.journal.note_content import (
    MODE,
    Taken,
    entered,
    note_of,
    sections_of,
    taken_back,
)
from ui.screens.journal.structured import EntryKind, field_key
from ui.shell.workspace.form import Content, DraftContext, entity_in, seen_in
from workstation.domain.note import Note, Section
from workstation.domain.note_records import MadeRecord, source_of
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.correct_note import correct_note
from workstation.operations.note_rules import check_note, patient_may_read
from workstation.operations.ports import Records
from workstation.operations.record_entry import record_entry, take_back
from workstation.operations.save_note import save_new_version, save_note
from workstation.operations.sign_note import sign_note, write_signed_note
from workstation.operations.together import Together
from workstation.operations.writing import Incomplete

_FAMILY = {"diagnosis": "diagnosis", "attention": "attention", "plan": "planned_action"}


async def save_draft(action: str, content: Content, context: DraftContext) -> str:
    """Do what a button of a note's draft says; return what was done.

    Raises:
        Problem: Nothing was stored, neither the note nor any of its entries.
    """
    session = context.session
    together = Together(session.records)
    note = await _with_records(content, context, together)
    unsigned = await _write(note, action, content, context, together)
    await together.store()
    if unsigned is None:
        return _said(action, content)
    await sign_note(
        patient=context.patient.patient,
        entity=unsigned.entity,
        seen=[unsigned.id],
        records=session.records,
        desk=session.desk,
    )
    return _("Signed.")


def _said(action: str, content: Content) -> str:
    if content.get(MODE) == "correct":
        return _("Corrected and signed. Both versions can be read.")
    return _("Signed.") if action == "sign" else _("Saved, unsigned.")


async def _with_records(content: Content, context: DraftContext, records: Records) -> Note:
    """Write what becomes data; return the note whose sections name it."""
    note = note_of(content)
    check_note(note)
    approved = patient_may_read(note, content.get("approved") == "yes")
    sources: dict[str, str] = {}
    for number, kind, given in entered(content):
        try:
            record = await record_entry(
                kind.body(given, context.session.clock.now()),
                patient=context.patient.patient,
                approved=approved,
                records=records,
                desk=context.session.desk,
            )
        except Incomplete as problem:
            raise _in_the_draft(problem, number, kind) from problem
        sources[number] = _source(kind, record)
    for taken in taken_back(content):
        await _take_back(taken, content, context, records)
    return msgspec.structs.replace(note, sections=_named(content, note, sources))


def _in_the_draft(problem: Incomplete, number: str, kind: EntryKind) -> Incomplete:
    """The same, said at the fields of the draft."""
    fields = [field_key(number, kind.named.get(name, name)) for name in problem.fields]
    return Incomplete(problem.message, problem.advice, fields)


def _source(kind: EntryKind, record: Record) -> str:
    family = _FAMILY.get(kind.key, "observation")
    return source_of(MadeRecord(family=family, entity=record.entity))


def _named(content: Content, note: Note, sources: Mapping[str, str]) -> tuple[Section, ...]:
    numbers = [number for number, _section in sections_of(content)]
    own, joined = note.sections[: len(numbers)], note.sections[len(numbers) :]
    named = (
        msgspec.structs.replace(section, source=sources[number]) if number in sources else section
        for number, section in zip(numbers, own, strict=True)
    )
    return (*named, *joined)


async def _take_back(
    taken: Taken, content: Content, context: DraftContext, records: Records
) -> None:
    why = content.get("why_corrected", "").strip()
    await take_back(
        taken.made.entity,
        reason=why or _("Taken out of the note before it was signed."),
        patient=context.patient.patient,
        records=records,
        desk=context.session.desk,
    )


async def _write(
    note: Note, action: str, content: Content, context: DraftContext, records: Records
) -> Record | None:
    """Write the note; return the version that is still to be signed, if one is."""
    patient, desk = context.patient.patient, context.session.desk
    approved = content.get("approved") == "yes"
    entity, seen = entity_in(content), seen_in(content)
    if entity is None:
        new = write_signed_note if action == "sign" else save_note
        await new(note, patient=patient, approved=approved, records=records, desk=desk)
        return None
    if content.get(MODE) == "correct":
        await correct_note(
            note,
            why=content.get("why_corrected", ""),
            patient=patient,
            entity=entity,
            seen=seen,
            approved=approved,
            records=records,
            desk=desk,
        )
        return None
    version = await save_new_version(
        note,
        patient=patient,
        entity=entity,
        seen=seen,
        approved=approved,
        records=records,
        desk=desk,
    )
    return version if action == "sign" else None
