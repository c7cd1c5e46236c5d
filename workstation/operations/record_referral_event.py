"""Take the next step with a referral: receive, ask, forward, reject, accept, book, perform, cancel."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.referral import ReferralEvent, ReferralState, referral_state
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Records
from workstation.operations.writing import (
    Incomplete,
    NotAllowed,
    check_date,
    read_seen,
    record_for,
    require_care,
    require_licensed,
    save,
)

_WITH_REASON = frozenset({"KOM", "AVV", "AVB"})
_ASSESSED = frozenset({"accepted", "booked", "performed", "partial", "preliminary"})
_AFTER: dict[str, frozenset[str]] = {
    "BEK": frozenset({"sent", "forwarded"}),
    "KOM": frozenset({"sent", "received", "forwarded", "accepted"}),
    "VID": frozenset({"sent", "received", "forwarded", "accepted"}),
    "AVV": frozenset({"sent", "received", "forwarded", "completion"}),
    "accepted": frozenset({"sent", "received", "forwarded", "completion"}),
    "booked": frozenset({"accepted", "booked", "received"}),
    "performed": frozenset({"accepted", "booked", "received"}),
    "AVB": _ASSESSED - {"performed"} | {"sent", "received", "forwarded", "completion"},
}
"""From which statuses each step may be taken (RIV request v2.2)."""


def steps_open(referral: ReferralState, unit: str) -> tuple[str, ...]:
    """Return the steps that ``unit`` may take now, in the order of the table."""
    if referral.closed or referral.undecided:
        return ()
    sender = referral.request_record.author.unit
    return tuple(
        event
        for event, statuses in _AFTER.items()
        if referral.status in statuses and unit == (sender if event == "AVB" else referral.receiver)
    )


async def record_referral_event(
    event: ReferralEvent,
    *,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Store the step on the referral as it was ``seen``.

    Raises:
        NotAllowed: The step belongs to the other unit, or needs a licence (all but receiving
            and booking do).
        Incomplete: A reason, the unit to forward to, or the booked time is missing.
        ChangedMeanwhile: Something has happened to it since.
        Problem: The step does not follow from where the referral stands.
    """
    (require_care if event.event in ("BEK", "booked") else require_licensed)(desk)
    _check_content(event)
    state = await read_seen(patient, entity, seen=seen, records=records)
    _check_step(event, referral_state(state), desk)
    record = record_for(
        desk, patient=patient, kind="referral_event", body=event, entity=entity, bases=seen
    )
    await save(records, desk, record)
    return record


def _check_content(event: ReferralEvent) -> None:
    if event.event in _WITH_REASON and not event.reason.strip():
        raise Incomplete(
            _("Say why."), _("The other unit and the patient read the reason."), ["reason"]
        )
    if (event.event == "VID") != bool(event.to_unit):
        raise Incomplete(
            _("Say which unit it is forwarded to."), _("Choose the unit."), ["to_unit"]
        )
    if event.event == "booked" and not event.booked_for:
        raise Incomplete(_("Say the booked time."), _("Fill in date and time."), ["booked_for"])
    check_date("booked_for", event.booked_for)


def _check_step(event: ReferralEvent, referral: ReferralState, desk: Desk) -> None:
    if referral.closed or referral.undecided or referral.status not in _AFTER[event.event]:
        raise Problem(
            _("That step does not follow from where the referral stands."),
            _("Look at its line of events."),
        )
    if event.event not in steps_open(referral, desk.author.unit):
        raise NotAllowed(
            _("That step belongs to the other unit."),
            _("The sender cancels; the receiver does everything else."),
        )
