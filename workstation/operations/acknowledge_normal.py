"""Acknowledge several normal results at once, each by a record of its own, after a summary was read.

Only what is normal by the laboratory's own flags and ranges; anything abnormal, critical, much
changed, corrected, preliminary or without a reference is acknowledged by itself (care rules section 9).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.observation import Observation
from workstation.domain.record import Record
from workstation.operations.acknowledge import acknowledge
from workstation.operations.ports import Desk, Records
from workstation.operations.writing import ChangedMeanwhile, heads_of, require_licensed


@dataclass(frozen=True, kw_only=True, repr=False)
class Normal:
    """A normal result as it stood in the summary. ``seen``: its versions then."""

    patient: PatientId
    entity: EntityId
    seen: tuple[RecordId, ...]


def is_normal(state: EntityState) -> bool:
    """Whether a result may be acknowledged together with others."""
    body = state.current.body
    if not isinstance(body, Observation) or state.voided or state.undecided or state.corrected:
        return False
    if body.status != "final" or body.interpretation not in ("", "N") or body.delta:
        return False
    return body.interpretation == "N" or _inside(body)


def _inside(body: Observation) -> bool:
    """Inside a reference range that is there: without one nobody can say that it is normal."""
    limits, quantity = body.reference, body.quantity
    if limits is None or quantity is None or quantity.comparator:
        return False
    bounds = [bound for bound in (limits.low, limits.high) if bound is not None]
    if not bounds or any(bound.unit != quantity.unit for bound in bounds):
        return False
    above = limits.low is None or limits.low.number <= quantity.number
    return above and (limits.high is None or quantity.number <= limits.high.number)


async def acknowledge_normal(
    results: Sequence[Normal], *, records: Records, desk: Desk
) -> tuple[tuple[Record, ...], tuple[Normal, ...]]:
    """Acknowledge each result as it was ``seen``; return what was written, and what was left.

    Left is what is no longer as in the summary: changed, acknowledged by somebody else, gone.

    Raises:
        NotAllowed: Not a licensed profession; nothing was written.
    """
    require_licensed(desk)
    written: list[Record] = []
    left: list[Normal] = []
    for one in results:
        listed = await records.entity(one.patient, one.entity)
        done = listed is None or listed.state.acknowledged(listed.state.current.id) is not None
        if listed is None or done or not is_normal(listed.state):
            left.append(one)
            continue
        try:
            record = await acknowledge(
                patient=one.patient,
                entity=one.entity,
                seen=one.seen,
                records=records,
                desk=desk,
            )
        except ChangedMeanwhile:
            left.append(one)
            continue
        written.append(record)
    return tuple(written), tuple(left)


def normal_of(patient: PatientId, state: EntityState) -> Normal:
    """Return a result as the summary shows it."""
    return Normal(patient=patient, entity=state.id, seen=heads_of(state))
