"""Everything by name: patients, commands, templates, drugs and guidelines in one box (Ctrl+K)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from ui.kit.cell import Column, Group, Row, icon_cell, key_cell, text_cell
from ui.kit.guard import guarded
from ui.kit.overlay import Overlay
from ui.kit.paint import box
from ui.kit.searchbox import SearchBox
from ui.kit.table import Table
from ui.kit.textrun import Run, quiet
from ui.theme.palette import tokens_of
from ui.theme.tokens import Tone
from workstation.domain.texts import _

_WIDTH = 620
_HEIGHT = 520
_LEAST_HEIGHT = 120
_TOP = 64
_WITH_ANOTHER = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


@dataclass(frozen=True, kw_only=True, repr=False)
class Hit:
    """One line of the palette; hits of the same ``group`` stand together."""

    key: str
    text: str
    detail: str = ""
    group: str = ""
    icon: str = "chevron-right"
    shortcut: str = ""


Find = Callable[[str], Sequence[Hit]]


@guarded
class Palette(Overlay):
    """A box over the middle of its parent; ``picked`` carries a hit's key.

    ``find`` answers at once with what is known here. What comes later (the region's patients) is
    handed in with ``show_hits`` while the text is still the same.
    """

    picked = Signal(str)
    searched = Signal(str)
    closed = Signal()

    def __init__(
        self,
        find: Find,
        parent: QWidget,
        *,
        top: Callable[[], int] = lambda: _TOP,
        later: bool = False,
    ) -> None:
        """``top``: where the box may begin; what stands above is never covered. ``later``: of
        every text hits also come by ``show_hits``; Enter waits for them.
        """
        super().__init__(parent)
        self._find = find
        self._top = top
        self._later = later
        self._answered: str | None = None
        self._entered: str | None = None
        self._before: QWidget | None = None  # where the keyboard was, and goes back to
        self.setAccessibleName(_("Command palette"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        self.box = SearchBox(_("Patient, personal identity number, command"), shortcut="Esc")
        columns = (
            Column(title="", width=16),
            Column(title="", stretch=1),
            Column(title="", width=110),
        )
        self.list = Table(_("Hits"), columns, header=False, middle=True, row_height=32)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column.addWidget(self.box)
        column.addWidget(self.list, 1)
        self.box.searched.connect(self._search)
        self.list.opened.connect(self._pick)
        self.box.installEventFilter(self)
        parent.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Show the box, empty, with what is suggested when nothing is typed."""
        if self.isVisible():
            self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return  # what is typed stays, and so does where the keyboard goes back to
        self._before = self.window().focusWidget()
        self.box.clear()
        self._answered = self._entered = None
        self._search("")
        self._settle()
        self.show()
        self.raise_()
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_box(self) -> None:
        """Put the box away."""
        # First the keyboard: a box that is put away with it has Qt walk the whole window for a place.
        if self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self._before = None
        self.closed.emit()

    def show_hits(self, text: str, hits: Sequence[Hit]) -> None:
        """Show ``hits`` if ``text`` is still what is typed; else they are too late."""
        if text != self.box.text():
            return
        self._draw(hits)
        self._answered = text
        if self._entered == text:
            self._pick_current()

    def _draw(self, hits: Sequence[Hit]) -> None:
        entries: list[Group | Row] = []
        group = ""
        for hit in hits:
            if hit.group and hit.group != group:
                entries.append(Group(title=hit.group))
            group = hit.group
            entries.append(_row(hit))
        self.list.set_rows(entries)
        if hits and not self.list.current_key():
            self.list.choose(hits[0].key)
        self._settle()

    def _search(self, text: str) -> None:
        if self._later and text.strip():
            self._draw(self._find(text))
        else:
            self.show_hits(text, self._find(text))
        self.searched.emit(text)

    def _enter(self) -> None:
        """Pick the first hit for what is typed: never one that still stands there for less."""
        text = self.box.text()
        self._entered = text
        if self._answered != text:
            self.box.search_now()  # what is typed may still wait to be searched
        else:
            self._pick_current()

    def _pick_current(self) -> None:
        self._entered = None
        if key := self.list.current_key():
            self._pick(key)

    def _pick(self, key: str) -> None:
        self.close_box()
        self.picked.emit(key)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if (
            watched is self.box
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
        ):
            return self._key(event)
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self._settle()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.close_box()
            return True
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.list.view.keyPressEvent(event)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.modifiers() & _WITH_ANOTHER:
                self._enter()
            return True
        return False

    def _settle(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        wide = min(_WIDTH, parent.width() - 32)
        wanted = self.list.content_height() + 2 * 12 + 8 + 32
        top = self._top()
        tall = min(max(wanted, _LEAST_HEIGHT), _HEIGHT, parent.height() - top - 32)
        self.setGeometry((parent.width() - wide) // 2, top, wide, tall)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        painter.fillRect(self.rect(), QColor(tokens.raised))
        box(painter, QRectF(self.rect()), edge=tokens.control, radius=2)


def _row(hit: Hit) -> Row:
    runs = [Run(hit.text, keep=True)]
    if hit.detail:
        runs.append(quiet("   " + hit.detail))
    return Row(
        key=hit.key,
        cells=(icon_cell(hit.icon, Tone.NEUTRAL, ""), text_cell(runs), key_cell(hit.shortcut)),
        name=hit.text,
    )
