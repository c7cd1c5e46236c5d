"""Acknowledge a result or an answer: seen, and responsibility taken (vidimering)."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.marks import Acknowledgement
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.referral import referral_state
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Records
from workstation.operations.writing import read_seen, record_for, require_licensed, save


async def acknowledge(
    *,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    comment: str = "",
    records: Records,
    desk: Desk,
) -> Record:
    """Acknowledge the result, report, or a referral's newest answer, as it was ``seen``.

    Raises:
        NotAllowed: Not a licensed profession.
        ChangedMeanwhile: A newer version or answer has come: read that one.
        Problem: There is nothing to acknowledge, or somebody has done it.
    """
    require_licensed(desk)
    state = await read_seen(patient, entity, seen=seen, records=records)
    target = _target(state)
    if (earlier := state.acknowledged(target.id)) is not None:
        raise Problem(
            _("{name} has already acknowledged this.").format(name=earlier.author.name), ""
        )
    record = record_for(
        desk,
        patient=patient,
        kind="acknowledgement",
        body=Acknowledgement(comment=comment),
        entity=entity,
        bases=[target.id],
        approved_for_patient=target.approved_for_patient,
    )
    await save(records, desk, record)
    return record


def _target(state: EntityState) -> Record:
    if state.voided:
        raise Problem(_("It is voided."), _("Nothing remains to acknowledge."))
    if state.family in ("observation", "diagnostic_report"):
        return state.current
    if state.family == "referral" and (answers := referral_state(state).answers):
        return answers[-1]
    raise Problem(
        _("There is no answer to acknowledge yet."), _("Wait for the answer, or send a reminder.")
    )
