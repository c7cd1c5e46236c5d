"""When something goes wrong: what was typed stays, and the screen says what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from local_cache import problems
from local_cache.engine import CacheFile
from local_cache.person import PersonFile
from tests.builders import a_change_of_dose, a_medication_order, a_note, an_id
from tests.karin import KARIN, UNITS
from tests.karin_people import EK
from tests.ui.screens.conftest import Seat, leave, settle, sit_down
from tests.ward import Door, Ward
from ui.kit.label import Label
from ui.screens.medication.presenter import MedicationPresenter
from ui.screens.medication.view import MedicationView
from ui.screens.outbox.view import OutboxView
from ui.shell.workspace.told import told_of
from workstation.domain.clock import HybridTime
from workstation.domain.ids import PatientId
from workstation.domain.medication import MedicationOrder, order_state
from workstation.domain.note import Note
from workstation.domain.record import Record
from workstation.operations.ports import PatientLine
from workstation.operations.session import SyncStatus

_TEXT = "Ingen blödning. Mår bättre."


def no_room(file: CacheFile) -> None:
    """Let the file grow no more: SQLite then says what it says of a full disk."""
    with file.writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages:d}")


def room(file: CacheFile) -> None:
    with file.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")


@dataclass
class Writer:
    """Somebody at the window whose drafts are in a real encrypted file."""

    seat: Seat
    own: PersonFile

    async def begins(self, text: str) -> None:
        await self.seat.logs_in()
        await self.seat.opens("journal")
        await self.seat.presses("Ny anteckning")
        self.seat.draft.set_text("text0", text)
        await self.seat.rests()

    @property
    def told(self) -> str:
        return self.seat.draft.notice.accessibleName() if self.seat.draft.notice.isVisible() else ""

    @property
    def foot(self) -> str:
        notice = self.seat.desk.frame.notice
        return notice.accessibleName() if notice.isVisible() else ""

    async def kept(self) -> str:
        return "\n".join(draft.content.decode() for draft in await self.own.all())


@pytest.fixture
async def writer(app: QApplication, ward: Ward, tmp_path: Path) -> AsyncIterator[Writer]:
    own = await PersonFile.open(tmp_path / "own.db", bytes(32))
    nurse = ward.desk("Öberg, Maja", profession="nurse", hsa_id="SE2321000016-P002")
    sessions = {"anna": replace(ward.session(), drafts=own), "maja": ward.session(nurse)}
    seat = await sit_down(ward, Door(sessions, UNITS[:1]))
    try:
        yield Writer(seat=seat, own=own)
    finally:
        room(own._file)
        if seat.window.desk is not None:
            await seat.desk.workspace.keep_again()
        await leave(seat)
        await own.close()


def texts(seat: Seat) -> str:
    labels = seat.window.findChildren(Label)
    return "\n".join(label.original() for label in labels if label.isVisible())


def status_text(seat: Seat) -> str:
    status = seat.desk.frame.status
    return " ".join(w.accessibleName() for w in status.children() if hasattr(w, "accessibleName"))


# The disk is full


async def test_on_a_full_disk_the_draft_says_that_it_is_not_kept_and_keeps_itself_when_there_is_room(
    writer: Writer,
) -> None:
    await writer.begins("Kort.")
    no_room(writer.own._file)
    long = _TEXT * 3000

    writer.seat.draft.set_text("text0", long)
    await writer.seat.rests()

    assert "Disken är full" in writer.told
    assert "sparas av sig självt" in writer.told
    assert "Utkastet är inte sparat" in texts(writer.seat)
    assert writer.seat.draft.texts()["text0"] == long
    assert long not in await writer.kept()

    room(writer.own._file)
    await writer.seat.desk.workspace.keep_again()
    await writer.seat.rests()
    assert writer.told == ""
    assert long in await writer.kept()


async def test_text_that_cannot_be_kept_can_be_copied_whole(writer: Writer) -> None:
    await writer.begins("Kort.")
    no_room(writer.own._file)
    writer.seat.draft.set_text("text0", _TEXT * 3000)
    await writer.seat.rests()

    await writer.seat.presses("Kopiera texten")

    assert _TEXT * 3000 in QGuiApplication.clipboard().text()


async def test_a_note_that_finds_no_room_stays_and_is_signed_once_there_is_some(
    writer: Writer, ward: Ward
) -> None:
    long = _TEXT * 3000
    await writer.begins(long)
    no_room(ward.cache._file)
    try:
        await writer.seat.presses("Signera")
        assert "Disken är full" in writer.told
        assert writer.seat.draft.texts()["text0"] == long
        assert long in await writer.kept()
    finally:
        room(ward.cache._file)

    await writer.seat.presses("Signera")

    assert not writer.seat.desk.workspace.state.drafts
    (newest, *_rest) = await ward.cache.listed(KARIN, "note")
    body = newest.state.current.body
    assert isinstance(body, Note)
    assert body.text.count(_TEXT) == 3000


async def test_closing_while_text_is_not_kept_is_held_back_once_with_the_way_to_the_draft(
    writer: Writer,
) -> None:
    await writer.begins("Kort.")
    no_room(writer.own._file)
    writer.seat.draft.set_text("text0", _TEXT * 3000)
    await writer.seat.rests()
    writer.seat.desk.show_place("work")
    await writer.seat.rests()

    writer.seat.window.close()
    await settle(lambda: bool(writer.foot))

    assert writer.seat.window.isVisible()
    assert "skulle gå förlorad" in writer.foot
    await writer.seat.presses("Visa utkastet")
    assert writer.seat.draft.texts()["text0"] == _TEXT * 3000


async def test_the_warning_of_lost_text_goes_when_the_text_is_kept(writer: Writer) -> None:
    await writer.begins("Kort.")
    no_room(writer.own._file)
    writer.seat.draft.set_text("text0", _TEXT * 3000)
    await writer.seat.rests()
    writer.seat.window.close()
    await settle(lambda: bool(writer.foot))
    assert "skulle gå förlorad" in writer.foot

    room(writer.own._file)
    await writer.seat.desk.workspace.keep_again()
    await writer.seat.rests()

    assert writer.foot == ""


async def test_nobody_else_takes_over_before_being_told_whose_text_would_be_lost(
    writer: Writer,
) -> None:
    await writer.begins("Kort.")
    no_room(writer.own._file)
    writer.seat.draft.set_text("text0", _TEXT * 3000)
    await writer.seat.rests()
    first = writer.seat.desk
    writer.seat.window.lock()

    writer.seat.window.login.admitted.emit("maja", "rätt häst")
    await settle(lambda: bool(writer.seat.window.way_in.state.problem[0]))

    assert "Lind, Anna har text här" in writer.seat.window.way_in.state.problem[0]
    assert writer.seat.desk is first
    await writer.seat.logs_in("anna")
    assert writer.seat.desk is first
    assert writer.seat.draft.texts()["text0"] == _TEXT * 3000


async def test_what_is_signed_is_signed_although_its_draft_could_not_be_forgotten(
    writer: Writer, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    await writer.begins(_TEXT)

    async def fails(_draft: object) -> None:
        raise problems.disk_full()

    with monkeypatch.context() as full:
        full.setattr(writer.own, "forget", fails)
        await writer.seat.presses("Signera")
        assert not writer.seat.desk.workspace.state.drafts
        assert writer.foot == ""

    await writer.seat.desk.workspace.keep_again()
    assert await writer.kept() == ""


# Somebody else has changed it


async def changing(seat: Seat, ward: Ward) -> Record:
    """Begin to change an order of Karin's; return it."""
    order = a_medication_order(
        patient=KARIN, author=EK, written_at=HybridTime(ward.clock.millis), follow_up="2027-01-15"
    )
    await ward.put(order)
    await seat.logs_in()
    await seat.opens("medication", KARIN, order.entity)
    view, presenter = seat.desk.chart["medication"]
    assert isinstance(view, MedicationView)
    assert isinstance(presenter, MedicationPresenter)
    await presenter.act("change")
    await seat.rests()
    seat.draft.set_text("why", "Yrsel")
    await seat.rests()
    return order


