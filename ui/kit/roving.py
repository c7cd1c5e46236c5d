"""A row or column of buttons that is one stop for Tab; arrows move inside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from ui.kit.guard import guarded

_FORWARD = (Qt.Key.Key_Right, Qt.Key.Key_Down)
_BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)


@guarded
class PlaceButton(QPushButton):
    """A button that is marked as present by who owns it, never by being pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)

    def nextCheckState(self) -> None:  # noqa: N802  Qt's name
        """Leave the mark where it is: pressing asks, it does not decide."""


@guarded
class Roving(QObject):
    """Moves the focus between the buttons of ``owner``; Enter and space press the focused one."""

    def __init__(self, owner: QWidget, buttons: Callable[[], Sequence[QPushButton]]) -> None:
        super().__init__(owner)
        self._buttons = buttons

    def settle(self) -> None:
        """Let Tab stop at the present button only; call when buttons or the present one change."""
        buttons = self._buttons()
        present = next((button for button in buttons if button.isChecked()), None)
        for number, button in enumerate(buttons):
            button.removeEventFilter(self)
            button.installEventFilter(self)
            stops = button is present or (present is None and number == 0)
            policy = Qt.FocusPolicy.StrongFocus if stops else Qt.FocusPolicy.ClickFocus
            button.setFocusPolicy(policy)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        buttons = [button for button in self._buttons() if button.isEnabled()]
        if watched not in buttons or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        number = next(n for n, button in enumerate(buttons) if button is watched)
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            buttons[number].click()
        elif key in (*_FORWARD, *_BACK):
            step = 1 if key in _FORWARD else -1
            buttons[(number + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            return False
        return True
