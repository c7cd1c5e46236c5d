"""The keys of the current screen (F1), read from what is on the screen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from ui.kit.banner import CONSENT_KEY, EMERGENCY_KEY, PRIVACY_KEY
from ui.kit.button import Button
from ui.kit.cell import Column, Group, Row, text_cell
from ui.kit.guard import guarded
from ui.kit.overlay import Overlay
from ui.kit.paint import box, key_text
from ui.kit.table import Table
from ui.kit.textrun import strong
from ui.theme.palette import tokens_of
from workstation.domain.texts import N_, _

_EVERYWHERE = (
    ("Ctrl+K", N_("Find patient or command")),
    ("Ctrl+Tab", N_("Recent patients")),
    ("Ctrl+1 … 6", N_("Parts of the record")),
    ("Ctrl+J", N_("The person's other record")),
    ("F6", N_("Between the record and what is written")),
    (PRIVACY_KEY, N_("Consent and blocks")),
    (CONSENT_KEY, N_("The patient consents, said aloud; pressed again at once: undone")),
    (EMERGENCY_KEY, N_("Open in an emergency, or close it again")),
    ("Ctrl+L", N_("Lock")),
    ("/", N_("Search on this screen, or sökord while writing")),
    ("F1", N_("These keys")),
)


_WIDTH = 460
_TOP = 80


@guarded
class KeysPanel(Overlay):
    """A panel over the window; Escape or F1 puts it away."""

    def __init__(self, parent: QWidget, *, top: Callable[[], int] = lambda: _TOP) -> None:
        super().__init__(parent)
        self._over, self._top = parent, top
        self._before: QWidget | None = None  # where the keyboard was, and goes back to
        self.setAccessibleName(_("Keys"))
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        columns = (Column(title=_("Key"), width=120), Column(title=_("Does"), stretch=1))
        self.table = Table(_("Keys"), columns)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.addWidget(self.table)
        self.hide()

    def toggle(self) -> None:
        """Show the keys that work now, or put them away."""
        if self.isVisible():
            self._put_away()
            return
        self._before = self.window().focusWidget()
        here = _keys_of(self._over)
        entries: list[Group | Row] = []
        for title, keys in (
            (_("Here"), here),
            (_("Everywhere"), [(k, _(t)) for k, t in _EVERYWHERE]),
        ):
            if keys:
                entries.append(Group(title=title))
            entries.extend(
                Row(
                    key=f"{title}{key}",
                    cells=(text_cell((strong(key_text(key)),)), text_cell(text)),
                    name=text,
                )
                for key, text in keys
            )
        self.table.set_rows(entries)
        parent = self._over
        wide = min(_WIDTH, parent.width() - 32)
        self.resize(wide, parent.height())
        self.show()
        top = self._top()
        tall = min(self.table.content_height() + 44, parent.height() - top - 32)
        self.setGeometry((parent.width() - wide) // 2, top, wide, tall)
        self.raise_()
        self.table.setFocus(Qt.FocusReason.PopupFocusReason)

    def _put_away(self) -> None:
        """Go, and give the keyboard back: who was writing goes on in the same place."""
        before, self._before = self._before, None
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        box(painter, QRectF(self.rect()), fill=tokens.raised, edge=tokens.control, radius=2)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F1):
            self._put_away()
            return
        super().keyPressEvent(event)


def _keys_of(window: QWidget) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for button in window.findChildren(QPushButton):
        keys = button.accessibleDescription()
        if isinstance(button, Button) and button.isVisible() and keys:
            found.append((keys, button.accessibleName()))
    return found
