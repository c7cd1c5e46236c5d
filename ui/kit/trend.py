"""Values over time: one band per series on a common time axis, medication periods beneath."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit.guard import guarded
from ui.kit.paint import box, focus_ring, text_at, text_width
from ui.kit.trendscale import TimeScale, ValueScale, number, time_scale, value_scale
from ui.theme.palette import tokens_of
from ui.theme.tokens import Tokens
from ui.theme.typography import Size
from workstation.domain.texts import _

_AXIS = 52
_RIGHT = 16
_READOUT = 26
_BAND_HEAD = 20
_DATES = 22
_BAR = 18
_LEAST_BAND = 56


@dataclass(frozen=True, kw_only=True, repr=False)
class Point:
    """A value at a local time. ``text`` is how the record writes it; ``value`` only places it."""

    at: datetime
    value: float
    text: str


@dataclass(frozen=True, kw_only=True, repr=False)
class Series:
    """Points in order of time; ``low`` and ``high`` are the reference range, None where open."""

    name: str
    unit: str
    points: Sequence[Point]
    low: float | None = None
    high: float | None = None

    def outside(self, value: float) -> int:
        """Return 1 above the reference range, -1 below it, 0 inside or without a range."""
        if self.high is not None and value > self.high:
            return 1
        return -1 if self.low is not None and value < self.low else 0

    def reference(self) -> str:
        """Return the reference range in words; empty without one."""
        if self.low is not None and self.high is not None:
            return f"{number(self.low)}–{number(self.high)}"
        if self.high is not None:
            return f"< {number(self.high)}"
        return f"> {number(self.low)}" if self.low is not None else ""


@dataclass(frozen=True, kw_only=True, repr=False)
class Period:
    """Something that went on for a while; ``end`` None goes on still."""

    name: str
    start: datetime
    end: datetime | None = None


@guarded
class Trend(QWidget):
    """Draw series and periods. Left and right (or the pointer) read one time after the other;
    ``read`` carries the read-out.
    """

    read = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._series: tuple[Series, ...] = ()
        self._periods: tuple[Period, ...] = ()
        self._times: tuple[datetime, ...] = ()
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def show_series(self, series: Sequence[Series], periods: Sequence[Period] = ()) -> None:
        """Draw these; series without points are named as empty, never left out in silence."""
        self._series, self._periods = tuple(series), tuple(periods)
        self._times = tuple(sorted({point.at for one in series for point in one.points}))
        self._at = -1
        self.setAccessibleDescription(self.description())
        self.setMinimumHeight(self.minimumSizeHint().height())
        self.updateGeometry()
        self.update()

    def description(self) -> str:
        """Return what the plot shows, in words."""
        said = [_describe(one) for one in self._series]
        for period in self._periods:
            end = f"{period.end:%Y-%m-%d}" if period.end else _("still going on")
            said.append(f"{period.name}: {period.start:%Y-%m-%d} – {end}.")
        return " ".join(said)

    def readout(self) -> str:
        """Return the values at the time that is read; empty when none is."""
        if self._at < 0:
            return ""
        at = self._times[self._at]
        parts = [f"{at:%Y-%m-%d %H:%M}" if at.hour or at.minute else f"{at:%Y-%m-%d}"]
        for one in self._series:
            parts.extend(
                f"{one.name} {p.text} {one.unit}".strip() for p in one.points if p.at == at
            )
        return "   ".join(parts)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(560, 280)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        bands = max(1, len(self._series)) * (_LEAST_BAND + _BAND_HEAD)
        return QSize(280, _READOUT + bands + _DATES + _BAR * len(self._periods))

    # Reading

    def _read(self, position: int) -> None:
        if not self._times:
            return
        self._at = min(max(position, 0), len(self._times) - 1)
        self.setAccessibleDescription(f"{self.readout()}. {self.description()}")
        self.read.emit(self.readout())
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        last = len(self._times) - 1
        present = self._at if self._at >= 0 else last + 1
        places = {
            Qt.Key.Key_Left: present - 1,
            Qt.Key.Key_Right: present + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        wanted = places.get(Qt.Key(event.key()))
        if wanted is None:
            super().keyPressEvent(event)
        else:
            self._read(wanted)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        if self._times:
            scale = self._time_scale()
            places = [scale.x(at) for at in self._times]
            x = event.position().x()
            after = min(bisect_left(places, x), len(places) - 1)
            before = max(after - 1, 0)
            self._read(before if x - places[before] < places[after] - x else after)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        if not self.hasFocus():
            self._at = -1
            self.update()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        super().focusOutEvent(event)
        self._at = -1
        self.update()

    # Drawing

    def _time_scale(self) -> TimeScale:
        return time_scale(self._times, left=_AXIS, right=self.width() - _RIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box(painter, QRectF(self.rect()), fill=tokens.raised, edge=tokens.line, radius=6)
        if self._times:
            self._paint_plot(painter, tokens)
        else:
            text_at(painter, 16, self.height() / 2, _("No values to draw."), tokens.quiet)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), tokens, radius=6)

    def _paint_plot(self, painter: QPainter, tokens: Tokens) -> None:
        times = self._time_scale()
        top = float(_READOUT)
        bottom = self.height() - 6 - _DATES - _BAR * len(self._periods)
        ticks = times.ticks(96)
        for at, _label in ticks:
            painter.fillRect(QRectF(round(times.x(at)), top, 1, bottom - top), QColor(tokens.line))
        each = (bottom - top) / max(1, len(self._series))
        for count, one in enumerate(self._series):
            self._paint_band(painter, tokens, one, times, top + count * each, each)
        for at, label in ticks:
            wide = text_width(label, size=Size.TINY)
            left = min(max(4.0, times.x(at) - wide / 2), self.width() - wide - 6)
            text_at(painter, left, bottom + 12, label, tokens.quiet, size=Size.TINY)
        for count, period in enumerate(self._periods):
            self._paint_period(painter, tokens, period, times, bottom + _DATES + count * _BAR)
        self._paint_readout(painter, tokens, times, bottom)

    def _paint_band(
        self,
        painter: QPainter,
        tokens: Tokens,
        one: Series,
        times: TimeScale,
        top: float,
        tall: float,
    ) -> None:
        middle = top + _BAND_HEAD / 2
        left = 12 + text_at(
            painter, 12, middle, one.name, tokens.text, size=Size.SMALL, strong=True
        )
        said = one.unit + (
            _("   reference {range}").format(range=one.reference()) if one.reference() else ""
        )
        text_at(painter, left + 8, middle, said, tokens.quiet, size=Size.SMALL)
        if not one.points:
            text_at(painter, _AXIS, top + tall / 2 + 8, _("No values to draw."), tokens.quiet)
            return
        held = [point.value for point in one.points]
        held += [limit for limit in (one.low, one.high) if limit is not None]
        scale = value_scale(held, top=top + _BAND_HEAD, bottom=top + tall - 6)
        _paint_reference(painter, tokens, one, times, scale)
        for tick in scale.ticks(max(3, round(tall / 40))):
            label, y = number(tick), scale.y(tick)
            painter.fillRect(
                QRectF(times.left, round(y), times.right - times.left, 1), QColor(tokens.line)
            )
            wide = text_width(label, size=Size.TINY)
            text_at(painter, _AXIS - 8 - wide, y, label, tokens.quiet, size=Size.TINY)
        places = [QPointF(times.x(point.at), scale.y(point.value)) for point in one.points]
        painter.setPen(QPen(QColor(tokens.accent), 1.75))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(places))
        for point, place in zip(one.points, places, strict=True):
            _paint_point(painter, tokens, place, one.outside(point.value))
        _paint_last(
            painter, tokens, one.points[-1], places[-1], self.width() - _RIGHT, top + _BAND_HEAD
        )

    def _paint_period(
        self, painter: QPainter, tokens: Tokens, period: Period, times: TimeScale, top: float
    ) -> None:
        left = max(times.left, times.x(period.start))
        right = min(times.right, times.x(period.end)) if period.end else times.right
        if right <= left:
            return
        rect = QRectF(left, top + 1, right - left, _BAR - 3)
        box(painter, rect, fill=tokens.accent_soft, edge=tokens.accent, radius=2)
        wide = text_width(period.name, size=Size.TINY)
        inside = wide + 12 <= rect.width()
        start = left + 6 if inside else min(right + 6, times.right - wide)
        if not inside and right + 6 + wide > times.right:
            start = left - wide - 6
        text_at(painter, start, top + _BAR / 2, period.name, tokens.text, size=Size.TINY)

    def _paint_readout(
        self, painter: QPainter, tokens: Tokens, times: TimeScale, bottom: float
    ) -> None:
        if self._at < 0:
            return
        x = round(times.x(self._times[self._at]))
        painter.fillRect(QRectF(x, _READOUT, 1, bottom - _READOUT), QColor(tokens.text))
        text_at(
            painter, 12, _READOUT / 2 + 2, self.readout(), tokens.text, size=Size.SMALL, strong=True
        )


def _paint_reference(
    painter: QPainter, tokens: Tokens, one: Series, times: TimeScale, scale: ValueScale
) -> None:
    if one.low is None and one.high is None:
        return
    upper = scale.y(one.high) if one.high is not None else scale.top
    lower = scale.y(one.low) if one.low is not None else scale.bottom
    area = QRectF(times.left, upper, times.right - times.left, lower - upper)
    painter.fillRect(area, QColor(tokens.ok_soft))


def _paint_point(painter: QPainter, tokens: Tokens, place: QPointF, outside: int) -> None:
    painter.setPen(QPen(QColor(tokens.raised), 1))
    if outside == 0:
        painter.setBrush(QColor(tokens.accent))
        painter.drawEllipse(place, 4, 4)
        return
    # Outside the range the shape says it: a triangle that points the way.
    painter.setBrush(QColor(tokens.warning))
    x, y, up = place.x(), place.y(), -outside
    painter.drawPolygon(
        QPolygonF(
            [QPointF(x - 5.5, y - 4 * up), QPointF(x + 5.5, y - 4 * up), QPointF(x, y + 6 * up)]
        )
    )


def _paint_last(
    painter: QPainter, tokens: Tokens, point: Point, place: QPointF, right: float, top: float
) -> None:
    wide = text_width(point.text, size=Size.SMALL, strong=True)
    left = min(place.x() - wide / 2, right - wide)
    middle = place.y() - 13 if place.y() - 22 > top else place.y() + 14
    text_at(painter, left, middle, point.text, tokens.text, size=Size.SMALL, strong=True)


def _describe(one: Series) -> str:
    if not one.points:
        return _("{name}: no values.").format(name=one.name)
    lowest = min(one.points, key=lambda point: point.value)
    highest = max(one.points, key=lambda point: point.value)
    newest = one.points[-1]
    said = _(
        "{name}, {unit}: {count} values from {first} to {last}; lowest {low} on {low_day}, highest {high} on"
        " {high_day}, newest {new}."
    ).format(
        name=one.name, unit=one.unit, count=len(one.points), first=f"{one.points[0].at:%Y-%m-%d}",
        last=f"{newest.at:%Y-%m-%d}", low=lowest.text, low_day=f"{lowest.at:%Y-%m-%d}",
        high=highest.text, high_day=f"{highest.at:%Y-%m-%d}", new=newest.text,
    )  # fmt: skip
    if one.reference():
        said += " " + _("Reference {range}.").format(range=one.reference())
    return said
