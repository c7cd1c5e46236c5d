"""Order a medicine. The order binds when it is written."""

from __future__ import annotations

import msgspec

from workstation.domain.ids import PatientId
from workstation.domain.medication import MedicationOrder
from workstation.domain.record import Record
from workstation.operations.order_chain import check_order
from workstation.operations.ports import Desk, Writing
from workstation.operations.writing import record_for, require_prescriber, save


async def prescribe(
    order: MedicationOrder, *, patient: PatientId, records: Writing, desk: Desk
) -> Record:
    """Store a new order and return its record.

    Raises:
        NotAllowed: Not a physician.
        Incomplete: A part that an order must state is missing; ``fields`` names all of them.
    """
    require_prescriber(desk)
    check_order(order)
    body = msgspec.structs.replace(order, action="prescribe")
    record = record_for(desk, patient=patient, kind="medication_order", body=body)
    await save(records, desk, record)
    return record
