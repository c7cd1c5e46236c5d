"""What a patient has said of who may read: blocks, their lifts and consents, as they stand for a desk."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.domain.block import BlockInForce, Reader, blocks_in_force
from workstation.domain.consent import consent_in_force
from workstation.domain.directory import KEEPERS
from workstation.domain.entity import EntityState
from workstation.domain.ids import PatientId
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Reading
from workstation.operations.writing import NotAllowed

_LOOKED_AT = 20  # notes: enough to know whether other care providers have written


@dataclass(frozen=True, kw_only=True, repr=False)
class Privacy:
    """A patient's privacy as it stands at a desk.

    ``in_force``: every block that holds; ``closing``: those of them that keep something from this
    unit. ``consent``: the one that lets who sits here read what other providers wrote, if any;
    ``others``: there is such. ``withheld``: a block keeps something of the record from this unit.
    """

    blocks: tuple[EntityState, ...] = ()
    lifts: tuple[EntityState, ...] = ()
    consents: tuple[EntityState, ...] = ()
    in_force: tuple[BlockInForce, ...] = ()
    closing: tuple[BlockInForce, ...] = ()
    consent: EntityState | None = None
    others: bool = False
    withheld: bool = False


def require_keeper(desk: Desk) -> None:
    """Raise ``NotAllowed`` unless who sits here may write down blocks and consents."""
    if desk.profession not in KEEPERS:
        raise NotAllowed(
            _("Only licensed staff and medical secretaries register consent and blocks."),
            _("Ask one of them to do it together with the patient."),
        )


async def read_privacy(records: Reading, patient: PatientId, desk: Desk, *, at: int) -> Privacy:
    """Read a patient's blocks and consents.

    Args:
        at: ms UTC.
    """
    line = await records.patient(patient)
    blocks = await records.listed(patient, "block")
    lifts = await records.listed(patient, "block_lift")
    consents = await records.listed(patient, "consent")
    others = await _others(records, patient, desk)
    told = [tuple(one.state for one in family) for family in (blocks, lifts, consents)]
    author = desk.author
    reader = Reader(unit=author.unit, provider=author.provider, person=author.hsa_id)
    in_force = blocks_in_force((*told[0], *told[1]), at)
    return Privacy(
        blocks=told[0],
        lifts=told[1],
        consents=told[2],
        in_force=in_force,
        closing=tuple(block for block in in_force if _closes(block, reader)),
        consent=consent_in_force(told[2], author.provider, author.hsa_id, author.unit, at),
        others=others,
        withheld=line is not None and line.withheld,
    )


def _closes(block: BlockInForce, reader: Reader) -> bool:
    """Whether the block closes to the reader, and is not lifted for them now."""
    closed = block.closed
    inside = (
        reader.unit == closed.unit if closed.type == "inner" else reader.provider == closed.provider
    )
    lifted = any(
        (lift.unit and lift.unit == reader.unit) or (lift.person and lift.person == reader.person)
        for lift in block.lifts
    )
    return not inside and not lifted


async def _others(records: Reading, patient: PatientId, desk: Desk) -> bool:
    """Whether other care providers have written in the record, as far as its newest parts tell."""
    notes = await records.listed(patient, "note", limit=_LOOKED_AT)
    orders = await records.listed(patient, "medication_order", group="current")
    own = desk.author.provider
    return any(one.state.current.author.provider != own for one in (*notes, *orders))