async def test_a_draft_says_at_once_that_somebody_else_changed_what_it_builds_on_and_what_holds_now(
    seat: Seat, ward: Ward
) -> None:
    order = await changing(seat, ward)
    assert not seat.draft.notice.isVisible()

    await ward.put(a_change_of_dose(order, author=EK, why="Högt tryck"))
    await seat.rests()

    said = seat.draft.notice.accessibleName()
    assert "ändrats sedan du började" in said
    assert "Ek, Johan, Vc Gårda" in said
    assert "2 tabletter" in said.replace("\u00a0", " ")
    assert seat.draft.texts()["why"] == "Yrsel"


async def test_an_overtaken_draft_is_refused_and_can_go_on_from_the_new_version(
    seat: Seat, ward: Ward
) -> None:
    order = await changing(seat, ward)
    await ward.put(a_change_of_dose(order, author=EK, why="Högt tryck"))
    await seat.rests()

    await seat.presses("Signera ordination")
    assert seat.draft.texts()["why"] == "Yrsel"
    assert seat.desk.workspace.state.drafts

    await seat.presses("Utgå från den nya versionen")
    assert "jämför rad för rad" in seat.draft.notice.accessibleName()
    assert seat.draft.texts()["why"] == "Yrsel"
    await seat.presses("Signera ordination")

    assert not seat.desk.workspace.state.drafts
    state = order_state((await ward.at(KARIN, order.entity)).state)
    assert not state.undecided
    body = state.effective.step.body
    assert isinstance(body, MedicationOrder)
    assert body.why == "Yrsel"


