"""A day's visits as rows: who has come first, then who is awaited, then what is over."""

from __future__ import annotations

from ui.kit.cell import Cell, Group, Row, text_cell
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.screens.reception.state import (
    GROUPS,
    ReceptionState,
    booking_of,
    patient_key,
    visit_key,
)
from ui.screens.reception.visit_form import TYPES
from ui.shell.people import age_words, list_name, number_label, shown_number
from ui.theme.tokens import Tone
from workstation.domain.contact import Booking
from workstation.domain.texts import N_, _
from workstation.domain.values import local_date, local_text, millis_of
from workstation.operations.ports import PatientLine, Visit

LATE_MS = 10 * 60 * 1000
_TITLES = {
    "arrived": (N_("Has arrived"), Tone.OK),
    "booked": (N_("Expected"), Tone.NEUTRAL),
    "over": (N_("Over, missed and cancelled"), Tone.NEUTRAL),
}
STATUS = {
    "booked": N_("Booked"),
    "arrived": N_("Arrived"),
    "fulfilled": N_("Visit over"),
    "noshow": N_("Did not come"),
    "cancelled": N_("Cancelled"),
}
_DAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"),
    N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip


def day_words(state: ReceptionState) -> str:
    """Return ``Thursday 2026-03-05``."""
    return f"{_(_DAYS[state.day.weekday()])} {state.day.isoformat()}"


def summary(state: ReceptionState) -> str:
    """Return how many are booked, have come, and are over."""
    counts = [
        sum(1 for v in state.visits or () if booking_of(v).status in statuses)
        for _key, statuses in GROUPS
    ]
    return _("{arrived} arrived · {booked} booked · {over} over").format(
        arrived=counts[0], booked=counts[1], over=counts[2]
    )


def rows_of(state: ReceptionState) -> list[Group | Row]:
    """Return the rows of the day, then those who were found and have no time."""
    entries: list[Group | Row] = []
    for key, statuses in GROUPS:
        under = [v for v in state.shown if booking_of(v).status in statuses]
        if under:
            title, tone = _TITLES[key]
            entries.append(Group(title=_(title), count=len(under), tone=tone))
            entries.extend(_visit(visit, state) for visit in under)
    if state.unbooked:
        entries.append(Group(title=_("Without a booking this day"), count=len(state.unbooked)))
        entries.extend(_unbooked(line, state) for line in state.unbooked)
    return entries


def _visit(visit: Visit, state: ReceptionState) -> Row:
    booking = booking_of(visit)
    where = [part for part in (booking.room,) if part]
    return Row(
        key=visit_key(visit),
        cells=(
            text_cell((Run(_clock(booking), strong=True, keep=True),)),
            _person(visit.patient, state),
            text_cell(*_what(booking, state)),
            text_cell((Run(booking.clinician or "—"),), *((quiet(part),) for part in where)),
            text_cell(*_fee(booking)),
            text_cell(*_standing(visit, booking, state.now)),
        ),
        name=list_name(visit.patient),
        faded=booking.status in ("fulfilled", "noshow", "cancelled"),
    )


def _clock(booking: Booking) -> str:
    start = local_text(millis_of(booking.start))[11:]
    if not booking.end:
        return start
    return f"{start}–{local_text(millis_of(booking.end))[11:]}"


def _person(line: PatientLine, state: ReceptionState) -> Cell:
    age = age_words(line.birth_date, local_date(state.now)) if state.now else ""
    number = f"{number_label(line)} {shown_number(line)}".strip()
    detail = " · ".join(part for part in (number, age) if part)
    name: Line = (strong(list_name(line) or _("No name")),)
    if line.protected:
        name = (*name, strong("  ▲ " + _("Protected identity"), ink=Ink.WARNING))
    return text_cell(name, (quiet(detail),))


def _what(booking: Booking, state: ReceptionState) -> list[Line]:
    kind = _(TYPES.get(booking.type, TYPES["other"]))
    lines: list[Line] = [(Run(booking.reason or kind),)]
    details = [kind] if booking.reason else []
    if booking.referral is not None:
        title = state.referrals.get(str(booking.referral), "")
        details.append(f"{_('Referral')}: {title}" if title else _("Referral"))
    if details:
        lines.append((quiet(" · ".join(details)),))
    return lines


def _fee(booking: Booking) -> list[Line]:
    lines: list[Line] = []
    if booking.fee:
        lines.append((Run(booking.fee),))
    if booking.interpreter:
        text = _("Interpreter: {language}").format(language=booking.interpreter)
        lines.append((Run(text, strong=True),))
    return lines


def _standing(visit: Visit, booking: Booking, now: int) -> list[Line]:
    if visit.booking.row.undecided:
        return [(strong("▲ " + _("two versions"), ink=Ink.WARNING),)]
    if booking.status == "booked" and now - millis_of(booking.start) > LATE_MS:
        return [(strong(_("Booked")),), (Run("▲ " + _("has not come"), ink=Ink.WARNING),)]
    ink = Ink.OK if booking.status == "arrived" else Ink.TEXT
    lines: list[Line] = [(strong(_(STATUS[booking.status]), ink=ink),)]
    if booking.status == "arrived":
        lines.append((quiet(local_text(_arrived_at(visit))[11:]),))
    return lines


def _arrived_at(visit: Visit) -> int:
    """Return when the patient came, ms UTC: what was noted later does not move it."""
    at = 0
    for version in visit.booking.state.line.versions:
        if not isinstance(version.body, Booking) or version.body.status != "arrived":
            at = 0
        elif not at:
            at = version.written_at.millis
    return at or visit.booking.state.current.written_at.millis


def _unbooked(line: PatientLine, state: ReceptionState) -> Row:
    return Row(
        key=patient_key(line),
        cells=(
            Cell(),
            _person(line, state),
            text_cell((quiet(_("D registers a drop-in, B books a time")),)),
            Cell(),
            Cell(),
            Cell(),
        ),
        name=list_name(line),
    )
