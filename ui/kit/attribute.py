"""One attribute of a patient, pressed to open its detail; it is never broken while it fits."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui.kit.guard import guarded
from ui.kit.paint import PILL_HEIGHT, box, focus_ring, text_at, text_width
from ui.kit.textrun import Run, TextBlock, spoken
from ui.theme import icons
from ui.theme.palette import tokens_of
from ui.theme.tokens import Tokens, Tone
from ui.theme.typography import Size

_UNBOUNDED = 4000
_KEPT = 8  # blocks: a layout asks for the same few again and again
_PAD = 4
_ICON = 12


@dataclass(frozen=True, kw_only=True, repr=False)
class Said:
    """What an attribute says: ``lead`` stands before the badge, ``line`` after it; ``solid``
    fills the badge.
    """

    line: tuple[Run, ...] = ()
    badge: str = ""
    icon: str = ""
    tone: Tone = Tone.NEUTRAL
    solid: bool = False
    lead: tuple[Run, ...] = ()


@guarded
class Attribute(QPushButton):
    """A badge (mark and word) and a line of text; both may be empty."""

    def __init__(self, said: Said, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said: Said | None = None
        self._blocks: dict[tuple[tuple[Run, ...], float, str], TextBlock] = {}
        self._hint: tuple[str, QSize] | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.say(said)

    def say(self, said: Said) -> None:
        """Say this instead; the same again changes nothing."""
        if said == self._said:
            return
        self._said = said
        self._lead, self._line = said.lead, said.line
        self._badge, self._icon = said.badge, said.icon
        self._tone, self._solid = said.tone, said.solid
        self._blocks.clear()
        self._hint = None
        spoken_parts = (spoken([said.lead]), said.badge, spoken([said.line]))
        self.setAccessibleName(" ".join(part.strip() for part in spoken_parts if part.strip()))
        self.updateGeometry()
        self.update()

    def _block(self, runs: tuple[Run, ...], width: float) -> TextBlock:
        tokens = tokens_of(self)
        wanted = (runs, width, tokens.name)
        found = self._blocks.get(wanted)
        if found is None:
            if len(self._blocks) >= _KEPT:
                self._blocks.clear()
            found = self._blocks[wanted] = TextBlock([runs], width, tokens)
        return found

    def _lead_width(self) -> float:
        return self._block(self._lead, _UNBOUNDED).width + 6 if self._lead else 0.0

    def _badge_width(self) -> float:
        if not self._badge:
            return 0.0
        return (
            text_width(self._badge, size=Size.SMALL, strong=True)
            + 16
            + (_ICON + 4 if self._icon else 0)
        )

    def _text_left(self) -> float:
        badge = self._badge_width()
        return _PAD + self._lead_width() + badge + (6 if badge and self._line else 0)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        look = tokens_of(self).name
        if self._hint is None or self._hint[0] != look:
            self._hint = (look, self._natural())
        return QSize(self._hint[1])

    def _natural(self) -> QSize:
        text = self._block(self._line, _UNBOUNDED) if self._line else None
        tall = max(text.height if text else 0, PILL_HEIGHT if self._badge else 18)
        return QSize(int(self._text_left() + (text.width if text else 0) + _PAD) + 1, round(tall))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        hint = self.sizeHint()
        # A badge has no words to wrap: it is never narrower than it is.
        return QSize(min(hint.width(), 120), hint.height()) if self._line else hint

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's name
        if width >= self.sizeHint().width() or not self._line:
            return self.sizeHint().height()
        return round(
            max(PILL_HEIGHT, self._block(self._line, width - self._text_left() - _PAD).height)
        )

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        whole = QRectF(self.rect())
        if self.underMouse():
            box(painter, whole, fill=tokens.accent_soft)
        x = float(_PAD)
        if self._lead:
            lead = self._block(self._lead, _UNBOUNDED)
            lead.draw(painter, x, (min(whole.height(), PILL_HEIGHT) - lead.height) / 2)
            x += self._lead_width()
        if self._badge:
            self._paint_badge(painter, x, tokens)
        if self._line:
            left = self._text_left()
            block = self._block(self._line, max(1.0, whole.width() - left - _PAD + 1))
            block.draw(painter, left, max(0.0, (whole.height() - block.height) / 2))
        if self.hasFocus():
            focus_ring(painter, whole, tokens)

    def _paint_badge(self, painter: QPainter, x: float, tokens: Tokens) -> None:
        ink, soft = tokens.tone(self._tone)
        edge = tokens.edge if self._tone is Tone.NEUTRAL else ""
        mark, word = ink, tokens.text  # the word stands at 7:1, the mark carries the colour
        if self._tone is Tone.NEUTRAL:
            word = ink
        if self._solid:
            mark, word, soft, edge = tokens.on_accent, tokens.on_accent, ink, ""
        rect = QRectF(x, 0, self._badge_width(), PILL_HEIGHT)
        if self.height() < 2 * PILL_HEIGHT:
            rect.moveTop((self.height() - PILL_HEIGHT) / 2)
        box(painter, rect, fill=soft, edge=edge)
        middle, left = rect.center().y(), x + 8
        if self._icon:
            icons.draw(painter, self._icon, mark, QRectF(left, middle - _ICON / 2, _ICON, _ICON))
            left += _ICON + 4
        text_at(painter, left, middle, self._badge, word, size=Size.SMALL, strong=True)
