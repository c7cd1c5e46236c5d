"""End a lift before its time: the block holds again at once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workstation.domain.block import BlockLift
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Records
from workstation.operations.privacy import require_keeper
from workstation.operations.writing import read_seen, record_for, save


async def end_lift(
    *,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Store that the lift as it was ``seen`` is over.

    Raises:
        NotAllowed: Neither a licensed profession nor a medical secretary.
        ChangedMeanwhile: It is no longer what was ``seen``.
        Problem: It is over already.
    """
    require_keeper(desk)
    state = await read_seen(patient, entity, seen=seen, records=records)
    body = state.current.body
    if not isinstance(body, BlockLift) or body.status != "active" or state.voided:
        raise Problem(_("The lift is over already."), "")
    record = record_for(
        desk,
        patient=patient,
        kind="block_lift",
        body=msgspec.structs.replace(body, status="ended"),
        entity=entity,
        bases=tuple(seen),
    )
    await save(records, desk, record)
    return record
