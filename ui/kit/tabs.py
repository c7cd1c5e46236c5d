"""The parts of a record as tabs, each with what is new in it since it was last looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.kit.button import Button
from ui.kit.guard import guarded
from ui.kit.paint import box, draw_pill, focus_ring, pill_width, rule, text_at, text_width
from ui.kit.roving import PlaceButton, Roving
from ui.theme.palette import tokens_of
from ui.theme.tokens import Tone
from ui.theme.typography import Size
from workstation.domain.texts import _, ngettext

HEIGHT = 38


@dataclass(frozen=True, kw_only=True)
class Tab:
    """A tab of the record."""

    key: str
    label: str


@guarded
class _TabButton(PlaceButton):
    def __init__(self, tab: Tab, number: int) -> None:
        super().__init__()
        self.tab, self.new = tab, 0
        self.compact = self.tight = False
        self._number = number
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleDescription(f"Ctrl+{number}")
        self.setToolTip(f"Ctrl+{number}")
        self.set_new(0)

    def pill(self) -> str:
        """Return how much is new: only the number where there is little room."""
        if not self.new or self.tight:
            return ""
        return str(self.new) if self.compact else _("{count} new").format(count=self.new)

    def pad(self) -> int:
        if self.tight:
            return 5
        return 6 if self.compact else 12

    def text_size(self) -> int:
        """Return the size of the label: smaller where there is hardly any room."""
        return Size.SMALL if self.tight else Size.BODY

    def width_when(self, *, compact: bool, tight: bool) -> int:
        """Return how wide the tab would be."""
        now = self.compact, self.tight
        self.compact, self.tight = compact, tight
        width = self.sizeHint().width()
        self.compact, self.tight = now
        return width

    def set_new(self, count: int) -> None:
        self.new = count
        said = _("{count} new").format(count=count) if count else ""
        self.setAccessibleName(", ".join(part for part in (self.tab.label, said) if part))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        pill = pill_width(self.pill(), size=Size.TINY) + 6 if self.pill() else 0
        # As wide as its bold form, so that choosing a tab never moves its neighbours.
        label = text_width(self.tab.label, size=self.text_size(), strong=True)
        return QSize(int(2 * self.pad() + label + pill) + 1, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        chosen, middle, size = self.isChecked(), HEIGHT / 2, self.text_size()
        ink = tokens.text if chosen or self.underMouse() else tokens.quiet
        text_at(painter, self.pad(), middle, self.tab.label, ink, size=size, strong=chosen)
        left = self.pad() + text_width(self.tab.label, size=size, strong=True)
        if self.pill():
            draw_pill(
                painter, left + 6, middle, self.pill(), tokens, Tone.ACCENT, round_ends=True, size=Size.TINY
            )  # fmt: skip
        elif self.new:
            box(painter, QRectF(left - 3, 8, 6, 6), fill=tokens.accent, radius=3)
        if chosen:
            painter.fillRect(QRectF(0, HEIGHT - 3, self.width(), 3), QColor(tokens.accent))
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()).adjusted(1, 3, -1, -3), tokens)


@guarded
class TabBar(QWidget):
    """The tabs; ``chosen`` carries a key. Left and right arrows move; the frame binds Ctrl+1…6."""

    chosen = Signal(str)

    def __init__(self, tabs: Sequence[Tab], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT + 1)
        self.setAccessibleName(_("Parts of the record"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 1)
        row.setSpacing(0)
        self._buttons: dict[str, _TabButton] = {}
        for number, tab in enumerate(tabs, start=1):
            button = _TabButton(tab, number)
            button.clicked.connect(lambda _checked, key=tab.key: self.chosen.emit(key))
            self._buttons[tab.key] = button
            row.addWidget(button)
        row.addStretch(1)
        self.drafts = Button("", small=True, icon="pencil")
        self.drafts.hide()
        row.addWidget(self.drafts)
        self._roving = Roving(self, lambda: tuple(self._buttons.values()))
        self._roving.settle()

    def keys(self) -> tuple[str, ...]:
        """Return the keys in the order of their shortcuts."""
        return tuple(self._buttons)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(200, HEIGHT + 1)

    def offer_drafts(self, count: int, key: str) -> None:
        """Offer the way to the drafts where they stand in place of the record; zero: they do not."""
        self.drafts.setText(ngettext("{count} draft", "{count} drafts", count).format(count=count))
        self.drafts.setToolTip(key)
        self.drafts.setAccessibleDescription(key)
        if self.drafts.isHidden() is (count > 0):
            self.drafts.setVisible(count > 0)
            self._fit()

    def set_current(self, key: str) -> None:
        """Show a tab as the present one without saying ``chosen``."""
        for button in self._buttons.values():
            button.setChecked(button.tab.key == key)
        self._roving.settle()

    def current(self) -> str:
        """Return the key of the present tab; empty when there is none."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def set_new(self, key: str, count: int) -> None:
        """Show how many things are new in a tab; zero shows nothing."""
        if key in self._buttons:  # a part that is reached from elsewhere has no tab
            self._buttons[key].set_new(count)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give way in two steps: numbers without words, then dots and smaller labels."""
        buttons = self._buttons.values()
        beside = 0 if self.drafts.isHidden() else self.drafts.sizeHint().width() + 8
        room = self.width() - 16 - beside
        compact = sum(b.width_when(compact=False, tight=False) for b in buttons) > room
        tight = compact and sum(b.width_when(compact=True, tight=False) for b in buttons) > room
        for button in buttons:
            if (button.compact, button.tight) != (compact, tight):
                button.compact, button.tight = compact, tight
                button.updateGeometry()
                button.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        painter.fillRect(self.rect(), QColor(tokens.raised))
        rule(painter, 0, self.width(), self.height() - 1, tokens.line)
