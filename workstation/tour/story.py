"""The story of the tour, step by step. Every check is held against the real components."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from workstation.app.importing import Imported, documents, import_documents, importer_for
from workstation.app.regions import Sown, lab_systems, sow
from workstation.app.server_process import ServerProcess
from workstation.domain.entity import EntityState
from workstation.domain.medication import OrderStatus, order_state
from workstation.domain.record import Record
from workstation.operations.change_order import change_order
from workstation.operations.ports import Delivery, PatientLine
from workstation.operations.prescribe import prescribe
from workstation.operations.resolve_fork import resolve_fork
from workstation.operations.save_note import save_note
from workstation.operations.stop_order import stop_order
from workstation.operations.write_referral import write_referral
from workstation.operations.writing import heads_of
from workstation.server.serve import opened
from workstation.server.systems import enrol_system
from workstation.tour import written
from workstation.tour.answered import Ordered, answered
from workstation.tour.cast import Cast, cast_from
from workstation.tour.ledger import Ledger
from workstation.tour.patient_page import PatientPage, log_in
from workstation.tour.sample import sample_documents
from workstation.tour.seat import Condition, Seat, a_seat, came, eventually, settle
from workstation.tour.signs import arrived_everywhere
from workstation.tour.warned import warned

PATIENTS = 30
SEED = 7
_LIVE_SECONDS = 2.0
_NOTICE_SECONDS = 5.0
_MANY = 150


@dataclass(kw_only=True)
class Story:
    """One telling. ``fhir``: a folder of FHIR documents, or None for generated ones."""

    ledger: Ledger
    folder: Path
    fhir: Path | None
    seats: list[Seat] = field(default_factory=list)

    async def tell(self) -> None:
        """Tell it to the end; the server and the windows are closed whatever happens."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.server = ServerProcess(folder=self.folder)
        try:
            await self._begin()
            await self._without_the_network()
            await self._the_network_returns()
            await self._laboratory_answers()
            await self._another_provider()
            await self._two_change_one_order()
            await self._killed_in_the_middle()
            await self._every_sign()
            await warned(self.a, self.patient, self.ledger)
        finally:
            for seat in self.seats:
                seat.line.is_up = True
                await seat.close()
            self.server.stop()

    # Steps

    async def _begin(self) -> None:
        self.ledger.step("A region, a record server, FHIR documents, three workstations")
        self.sown, imported, again = await self._sown()
        report = imported.report
        self.ledger.check("a region is generated into the server", self.sown.ingested.new > 1000)
        what = f"{report.patients} FHIR patients are imported as {imported.new} records"
        self.ledger.check(what, report.patients > 0 and not imported.refused)
        self.ledger.check("a second import changes nothing", again.new == 0)
        await asyncio.to_thread(self.server.start)
        self.ledger.check("the server answers", True)
        self.a, self.b, self.c = (
            await self._sits("a", self.cast.first.username),
            await self._sits("b", self.cast.second.username),
            await self._sits("c", self.cast.other.username),
        )
        for seat in self.seats:
            complete = await came(seat.has_everything)
            self.ledger.check(f"workstation {seat.name} has its unit's patients", complete)
        await self._choose_patients(imported)
        await self.a.shows(self.imported, "overview")
        await self._picture(self.a, "imported", "A patient who came as FHIR, at workstation a")
        self.page = await asyncio.to_thread(self._log_in_patient)
        self.ledger.check("the patient logs in to their own page", self.page is not None)

    async def _without_the_network(self) -> None:
        self.ledger.step("The network goes at workstation a; work goes on")
        self.a.line.is_up = False
        noticed = await came(self.a.is_disconnected, within=_NOTICE_SECONDS)
        self.ledger.check("the loss is noticed within 5 s", noticed)
        await self.a.shows(self.patient, "journal")
        records, desk = self.a.session.records, self.a.desk
        patient, now = self.patient.patient, datetime.now(UTC)
        note = written.a_note(written.EVERY_SIGN, title="Skrivet utan nät", when=now)
        self.note = await save_note(note, patient=patient, records=records, desk=desk)
        order = written.an_order(now)
        self.order = await prescribe(order, patient=patient, records=records, desk=desk)
        referral = written.a_lab_referral(self.cast.laboratory, now)
        receiver = self.a.session.units.unit(referral.to_unit)
        self.referral = await write_referral(
            referral, patient=patient, records=records, desk=desk, receiver=receiver
        )
        for record in self._offline_work:
            listed = await records.entity(record.patient, record.entity)
            here = listed is not None and listed.delivery is Delivery.LOCAL
            self.ledger.check(f"the {record.kind} is saved here and says so", here)
            elsewhere = await self.b.state(patient, record.entity)
            self.ledger.check(f"the {record.kind} is nowhere else", elsewhere is None)
        await self._picture(self.a, "offline", "Workstation a without the network")

    async def _the_network_returns(self) -> None:
        self.ledger.step("The network returns")
        self.a.line.is_up = True
        self.a.opened.synchroniser.retry_now()
        self.ledger.check("everything is sent", await came(self.a.has_sent_everything))
        for record in self._offline_work:
            there = await came(self.b.having(record))
            self.ledger.check(f"workstation b shows the {record.kind}", there)
        for place, words in (
            ("notes", "Skrivet utan nät"),
            ("medication", "amlodipin"),
            ("referrals", "Kreatinin och kalium"),
        ):
            shown = await came(self._page_says(place, words))
            self.ledger.check(f"the patient's page shows it under {place}", shown)
        began = time.monotonic()
        now = datetime.now(UTC)
        note = written.a_note("Ringt patienten. Mår bra.", title="Telefon", when=now)
        patient = self.patient.patient
        record = await save_note(
            note, patient=patient, records=self.a.session.records, desk=self.a.desk
        )
        shown = await came(self.b.having(record)) and await came(
            self._page_says("notes", "Ringt patienten.")
        )
        in_time = shown and time.monotonic() - began < _LIVE_SECONDS
        self.ledger.check("a note online is at b and on the page within 2 s", in_time)
        await self.b.shows(self.patient, "medication")
        await self._picture(self.b, "medication", "The order from a, at workstation b")
        await self._page_picture("", "The patient's own page")

    async def _laboratory_answers(self) -> None:
        ordered = Ordered(
            order=self.referral,
            patient=self.patient,
            a=self.a,
            b=self.b,
            page=self.page,
            ledger=self.ledger,
        )
        await answered(ordered, url=self.server.url, folder=self.folder, tokens=self.tokens)

    async def _another_provider(self) -> None:
        self.ledger.step("Another care provider is asked")
        patient, now = self.patient.patient, datetime.now(UTC)
        referral = written.a_consultation(self.cast.others_unit, now)
        record = await write_referral(
            referral,
            patient=patient,
            records=self.a.session.records,
            desk=self.a.desk,
            receiver=self.a.session.units.unit(referral.to_unit),
        )
        there = await came(self.c.having(record))
        self.ledger.check("the referral and the patient come to workstation c", there)
        note = await came(self.c.having(self.note))
        self.ledger.check("workstation c has the record that is needed", note)
        line = await self.c.session.records.patient(patient)
        if line is not None:
            await self.c.shows(line, "referrals", record.entity)
            await self._picture(self.c, "referral", "The referral at another care provider")

    async def _two_change_one_order(self) -> None:
        self.ledger.step("Two change the same order without knowing of each other")
        patient, entity = self.patient.patient, self.order.entity
        self.a.line.is_up = self.b.line.is_up = False
        seen = heads_of(await self._state_at(self.a))
        await stop_order(
            why="Bensvullnad",
            patient=patient,
            entity=entity,
            seen=seen,
            records=self.a.session.records,
            desk=self.a.desk,
        )
        doubled = written.an_order(datetime.now(UTC), dosing="2+0+0+0")
        changed = await change_order(
            doubled,
            patient=patient,
            entity=entity,
            seen=seen,
            records=self.b.session.records,
            desk=self.b.desk,
        )
        for seat in (self.a, self.b):
            seat.line.is_up = True
            seat.opened.synchroniser.retry_now()
        for seat in self.seats:
            undecided = await came(self._order_is(seat, OrderStatus.HELD, undecided=True))
            self.ledger.check(f"{seat.name} shows it undecided, held until decided", undecided)
        await self.a.shows(self.patient, "medication", entity)
        await self._picture(self.a, "fork", "Stopped here and changed there: undecided")
        state = await self._state_at(self.a)
        await resolve_fork(
            chosen=changed.id,
            reason="Svullnaden fanns före insättning.",
            patient=patient,
            entity=entity,
            seen=heads_of(state),
            records=self.a.session.records,
            desk=self.a.desk,
        )
        for seat in self.seats:
            decided = await came(self._order_is(seat, OrderStatus.ACTIVE, undecided=False))
            self.ledger.check(f"{seat.name} shows the decision", decided)

    async def _killed_in_the_middle(self) -> None:
        self.ledger.step("The server is killed in the middle of a push")
        patient = self.patient.patient
        self.a.line.is_up = False
        await eventually(self.a.is_disconnected)
        now = datetime.now(UTC)
        notes = [
            await save_note(
                written.a_note(f"Rad {n} av {_MANY}.", title="Många", when=now),
                patient=patient,
                records=self.a.session.records,
                desk=self.a.desk,
            )
            for n in range(_MANY)
        ]
        self.a.line.is_up = True
        self.a.opened.synchroniser.retry_now()
        await eventually(self.a.is_sending)
        await asyncio.to_thread(self.server.kill)
        self.ledger.check("the server is gone", True)
        await asyncio.to_thread(self.server.start)
        for seat in self.seats:
            seat.opened.synchroniser.retry_now()
        self.ledger.check("everything is sent after all", await came(self.a.has_sent_everything))
        wanted = {note.entity for note in notes}

        async def all_there() -> bool:
            found = await self.b.listed(patient, "note")
            return wanted <= {each.state.id for each in found}

        self.ledger.check("nothing is lost at workstation b", await came(all_there))
        listed = [e.state.id for e in await self.b.listed(patient, "note") if e.state.id in wanted]
        self.ledger.check("nothing is there twice", len(listed) == len(wanted))

    async def _every_sign(self) -> None:
        self.ledger.step("A hundred kilobytes with every sort of sign")
        text = written.long_text()
        patient, now = self.patient.patient, datetime.now(UTC)
        note = written.a_note(text, title="Lång anteckning", when=now)
        records, desk = self.a.session.records, self.a.desk
        record = await save_note(note, patient=patient, records=records, desk=desk)
        there = await came(self.b.having(record))
        self.ledger.check("it comes to workstation b", there)
        await came(self._page_says("notes", "Lång anteckning"))
        page = await asyncio.to_thread(self.page.text, "notes") if self.page else ""
        await asyncio.to_thread(self.server.stop)
        async with opened(self.server.config) as core:
            found = await arrived_everywhere(record, text, a=self.a, b=self.b, core=core, page=page)
        for place, same in found.items():
            self.ledger.check(f"the text is the same, byte for byte: {place}", same)
        await asyncio.to_thread(self.server.start)

    # How

    @property
    def _offline_work(self) -> tuple[Record, ...]:
        return (self.note, self.order, self.referral)

    async def _sown(self) -> tuple[Sown, Imported, Imported]:
        async with opened(self.server.config) as core:
            sown = await sow(core, patients=PATIENTS, seed=SEED, as_of=datetime.now(UTC))
            self.tokens = [await enrol_system(core, each) for each in lab_systems(sown.region)]
            self.cast: Cast = cast_from(sown)
            importer = importer_for(self.cast.unit.hsa_id, self.cast.unit.provider)
            folder = self.fhir
            if folder is None:
                folder = await asyncio.to_thread(sample_documents, self.folder / "fhir")
            files = documents([folder])
            first = await import_documents(core, files, importer=importer)
            second = await import_documents(core, files, importer=importer)
        return sown, first, second

    async def _sits(self, name: str, user: str) -> Seat:
        seat = a_seat(name, folder=self.folder, server=self.server.url, password=self.sown.password)
        self.seats.append(seat)
        await seat.log_in(user)
        return seat

    async def _choose_patients(self, imported: Imported) -> None:
        """A grown-up with a personnummer, not protected, alive; and one who came as FHIR."""
        unit = self.cast.unit.hsa_id
        lines = await self.a.session.records.patients_of(unit, limit=1000)
        self.patient = next(line for line in lines if _suits(line))
        self.imported = next(
            (line for line in lines if line.patient in imported.patients), lines[0]
        )

    def _log_in_patient(self) -> PatientPage | None:
        return log_in(self.server.url, self.patient.identity, self.sown.password)

    def _page_says(self, place: str, words: str) -> Condition:
        async def says() -> bool:
            if self.page is None:
                return False
            return words in await asyncio.to_thread(self.page.text, place)

        return says

    async def _state_at(self, seat: Seat) -> EntityState:
        state = await seat.state(self.patient.patient, self.order.entity)
        assert state is not None
        return state

    def _order_is(self, seat: Seat, status: OrderStatus, *, undecided: bool) -> Condition:
        async def so() -> bool:
            state = await seat.state(self.patient.patient, self.order.entity)
            if state is None:
                return False
            order = order_state(state)
            return order.status is status and order.undecided is undecided

        return so

    async def _picture(self, seat: Seat, name: str, caption: str) -> None:
        await seat.picture(self.ledger.picture_path(name, caption))

    async def _page_picture(self, place: str, caption: str) -> None:
        if self.page is not None:
            path = self.ledger.picture_path("page", caption)
            await asyncio.to_thread(self.page.picture, place, path)
            await settle()


def _suits(line: PatientLine) -> bool:
    grown_up = line.birth_date[:4] < str(datetime.now(UTC).year - 18)
    named = "personnummer" in line.identity_system
    return grown_up and named and not line.protected and not line.deceased
