"""Lift the blocks that keep something from one's unit for a while, when the patient agrees to it."""

from __future__ import annotations

from workstation.domain.block import BlockLift, check_lift
from workstation.domain.ids import PatientId
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Records
from workstation.operations.privacy import read_privacy, require_keeper
from workstation.operations.writing import Incomplete, record_for, save


async def lift_block(
    *, until: str, reason: str, patient: PatientId, records: Records, desk: Desk
) -> tuple[Record, ...]:
    """Store a lift, for the unit, of every block that closes to it; all of them, or none.

    Args:
        until: Date or moment; from then on the blocks hold again.
        reason: What the patient said, and how.

    Raises:
        NotAllowed: Neither a licensed profession nor a medical secretary.
        Incomplete: No time or reason is given.
        BlockUnclear: The time has passed.
        Problem: No block closes anything to the unit.
    """
    require_keeper(desk)
    if not until:
        raise Incomplete(
            _("Say until when the block is lifted."), _("No longer than it is needed."), ["until"]
        )
    if not reason.strip():
        raise Incomplete(
            _("Say what the patient agreed to, and how."),
            _("The patient reads the reason."),
            ["reason"],
        )
    written_at = desk.now()
    privacy = await read_privacy(records, patient, desk, at=written_at.millis)
    if not privacy.closing:
        raise Problem(
            _("No block closes anything to your unit."), _("What is open is shown already.")
        )
    lifts = [
        BlockLift(
            block=block.blocks[0],
            until=until,
            unit=desk.author.unit,
            ground="consent",
            reason=reason.strip(),
        )
        for block in privacy.closing
    ]
    for lift in lifts:
        check_lift(lift, now=written_at.millis)
    written = tuple(
        record_for(desk, patient=patient, kind="block_lift", body=lift, written_at=written_at)
        for lift in lifts
    )
    await save(records, desk, *written)
    return written
