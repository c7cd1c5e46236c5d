"""Countersign somebody else's note: seen, and responsibility taken (vidimering)."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.note_rules import require_note
from workstation.operations.ports import Desk, Records
from workstation.operations.sign_note import bytes_of, signature_on
from workstation.operations.writing import read_seen, require_licensed, save


async def countersign_note(
    *,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Countersign the version that was ``seen``; return the signature.

    Raises:
        ChangedMeanwhile: The note is no longer that version.
        NotAllowed: Not a licensed profession.
        Problem: It is one's own note, countersigned already, voided or undecided.
    """
    require_licensed(desk)
    state = await read_seen(patient, entity, seen=seen, records=records)
    require_note(state)
    if state.current.author.hsa_id == desk.author.hsa_id:
        raise Problem(_("This is your own note."), _("Sign it instead."))
    if state.signature_of(state.current.id, "countersign") is not None:
        raise Problem(_("The note is already countersigned."), "")
    target = await bytes_of(patient, state.current.id, records=records)
    signature = signature_on(state.current, target, desk, role="countersign")
    await save(records, desk, signature)
    return signature
