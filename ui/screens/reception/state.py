"""What the reception shows: a day's visits, what a search found, and what is being filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from workstation.domain.contact import Booking
from workstation.domain.ids import HsaId
from workstation.domain.values import millis_of
from workstation.operations.change_booking import outcomes_of
from workstation.operations.ports import PatientLine, Visit

Filling = Literal["drop_in", "book", "change"]
GROUPS: tuple[tuple[str, frozenset[str]], ...] = (
    ("arrived", frozenset({"arrived"})),
    ("booked", frozenset({"booked"})),
    ("over", frozenset({"fulfilled", "noshow", "cancelled"})),
)


@dataclass(frozen=True, kw_only=True, repr=False)
class BeingFilled:
    """A visit that is typed in beside the list. ``visit``: the one that is changed."""

    what: Filling
    patient: PatientLine
    visit: Visit | None = None
    content: Mapping[str, str] = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()
    problem: tuple[str, str] = ("", "")
    busy: bool = False

    def typed(self, key: str, value: str) -> BeingFilled:
        """Return it with one field changed."""
        return replace(self, content={**self.content, key: value}, wrong=self.wrong - {key})


@dataclass(frozen=True, kw_only=True, repr=False)
class ReceptionState:
    """``visits``: the day's, None until read. ``found``: patients of a search who have no time
    that day; ``region_failed``: only this computer was searched. ``referrals``: the titles of
    those that visits belong to. ``now``: ms UTC. ``chosen``: the key of a row.
    """

    day: date = date(2000, 1, 1)
    visits: tuple[Visit, ...] | None = None
    referrals: Mapping[str, str] = field(default_factory=dict)
    search: str = ""
    found: tuple[PatientLine, ...] = ()
    region_failed: bool = False
    only_mine: bool = False
    person: HsaId = HsaId("")
    now: int = 0
    chosen: str = ""
    filling: BeingFilled | None = None

    @property
    def shown(self) -> tuple[Visit, ...]:
        """The visits that fit the search and the filter."""
        return tuple(v for v in self.visits or () if self._fits(v))

    @property
    def unbooked(self) -> tuple[PatientLine, ...]:
        """Patients found who have no time that day."""
        booked = {visit.patient.patient for visit in self.visits or ()}
        return tuple(line for line in self.found if line.patient not in booked)

    def visit(self, key: str) -> Visit | None:
        """Return the visit of a row."""
        return next((v for v in self.visits or () if visit_key(v) == key), None)

    def patient(self, key: str) -> PatientLine | None:
        """Return the patient of a row, whether booked or found."""
        visit = self.visit(key)
        if visit is not None:
            return visit.patient
        return next((line for line in self.found if patient_key(line) == key), None)

    def _fits(self, visit: Visit) -> bool:
        if self.only_mine and booking_of(visit).clinician_id != self.person:
            return False
        line = visit.patient
        digits = "".join(c for c in self.search if c.isdigit())
        if digits:
            return digits in line.identity
        text = f"{line.family} {line.given}".casefold()
        return all(word in text for word in self.search.casefold().split())


def booking_of(visit: Visit) -> Booking:
    """Return what is booked."""
    body = visit.booking.state.current.body
    assert isinstance(body, Booking)
    return body


def visit_key(visit: Visit) -> str:
    """Return the key of a visit's row."""
    return f"visit:{visit.booking.state.id}"


def patient_key(line: PatientLine) -> str:
    """Return the key of the row of somebody without a booking."""
    return f"patient:{line.patient}"


def actions_open(state: ReceptionState) -> tuple[str, ...]:
    """Return what may be done with the chosen row."""
    visit = state.visit(state.chosen)
    if visit is None:
        return ("drop_in", "book") if state.patient(state.chosen) is not None else ()
    if visit.booking.row.undecided:
        return ()
    booking = booking_of(visit)
    outcomes = outcomes_of(booking)
    arrive = ("arrive",) if booking.status == "booked" else ()
    change = ("change",) if booking.status in ("booked", "arrived") else ()
    order = ("fulfilled", "booked", "noshow", "cancelled")
    return (*arrive, *(each for each in order if each in outcomes), *change)


def bounds(day: date) -> tuple[int, int]:
    """Return the first moment of a Swedish day and of the next one, ms UTC."""
    return millis_of(day.isoformat()), millis_of((day + timedelta(days=1)).isoformat())
