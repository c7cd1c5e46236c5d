"""What the rules say about a draft: a shape, a word, the reason, and a better way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.button import Button
from ui.kit.flow import FlowLayout
from ui.kit.guard import guarded
from ui.kit.link import Link
from ui.kit.paint import box, text_at, text_width
from ui.kit.runlabel import RunLabel
from ui.kit.textrun import Lines, Run, spoken
from ui.theme import icons
from ui.theme.palette import tokens_of
from ui.theme.tokens import Tone
from workstation.domain.texts import N_, _


class Level(StrEnum):
    """Two levels of alert, and plain information."""

    STOP = "stop"
    OBSERVE = "observe"
    INFO = "info"


_LOOK = {
    Level.STOP: (N_("Stop"), "critical", Tone.CRITICAL),
    Level.OBSERVE: (N_("Observe"), "warning", Tone.WARNING),
    Level.INFO: (N_("Information"), "info", Tone.ACCENT),
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A suggestion or a link; ``number`` is its key on the keyboard, 0 for none."""

    key: str
    text: str
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class CardModel:
    """One finding, ready to draw. ``text`` may emphasise with bold runs.

    ``chord``: what is held with the number of a suggestion; empty, the number alone is its key.
    """

    key: str
    level: Level
    title: str
    text: Lines
    suggestions: Sequence[Choice] = ()
    links: Sequence[Choice] = ()
    chord: str = ""


@guarded
class Card(QWidget):
    """Draw a ``CardModel``; both signals carry (card key, choice key)."""

    suggestion_chosen = Signal(str, str)
    link_opened = Signal(str, str)

    def __init__(self, model: CardModel, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        word, self._icon, self._tone = _LOOK[model.level]
        self._word = _(word)
        self.setAccessibleName(f"{self._word}: {model.title}. {spoken(model.text)}")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 12, 10)
        column.setSpacing(6)
        # In the layout, beside the drawn word: a title of two lines makes the card taller.
        head = QHBoxLayout()
        head.setContentsMargins(24 + round(text_width(self._word, strong=True)), 0, 0, 0)
        head.addWidget(RunLabel([(Run(model.title, strong=True),)]))
        column.addLayout(head)
        column.addWidget(RunLabel(model.text), 1)
        self._add_suggestions(column)
        self._add_links(column)

    def _add_suggestions(self, column: QVBoxLayout) -> None:
        if not self._model.suggestions:
            return
        flow = FlowLayout(across=8, down=6)
        for choice in self._model.suggestions:
            keys = f"{self._model.chord}{choice.number}" if choice.number else ""
            button = Button(choice.text, small=True, shortcut=keys)
            button.clicked.connect(
                lambda _checked=False, key=choice.key: self.suggestion_chosen.emit(
                    self._model.key, key
                )
            )
            flow.addWidget(button)
        column.addLayout(flow)

    def _add_links(self, column: QVBoxLayout) -> None:
        if not self._model.links:
            return
        flow = FlowLayout(across=8, down=0)
        for choice in self._model.links:
            link = Link(choice.text)
            link.clicked.connect(
                lambda _checked=False, key=choice.key: self.link_opened.emit(self._model.key, key)
            )
            flow.addWidget(link)
        column.addLayout(flow)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        ink, soft = tokens.tone(self._tone)
        whole = QRectF(self.rect())
        box(painter, whole, fill=soft, edge=tokens.line)
        painter.fillRect(QRectF(0, 3, 4, whole.height() - 6), QColor(ink))
        icons.draw(painter, self._icon, ink, QRectF(16, 13, 12, 12))
        text_at(painter, 33, 19, self._word, ink, strong=True)
