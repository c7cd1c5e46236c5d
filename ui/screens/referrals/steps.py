"""What may be done with a referral, by the table alone, in the order of the buttons."""

from __future__ import annotations

from workstation.domain.attachment import Attachment
from workstation.domain.ids import HsaId
from workstation.domain.referral import ReferralAnswer, ReferralState, Step, steps_for
from workstation.domain.texts import N_

STEPS = {
    "BEK": N_("Confirm receipt"),
    "accepted": N_("Accept"),
    "prioritised": N_("Set priority"),
    "assigned": N_("Assign"),
    "booked": N_("Book time"),
    "KOM": N_("Ask for completion"),
    "VID": N_("Forward"),
    "AVV": N_("Reject"),
    "performed": N_("Mark as performed"),
    "AVB": N_("Cancel referral"),
    "planned": N_("Plan the examination"),
    "postponed": N_("Postpone"),
    "waiting": N_("Put on hold"),
    "started": N_("Begin the examination"),
    "interrupted": N_("Interrupt"),
    "obsolete": N_("No longer relevant"),
}
SELDOM = ("planned", "postponed", "waiting", "started", "interrupted", "obsolete")
"""Offered together, behind one button."""
MORE = "more"
ANSWERING = (Step.DSV, Step.PSV, Step.SSV)
ANSWER_KEYS = tuple(str(step) for step in ANSWERING)


def actions_for(referral: ReferralState, unit: HsaId) -> tuple[str, ...]:
    """Return what staff of ``unit`` may do now; whatever the table does not allow is not here."""
    open_now = steps_for(referral, unit)
    names = {str(step) for step in open_now}
    found = []
    if may_acknowledge(referral, unit):
        found.append("acknowledge")
    if Step.RESOLUTION in open_now:
        found.append("decide")
    found += [key for key in STEPS if key in names and key not in SELDOM]
    if any(key in names for key in SELDOM):
        found.append(MORE)
    if any(step in open_now for step in ANSWERING):
        found.append("answer")
    if Step.AMENDED in open_now and referral.request.type != "own":
        found.append("complete")
    if Step.WATCH in open_now and not referral.closed:
        found.append("watch")
    return tuple(found)


def attachments_of(referral: ReferralState) -> tuple[Attachment, ...]:
    """Return everything attached to the request and to the answers, the request's first."""
    found = list(referral.request.attachments)
    for record in referral.answers:
        if isinstance(record.body, ReferralAnswer):
            found.extend(record.body.attachments)
    return tuple({one.hash: one for one in found}.values())


def may_acknowledge(referral: ReferralState, unit: HsaId) -> bool:
    """Whether something waits to be acknowledged, and by this unit."""
    asks = (referral.owner_unit, referral.request_record.author.unit)
    return bool(referral.unseen) and unit in asks


def seldom_for(referral: ReferralState, unit: HsaId) -> tuple[str, ...]:
    """Return the seldom steps that may be taken now."""
    names = {str(step) for step in steps_for(referral, unit)}
    return tuple(key for key in SELDOM if key in names)


def answers_for(referral: ReferralState, unit: HsaId) -> tuple[str, ...]:
    """Return the kinds of answer that may be given now."""
    open_now = steps_for(referral, unit)
    return tuple(str(step) for step in ANSWERING if step in open_now)
