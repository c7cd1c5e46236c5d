"""Stop an order: nothing more is given."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.medication import MedicationOrder, OrderStatus
from workstation.domain.record import Record
from workstation.operations.order_chain import (
    read_order,
    require_status,
    require_why,
    write_step,
)
from workstation.operations.ports import Desk, Records
from workstation.operations.writing import require_prescriber


async def stop_order(
    *,
    why: str,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Store the step on what was ``seen`` and return its record.

    Raises:
        NotAllowed: Not a physician.
        Incomplete: No reason is given.
        ChangedMeanwhile: The order is no longer what was ``seen``; nothing was stored.
        Problem: The order's status does not allow it, or it is voided or undecided.
    """
    require_prescriber(desk)
    require_why(why)
    before = await read_order(patient, entity, seen=seen, records=records)
    require_status(before, OrderStatus.ACTIVE, OrderStatus.PAUSED)
    body = MedicationOrder(action="stop", source=before.effective.content.source, why=why)
    return await write_step(
        body, patient=patient, entity=entity, seen=seen, records=records, desk=desk
    )
