"""Revoke a block for good: the patient lets everybody in care read again what it closed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workstation.domain.block import Block
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Records
from workstation.operations.privacy import require_keeper
from workstation.operations.writing import Incomplete, NotAllowed, read_seen, record_for, save


async def revoke_block(
    *,
    reason: str,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Store that the block as it was ``seen`` holds no more.

    Raises:
        NotAllowed: Not a profession that may, or the block is another care provider's.
        Incomplete: No reason is given.
        ChangedMeanwhile: It is no longer what was ``seen``.
        Problem: It is revoked or voided already.
    """
    require_keeper(desk)
    if not reason.strip():
        raise Incomplete(
            _("Say how the patient asked for it."), _("The patient reads the reason."), ["reason"]
        )
    state = await read_seen(patient, entity, seen=seen, records=records)
    body = state.current.body
    if not isinstance(body, Block) or body.status != "active" or state.voided:
        raise Problem(_("The block is revoked already."), "")
    if body.provider != desk.author.provider:
        raise NotAllowed(
            _("The block is another care provider's."),
            _("The patient turns to that care provider to have it revoked."),
        )
    record = record_for(
        desk,
        patient=patient,
        kind="block",
        body=msgspec.structs.replace(body, status="revoked", reason=reason.strip()),
        entity=entity,
        bases=tuple(seen),
    )
    await save(records, desk, record)
    return record
