"""Save a note: part of the record at once, unsigned until its author signs it."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.note import Note
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.note_rules import (
    check_note,
    patient_may_read,
    require_note,
    require_own,
)
from workstation.operations.ports import Desk, Records, Writing
from workstation.operations.writing import read_seen, record_for, require_care, save


async def save_note(
    note: Note, *, patient: PatientId, approved: bool = True, records: Writing, desk: Desk
) -> Record:
    """Store a new note and return its record.

    Args:
        approved: Whether the patient may read it at once (menprövning).

    Raises:
        Incomplete: The note is empty or its contact time impossible.
    """
    require_care(desk)
    check_note(note)
    record = record_for(
        desk,
        patient=patient,
        kind="note",
        body=note,
        approved_for_patient=patient_may_read(note, approved),
    )
    await save(records, desk, record)
    return record


async def save_new_version(
    note: Note,
    *,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    approved: bool = True,
    records: Records,
    desk: Desk,
) -> Record:
    """Store a new version of one's own unsigned note; the earlier one stays readable.

    Raises:
        ChangedMeanwhile: The note is no longer the one that was ``seen``.
        NotAllowed: Somebody else wrote it.
        Problem: It is signed (correct it), voided or undecided.
    """
    check_note(note)
    state = await read_seen(patient, entity, seen=seen, records=records)
    require_note(state)
    require_own(state, desk)
    if state.signed:
        raise Problem(
            _("The note is signed and cannot be replaced."),
            _("Choose Correct: both versions stay readable."),
        )
    record = record_for(
        desk,
        patient=patient,
        kind="note",
        body=note,
        entity=entity,
        bases=seen,
        approved_for_patient=patient_may_read(note, approved),
    )
    await save(records, desk, record)
    return record
