"""The whole window over a real cache, offscreen, with Karin on the ward."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.karin import KARIN, UNITS, move_in
from tests.ward import PASSWORD, Door, Ward, open_ward
from ui.kit.button import Button
from ui.shell.desk import Desk
from ui.shell.window import MainWindow
from ui.shell.workspace.formview import FormView
from ui.theme.theme import apply_theme
from ui.theme.tokens import LIGHT
from workstation.domain.ids import EntityId
from workstation.operations.session import Session


@pytest.fixture(scope="session")
def app() -> QApplication:
    running = QApplication.instance() or QApplication([])
    assert isinstance(running, QApplication)
    apply_theme(running, LIGHT)
    return running


async def settle(until: Callable[[], bool] = lambda: True, *, rounds: int = 12) -> None:
    """Let Qt and the loop run; longer while ``until`` does not hold yet."""
    running = QApplication.instance()
    assert running is not None
    for number in range(400):
        running.processEvents()
        await asyncio.sleep(0.005)
        if number >= rounds and until():
            return
    raise AssertionError("what was waited for never came")


@dataclass
class Seat:
    """Somebody in front of the window."""

    window: MainWindow
    ward: Ward
    door: Door

    @property
    def desk(self) -> Desk:
        assert self.window.desk is not None
        return self.window.desk

    async def logs_in(self, user: str = "anna", *, assignment: str = "SE2321000016-M001") -> None:
        self.window.login.admitted.emit(user, PASSWORD)
        await settle()
        if self.window.way_in.state.admitted is not None:
            self.window.login.chosen.emit(assignment)
        await settle(lambda: self.window.desk is not None)

    async def opens(
        self, tab: str, patient: object = KARIN, entity: EntityId | None = None
    ) -> None:
        line = await self.ward.cache.patient(patient)  # type: ignore[arg-type]
        assert line is not None
        self.desk.open_patient(line, tab, entity)
        await self.rests()

    async def rests(self) -> None:
        """Until nothing is under way."""
        await settle()
        await self.desk.tasks.finish()
        await settle()

    def view(self, tab: str) -> QWidget:
        return self.desk.chart[tab][0]

    @property
    def draft(self) -> FormView:
        """The draft in front."""
        return self.desk.drafts.bodies[str(self.desk.workspace.state.current)]

    async def presses(self, text: str) -> None:
        """Press the button with that text that can be seen."""
        buttons = [
            button
            for button in self.window.findChildren(Button)
            if button.isVisible() and button.isEnabled() and button.label() == text
        ]
        assert buttons, f"no button {text!r} among {self.buttons()}"
        buttons[0].click()
        await self.rests()

    def buttons(self) -> list[str]:
        return [b.label() for b in self.window.findChildren(Button) if b.isVisible()]


def session_of(ward: Ward) -> Session:
    return ward.session()


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    opened = await open_ward(tmp_path)
    await move_in(opened)
    try:
        yield opened
    finally:
        await opened.cache.close()


@pytest.fixture
async def seat(app: QApplication, ward: Ward) -> AsyncIterator[Seat]:
    nurse = ward.desk(
        "Öberg, Maja", profession="nurse", title="Sjuksköterska", hsa_id="SE2321000016-P002"
    )
    door = Door({"anna": ward.session(), "maja": ward.session(nurse)}, UNITS[:1])
    seat = await sit_down(ward, door)
    try:
        yield seat
    finally:
        await leave(seat)


async def sit_down(ward: Ward, door: Door) -> Seat:
    window = MainWindow(gate=door)
    window.show()
    await settle()
    return Seat(window=window, ward=ward, door=door)


async def leave(seat: Seat) -> None:
    """Close the window as a person does, and let Qt take it down."""
    seat.window.close()
    await settle(lambda: not seat.window.isVisible())
    seat.window.deleteLater()
    await settle()
