"""Record a dose given, not given or refused: planned, actual and recorded time."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.medication import Administration, OrderStatus
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.order_chain import read_order
from workstation.operations.ports import Desk, Records
from workstation.operations.writing import (
    Incomplete,
    check_date,
    check_not_ahead,
    record_for,
    require_care,
    save,
)


async def record_administration(
    given: Administration,
    *,
    patient: PatientId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Store what happened with a dose of the order ``given.order`` as it was ``seen``.

    Raises:
        NotAllowed: Not a profession in care.
        Incomplete: Amount, time or reason is missing; the actual time has not come.
        ChangedMeanwhile: The order has changed: read it again before giving anything.
        Problem: The order is paused, stopped, voided or undecided and a dose was ``given``.
    """
    require_care(desk)
    written_at = desk.now()
    check_date("planned", given.planned)
    check_not_ahead("actual", given.actual, written_at.as_datetime())
    _check_content(given)
    order = await read_order(patient, EntityId(given.order), seen=seen, records=records)
    if given.status == "given" and order.status is not OrderStatus.ACTIVE:
        raise Problem(
            _("The order is not ongoing: nothing may be given on it."),
            _("Ask the responsible physician."),
        )
    record = record_for(
        desk, patient=patient, kind="administration", body=given, written_at=written_at
    )
    await save(records, desk, record)
    return record


def _check_content(given: Administration) -> None:
    if given.status == "given" and not (given.amount and given.actual):
        raise Incomplete(
            _("Say how much was given, and when."), _("Fill in amount and time."), ["amount"]
        )
    if given.status != "given" and not given.reason.strip():
        raise Incomplete(
            _("Say why the dose was not given."), _("Choose or write a reason."), ["reason"]
        )
