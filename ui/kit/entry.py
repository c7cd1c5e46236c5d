"""An entry of a record as plain data, and how it is laid out and drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from ui.kit.paint import chip_width, draw_chip, draw_pill, mark_of, pill_width, rule
from ui.kit.textrun import Ink, Run, TextBlock
from ui.kit.visible import find_all
from ui.theme.tokens import Tokens, Tone

LEFT = 18
_TOP = 12
_BOTTOM = 14
_HEAD = 24
_READING_WIDTH = 720


@dataclass(frozen=True, kw_only=True, repr=False)
class Paragraph:
    """A heading word and its text, drawn byte for byte; ``ink`` for text that is not the note's.

    ``runs``: drawn in place of ``text``, where parts of it stand out; copied is ``text``.
    """

    text: str
    heading: str = ""
    ink: Ink = Ink.TEXT
    runs: Sequence[Run] = ()


@dataclass(frozen=True, kw_only=True)
class Label:
    """A pill in a tone, or with ``tone`` None a chip in an outline."""

    text: str
    tone: Tone | None = None
    icon: str | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Entry:
    """A note, a result, an event, ready to draw. ``voided`` strikes it through.

    ``meta`` is when, who and where in one line.
    """

    key: str
    title: str
    meta: str = ""
    paragraphs: Sequence[Paragraph] = ()
    labels: Sequence[Label] = ()
    new: bool = False
    voided: bool = False

    def spoken(self) -> str:
        """Return the entry as it is read aloud."""
        head = ", ".join(
            part for part in (self.title, self.meta, *(label.text for label in self.labels)) if part
        )
        return f"{head}. {self.original()}"

    def original(self) -> str:
        """Return the text of the entry as it is stored and copied."""
        return "\n".join(
            " ".join(part for part in (paragraph.heading, paragraph.text) if part)
            for paragraph in self.paragraphs
        )


class EntryLayout:
    """An entry laid out for a width and a look."""

    def __init__(self, entry: Entry, width: int, tokens: Tokens, wanted: str) -> None:
        self._entry, self._tokens = entry, tokens
        room = max(120, min(width - 2 * LEFT, _READING_WIDTH))
        head = [Run(entry.title, strong=True, keep=True, struck=entry.voided)]
        if entry.meta:
            head.append(Run("   " + entry.meta, ink=Ink.QUIET))
        labels = sum(_label_width(label) + 8 for label in entry.labels)
        wide = width - 2 * LEFT
        self._head = TextBlock([head], max(200.0, wide), tokens)
        beside = self._head.width + 12 + labels <= wide
        self._labels_left = LEFT + self._head.width + 12 if beside else float(LEFT)
        head_height = max(_HEAD, self._head.height + 4)
        self._labels_middle = _TOP + head_height / 2 if beside else _TOP + head_height + 12
        self._body_top = _TOP + head_height + (26 if labels and not beside else 2)
        self._blocks = [
            TextBlock([_runs(part, wanted, voided=entry.voided)], room, tokens)
            for part in entry.paragraphs
        ]
        body = sum(block.height + 3 for block in self._blocks)
        self.height = round(self._body_top + body + _BOTTOM)

    def draw(self, painter: QPainter, width: int, clip: QRectF) -> None:
        """Draw at the origin, ``width`` wide; ``clip`` spares what is out of sight."""
        tokens = self._tokens
        painter.fillRect(clip, QColor(tokens.raised))
        if self._entry.new:
            painter.fillRect(QRectF(0, 8, 3, self.height - 17), QColor(tokens.accent))
        head_top = _TOP + (_HEAD - min(_HEAD, self._head.height)) / 2
        self._head.draw(painter, LEFT, head_top)
        left = self._labels_left
        for label in self._entry.labels:
            left += _draw_label(painter, left, self._labels_middle, label, tokens) + 8
        top = self._body_top
        for block in self._blocks:
            if top + block.height >= clip.top() and top <= clip.bottom():
                block.draw(painter, LEFT, top, clip)
            top += block.height + 3
        rule(painter, 0, width, self.height - 1, tokens.line)


def _runs(part: Paragraph, wanted: str, *, voided: bool) -> list[Run]:
    runs = []
    if part.heading:
        runs.append(Run(part.heading + " ", strong=True, struck=voided))
    if part.runs:
        return [*runs, *part.runs]
    runs.append(Run(part.text, ink=part.ink, marks=find_all(part.text, wanted), struck=voided))
    return runs


def _icon(label: Label) -> str:
    if label.icon is not None:
        return label.icon
    return mark_of(label.tone) if label.tone is not None else ""


def _label_width(label: Label) -> float:
    if label.tone is None:
        return chip_width(label.text, icon=_icon(label))
    return pill_width(label.text, icon=_icon(label))


def _draw_label(
    painter: QPainter, left: float, middle: float, label: Label, tokens: Tokens
) -> float:
    if label.tone is None:
        return draw_chip(painter, left, middle, label.text, tokens, icon=_icon(label))
    return draw_pill(painter, left, middle, label.text, tokens, label.tone, icon=_icon(label))
