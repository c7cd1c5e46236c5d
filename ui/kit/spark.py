"""A small line of how a value has gone, drawn beside it: no axes, no numbers, its newest point marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ui.theme.tokens import Tokens, Tone
from workstation.domain.texts import _, ngettext

WIDTH, HEIGHT = 56, 16  # pixels
_MUCH = 0.05  # of the size of the values: less than that is no change
_DOT = 2.5


@dataclass(frozen=True, kw_only=True)
class Spark:
    """Values from the oldest to the newest, evenly spaced; ``low`` and ``high`` bound what is normal.

    ``tone`` colours the newest point, as the value beside it is coloured.
    """

    values: tuple[float, ...]
    low: float | None = None
    high: float | None = None
    tone: Tone = Tone.NEUTRAL

    def said(self) -> str:
        """Return what a screen reader says: ``rising, 4 values``."""
        count = len(self.values)
        many = ngettext("{count} value", "{count} values", count).format(count=count)
        return f"{direction(self.values)}, {many}"


def direction(values: Sequence[float]) -> str:
    """Return how the values have gone, in a word: from the first to the last, and between."""
    size = max(abs(value) for value in values) or 1.0
    went, between = values[-1] - values[0], max(values) - min(values)
    if between < _MUCH * size:
        return _("steady")
    if abs(went) < between / 2:
        return _("varying")
    return _("rising") if went > 0 else _("falling")


def draw(painter: QPainter, rect: QRectF, spark: Spark, tokens: Tokens) -> None:
    """Draw the line in ``rect``, over a band of what is normal where that is known."""
    values = spark.values
    bounds = [bound for bound in (spark.low, spark.high) if bound is not None]
    least, most = min(*values, *bounds), max(*values, *bounds)
    room = rect.adjusted(_DOT + 1, _DOT + 1, -_DOT - 1, -_DOT - 1)

    def height(value: float) -> float:
        share = (value - least) / (most - least) if most > least else 0.5
        return room.bottom() - share * room.height()

    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if bounds:
        top = height(spark.high) if spark.high is not None else rect.top()
        bottom = height(spark.low) if spark.low is not None else rect.bottom()
        painter.fillRect(QRectF(rect.left(), top, rect.width(), bottom - top), QColor(tokens.line))
    step = room.width() / max(1, len(values) - 1)
    points = [QPointF(room.left() + n * step, height(value)) for n, value in enumerate(values)]
    painter.setPen(QPen(QColor(tokens.quiet), 1.3))
    painter.drawPolyline(QPolygonF(points))
    ink = tokens.text if spark.tone is Tone.NEUTRAL else tokens.tone(spark.tone)[0]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ink))
    painter.drawEllipse(points[-1], _DOT, _DOT)
    painter.restore()
