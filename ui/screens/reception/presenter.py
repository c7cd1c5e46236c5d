"""Read a day's visits, find who comes, register arrivals, and book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from ui.screens.reception.rebased import is_other, rebased
from ui.screens.reception.state import (
    BeingFilled,
    Filling,
    ReceptionState,
    booking_of,
    bounds,
    patient_key,
    visit_key,
)
from ui.screens.reception.visit_form import booking_in, content_of, new_content
from ui.shell.chart import Shell
from ui.shell.people import list_name
from workstation.domain.clock import to_millis
from workstation.domain.contact import Booking
from workstation.domain.ids import EntityId
from workstation.domain.known_words import known_word
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _
from workstation.domain.values import local_date
from workstation.operations.arrive import arrive
from workstation.operations.book import book
from workstation.operations.change_booking import OUTCOMES, change_booking, end_booking
from workstation.operations.drop_in import drop_in
from workstation.operations.ports import PatientLine, Visit
from workstation.operations.writing import ChangedMeanwhile, Incomplete, heads_of

_MOST_FOUND = 20
_FEWEST_SIGNS = 2
_SAID = {
    "fulfilled": N_("{name}: the visit is over."),
    "booked": N_("{name}: taken back, waits again."),
    "noshow": N_("{name}: did not come."),
    "cancelled": N_("{name}: the time is cancelled."),
}
_FILLED = {
    "drop_in": N_("{name} has arrived."),
    "book": N_("A time is booked for {name}."),
    "change": N_("The booking of {name} is changed."),
}


class ReceptionPresenter:
    """Turns what happens at the desk into a new state, and has it drawn."""

    def __init__(self, *, render: Callable[[ReceptionState], None], shell: Shell) -> None:
        self._render = render
        self._shell = shell
        self._session = shell.session
        today = local_date(self._now())
        self._state = ReceptionState(day=today, person=shell.session.desk.author.hsa_id)

    @property
    def state(self) -> ReceptionState:
        """What is drawn now."""
        return self._state

    def _now(self) -> int:
        return to_millis(self._session.clock.now())

    async def reload(self) -> None:
        """Read the shown day anew."""
        day = self._state.day
        since, until = bounds(day)
        unit = self._session.desk.author.unit
        visits = await self._session.records.visits(unit=unit, since=since, until=until)
        titles = await self._titles(visits)
        if day == self._state.day:
            self._show(replace(self._state, visits=visits, referrals=titles, now=self._now()))
        await self._go_on_from_what_is()

    async def _go_on_from_what_is(self) -> bool:
        """Where somebody else changed what is being changed, go on from that; say whether it was."""
        filling = self._state.filling
        if filling is None or filling.visit is None or filling.busy:
            return False
        patient, entity = filling.patient, filling.visit.booking.state.id
        found = await self._session.records.entity(patient.patient, entity)
        still = self._state.filling
        if found is None or still is None or still.visit is not filling.visit:
            return False
        now = Visit(patient=patient, booking=found)
        if not is_other(still, now):
            return False
        self._show(replace(self._state, filling=rebased(still, now)))
        return True

    async def _titles(self, visits: tuple[Visit, ...]) -> dict[str, str]:
        """Read what the referrals say that visits belong to."""
        titles: dict[str, str] = {}
        for visit in visits:
            referral = booking_of(visit).referral
            if referral is not None:
                found = await self._session.records.entity(
                    visit.patient.patient, EntityId(referral)
                )
                titles[str(referral)] = found.row.title if found is not None else ""
        return titles

    async def moved(self, days: int) -> None:
        """Show another day; 0 is today."""
        day = self._state.day + timedelta(days=days) if days else local_date(self._now())
        self._show(replace(self._state, day=day, visits=None, chosen=""))
        await self.reload()

    def filtered(self, *, only_mine: bool) -> None:
        """Show everybody's visits, or only those with this person."""
        self._show(replace(self._state, only_mine=only_mine))

    async def searched(self, text: str) -> None:
        """Narrow the day at once; find who is not booked here, then in the region."""
        search = text.strip()
        self._show(replace(self._state, search=search, found=(), region_failed=False))
        if len(search) < _FEWEST_SIGNS:
            return
        here = await self._session.records.find_patients(search, limit=_MOST_FOUND)
        if search != self._state.search:
            return
        self._show(replace(self._state, found=here))
        if self._session.region is None:
            return
        try:
            elsewhere = await self._session.region(search)
        except Problem:
            if search == self._state.search:
                self._show(replace(self._state, region_failed=True))
            return
        if search == self._state.search:
            known = {line.patient for line in here}
            more = tuple(line for line in elsewhere if line.patient not in known)
            self._show(replace(self._state, found=(*here, *more)))

    async def submitted(self, text: str) -> bool:
        """Enter in the search chooses the row when there is exactly one; say whether it did."""
        if text.strip() != self._state.search:
            await self.searched(text)
        state = self._state
        waiting = [v for v in state.shown if booking_of(v).status == "booked"]
        visits = waiting if len(waiting) == 1 else list(state.shown)
        keys = [visit_key(v) for v in visits] or [patient_key(p) for p in state.unbooked]
        if not state.search or len(keys) != 1:
            return False
        self._show(replace(state, chosen=keys[0]))
        return True

    def chosen(self, key: str) -> None:
        """A row was chosen."""
        self._show(replace(self._state, chosen=key))

    def opened(self, key: str) -> None:
        """Open the record of a row's patient."""
        line = self._state.patient(key)
        if line is not None:
            self._shell.open_patient(line, "overview", None)

    async def act(self, action: str) -> None:
        """Do something with the chosen row."""
        visit, line = self._state.visit(self._state.chosen), self._state.patient(self._state.chosen)
        if line is None:
            return
        if action in ("drop_in", "book"):
            self._fill("drop_in" if action == "drop_in" else "book", line)
        elif visit is not None and action == "change":
            self._fill("change", line, visit)
        elif visit is not None and action == "arrive":
            await arrive(
                patient=line.patient,
                entity=visit.booking.state.id,
                seen=heads_of(visit.booking.state),
                records=self._session.records,
                desk=self._session.desk,
            )
            self._shell.said(_("{name} has arrived.").format(name=list_name(line)))
            await self.reload()
        elif visit is not None:
            await self._end(visit, action)

    async def _end(self, visit: Visit, action: str) -> None:
        await end_booking(
            known_word(action, OUTCOMES),
            patient=visit.patient.patient,
            entity=visit.booking.state.id,
            seen=heads_of(visit.booking.state),
            records=self._session.records,
            desk=self._session.desk,
        )
        self._shell.said(_(_SAID[action]).format(name=list_name(visit.patient)))
        await self.reload()

    # What is filled in beside the list

    def _fill(self, what: Filling, line: PatientLine, visit: Visit | None = None) -> None:
        content = content_of(booking_of(visit)) if visit else new_content(self._now())
        if what == "book" and self._state.day > local_date(self._now()):
            content["day"] = self._state.day.isoformat()
        filling = BeingFilled(what=what, patient=line, visit=visit, content=content)
        self._show(replace(self._state, filling=filling))

    def typed(self, key: str, value: str) -> None:
        """Take over what is typed."""
        if self._state.filling is not None:
            self._show(replace(self._state, filling=self._state.filling.typed(key, value)))

    def put_away(self) -> None:
        """Stop filling in."""
        self._show(replace(self._state, filling=None))

    async def filled(self) -> None:
        """Store what was filled in; what is wrong is said where it stands."""
        filling = self._state.filling
        if filling is None or filling.busy:
            return
        self._show(replace(self._state, filling=replace(filling, busy=True, problem=("", ""))))
        try:
            await self._store(filling)
        except ChangedMeanwhile as problem:
            said = (problem.message, problem.advice)
            self._show(replace(self._state, filling=replace(filling, busy=False, problem=said)))
            await self._go_on_from_what_is()
            return
        except Problem as problem:
            fields = problem.fields if isinstance(problem, Incomplete) else ()
            wrong = frozenset({"time" if field == "start" else field for field in fields})
            said = (problem.message, problem.advice)
            now = replace(filling, busy=False, problem=said, wrong=wrong)
            self._show(replace(self._state, filling=now))
            return
        self._show(replace(self._state, filling=None))
        self._shell.said(_(_FILLED[filling.what]).format(name=list_name(filling.patient)))
        await self.reload()

    async def _store(self, filling: BeingFilled) -> None:
        session, patient = self._session, filling.patient.patient
        before: Booking | None = booking_of(filling.visit) if filling.visit else None
        booking = booking_in(filling.content, session.desk, before=before)
        if filling.what == "drop_in":
            await drop_in(booking, patient=patient, records=session.records, desk=session.desk)
        elif filling.visit is None:
            await book(booking, patient=patient, records=session.records, desk=session.desk)
        else:
            await change_booking(
                booking,
                patient=patient,
                entity=filling.visit.booking.state.id,
                seen=heads_of(filling.visit.booking.state),
                records=session.records,
                desk=session.desk,
            )

    def _show(self, state: ReceptionState) -> None:
        self._state = state
        self._render(state)
