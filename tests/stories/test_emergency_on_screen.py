"""Nödöppning through the window and by the keyboard: found in the region, opened, read, closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path

import msgspec
import pytest
from msgspec import structs
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from sync.protocol.log import LogLine, LogPage, LogQuestion
from tests.builders import CLINIC, GRACE, a_medication_order, a_note, a_patient
from tests.server.grace import NUMBER
from tests.server.running import BERG, PASSWORD, Running, running_server
from tests.stories.region import ACCOUNTS, REGION
from ui.kit.attribute import Attribute
from ui.kit.button import Button
from ui.kit.card import Card
from ui.kit.label import Label
from ui.screens.journal.note_content import begin
from ui.screens.journal.presenter import JournalPresenter
from ui.screens.patients.presenter import PatientsPresenter
from workstation.domain.log_words import ATTEMPTED
from workstation.tour.seat import Seat, a_seat

ROUTINE = "Reservpärmen på expeditionen; jour 0521-11 22 33."
_CTRL = Qt.KeyboardModifier.ControlModifier
_CTRL_SHIFT = _CTRL | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Generator[Running]:
    folder = tmp_path_factory.mktemp("server")
    clinic = next(unit for unit in REGION.units if unit.hsa_id == CLINIC)
    others = tuple(unit for unit in REGION.units if unit.hsa_id != CLINIC)
    region = structs.replace(REGION, units=(*others, structs.replace(clinic, reserve=ROUTINE)))
    with running_server(folder, directory=region, accounts=ACCOUNTS) as server:
        note = a_note(text="Sovit med en kudde.")
        server.log_in("okoro").writes(a_patient(), note, a_medication_order())
        yield server


@pytest.fixture
async def berg(running: Running, tmp_path: Path, app: QApplication) -> AsyncGenerator[Hands]:
    """Seat Berg of the clinic in front of a window; the ward's patients are not in his care."""
    seat = a_seat("berg", folder=tmp_path, server=running.url, password=PASSWORD)
    hands = Hands(seat, app)
    seat.window.show()
    seat.window.login.admitted.emit("berg", PASSWORD)
    await hands.until(lambda: seat.window.desk is not None)
    await hands.until(lambda: seat.session.sync.status().connected)
    await hands.until(hands.has_the_keyboard)
    try:
        yield hands
    finally:
        closed: list[bool] = []
        seat.window.closed.connect(lambda: closed.append(True))
        seat.window.close()
        await hands.until(lambda: bool(closed))
        seat.window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        app.processEvents()


def attempts(running: Running) -> list[LogLine]:
    """Return the lines of emergency openings that were wanted without contact, newest first."""
    asked = LogQuestion(patient=GRACE, activity="Nödöppning")
    answer = running.log_in("nord").post("/log/lines", asked)
    page = msgspec.json.decode(answer.content, type=LogPage)
    return [line for line in page.lines if line.what == ATTEMPTED]


def graces_page(running: Running) -> str:
    """Return what the patient reads of who has been in the record."""
    http = running.http()
    http.post("/login", data={"identity": NUMBER, "password": PASSWORD})
    return http.get("/journal/log").text


