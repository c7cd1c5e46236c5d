"""Record a dose given, not given or refused: planned, actual and recorded time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.medication import Administration, OrderStatus
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.domain.values import millis_of
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

_PLAIN = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?")


class AlreadyRecorded(Problem):
    """Somebody has said what happened with this planned dose; nothing was stored."""


async def record_administration(
    given: Administration,
    *,
    patient: PatientId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
    extra_because: str = "",
) -> Record:
    """Store what happened with a dose of the order ``given.order`` as it was ``seen``.

    Args:
        extra_because: Why a dose is recorded that was planned once and is recorded already.

    Raises:
        AlreadyRecorded: The planned dose is recorded, and nobody says that this is an extra.
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
    if extra_because.strip():
        given = _as_extra(given, extra_because.strip())
    elif await _is_recorded(given, patient=patient, records=records):
        raise AlreadyRecorded(
            _("This planned dose is already recorded."),
            _("Read the administration list. If it is an extra dose, choose Extra dose there."),
        )
    record = record_for(
        desk, patient=patient, kind="administration", body=given, written_at=written_at
    )
    await save(records, desk, record)
    return record


def _as_extra(given: Administration, why: str) -> Administration:
    told = _("Extra dose: {why}").format(why=why)
    reason = f"{told}. {given.reason}" if given.reason.strip() else told
    return msgspec.structs.replace(given, reason=reason)


async def _is_recorded(given: Administration, *, patient: PatientId, records: Records) -> bool:
    """Whether this order's dose of that planned time has been recorded; void ones do not count."""
    if given.planned is None:
        return False
    planned = millis_of(given.planned)
    listed = await records.listed(patient, "administration", code=str(given.order))
    return any(
        isinstance(body := one.state.current.body, Administration)
        and body.planned is not None
        and millis_of(body.planned) == planned
        and not one.state.voided
        for one in listed
    )


def _is_amount(text: str) -> bool:
    """Whether ``text`` is a plain number above zero: no sign, no power of ten, no fraction."""
    return _PLAIN.fullmatch(text) is not None and Decimal(text) > 0


def _check_content(given: Administration) -> None:
    if given.status == "given" and not (given.amount and given.actual):
        raise Incomplete(
            _("Say how much was given, and when."), _("Fill in amount and time."), ["amount"]
        )
    if given.amount and not _is_amount(given.amount):
        raise Incomplete(
            _("The amount is no number above zero."),
            _("Type a number only, such as 0,5: the unit has a field of its own."),
            ["amount"],
        )
    if given.status != "given" and not given.reason.strip():
        raise Incomplete(
            _("Say why the dose was not given."), _("Choose or write a reason."), ["reason"]
        )
