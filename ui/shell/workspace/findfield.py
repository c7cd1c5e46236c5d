"""One of many, found while typing: rows under the field, chosen with the arrow keys and Enter.

Nothing is completed and nothing is preselected: Enter takes a row only after somebody has moved
to it. What is typed stands as it is until then, and may stay so.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.kit.cell import Column, Group, Row, text_cell
from ui.kit.field import TextField
from ui.kit.guard import guarded
from ui.kit.paint import box
from ui.kit.table import Table
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.shell.workspace.form import Offer
from ui.theme.palette import tokens_of
from ui.theme.typography import Size
from workstation.domain.texts import _

_WIDE = 600
_TALL = 344
_LEAST = 96
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_LOOKS = {True: ("◆ ", Ink.CRITICAL), False: ("▲ ", Ink.WARNING)}


@guarded
class _Rows(QWidget):
    """What was found, over whatever stands under the field."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        columns = (Column(title="", stretch=3, least=250), Column(title="", stretch=2, least=120))
        self.table = Table(name, columns, header=False, dense=True)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addWidget(self.table)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        box(painter, QRectF(self.rect()), fill=tokens.raised, edge=tokens.control, radius=2)


@guarded
class FindField(TextField):
    """A line with rows under it while there is something to choose. ``picked`` carries a row's key."""

    picked = Signal(str)

    def __init__(
        self,
        label: str,
        *,
        text: str = "",
        placeholder: str = "",
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, text=text, placeholder=placeholder, hint=hint, parent=parent)
        self.rows = _Rows(label)
        self._offers: tuple[Offer, ...] = ()
        self._said = ""
        self._away = False
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._typed)
        self.rows.table.view.clicked.connect(lambda _index: self._take())
        self.destroyed.connect(self.rows.deleteLater)

    def offers(self) -> tuple[Offer, ...]:
        """Return what there is to choose from."""
        return self._offers

    def show_offers(self, offers: tuple[Offer, ...], said: str) -> None:
        """Put these rows under the field; where somebody has moved to one of them, it stays chosen."""
        if (offers, said) == (self._offers, self._said):
            return
        self._offers, self._said = offers, said
        self._show()

    def _typed(self) -> None:
        self._away = False
        self.rows.table.choose("")  # what was moved to belonged to what was typed before

    def _show(self) -> None:
        wanted = bool(self._offers) and self.edit.hasFocus() and not self._away
        if not wanted:
            self.rows.hide()
            return
        self.rows.table.set_rows(_rows(self._offers, self._said))
        self._place()
        self.rows.show()
        self.rows.raise_()

    def _place(self) -> None:
        """Stand under the line, over it where there is more room, inside the window."""
        window = self.edit.window()
        if self.rows.parentWidget() is not window:
            self.rows.setParent(window)
        spot = self.edit.mapTo(window, QPoint(0, 0))
        wide = min(max(_WIDE, self.edit.width()), window.width() - 16)
        left = min(max(8, spot.x() + self.edit.width() - wide), window.width() - wide - 8)
        wanted = min(_TALL, self.rows.table.content_height() + 14)
        under = window.height() - spot.y() - self.edit.height() - 12
        if under >= min(wanted, _LEAST) or under >= spot.y():
            self.rows.setGeometry(left, spot.y() + self.edit.height() + 4, wide, min(wanted, under))
        else:
            tall = min(wanted, spot.y() - 12)
            self.rows.setGeometry(left, spot.y() - tall - 4, wide, tall)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if watched is not self.edit:
            return False
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            # Who looks at another window for a moment comes back to the same list.
            if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
                self.rows.hide()
        elif event.type() == QEvent.Type.FocusIn:
            self._show()
        elif event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.rows.isVisible():
            self._place()
        elif event.type() in (QEvent.Type.Hide, QEvent.Type.EnabledChange):
            self.rows.hide()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Down and self._away and self._offers:
            self._away = False
            self._show()
            return True
        if self.rows.isHidden() or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if key in _MOVES:
            self.rows.table.view.keyPressEvent(event)
            self._told()
            return True
        if key in _ENTERS and self.rows.table.current_key():
            self._take()
            return True
        if key == Qt.Key.Key_Escape:
            self._away = True
            self.rows.hide()
            return True
        return False

    def _told(self) -> None:
        """Say to who listens which row it is: the keyboard stays in the line."""
        offer = self._offer(self.rows.table.current_key())
        self.edit.setAccessibleDescription(_spoken(offer) if offer else "")

    def _take(self) -> None:
        offer = self._offer(self.rows.table.current_key())
        if offer is None:
            return
        self._offers = ()
        self.rows.hide()
        self.edit.blockSignals(True)  # what stands in the line is what the draft will say
        self.edit.setText(offer.text)
        self.edit.blockSignals(False)
        self.picked.emit(offer.key)

    def _offer(self, key: str) -> Offer | None:
        return next((offer for offer in self._offers if offer.key == key), None)


def _rows(offers: tuple[Offer, ...], said: str) -> list[Group | Row]:
    entries: list[Group | Row] = [Group(title=said)] if said else []
    for offer in offers:
        if offer.apart:
            entries.append(Group(title=offer.apart))
        line: Line = (strong(offer.title), Run(f"  {offer.detail}"))
        beside: list[Run] = [quiet(offer.tag), quiet("  ")] if offer.tag else []
        for text, stops in offer.marks:
            shape, ink = _LOOKS[stops]
            beside += [Run(f"{shape}{text}", ink=ink, size=Size.SMALL, keep=True), quiet("  ")]
        cells = (text_cell(line), text_cell(tuple(beside)))
        entries.append(Row(key=offer.key, cells=cells, name=offer.title))
    return entries


def _spoken(offer: Offer) -> str:
    warned = [
        (_("stops: {problem}") if stops else _("warns: {problem}")).format(problem=text)
        for text, stops in offer.marks
    ]
    return ", ".join(part for part in (offer.title, offer.detail, offer.tag, *warned) if part)
