"""The fields of a visit, and the booking that they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from ui.shell.when import moment_of
from ui.shell.workspace.form import FieldKind, Form, FormAction, FormField
from workstation.domain.clock import from_millis
from workstation.domain.contact import CONTACT_TYPES, Booking
from workstation.domain.known_words import one_of
from workstation.domain.texts import N_, _
from workstation.domain.values import local_text, millis_of, utc_text
from workstation.operations.ports import Desk
from workstation.operations.writing import Incomplete

TYPES: dict[str, str] = {
    "visit": N_("Visit"),
    "phone": N_("Phone call"),
    "video": N_("Video call"),
    "home_visit": N_("Home visit"),
    "other": N_("Other"),
}
FEES = (
    N_("Fee paid"),
    N_("Invoice"),
    N_("Free card"),
    N_("No fee: under 20 years"),
    N_("No fee: over 85 years"),
    N_("No fee: communicable disease"),
    N_("No fee"),
)
_TITLES = {
    "drop_in": N_("Visit without a booking"),
    "book": N_("Book a time"),
    "change": N_("Change the booking"),
}
_DONE = {"drop_in": N_("Register arrival"), "book": N_("Book"), "change": N_("Save")}
_LENGTH = "30"
_LONGEST_MINUTES = 24 * 60


def visit_form(what: str, *, clinicians: Sequence[str]) -> Form:
    """Return the form to fill in for a drop-in, a booking or a change."""
    kinds = tuple((key, _(text)) for key, text in TYPES.items())
    times = (
        FormField(key="day", label=_("Day"), kind=FieldKind.DATE),
        FormField(key="time", label=_("Time"), placeholder="08:30", beside=True),
        FormField(key="minutes", label=_("Minutes"), beside=True),
    )
    fields = (
        *(() if what == "drop_in" else times),
        FormField(key="type", label=_("Type"), kind=FieldKind.CHOICE, choices=kinds),
        FormField(key="reason", label=_("Reason for contact")),
        FormField(
            key="clinician",
            label=_("With whom"),
            choices=tuple((name, name) for name in clinicians),
        ),
        FormField(key="room", label=_("Room"), beside=True),
        FormField(
            key="fee",
            label=_("Fee or exemption"),
            choices=tuple((_(fee), _(fee)) for fee in FEES),
        ),
        FormField(key="interpreter", label=_("Interpreter"), placeholder=_("language")),
    )
    done = FormAction(key=what, text=_(_DONE[what]), shortcut="Ctrl+Return", main=True)
    return Form(title=_(_TITLES[what]), fields=fields, actions=(done,))


def new_content(now: int) -> dict[str, str]:
    """Return an empty visit at the next half hour; ``now`` in ms UTC."""
    start = local_text(now - now % 1_800_000 + 1_800_000)
    return {"type": "visit", "day": start[:10], "time": start[11:], "minutes": _LENGTH}


def content_of(booking: Booking) -> dict[str, str]:
    """Return what a booking says, as the form shows it."""
    start = local_text(millis_of(booking.start))
    minutes = (millis_of(booking.end) - millis_of(booking.start)) // 60_000 if booking.end else ""
    return {
        "type": booking.type if booking.type in TYPES else "other",
        "day": start[:10],
        "time": start[11:],
        "minutes": str(minutes),
        "reason": booking.reason,
        "clinician": booking.clinician,
        "room": booking.room,
        "fee": booking.fee,
        "interpreter": booking.interpreter,
    }


def booking_in(content: Mapping[str, str], desk: Desk, *, before: Booking | None = None) -> Booking:
    """Return the booking that the fields say, at the desk's unit or where it was ``before``.

    Raises:
        Incomplete: Day, time or length is missing or cannot be read; nothing is guessed.
    """
    author = desk.author
    start = moment_of(f"{content.get('day', '')} {content.get('time', '')}", "time")
    clinician = content.get("clinician", "").strip()
    stands = before or Booking(
        status="booked", start=start or "", unit=author.unit, unit_name=author.unit_name
    )
    same = before is not None and clinician == before.clinician
    mine = author.hsa_id if clinician == author.name else type(author.hsa_id)("")
    kind = one_of(content.get("type", ""), CONTACT_TYPES, "visit")
    return msgspec.structs.replace(
        stands,
        start=start or "",
        end=_end(start or "", content.get("minutes", "")),
        type=kind,
        reason=content.get("reason", "").strip(),
        clinician=clinician,
        clinician_id=stands.clinician_id if same else mine,
        room=content.get("room", "").strip(),
        fee=content.get("fee", "").strip(),
        interpreter=content.get("interpreter", "").strip(),
    )


def _end(start: str, minutes: str) -> str | None:
    typed = minutes.strip()
    if not typed:
        return None
    if not typed.isdecimal() or not 0 < int(typed) <= _LONGEST_MINUTES:
        raise Incomplete(
            _("The length cannot be read."), _("Type whole minutes, such as 30."), ["minutes"]
        )
    return utc_text(from_millis(millis_of(start)) + timedelta(minutes=int(typed)))
