"""Steps on a referral's way in words: the same line of events on both sides."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.domain.entity import EntityState
from workstation.domain.marks import Acknowledgement, Resolution, Void
from workstation.domain.record import Record
from workstation.domain.referral import (
    Referral,
    ReferralAnswer,
    ReferralEvent,
    ReferralState,
    ReferralWatch,
)
from workstation.domain.referral_words import ANSWERS, EVENTS, PRIORITIES, STANDINGS
from workstation.domain.texts import _, ngettext
from workstation.domain.values import local_date, local_text, millis_of

_YEARS_FROM = 730  # days: more of them nobody reads as a time


@dataclass(frozen=True, kw_only=True, repr=False)
class Happened:
    """One event of the way. ``said``: what somebody wrote, exactly. ``aside``: without effect, why."""

    at: int
    what: str
    detail: str
    said: str
    who: str
    aside: str = ""

    @property
    def line(self) -> str:
        """Return it as one line."""
        what = " · ".join(part for part in (self.what, self.detail, self.aside, self.said) if part)
        return f"{local_text(self.at)}  {what} — {self.who}"


def way_of(state: EntityState, referral: ReferralState | None = None) -> tuple[Happened, ...]:
    """Return everything that happened to a referral, oldest first: steps, answers, acknowledgements."""
    records = sorted((*state.line.versions, *state.acknowledgements), key=lambda r: r.order)
    return tuple(_happened(record, referral) for record in records)


def _happened(record: Record, referral: ReferralState | None) -> Happened:
    what, detail, said = _told(record)
    standing = referral.standing_of(record.id) if referral else None
    aside = _(STANDINGS[standing]) if standing is not None and standing in STANDINGS else ""
    return Happened(
        at=record.written_at.millis,
        what=what,
        detail=detail,
        said=said,
        who=_who(record),
        aside=aside,
    )


def _who(record: Record) -> str:
    if getattr(record.body, "by", "") == "patient":
        return _("the patient")
    author = record.author
    return ", ".join(p for p in (author.name, author.title, author.unit_name) if p)


def _told(record: Record) -> tuple[str, str, str]:
    """Return what, detail and what was written."""
    match record.body:
        case ReferralEvent() as event:
            return _(EVENTS[event.event]), _event_detail(event), event.reason
        case ReferralAnswer() as answer:
            changes = _("changes the meaning") if answer.changes_meaning else ""
            return _(ANSWERS[answer.answer]), changes, ""
        case ReferralWatch() as watch:
            whom = watch.owner_name or watch.unit_name or watch.unit
            return _("The watch moved to {whom}").format(whom=whom), "", watch.text
        case Acknowledgement() as seen:
            return _("Acknowledged"), "", seen.comment
        case Resolution() as decided:
            return _("Decided"), "", decided.reason
        case Void() as void:
            return _("Voided"), "", void.reason
        case Referral() as request:
            what = _("Sent") if not record.bases else _("Completed")
            return what, request.to_unit_name if not record.bases else "", ""
    return _("Needs a newer program"), "", ""


def _event_detail(event: ReferralEvent) -> str:
    parts = [
        event.to_unit_name,
        moment(event.booked_for) if event.booked_for else "",
        _(PRIORITIES[event.priority]) if event.priority else "",
        _("latest {date}").format(date=event.target[:10]) if event.target else "",
        event.person_name,
    ]
    return " · ".join(part for part in parts if part)


def event_text(record: Record) -> str:
    """Return one step on the referral's way: when, what, by whom and why."""
    return _happened(record, None).line


def moment(when: str) -> str:
    """Return a stored date or time as it is shown."""
    return local_text(millis_of(when)) if "T" in when else when


def day(millis: int) -> str:
    """Return the Swedish day."""
    return local_date(millis).isoformat()


def span_words(millis: int) -> str:
    """Return how long something has taken or waited: ``3 h``, ``2 d 4 h``, ``31 d``, in years from two."""
    hours = max(0, millis) // 3_600_000
    if hours < 24:
        return _("{count} h").format(count=hours)
    days, rest = divmod(hours, 24)
    if days < 7 and rest:
        return _("{days} d {hours} h").format(days=days, hours=rest)
    if days >= _YEARS_FROM:
        years = days // 365
        return ngettext("more than {count} year", "more than {count} years", years).format(
            count=years
        )
    return _("{count} d").format(count=days)
