"""What may be done with the chosen row: buttons under a list, by key while the list is read."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui.kit.button import Button
from ui.kit.guard import guarded
from ui.kit.paint import rule
from ui.kit.toolbar import LOW, Toolbar, press
from ui.theme.palette import tokens_of
from workstation.domain.texts import _


@guarded
class ActionBar(QWidget):
    """Buttons for (key, text, letter); ``acted`` carries the key. Hidden while nothing may be done."""

    acted = Signal(str)

    def __init__(
        self,
        name: str,
        actions: Sequence[tuple[str, str, str]],
        *,
        keys_on: QWidget,
        reads: Collection[str] = (),
    ) -> None:
        """``keys_on``: the list whose focus makes the letters act; texts are message keys.

        ``reads``: what writes nothing, and so stays where a record may only be read.
        """
        super().__init__()
        self.setAccessibleName(name)
        self._reads, self._barred = frozenset(reads), False
        self._offered: frozenset[str] = frozenset()
        self._buttons: dict[str, Button] = {}
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        for key, text, letter in actions:
            button = Button(_(text))
            button.clicked.connect(lambda _checked=False, key=key: self.acted.emit(key))
            self._buttons[key] = button
            self._bind(button, letter, keys_on)
        self.line = Toolbar(name, tuple(self._buttons.values()))
        column.addWidget(self.line)
        self.hide()

    def _bind(self, button: Button, letter: str, keys_on: QWidget) -> None:
        if not letter:
            return
        button.setToolTip(letter)
        button.setAccessibleDescription(letter)
        # Letters act while the list is read, never while something is typed.
        keys = QShortcut(QKeySequence(letter), keys_on)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.setAutoRepeat(False)  # a key that is held acts once: nothing is done unseen
        keys.activated.connect(lambda: press(button) if self.isVisible() else None)

    def show_only(self, keys: Collection[str]) -> None:
        """Show the buttons of these keys; none hides the bar."""
        self._offered = frozenset(keys)
        self._show()

    def bar_writing(self, barred: bool) -> None:  # noqa: FBT001  Qt's shape
        """Offer only what reads, or again all that may be done."""
        if barred != self._barred:
            self._barred = barred
            self._show()

    def _show(self) -> None:
        shown = self._offered & self._reads if self._barred else self._offered
        for key, button in self._buttons.items():
            button.setVisible(key in shown)
        self.setVisible(bool(shown))

    def button(self, key: str) -> Button:
        """Return a button: to press it in a test or a tour."""
        return self._buttons[key]

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        edge = 4 if self.window().height() < LOW else 8
        if self._column.contentsMargins().top() != edge:
            self._column.setContentsMargins(16, edge, 16, edge)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        painter.fillRect(QRectF(self.rect()), tokens.raised)
        rule(painter, 0, self.width(), 0, tokens.line)


def search_key(box: QLineEdit, screen: QWidget) -> None:
    """Let ``/`` go to the search while ``screen`` is shown; in a text it stays a sign."""
    keys = QShortcut(QKeySequence("/"), screen)
    keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    keys.activated.connect(lambda: box.setFocus(Qt.FocusReason.ShortcutFocusReason))
