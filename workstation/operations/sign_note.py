"""Sign a note: one's own, saved before or written now."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.marks import Signature
from workstation.domain.note import Note
from workstation.domain.problem import Problem
from workstation.domain.record import Record, Sealed
from workstation.domain.texts import _
from workstation.operations.note_rules import (
    check_note,
    patient_may_read,
    require_note,
    require_own,
)
from workstation.operations.ports import Desk, Reading, Records, Writing
from workstation.operations.writing import (
    ChangedMeanwhile,
    read_seen,
    record_for,
    require_care,
    save,
    sealed_at,
)


async def sign_note(
    *,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Sign the version that was ``seen``; return the signature.

    Raises:
        ChangedMeanwhile: The note is no longer that version; nothing was signed.
        NotAllowed: Somebody else wrote it.
        Problem: It is signed already, voided or undecided.
    """
    state = await read_seen(patient, entity, seen=seen, records=records)
    require_note(state)
    require_own(state, desk)
    if state.signed:
        raise Problem(_("The note is already signed."), "")
    target = await bytes_of(patient, state.current.id, records=records)
    signature = signature_on(state.current, target, desk, role="sign")
    await save(records, desk, signature)
    return signature


async def write_signed_note(
    note: Note, *, patient: PatientId, approved: bool = True, records: Writing, desk: Desk
) -> Record:
    """Store a new note and its signature in one transaction; return the note's record.

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
    await save_signed(record, records=records, desk=desk)
    return record


async def save_signed(record: Record, *, records: Writing, desk: Desk) -> None:
    """Store a version and its author's signature in one transaction."""
    sealed = sealed_at(desk, record)
    signature = signature_on(record, sealed, desk, role="sign")
    await records.save([sealed, sealed_at(desk, signature)])


def signature_on(version: Record, sealed: Sealed, desk: Desk, *, role: str) -> Record:
    """Return a signature bound to the very bytes of ``version``; ``role`` as in ``Signature``."""
    body = Signature(
        role="countersign" if role == "countersign" else "sign", target_hash=sealed.hash.hex()
    )
    return record_for(
        desk,
        patient=version.patient,
        kind="signature",
        body=body,
        entity=version.entity,
        bases=[version.id],
        approved_for_patient=version.approved_for_patient,
    )


async def bytes_of(patient: PatientId, version: RecordId, *, records: Reading) -> Sealed:
    """Return the bytes that a signature stands under.

    Raises:
        ChangedMeanwhile: They are not on this computer.
    """
    sealed = await records.sealed(patient, version)
    if sealed is None:
        raise ChangedMeanwhile(
            _("This part of the record is no longer on this computer."),
            _("Open the patient again. What you have written is kept."),
        )
    return sealed
