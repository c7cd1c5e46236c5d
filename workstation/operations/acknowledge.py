"""Acknowledge a result or an answer: seen, and responsibility taken (vidimering)."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.marks import Acknowledgement
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.referral import ReferralState, referral_state
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Records
from workstation.operations.writing import NotAllowed, read_seen, record_for, require_licensed, save


async def acknowledge(
    *,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    target: RecordId | None = None,
    comment: str = "",
    records: Records,
    desk: Desk,
) -> Record:
    """Acknowledge the result or report, or what a referral's sender has not yet seen.

    Of a referral: ``target`` is one answer or rejection; without it everything unseen.

    Raises:
        NotAllowed: Not a licensed profession, or another unit watches the referral.
        ChangedMeanwhile: A newer version or answer has come: read that one.
        Problem: There is nothing to acknowledge, or somebody has done it.
    """
    require_licensed(desk)
    state = await read_seen(patient, entity, seen=seen, records=records)
    targets = _targets(state, target, desk)
    record = record_for(
        desk,
        patient=patient,
        kind="acknowledgement",
        body=Acknowledgement(comment=comment),
        entity=entity,
        bases=[one.id for one in targets],
        approved_for_patient=all(one.approved_for_patient for one in targets),
    )
    await save(records, desk, record)
    return record


def _targets(state: EntityState, target: RecordId | None, desk: Desk) -> list[Record]:
    if state.voided:
        raise Problem(_("It is voided."), _("Nothing remains to acknowledge."))
    if state.family in ("observation", "diagnostic_report"):
        _refuse_twice(state, state.current)
        return [state.current]
    if state.family != "referral":
        raise _nothing()
    referral = referral_state(state)
    _check_watch(referral, desk)
    wanted = [one for one in referral.unseen if target in (None, one.id)]
    if wanted:
        return wanted
    told = [one for one in referral.answers if target in (None, one.id)]
    if not told:
        raise _nothing()
    _refuse_twice(state, told[-1])
    raise Problem(_("A later answer has been acknowledged."), _("Nothing remains to acknowledge."))


def _refuse_twice(state: EntityState, target: Record) -> None:
    if (earlier := state.acknowledged(target.id)) is not None:
        raise Problem(
            _("{name} has already acknowledged this.").format(name=earlier.author.name), ""
        )


def _check_watch(referral: ReferralState, desk: Desk) -> None:
    """Who asked, or has taken over the watch, takes responsibility for the answer."""
    if desk.author.unit not in (referral.owner_unit, referral.request_record.author.unit):
        raise NotAllowed(
            _("Another unit watches this referral."),
            _("Ask them to acknowledge it, or take over the watch."),
        )


def _nothing() -> Problem:
    return Problem(
        _("There is no answer to acknowledge yet."), _("Wait for the answer, or send a reminder.")
    )
