"""Strokes shared by everything the kit paints: boxes, focus rings, pills and key caps."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ui.kit.visible import one_line
from ui.theme import icons
from ui.theme.tokens import Tokens, Tone
from ui.theme.typography import Size, font, metrics

PILL_HEIGHT = 20
_PILL_PAD = 8
_PILL_ICON = 11
_KEPT = 2_048  # texts measured: layouts ask for the same ones again and again

_MARKS = {
    Tone.CRITICAL: "critical",
    Tone.WARNING: "warning",
    Tone.OK: "check",
    Tone.OFFLINE: "offline",
}


def mark_of(tone: Tone) -> str:
    """Return the icon that always stands with a tone; empty for tones that need none."""
    return _MARKS.get(tone, "")


def box(
    painter: QPainter,
    rect: QRectF,
    *,
    fill: str = "",
    edge: str = "",
    radius: float = 4,
    width: float = 1,
) -> None:
    """Draw a rounded box whose edge lies inside ``rect``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(edge), width) if edge else Qt.PenStyle.NoPen)
    inset = width / 2 if edge else 0.0
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)
    painter.restore()


def focus_ring(painter: QPainter, rect: QRectF, tokens: Tokens, *, radius: float = 4) -> None:
    """Draw the ring that says where the keyboard is."""
    box(painter, rect, edge=tokens.accent, radius=radius, width=2)


def rule(painter: QPainter, x1: float, x2: float, y: float, colour: str) -> None:
    """Draw a horizontal line one pixel high whose top is ``y``."""
    painter.fillRect(QRectF(x1, y, x2 - x1, 1), QColor(colour))


def text_at(
    painter: QPainter,
    x: float,
    middle: float,
    text: str,
    colour: str,
    *,
    size: int = Size.BODY,
    strong: bool = False,
) -> float:
    """Draw one line centred on ``middle``; return its width."""
    measure = metrics(size, strong)
    painter.setFont(font(size, strong=strong))
    painter.setPen(QColor(colour))
    shown = one_line(text)
    painter.drawText(QPointF(x, middle + (measure.ascent() - measure.descent()) / 2), shown)
    return measure.horizontalAdvance(shown)


def text_width(text: str, *, size: int = Size.BODY, strong: bool = False) -> float:
    """Return the width of one line of text in logical pixels."""
    return _width(text, int(size), strong)


@lru_cache(maxsize=_KEPT)
def _width(text: str, size: int, strong: bool) -> float:  # noqa: FBT001
    return metrics(size, strong).horizontalAdvance(one_line(text))


def pill_width(text: str, *, icon: str = "", size: int = Size.SMALL) -> float:
    """Return the width ``draw_pill`` needs."""
    return (
        text_width(text, size=size, strong=True) + 2 * _PILL_PAD + (_PILL_ICON + 4 if icon else 0)
    )


def draw_pill(
    painter: QPainter, x: float, middle: float, text: str, tokens: Tokens, tone: Tone,
    *, icon: str = "", round_ends: bool = False, size: int = Size.SMALL,
) -> float:  # fmt: skip
    """Draw a small filled label centred on ``middle``; return its width."""
    ink, soft = tokens.tone(tone)
    width = pill_width(text, icon=icon, size=size)
    rect = QRectF(x, middle - PILL_HEIGHT / 2, width, PILL_HEIGHT)
    box(
        painter,
        rect,
        fill=soft,
        edge=tokens.line if tone is Tone.NEUTRAL else "",
        radius=10 if round_ends else 4,
    )
    left = x + _PILL_PAD
    if icon:
        icons.draw(
            painter, icon, ink, QRectF(left, middle - _PILL_ICON / 2, _PILL_ICON, _PILL_ICON)
        )
        left += _PILL_ICON + 4
    text_at(painter, left, middle, text, ink, size=size, strong=True)
    return width


def chip_width(text: str, *, icon: str = "", size: int = Size.SMALL) -> float:
    """Return the width ``draw_chip`` needs."""
    return text_width(text, size=size) + 2 * _PILL_PAD + (18 if icon else 0)


def draw_chip(
    painter: QPainter,
    x: float,
    middle: float,
    text: str,
    tokens: Tokens,
    *,
    icon: str = "",
    ink: str = "",
) -> float:
    """Draw a small outlined label centred on ``middle``; return its width."""
    width = chip_width(text, icon=icon)
    box(
        painter,
        QRectF(x, middle - PILL_HEIGHT / 2, width, PILL_HEIGHT),
        edge=tokens.line,
        fill=tokens.raised,
    )
    left = x + _PILL_PAD
    colour = ink or tokens.quiet
    if icon:
        icons.draw(painter, icon, colour, QRectF(left - 1, middle - 7, 14, 14))
        left += 18
    text_at(painter, left, middle, text, colour, size=Size.SMALL)
    return width


_KEYS = {
    "Return": "⏎",
    "Enter": "⏎",
    "Up": "↑",
    "Down": "↓",
    "Left": "←",
    "Right": "→",
    "Escape": "Esc",
}


def key_text(shortcut: str) -> str:
    """Return a shortcut as it stands on a key cap: ``Ctrl+Return`` becomes ``Ctrl+⏎``."""
    return (
        "+".join(_KEYS.get(part, part) for part in shortcut.split("+")) if shortcut != "+" else "+"
    )


def keycap_width(shortcut: str) -> float:
    """Return the width ``draw_keycap`` needs."""
    return max(20.0, text_width(key_text(shortcut), size=Size.TINY) + 12)


def draw_keycap(
    painter: QPainter, x: float, middle: float, shortcut: str, *, ink: str, edge: str
) -> float:
    """Draw a key cap centred on ``middle``; return its width."""
    width = keycap_width(shortcut)
    box(painter, QRectF(x, middle - 9, width, 18), edge=edge, radius=3)
    label = key_text(shortcut)
    left = x + (width - text_width(label, size=Size.TINY)) / 2
    text_at(painter, left, middle, label, ink, size=Size.TINY)
    return width
