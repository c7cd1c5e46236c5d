"""Void what should not have been written (makulering): it stays readable, struck through."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.marks import Void
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.referral import Step, referral_state
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Records
from workstation.operations.record_referral_event import check_step
from workstation.operations.writing import (
    Incomplete,
    NotAllowed,
    read_seen,
    record_for,
    require_care,
    require_prescriber,
    save,
)


async def void_entity(
    *,
    reason: str,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Void the entity as it was ``seen``; return the record that does.

    Raises:
        Incomplete: No reason is given.
        NotAllowed: Who wrote it works at another unit, or it is an order and this no physician.
        ChangedMeanwhile: It is no longer what was ``seen``.
        Problem: It is voided already, undecided, or the patient's own identity.
    """
    require_care(desk)
    if not reason.strip():
        raise Incomplete(
            _("Say why it is voided."), _("The reason is shown with the voided text."), ["reason"]
        )
    state = await read_seen(patient, entity, seen=seen, records=records)
    _check(state, desk)
    record = record_for(
        desk,
        patient=patient,
        kind="void",
        body=Void(reason=reason),
        entity=entity,
        bases=seen,
        approved_for_patient=state.current.approved_for_patient,
    )
    await save(records, desk, record)
    return record


def _check(state: EntityState, desk: Desk) -> None:
    if state.voided:
        raise Problem(_("It is already voided."), "")
    if state.undecided:
        raise Problem(
            _("Two versions stand side by side."), _("Decide which one holds, then void it.")
        )
    if state.family == "patient":
        raise Problem(
            _("A patient cannot be voided."), _("Correct the details, or link the two identities.")
        )
    if state.family == "identity_link":
        raise Problem(
            _("A link stands in both records."), _("Undo the link: it then ends in both.")
        )
    if state.family == "medication_order":
        require_prescriber(desk)
    if state.family == "referral":
        check_step(referral_state(state), Step.VOID, desk)
    elif desk.author.unit not in (state.first.author.unit, state.current.author.unit):
        raise NotAllowed(
            _("This was written at {unit}.").format(unit=state.current.author.unit_name),
            _("Ask that unit to void it; you may write what is wrong in a note of your own."),
        )
