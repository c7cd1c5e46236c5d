"""Steps on a referral's way in words."""

from __future__ import annotations

from workstation.domain.record import Record
from workstation.domain.referral import ReferralAnswer, ReferralEvent
from workstation.domain.referral_words import ANSWERS, EVENTS
from workstation.domain.texts import _
from workstation.domain.values import local_date, local_text, millis_of


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
