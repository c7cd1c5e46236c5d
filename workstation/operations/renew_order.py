"""Renew an ongoing order"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.medication import MedicationOrder, OrderStatus
from workstation.domain.record import Record
from workstation.operations.order_chain import (
    check_order,
    read_order,
    require_status,
    write_step,
)
from workstation.operations.ports import Desk, Records
from workstation.operations.writing import require_prescriber


async def renew_order(
    order: MedicationOrder,
    *,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Store the order's whole new content as a step on what was ``seen``; return its record.

    Raises:
        NotAllowed: Not a physician.
        Incomplete: A part that an order must state is missing.
        ChangedMeanwhile: The order is no longer what was ``seen``; nothing was stored.
        Problem: It is paused or stopped, voided or undecided.
    """
    require_prescriber(desk)
    check_order(order)
    before = await read_order(patient, entity, seen=seen, records=records)
    require_status(before, OrderStatus.ACTIVE)
    body = msgspec.structs.replace(order, action="renew")
    return await write_step(
        body, patient=patient, entity=entity, seen=seen, records=records, desk=desk
    )
