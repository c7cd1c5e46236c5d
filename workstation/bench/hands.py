"""Somebody's hands at the real window: each key and click is counted, and timed until painted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ui.kit.button import Button
from ui.kit.cell import Row
from ui.kit.table import Table
from ui.shell.desk import Desk
from ui.shell.window import MainWindow

_NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
_MOST_TABS = 60
_SCREENS = "Tasks._guard"


class Lost(Exception):
    """The way is not there: the screen is another than was expected."""


class Hands:
    """Presses and types as a person does.

    Attributes:
        actions: Keys and clicks so far, letters of a text not counted.
        expected: The number of somebody who has a time today.
        steps: Milliseconds of each, and of each text's last letter, until all of it is painted.
    """

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.actions = 0
        self.expected = ""
        self.steps: list[float] = []

    @property
    def desk(self) -> Desk:
        """The session that is on the screen."""
        assert self.window.desk is not None
        return self.window.desk

    async def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = _NONE, times: int = 1
    ) -> None:
        """Press a key."""
        for _time in range(times):
            self.actions += 1
            await self._step(lambda: QTest.keyClick(_focused(), key, modifier))

    async def write(self, text: str) -> None:
        """Type a text; as from a keyboard, every letter comes by itself."""
        for sign in text[:-1]:
            _type(sign)
            await asyncio.sleep(0)
        await self._step(lambda: _type(text[-1]))

    async def tab_to(self, name: str) -> None:
        """Press Tab until the keyboard is where the screen reader says ``name``."""
        for _time in range(_MOST_TABS):
            if where().startswith(name):
                return
            await self.press(Qt.Key.Key_Tab)
        raise Lost(f"no way by Tab to {name}")

    async def click_row(self, table: Table, title: str) -> None:
        """Click on the first row in whose words ``title`` stands."""
        for number, entry in enumerate(table.model.entries):
            index = table.model.index(number, 0)
            said = str(index.data() or "")
            if isinstance(entry, Row) and title.casefold() in said.casefold():
                table.view.scrollTo(index)
                spot = table.view.visualRect(index).topLeft() + QPoint(30, 8)
                await self._click(table.view.viewport(), spot)
                return
        raise Lost(f"no row {title}")

    async def click_button(self, text: str) -> None:
        """Click on the button with that text."""
        for button in self.window.findChildren(Button):
            if button.isVisible() and button.isEnabled() and button.label() == text:
                await self._click(button, button.rect().center())
                return
        raise Lost(f"no button {text}")

    async def _click(self, widget: QWidget, spot: QPoint) -> None:
        self.actions += 1
        left = Qt.MouseButton.LeftButton
        await self._step(lambda: QTest.mouseClick(widget, left, _NONE, spot))

    async def _step(self, act: Callable[[], object]) -> None:
        began = time.perf_counter()
        act()
        await self.rest()
        while self._yet_to_take_its_place():  # noqa: ASYNC110  nothing tells of it but its turns
            await asyncio.sleep(0)
        # What has changed is painted by now, or here; a picture of all of it would count twice.
        QApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest.value)
        self.steps.append((time.perf_counter() - began) * 1000)

    def _yet_to_take_its_place(self) -> bool:
        """Whether what has come or gone beside the record is laid out and painted in a moment."""
        desk = self.window.desk
        return desk is not None and not desk.frame.splitter.updatesEnabled()

    async def rest(self) -> None:
        """Wait until no screen has anything under way."""
        for _turn in range(2):
            while works := _works():
                await asyncio.wait(works)
            await asyncio.sleep(0)


def where() -> str:
    """Return where the keyboard is, as a screen reader says it."""
    focused = QApplication.focusWidget()
    return focused.accessibleName() if isinstance(focused, QWidget) else ""


def _works() -> list[asyncio.Task[object]]:
    present = asyncio.current_task()
    return [
        task
        for task in asyncio.all_tasks()
        if task is not present and getattr(task.get_coro(), "__qualname__", "") == _SCREENS
    ]


def _focused() -> QWidget:
    focused = QApplication.focusWidget()
    if not isinstance(focused, QWidget):
        raise Lost("the keyboard is nowhere")
    return focused


def _type(sign: str) -> None:
    if sign.isascii():
        QTest.keyClicks(_focused(), sign)
        return
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):  # QTest knows no other keys
        QApplication.sendEvent(_focused(), QKeyEvent(kind, 0, _NONE, sign))
