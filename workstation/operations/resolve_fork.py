"""Decide between versions that stand side by side: signed by who decides, readable for ever."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.marks import Resolution
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.referral import Step, referral_state
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Records
from workstation.operations.record_referral_event import check_step
from workstation.operations.writing import (
    ChangedMeanwhile,
    Incomplete,
    read_seen,
    record_for,
    require_licensed,
    require_prescriber,
    save,
)


async def resolve_fork(
    *,
    chosen: RecordId,
    reason: str,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Store the decision that ``chosen``, one of the sides ``seen``, holds.

    Raises:
        NotAllowed: The entity is a medication order and this no physician; or no licence.
        Incomplete: No reason is given.
        ChangedMeanwhile: There are other sides than those ``seen``: read them first.
        Problem: Somebody has decided already.
    """
    require_licensed(desk)
    if not reason.strip():
        raise Incomplete(
            _("Say why this side holds."), _("Whoever wrote the other side reads it."), ["reason"]
        )
    state = await read_seen(patient, entity, seen=seen, records=records)
    if chosen not in seen and chosen not in _rivals(state):
        raise ChangedMeanwhile(
            _("That side is not one of those shown."), _("Read both sides again.")
        )
    _check(state, desk)
    record = record_for(
        desk,
        patient=patient,
        kind="resolution",
        body=Resolution(chosen=chosen, reason=reason),
        entity=entity,
        bases=seen,
        approved_for_patient=state.current.approved_for_patient,
    )
    await save(records, desk, record)
    return record


def _check(state: EntityState, desk: Desk) -> None:
    if state.family == "referral":
        check_step(referral_state(state), Step.RESOLUTION, desk)
    elif not state.undecided:
        raise Problem(_("It is decided already."), _("Read what holds now."))
    if state.family == "medication_order":
        require_prescriber(desk)


def _rivals(state: EntityState) -> tuple[RecordId, ...]:
    """Return the steps of a referral that exclude each other, heads or not."""
    if state.family != "referral":
        return ()
    return tuple(rival.id for rival in referral_state(state).rivals)