class Hands:
    """Somebody's hands on the keyboard, and eyes on the window."""

    def __init__(self, seat: Seat, app: QApplication) -> None:
        self.seat, self._app = seat, app

    async def until(self, so: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not so():
                self._app.processEvents()
                await asyncio.sleep(0.01)

    def has_the_keyboard(self) -> bool:
        """Ask for the keyboard: it goes to whatever window is in front, of whatever test."""
        if QApplication.focusWidget() is None:
            self.seat.window.activateWindow()
        return QApplication.focusWidget() is not None

    async def rests(self) -> None:
        for _round in range(3):
            self._app.processEvents()
            await asyncio.sleep(0.01)
            await self.seat.shown.tasks.finish()

    async def press(
        self,
        key: Qt.Key,
        held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        QTest.keyClick(self._focus(), key, held)
        await self.rests()

    async def write(self, text: str) -> None:
        for sign in text:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, sign)
                QApplication.sendEvent(self._focus(), event)
        await self.rests()

    def _focus(self) -> QWidget:
        focused: QWidget | None = QApplication.focusWidget()
        assert focused is not None, "the keyboard is nowhere"
        return focused

    async def finds_grace_in_the_region(self) -> None:
        self.seat.shown.show_place("patients")
        await self.rests()
        await self.write(NUMBER)
        presenter = self.seat.shown.places["patients"][1]
        assert isinstance(presenter, PatientsPresenter)
        await self.until(lambda: bool(presenter.state.elsewhere))
        await self.press(Qt.Key.Key_Return)
        await self.until(lambda: self.seat.shown.patient is not None)
        await self.rests()

    def reads(self) -> str:
        """Return the titles of the open record's journal, as its screen holds them."""
        presenter = self.seat.shown.chart["journal"][1]
        assert isinstance(presenter, JournalPresenter)
        pages = presenter.state.pages.values()
        return " ".join(one.row.text for page in pages for one in page)

    def in_the_record(self) -> list[Button]:
        """Return every button of the open record and of the workspace that can be pressed now."""
        frame = self.seat.shown.frame
        inside = (frame.main, frame.workspace)
        return [b for part in inside for b in part.findChildren(Button) if b.isVisible()]

    def buttons(self) -> list[str]:
        found = self.seat.window.findChildren(Button)
        return [one.label() for one in found if one.isVisible()]

    def says(self, part: QWidget | None = None) -> str:
        """Return what the labels and cards of the window, or of a part of it, say now."""
        inside = part or self.seat.window
        said = [one.text() for one in inside.findChildren(Label) if one.isVisible()]
        said += [one.accessibleName() for one in inside.findChildren(Card) if one.isVisible()]
        return " ".join(said)

    def banner(self) -> str:
        """Return what the banner says to whoever does not see it."""
        attributes = self.seat.shown.frame.banner.findChildren(Attribute)
        return " | ".join(one.accessibleName() for one in attributes if one.isVisible())


async def opened(berg: Hands, *, begun: bool = False) -> None:
    """Go through both steps, and wait for the record."""
    if not begun:
        await berg.press(Qt.Key.Key_N, _CTRL_SHIFT)
    await berg.write("Medvetslös, behöver läkemedelslistan")
    await berg.press(Qt.Key.Key_Return, _CTRL)
    assert "Tillbaka" in berg.buttons()
    await berg.press(Qt.Key.Key_Return, _CTRL)
    await berg.until(lambda: "Nödöppnad till" in berg.banner())
    await berg.rests()


async def test_a_record_found_in_the_region_is_opened_read_and_closed_by_keys_alone(
    berg: Hands,
) -> None:
    await berg.finds_grace_in_the_region()
    desk = berg.seat.shown
    assert "Nödöppning" in berg.buttons()
    await berg.press(Qt.Key.Key_2, _CTRL)
    await opened(berg)

    assert "Sovit med en kudde." in berg.reads()
    assert "bara för läsning" in berg.banner()
    assert desk.frame.main.currentWidget() is desk.chart["journal"][0]
    line = desk.patient
    assert line is not None
    desk.compose("note", line, {})
    await berg.rests()
    assert desk.workspace.state.drafts == ()
    assert "bara läsas" in desk.frame.notice.accessibleName() + desk.troubles._said

    await berg.press(Qt.Key.Key_N, _CTRL_SHIFT)
    await berg.until(lambda: "Nödöppnad till" not in berg.banner())
    await berg.rests()

    assert berg.reads() == ""
    assert desk.toast.text().startswith("Nödöppningen är stängd")
    assert desk.frame.main.currentWidget() is desk.frame.failed
    assert "Nödöppning" in berg.buttons()


async def test_where_a_record_may_only_be_read_nothing_that_writes_is_offered_anywhere(
    berg: Hands,
) -> None:
    await berg.finds_grace_in_the_region()
    await opened(berg)
    desk = berg.seat.shown

    for tab, (view, presenter) in desk.chart.items():
        desk.show_tab(tab)
        await berg.rests()
        for family in ("note", "medication_order", "observation", "diagnosis", "attention"):
            for listed in await berg.seat.session.records.listed(GRACE, family):
                await presenter.show_entity(listed.state.id)
        await berg.rests()
        for button in berg.in_the_record():
            if not button.isVisible() or button.label().startswith("Skriv ut"):
                continue
            button.click()
            await berg.rests()
            assert desk.workspace.state.drafts == (), f"{tab}: {button.label()}"
            assert not desk.frame.notice.isVisible(), f"{tab}: {button.label()}"
        desk.show_tab(tab)
        for letter in "ABDEGHIKNRSTUVX":
            await berg.press(Qt.Key(ord(letter)))
        await berg.press(Qt.Key.Key_Return)
        assert desk.workspace.state.drafts == (), tab
        assert desk.frame.main.currentWidget() is view, tab
    assert await berg.seat.session.sync.outbox(limit=5) == ()

    offered = [hit.key.partition(":")[0] for hit in desk.menu._find("")]
    assert {"note", "form", "write"}.isdisjoint(offered)
    assert [hit.key for hit in desk.menu._find("daganteckning")] == ["privacy:begin_visit"]
    desk.menu.run("privacy:begin_visit")
    await berg.rests()
    assert desk.place == "reception"


async def test_a_draft_from_before_cannot_be_finished_while_the_record_may_only_be_read(
    berg: Hands,
) -> None:
    await berg.finds_grace_in_the_region()
    desk = berg.seat.shown
    line = desk.patient
    assert line is not None
    desk.compose("note", line, begin("free"))
    await berg.rests()
    assert "Signera" in berg.buttons()

    await berg.press(Qt.Key.Key_N, _CTRL_SHIFT)
    await opened(berg, begun=True)

    (draft,) = desk.workspace.state.drafts
    assert "Signera" not in berg.buttons()
    form = desk._form_of(draft)
    assert form.actions == ()
    assert form.cards[0].title.startswith("Journalen är nödöppnad och kan bara läsas")


async def test_a_reason_that_says_nothing_stays_at_the_first_step(berg: Hands) -> None:
    await berg.finds_grace_in_the_region()
    await berg.press(Qt.Key.Key_N, _CTRL_SHIFT)
    await berg.write("akut")

    await berg.press(Qt.Key.Key_Return, _CTRL)

    assert "Fortsätt" in berg.buttons()
    (draft,) = berg.seat.shown.workspace.state.drafts
    assert draft.problem[0] == "Skälet säger för lite."


async def test_without_contact_it_is_said_what_can_be_done_and_the_attempt_reaches_the_log_once(
    running: Running, berg: Hands
) -> None:
    await berg.finds_grace_in_the_region()
    berg.seat.line.is_up = False
    await berg.until(lambda: not berg.seat.session.sync.status().connected)
    await berg.until(lambda: ROUTINE in berg.says())
    before = len(attempts(running))

    await berg.press(Qt.Key.Key_N, _CTRL_SHIFT)

    said = berg.says(berg.seat.shown.frame.workspace)
    assert "Journalen kan inte öppnas utan nätverk" in said
    assert "bara patientens namn och nummer" in said
    assert ROUTINE in said
    assert "Ditt försök är sparat" in said
    assert "Fortsätt" not in berg.buttons()
    await berg.write("Medvetslös, behöver läkemedelslistan")
    await berg.press(Qt.Key.Key_Return, _CTRL)
    assert "ingen kontakt" in berg.says(berg.seat.shown.frame.workspace)
    await berg.press(Qt.Key.Key_Return, _CTRL)  # the same once more
    assert "sovit" not in berg.says().lower()

    berg.seat.line.is_up = True
    berg.seat.session.sync.try_now()
    await berg.until(lambda: "Fortsätt" in berg.buttons())
    assert ROUTINE not in berg.says()
    await berg.until(lambda: len(attempts(running)) == before + 2)
    assert [bool(line.reason) for line in attempts(running)[:2]] == [True, False]
    assert {line.person for line in attempts(running)[:2]} == {BERG}
    assert all("emergency" in line.flags for line in attempts(running))

    await berg.press(Qt.Key.Key_Return, _CTRL)  # goes on where it was: nothing is typed again
    await berg.press(Qt.Key.Key_Return, _CTRL)
    await berg.until(lambda: "Nödöppnad till" in berg.banner())
    await berg.rests()
    await berg.press(Qt.Key.Key_2, _CTRL)
    await berg.until(lambda: "Sovit med en kudde." in berg.reads())
    assert len(attempts(running)) == before + 2
    assert graces_page(running).count("försök utan kontakt: inget lästes") == before + 2
