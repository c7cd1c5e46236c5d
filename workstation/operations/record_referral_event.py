"""Take the next step with a referral: receive, assess, forward, reject, book, perform, cancel …"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.referral import (
    TRANSITIONS,
    Event,
    ReferralEvent,
    ReferralState,
    Step,
    referral_state,
    refusal_of,
    steps_for,
)
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

_ROWS = {row.step: row for row in TRANSITIONS}
EVENTS = tuple(step for step in _ROWS if step in get_args(Event))


class IllegalStep(Problem):
    """The step does not follow from where the referral stands; nothing was stored."""


def steps_open(referral: ReferralState, unit: str) -> tuple[str, ...]:
    """Return the events (``ReferralEvent.event``) that ``unit`` may take now, in table order."""
    return tuple(str(step) for step in steps_for(referral, unit) if step in EVENTS)


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
        NotAllowed: The step belongs to the other unit, or needs a licence (the table says which).
        Incomplete: A reason, the unit to forward to, the booked time or the person is missing.
        ChangedMeanwhile: Something has happened to it since.
        IllegalStep: It does not follow from where the referral stands.
    """
    step = Step(event.event)
    (require_licensed if _ROWS[step].licensed else require_care)(desk)
    _check_content(event)
    state = await read_seen(patient, entity, seen=seen, records=records)
    check_step(referral_state(state), step, desk)
    record = record_for(
        desk, patient=patient, kind="referral_event", body=event, entity=entity, bases=seen
    )
    await save(records, desk, record)
    return record


def _check_content(event: ReferralEvent) -> None:
    if _ROWS[Step(event.event)].reason and not event.reason.strip():
        raise Incomplete(
            _("Say why."), _("The other unit and the patient read the reason."), ["reason"]
        )
    if (event.event == "VID") != bool(event.to_unit):
        raise Incomplete(
            _("Say which unit it is forwarded to."), _("Choose the unit."), ["to_unit"]
        )
    if event.event == "booked" and not event.booked_for:
        raise Incomplete(_("Say the booked time."), _("Fill in date and time."), ["booked_for"])
    if event.event == "prioritised" and not (event.priority or event.target):
        raise Incomplete(
            _("Say the priority or the latest day."), _("Choose a priority."), ["priority"]
        )
    if event.event == "assigned" and not event.person:
        raise Incomplete(_("Say who takes it."), _("Choose a colleague."), ["person"])
    check_date("booked_for", event.booked_for)
    check_date("target", event.target)


def check_step(referral: ReferralState, step: Step, desk: Desk) -> None:
    """Raise unless who sits here may take the step from where the referral stands.

    Raises:
        NotAllowed, IllegalStep: As :func:`record_referral_event`.
    """
    refusal = refusal_of(referral, step, desk.author.unit)
    if refusal == "side":
        raise NotAllowed(
            _("That step belongs to the other unit."),
            _("The sender completes, cancels and acknowledges; the receiver does the rest."),
        )
    if refusal == "undecided":
        raise IllegalStep(
            _("Two units have acted apart, and nobody has decided between them."),
            _("Decide which of them holds first."),
        )
    if refusal:
        raise IllegalStep(
            _("That step does not follow from where the referral stands."),
            _("Look at its line of events."),
        )
