"""The walk through every screen, with real windows, a real server and invented patients."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from local_cache.machine import MachineSecret
from ui.screens.journal.form_writer import begin_form
from ui.screens.journal.note_content import begin
from ui.screens.journal.view import JournalView
from ui.screens.medication.order_writer import begin_order
from ui.screens.medication.presenter import MedicationPresenter
from ui.screens.patients.view import PatientsView
from ui.screens.reception.presenter import ReceptionPresenter
from ui.screens.reception.state import visit_key
from ui.screens.reception.view import ReceptionView
from ui.screens.referrals.inbox.presenter import InboxPresenter
from ui.screens.referrals.referral_writer import begin_prefilled
from ui.screens.values.value_writer import begin_value
from ui.shell.screens import CHART
from workstation.app.practice import PracticeLine
from workstation.app.server_process import ServerProcess
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.patient import Patient
from workstation.operations.change_order import change_order
from workstation.operations.ports import PatientLine
from workstation.operations.prescribe import prescribe
from workstation.operations.register_patient import register_patient
from workstation.operations.save_note import save_note
from workstation.operations.stop_order import stop_order
from workstation.operations.writing import heads_of
from workstation.screenshots.album import CLOSE_LOOKS, EVERY_LOOK, Album, Look
from workstation.screenshots.details import Details
from workstation.screenshots.morning import fill_the_morning
from workstation.screenshots.places import Places
from workstation.screenshots.privacy import Privacy
from workstation.screenshots.troubles import Troubles
from workstation.screenshots.ward import Ward, fill
from workstation.server.serve import opened
from workstation.tour import written
from workstation.tour.seat import Seat, a_seat, came, eventually, settle, until

_SMALL_LOOKS: tuple[Look, ...] = (EVERY_LOOK[0], EVERY_LOOK[3])
_LONG = Patient(
    family="von Rosenschöld-Wachtmeister af Björneborg",
    given=("Maria-Magdalena", "Elisabet", "Konstantia", "Fredrika"),
    sex="female",
)
_NOTE = {
    "text0": "Mår bättre i dag. Mindre andfådd, har sovit med en kudde.",
    "text1": "AT gott. BT 128/74, puls 72 oregelbunden. Ingen blödning.",
}
_NEWS2 = {
    "f_respiration": "22",
    "f_spo2": "94",
    "f_oxygen": "true",
    "f_systolic": "105",
    "f_pulse": "112",
    "f_consciousness": "alert",
    "f_temperature": "38,4",
}
_ORDER = {
    "drug": "amlodipin",
    "form": "tablett",
    "strength": "5 mg",
    "dosage": "1+0+0+0 i 10 dagar",
    "route": "peroralt",
    "reason": "Högt blodtryck",
}


@dataclass(kw_only=True)
class Walk:
    """One walk. ``folder`` is for the server's and the windows' own files; ``only``: these steps."""

    album: Album
    folder: Path
    only: tuple[str, ...] = ()
    seats: list[Seat] = field(default_factory=list)

    async def go(self) -> None:
        """Take every picture; the server and the windows are closed whatever happens."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.server = ServerProcess(folder=self.folder)
        try:
            async with opened(self.server.config) as core:
                self.ward: Ward = await fill(core, as_of=datetime.now(UTC))
            await asyncio.to_thread(self.server.start)
            await self._come_in()
            for name, step in self._steps().items():
                if not self.only or name in self.only:
                    await step()
        finally:
            for seat in self.seats:
                seat.line.is_up = True
                await seat.close()
            self.server.stop()

    def _steps(self) -> dict[str, Callable[[], Awaitable[None]]]:
        return {
            "places": self._places,
            "records": self._records,
            "writing": self._writing,
            "details": self._details,
            "strangers": self._strangers,
            "undecided": self._undecided,
            "offline": self._without_the_network,
            "nurse": self._nurse,
            "centre": self._centre,
            "rest": self._rest_of_it,
            "troubles": self._troubles,
            "privacy": self._privacy,
        }

    # Steps

    async def _come_in(self) -> None:
        self.a = self._seat("a")
        await self._take("login", "Logga in")
        await self._comes_in(self.a, self.ward.physician.username)
        self.old = await self._line("multisjuk äldre")
        await self._typical_work()

    async def _typical_work(self) -> None:
        """What a ward physician has left unsigned."""
        note = written.a_note(
            "Hjärtsvikt i förbättring på ökad dos furosemid. Ingen blödning från venpunktion.",
            title="Daganteckning",
            when=datetime.now(UTC),
        )
        records, desk = self.a.session.records, self.a.desk
        await save_note(note, patient=self.old.patient, records=records, desk=desk)
        self.long = await register_patient(
            _LONG, number="19380214-2392", records=records, desk=desk
        )
        empty = Patient(family="Nyström", given=("Alva",))
        self.empty = await register_patient(
            empty, number="19610907-2386", records=records, desk=desk
        )

    async def _places(self) -> None:
        self.a.shown.show_place("patients")
        self.a.shown.show_place("work")  # anew: the unit is read with everything that has come
        await self._take("work", "Att göra")
        self.a.shown.show_place("patients")
        await self._take("patients", "Patienter på avdelningen")
        self._type("ann")
        await self._take("patients-search", "Patienter, sökning", _SMALL_LOOKS)
        self._type("finnsinte")
        await self._take("patients-nobody", "Patienter, ingen träff", _SMALL_LOOKS)
        patients = self.a.shown.places["patients"][0]
        assert isinstance(patients, PatientsView)
        patients.register_wanted.emit()
        await self._take("patients-new", "Ny patient", _SMALL_LOOKS)
        self.a.shown.show_place("outbox")
        await self._take("outbox-empty", "Utkorgen, tom", _SMALL_LOOKS)

    async def _records(self) -> None:
        for part in CHART:
            await self.a.shows(self.old, part.key)
            await self._take(part.key, f"85 år, 14 läkemedel: {part.key}")
        await self.a.shows(self.old, "journal")
        journal = self.a.shown.chart["journal"][0]
        assert isinstance(journal, JournalView)
        journal.focus_search()
        self._type("ingen")
        await self._take("journal-search", "Journal, sökning", _SMALL_LOOKS)
        self._type("")
        await self.a.shows(self.old, "overview")
        await self._take("overview-close", "Översikt, små fönster", CLOSE_LOOKS)
        await self.a.shows(self.old, "medication")
        await self._take("medication-close", "Läkemedel, små fönster", CLOSE_LOOKS)

    async def _writing(self) -> None:
        desk, session = self.a.shown, self.a.session
        await self.a.shows(self.old, "journal")
        now = session.clock.now()
        desk.compose("note", self.old, {**begin("day"), **_NOTE})
        await self._take("draft-note", "Journal med anteckning")
        desk.compose("form", self.old, {**begin_form("news2", now), **_NEWS2})
        await self._take("draft-news2", "Journal med NEWS2", _SMALL_LOOKS)
        await self.a.shows(self.old, "medication")
        desk.compose("order", self.old, {**begin_order(now), **_ORDER})
        await self._take("draft-order", "Läkemedel med ordination")
        await self._take("draft-order-close", "Ordination, små fönster", CLOSE_LOOKS)
        await self.a.shows(self.old, "referrals")
        desk.compose("referral", self.old, await begin_prefilled(session, self.old))
        await self._take("draft-referral", "Remisser med remiss", _SMALL_LOOKS)
        await self.a.shows(self.old, "values")
        desk.compose("observation", self.old, begin_value(now))
        await self._take("draft-value", "Värden med nytt värde", _SMALL_LOOKS)
        await self._over_the_window()
        await self._without_drafts()

    async def _details(self) -> None:
        """What is open only for a moment, and what stands on a small screen."""
        round_ = Details(
            album=self.album,
            seat=self.a,
            old=self.old,
            clear=self._without_drafts,
            fresh=self._another,
        )
        await round_.go()

    async def _another(self) -> Seat:
        """A workstation that nothing has been done at."""
        seat = self._seat("another")
        await self._comes_in(seat, self.ward.second.username)
        return seat

    async def _without_drafts(self) -> None:
        workspace = self.a.shown.workspace
        for draft in workspace.state.drafts:
            for _twice in range(2):
                await workspace.discard(draft.id)

    async def _over_the_window(self) -> None:
        desk = self.a.shown
        desk.menu.palette.open()
        await self._take("palette", "Ctrl+K", _SMALL_LOOKS)
        self._type("ny")
        await self._take("palette-search", "Ctrl+K, sökning", _SMALL_LOOKS)
        QTest.keyClick(self._focused(), Qt.Key.Key_Escape)
        desk.keys.toggle()
        await self._take("keys", "F1", _SMALL_LOOKS)
        desk.keys.toggle()
        self.a.window.lock()
        await self._take("locked", "Låst", _SMALL_LOOKS)
        self.a.window.login.admitted.emit(self.ward.physician.username, self.a.password)
        await settle()
        await settle()

    async def _strangers(self) -> None:
        for sort in ("nyfödd", "protected", "deceased", "nyanländ", "besökare"):
            if sort in self.ward.who:
                await self.a.shows(await self._line(sort), "overview")
                await self._take(f"overview-{len(self.album.pictures)}", sort, _SMALL_LOOKS)
        await self.a.shows(await self._line("", self.long.patient), "overview")
        await self._take("long-name", "Långt namn")
        self.a.shown.compose("note", await self._line("", self.long.patient), begin("day"))
        await self._take("long-name-draft", "Långt namn, utkast", (*_SMALL_LOOKS, *CLOSE_LOOKS))
        line = await self._line("", self.empty.patient)
        for part in CHART:
            await self.a.shows(line, part.key)
            await self._take(f"empty-{part.key}", f"Tom journal: {part.key}", _SMALL_LOOKS[:1])

    async def _undecided(self) -> None:
        self.b = self._seat("b")
        await self._comes_in(self.b, self.ward.second.username)
        patient = self.old.patient
        records, desk = self.a.session.records, self.a.desk
        order = await prescribe(
            written.an_order(datetime.now(UTC)), patient=patient, records=records, desk=desk
        )
        await came(self.b.having(order))
        self.a.line.is_up = self.b.line.is_up = False
        seen = heads_of(await self._order(self.a, order.entity))
        await stop_order(
            why="Bensvullnad",
            patient=patient,
            entity=order.entity,
            seen=seen,
            records=records,
            desk=desk,
        )
        changed = written.an_order(datetime.now(UTC), dosing="2+0+0+0")
        await change_order(
            changed,
            patient=patient,
            entity=order.entity,
            seen=seen,
            records=self.b.session.records,
            desk=self.b.desk,
        )
        for seat in (self.a, self.b):
            seat.line.is_up = True
            seat.opened.synchroniser.retry_now()
        await eventually(lambda: self._is_undecided(order.entity))
        await self.a.shows(self.old, "medication", order.entity)
        await self._take("undecided", "Ändrat på två håll")
        await self._medication(self.a).act("decide")
        await self._take("undecided-decide", "Ändrat på två håll: avgör")
        self.a.shown.show_place("work")
        await self._take("undecided-work", "Ändrat på två håll: att göra", _SMALL_LOOKS)

    async def _without_the_network(self) -> None:
        self.a.line.is_up = False
        await eventually(self.a.is_disconnected)
        now = datetime.now(UTC)
        records, desk = self.a.session.records, self.a.desk
        for text in ("Ringt dottern. Ingen oro.", "Vikt 67,9 kg. Ej andfådd i vila."):
            note = written.a_note(text, title="Daganteckning", when=now)
            await save_note(note, patient=self.old.patient, records=records, desk=desk)
        await self.a.shows(self.old, "journal")
        await self._take("offline-journal", "Frånkopplad, journal")
        await self.a.shows(self.old, "medication")
        await self._take("offline-medication", "Frånkopplad, läkemedel")
        self.a.shown.show_place("outbox")
        await self._take("offline-outbox", "Frånkopplad, utkorgen")

    async def _nurse(self) -> None:
        nurse = self._seat("n")
        await self._comes_in(nurse, self.ward.nurse.username)
        nurse.shown.show_place("patients")
        await self._rest(nurse)
        await self.album.take(nurse.window, "nurse-patients", "Sjuksköterska: patienter")
        await nurse.shows(self.old, "medication")
        nurse.window.activateWindow()
        await settle()
        medication = self._medication(nurse)
        await until(lambda: bool(medication.state.shown))
        medication.chosen(next(o.id for o in medication.state.shown if not o.order.undecided))
        await self._rest(nurse)
        await self.album.take(
            nurse.window, "nurse-medication", "Sjuksköterska: läkemedel", _SMALL_LOOKS
        )
        await medication.act("give")
        await self._rest(nurse)
        await self.album.take(
            nurse.window, "nurse-give", "Sjuksköterska: administrering", _SMALL_LOOKS
        )

    async def _centre(self) -> None:
        centre = self._seat("c")
        await self._comes_in(centre, self.ward.centre_physician.username)
        for place in ("work", "patients"):
            centre.shown.show_place(place)
            await settle()
            await self.album.take(centre.window, f"centre-{place}", f"Vårdcentral: {place}")
        await self._reception(centre)
        centre.shown.show_place("work")
        await self._rest(centre)
        await self.album.take(centre.window, "centre-morning", "Vårdcentral: dagen just nu")
        centre.shown.show_place("referrals_in")
        inbox = centre.shown.places["referrals_in"][1]
        assert isinstance(inbox, InboxPresenter)
        for key in ("watched", "statistics"):
            await inbox.listed(key)
            await self._rest(centre)
            await self.album.take(centre.window, f"centre-{key}", f"Vårdcentral, remisser: {key}")

    async def _reception(self, centre: Seat) -> None:
        await fill_the_morning(centre.session, centre.session.clock.now())
        centre.shown.show_place("reception")
        await self._rest(centre)
        view, presenter = centre.shown.places["reception"]
        assert isinstance(view, ReceptionView)
        assert isinstance(presenter, ReceptionPresenter)
        visits = presenter.state.visits or ()
        presenter.chosen(visit_key(visits[-3]))
        await self._rest(centre)
        await self.album.take(centre.window, "reception", "Mottagningen: dagen")
        await presenter.act("change")
        await self._rest(centre)
        await self.album.take(
            centre.window, "reception-change", "Mottagningen: ändra en bokning", _SMALL_LOOKS
        )

    async def _rest_of_it(self) -> None:
        """The places that few see every day, with contact and without."""
        self.a.line.is_up = True
        self.a.opened.synchroniser.retry_now()
        await eventually(self.a.has_everything)
        await self._without_drafts()
        visit = Places(
            album=self.album,
            ward=self.ward,
            seat=self.a,
            old=self.old,
            seat_of=self._seat,
            comes_in=self._comes_in,
        )
        await visit.go()

    async def _troubles(self) -> None:
        """Everything that can go wrong, as somebody meets it."""
        visit = Troubles(album=self.album, ward=self.ward, seat=self._seat, comes_in=self._comes_in)
        await visit.go()

    async def _privacy(self) -> None:
        """What a patient says of who may read, and what is opened in an emergency."""
        visit = Privacy(
            album=self.album, ward=self.ward, seat_of=self._seat, comes_in=self._comes_in
        )
        await visit.go()

    # How

    def _seat(
        self,
        name: str,
        machine: MachineSecret | None = None,
        practice: PracticeLine | None = None,
    ) -> Seat:
        seat = a_seat(
            name,
            folder=self.folder,
            server=self.server.url,
            password=self.ward.sown.password,
            machine=machine,
            practice=practice,
        )
        self.seats.append(seat)
        seat.window.show()
        seat.window.activateWindow()
        return seat

    async def _comes_in(self, seat: Seat, user: str) -> None:
        """Log in and wait until everything is here and read: lists say what older records say."""
        await seat.log_in(user)
        await eventually(seat.has_everything)
        await seat.opened.cache.read_on()

    async def _rest(self, seat: Seat | None = None) -> None:
        """Until the window has shown what was asked for."""
        seat = seat or self.a
        await asyncio.sleep(0.15)
        if seat.window.desk is not None:
            await seat.shown.tasks.finish()
        await asyncio.sleep(0.15)

    async def _take(self, name: str, caption: str, looks: tuple[Look, ...] = EVERY_LOOK) -> None:
        await self._rest()
        await self.album.take(self.a.window, name, caption, looks)

    async def _line(self, sort: str, patient: PatientId | None = None) -> PatientLine:
        found = await self.a.session.records.patient(patient or self.ward.who[sort])
        assert found is not None
        return found

    async def _order(self, seat: Seat, entity: EntityId) -> EntityState:
        state = await seat.state(self.old.patient, entity)
        assert state is not None
        return state

    async def _is_undecided(self, entity: EntityId) -> bool:
        return (await self._order(self.a, entity)).undecided

    def _focused(self) -> QWidget:
        focused: QWidget | None = self.a.window.focusWidget()
        return self.a.window if focused is None else focused

    def _medication(self, seat: Seat) -> MedicationPresenter:
        presenter = seat.shown.chart["medication"][1]
        assert isinstance(presenter, MedicationPresenter)
        return presenter

    def _type(self, text: str) -> None:
        """Write over what stands in the field that has the keyboard."""
        QTest.keyClick(self._focused(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(self._focused(), Qt.Key.Key_Delete)
        QTest.keyClicks(self._focused(), text)