async def test_a_correction_of_a_note_that_was_voided_keeps_its_text_to_copy(
    seat: Seat, ward: Ward
) -> None:
    note = a_note(patient=KARIN, author=EK, text="Hb 132", written_at=HybridTime(ward.clock.millis))
    await ward.put(note)
    await seat.logs_in()
    await seat.opens("journal", KARIN, note.entity)
    desk, line = seat.desk, await ward.cache.patient(KARIN)
    assert line is not None
    seen = " ".join(str(one) for one in await ward.seen(note))
    desk.compose("void", line, {"@entity": str(note.entity), "@seen": seen})
    await seat.rests()
    seat.draft.set_text("reason", "fel patient")

    await ward.put(
        a_note(patient=KARIN, author=EK, entity=note.entity, bases=(note.id,), text="Hb 123")
    )
    await seat.rests()

    told = told_of(desk.workspace.state.drafts[0])
    assert "ändrats sedan du började" in told.said[0]
    assert seat.draft.texts()["reason"] == "fel patient"


# What cannot be read


async def test_a_part_that_cannot_be_read_is_covered_says_what_to_do_and_comes_back(
    seat: Seat, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    await seat.logs_in()
    await seat.opens("journal")

    async def fails(*_args: object, **_more: object) -> object:
        raise problems.damaged()

    with monkeypatch.context() as damaged:
        damaged.setattr(ward.cache, "listed", fails)
        seat.desk.show_tab("plan")
        await seat.rests()
        said = texts(seat)
        assert "är skadade och går inte att läsa säkert" in said
        assert "Stäng programmet och starta det igen" in said
        assert "Dina utkast finns kvar" in said
        assert seat.desk.frame.main.currentWidget() is seat.desk.frame.failed
        seat.desk.show_tab("journal")
        await seat.rests()
        assert seat.desk.frame.main.currentWidget() is seat.view("journal")
        seat.desk.show_tab("plan")
        await seat.rests()

    await seat.presses("Försök igen")

    assert seat.desk.frame.main.currentWidget() is seat.view("plan")


async def test_a_record_of_which_nothing_can_be_read_is_covered_and_comes_back(
    seat: Seat, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    await seat.logs_in()
    line = await ward.cache.patient(KARIN)
    assert line is not None

    async def fails(*_args: object, **_more: object) -> object:
        raise problems.disk_fault()

    with monkeypatch.context() as broken:
        broken.setattr(ward.cache, "patient", fails)
        seat.desk.open_patient(line, "overview", None)
        await seat.rests()
        assert seat.desk.frame.main.currentWidget() is seat.desk.frame.failed
        assert "Inget registrerat" not in texts(seat)
        assert not seat.desk.frame.notice.isVisible()

    await seat.presses("Försök igen")

    assert seat.desk.frame.main.currentWidget() is seat.view("overview")


async def test_a_record_that_is_not_here_is_never_shown_as_an_empty_one(
    seat: Seat, ward: Ward
) -> None:
    await seat.logs_in()
    stranger = PatientLine(
        patient=PatientId(an_id("annan")),
        family="Nord",
        given="Eva",
        birth_date="1950-01-01",
        sex="female",
        identity="195001012384",
        identity_system="",
        protected=False,
        deceased=False,
        place="",
        complete=False,
    )

    seat.desk.open_patient(stranger, "overview", None)
    await seat.rests()
    for tab in ("medication", "overview"):
        seat.desk.show_tab(tab)
        await seat.rests()
        said = texts(seat)
        assert "Ingenting ur journalen finns på den här datorn" in said
        assert "betyder inte att inget finns" in said
        assert "Inget registrerat" not in said
    banner = seat.desk.frame.banner.findChildren(QWidget)
    assert any("Kunde ej hämtas" in part.accessibleName() for part in banner)

    await seat.presses("Påbörja ett besök")
    assert seat.desk.place == "reception"

    await ward.put(a_note(patient=stranger.patient, text="Kom akut."))
    seat.desk.open_patient(stranger, "journal", None)
    await seat.rests()
    assert seat.desk.frame.main.currentWidget() is seat.view("journal")


# The server says no, or there is no key ring


_WRONG = (
    (SyncStatus(connected=False, refusal="too_old_program"), "för gammalt", "Be IT uppdatera"),
    (SyncStatus(connected=False, refusal="not_allowed"), "tillåter inte", "administratör"),
    (SyncStatus(connected=False, refusal="protocol"), "svarar inte som", "Säg till IT"),
    (SyncStatus(connected=True, trouble="Disken är full."), "kan inte sparas", "Frigör"),
)


async def test_what_is_wrong_with_the_contact_stands_in_the_status_line_and_the_outbox_says_what_to_do(
    seat: Seat, ward: Ward
) -> None:
    await seat.logs_in()
    seat.desk.show_place("outbox")
    view = seat.desk.places["outbox"][0]
    assert isinstance(view, OutboxView)

    for status, short, advice in _WRONG:
        ward.sync.say(status)
        await seat.rests()
        assert short in status_text(seat)
        assert advice in view.notice.accessibleName()
        assert view.notice.isVisible()

    ward.sync.say(SyncStatus(connected=True))
    await seat.rests()
    assert not view.notice.isVisible()


def named(seat: Seat) -> str:
    """Return what everything that is to be seen is called."""
    widgets = seat.window.findChildren(QWidget)
    return " ".join(one.accessibleName() for one in widgets if one.isVisible())


async def test_whom_the_server_lets_in_no_more_reads_nothing_more_and_is_told_what_becomes_of_it(
    seat: Seat, ward: Ward
) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    frame = seat.desk.frame
    assert "Karin" in named(seat)

    ward.sync.say(SyncStatus(connected=False, denied=True))
    await seat.rests()

    assert not frame.isVisible()
    assert "släpper inte in dig" in named(seat)
    assert "finns kvar här" in named(seat)
    assert "Karin" not in named(seat)


async def test_without_a_key_ring_and_contact_it_says_not_to_lock(ward: Ward, app: object) -> None:
    session = replace(ward.session(), online_only=True)
    seat = await sit_down(ward, Door({"anna": session}, UNITS[:1]))
    await seat.logs_in()
    assert "nyckelring saknas" in status_text(seat)

    ward.sync.say(SyncStatus(connected=False))
    await seat.rests()

    assert "Lås inte" in status_text(seat)
    await leave(seat)
