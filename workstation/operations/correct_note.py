"""Correct a signed note: a new version that says why; the wrong one stays readable."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.note import Note
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.note_rules import check_note, patient_may_read, require_note
from workstation.operations.ports import Desk, Records
from workstation.operations.sign_note import save_signed
from workstation.operations.writing import Incomplete, read_seen, record_for, require_licensed


async def correct_note(
    note: Note,
    *,
    why: str,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    approved: bool = True,
    records: Records,
    desk: Desk,
) -> Record:
    """Store the corrected version, signed by who corrects; return its record.

    Raises:
        Incomplete: No reason is given, or the note is empty.
        ChangedMeanwhile: The note is no longer the one that was ``seen``.
        Problem: It is unsigned (save a new version), voided or undecided; or nothing changed.

    Source: PDL 3:14 (a correction shows when and by whom it was made).
    """
    require_licensed(desk)
    check_note(note)
    if not why.strip():
        raise Incomplete(
            _("Say why the note is corrected."),
            _("One sentence is enough; it is shown beside both versions."),
            ["why_corrected"],
        )
    state = await read_seen(patient, entity, seen=seen, records=records)
    before = require_note(state)
    if not state.signed:
        raise Problem(_("The note is not signed yet."), _("Change it and save it instead."))
    if note.sections == before.sections and note.title == before.title:
        raise Problem(
            _("Nothing has been changed."), _("Change the text, or close the correction.")
        )
    record = record_for(
        desk,
        patient=patient,
        kind="note",
        body=msgspec.structs.replace(note, why_corrected=why),
        entity=entity,
        bases=seen,
        approved_for_patient=patient_may_read(note, approved),
    )
    await save_signed(record, records=records, desk=desk)
    return record
