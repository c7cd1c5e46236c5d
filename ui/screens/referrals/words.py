"""Referral types, statuses and events in words."""

from __future__ import annotations

from workstation.domain.record import Record
from workstation.domain.referral import ReferralAnswer, ReferralEvent
from workstation.domain.texts import N_, _
from workstation.domain.values import local_date, local_text, millis_of

TYPES = {
    "consultation": N_("Consultation"),
    "takeover": N_("Takeover of care"),
    "laboratory": N_("Laboratory"),
    "imaging": N_("Imaging and physiology"),
    "own": N_("Patient's own request"),
}
PRIORITIES = {
    "routine": N_("Routine"),
    "soon": N_("Soon"),
    "urgent": N_("Urgent"),
    "immediate": N_("Immediate"),
}
STATUS = {
    "sent": N_("Sent to receiver"),
    "received": N_("Received by the unit"),
    "completion": N_("Completion requested"),
    "forwarded": N_("Forwarded"),
    "accepted": N_("Accepted"),
    "booked": N_("Booked"),
    "performed": N_("Performed"),
    "partial": N_("Partly answered"),
    "preliminary": N_("Preliminary answer"),
    "final": N_("Final answer"),
    "rejected": N_("Rejected"),
    "cancelled": N_("Cancelled"),
    "voided": N_("Voided"),
    "undecided": N_("Undecided"),
}
EVENTS = {
    "BEK": N_("Received"),
    "KOM": N_("Asked for completion"),
    "VID": N_("Forwarded"),
    "AVV": N_("Rejected"),
    "AVB": N_("Cancelled"),
    "accepted": N_("Accepted"),
    "booked": N_("Booked"),
    "performed": N_("Performed"),
}
ANSWERS = {
    "DSV": N_("Answer in part"),
    "PSV": N_("Preliminary answer"),
    "SSV": N_("Final answer"),
}


def event_text(record: Record) -> str:
    """Return one step on the referral's way: when, what, by whom and why."""
    body = record.body
    at = local_text(record.written_at.millis)
    who = f"{record.author.name}, {record.author.unit_name}"
    if isinstance(body, ReferralEvent):
        parts = [_(EVENTS[body.event])]
        if body.to_unit_name:
            parts.append(body.to_unit_name)
        if body.booked_for:
            parts.append(moment(body.booked_for))
        if body.reason:
            parts.append(body.reason)
        return f"{at}  {' · '.join(parts)} — {who}"
    if isinstance(body, ReferralAnswer):
        return f"{at}  {_(ANSWERS[body.answer])} — {who}"
    return f"{at}  {_('Sent')} — {who}"


def moment(when: str) -> str:
    """Return a stored date or time as it is shown."""
    return local_text(millis_of(when)) if "T" in when else when


def day(millis: int) -> str:
    """Return the Swedish day."""
    return local_date(millis).isoformat()
