"""Save a filled-in form: its note and the values in it, once and together."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.ids import PatientId
from workstation.domain.note import Note
from workstation.domain.observation import Observation
from workstation.domain.record import Record
from workstation.operations.note_rules import check_note, patient_may_read
from workstation.operations.ports import Desk, Writing
from workstation.operations.sign_note import signature_on
from workstation.operations.writing import check_not_ahead, record_for, require_care, sealed_at


async def save_form(
    note: Note,
    values: Sequence[Observation],
    *,
    sign: bool,
    patient: PatientId,
    approved: bool = True,
    records: Writing,
    desk: Desk,
) -> Record:
    """Store the note and its values in one transaction, with its signature if ``sign``.

    Returns the note's record.

    Raises:
        NotAllowed: Not a profession in care.
        Incomplete: The form says nothing, or its time has not come.
    """
    require_care(desk)
    check_note(note)
    at = desk.now()
    check_not_ahead("contact_time", note.contact_time, at.as_datetime())
    record = record_for(
        desk,
        patient=patient,
        kind="note",
        body=note,
        approved_for_patient=patient_may_read(note, approved),
        written_at=at,
    )
    sealed = sealed_at(desk, record)
    with_it = [
        record_for(desk, patient=patient, kind="observation", body=value) for value in values
    ]
    if sign:
        with_it.append(signature_on(record, sealed, desk, role="sign"))
    await records.save([sealed, *(sealed_at(desk, each) for each in with_it)])
    return record
