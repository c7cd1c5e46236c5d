"""Register a block (spärr) that a patient has asked for."""

from __future__ import annotations

from workstation.domain.block import Block, check_block, same_block
from workstation.domain.ids import PatientId
from workstation.domain.record import Record
from workstation.operations.ports import Desk, Records
from workstation.operations.privacy import require_keeper
from workstation.operations.writing import check_date, record_for, save


async def register_block(
    block: Block, *, patient: PatientId, records: Records, desk: Desk
) -> Record | None:
    """Store the block; None where one that says the same holds already: nothing is written twice.

    Raises:
        NotAllowed: Neither a licensed profession nor a medical secretary.
        Incomplete: There is no such date.
        BlockUnclear: It does not say what it closes.
    """
    require_keeper(desk)
    check_date("information_start", block.information_start)
    check_date("information_end", block.information_end)
    check_block(block)
    blocks = await records.listed(patient, "block")
    if same_block((one.state for one in blocks), block) is not None:
        return None
    record = record_for(desk, patient=patient, kind="block", body=block)
    await save(records, desk, record)
    return record
