"""What the steps in a medication order's chain have in common."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.medication import MedicationOrder, OrderState, OrderStatus, order_state
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Reading, Records
from workstation.operations.writing import Incomplete, check_date, read_seen, record_for, save


def check_order(order: MedicationOrder) -> None:
    """Raise ``Incomplete`` naming every part an order must state (HSLF-FS 2017:37).

    The drug, its dosing, why it is given, from when, and until when or how it is followed up.
    """
    missing: list[tuple[str, str]] = []
    if order.drug is None or not order.drug.name.strip():
        missing.append(("drug", _("medicine")))
    if order.dosage is None or not (order.dosage.steps or order.dosage.text.strip()):
        missing.append(("dosage", _("dosing")))
    if not (order.reason and order.reason.label.strip()) and not order.purpose.strip():
        missing.append(("reason", _("reason for treatment")))
    if not order.start:
        missing.append(("start", _("start date")))
    if not (order.planned_stop or order.follow_up):
        missing.append(("follow_up", _("follow-up date or last day")))
    if missing:
        raise Incomplete(
            _("The order does not say everything it must."),
            _("Fill in: {fields}.").format(fields=", ".join(name for _field, name in missing)),
            [field for field, _name in missing],
        )
    _check_dates(order)


def _check_dates(order: MedicationOrder) -> None:
    for field in ("start", "planned_stop", "follow_up", "until"):
        check_date(field, getattr(order, field))
    if order.start and order.planned_stop and order.planned_stop[:10] < order.start[:10]:
        raise Incomplete(
            _("The last day comes before the first."),
            _("Change one of the dates."),
            ["planned_stop"],
        )


async def read_order(
    patient: PatientId, entity: EntityId, *, seen: Sequence[RecordId], records: Reading
) -> OrderState:
    """Return the order as it was ``seen``, if it may be built on.

    Raises:
        ChangedMeanwhile: It has changed since.
        Problem: It is voided, undecided, or no order.
    """
    state = await read_seen(patient, entity, seen=seen, records=records)
    if state.family != "medication_order":
        raise Problem(_("This is not a medication order."), _("Open it in the medication list."))
    order = order_state(state)
    if order.undecided:
        raise Problem(
            _("The order was changed in two places and nobody has decided."),
            _("Decide which side holds first."),
        )
    if order.voided:
        raise Problem(_("The order is voided."), _("Write a new order."))
    return order


def require_status(order: OrderState, *allowed: OrderStatus) -> None:
    """Raise ``Problem`` unless the order has one of these statuses."""
    if order.status in allowed:
        return
    advice = {
        OrderStatus.STOPPED: _("It is stopped. Write a new order."),
        OrderStatus.PAUSED: _("It is paused. Resume or stop it."),
        OrderStatus.ACTIVE: _("It is ongoing. Change, pause or stop it."),
        OrderStatus.HELD: _("Nobody has decided which side holds. Decide first."),
    }
    raise Problem(_("That cannot be done with the order as it stands."), advice[order.status])


async def write_step(
    body: MedicationOrder,
    *,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Store one step of the chain on the versions that were ``seen``."""
    record = record_for(
        desk, patient=patient, kind="medication_order", body=body, entity=entity, bases=seen
    )
    await save(records, desk, record)
    return record


def require_why(why: str) -> None:
    """Raise ``Incomplete`` when no reason is given."""
    if not why.strip():
        raise Incomplete(
            _("Say why."),
            _("The reason is shown to the next reader and to the patient."),
            ["why"],
        )
