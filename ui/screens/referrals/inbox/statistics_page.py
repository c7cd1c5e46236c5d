"""The unit's referrals in figures: a table, lead times over time, and CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.kit.button import Button
from ui.kit.cell import Column, Group, Row, text_cell
from ui.kit.chip import FilterChip
from ui.kit.empty import Empty
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.kit.toolbar import Toolbar
from ui.kit.trend import Point, Series, Trend
from ui.shell.listtable import ListTable
from ui.theme.typography import Size
from workstation.domain.referral_words import TYPES
from workstation.domain.texts import _
from workstation.operations.referral_statistics import (
    Case,
    Direction,
    Figures,
    by_month,
    days_text,
    figures,
)

_ROOM_FOR_PLOT = 420
_LEAST_MONTHS = 2
_NINE_OF_TEN = 10
"""Answered referrals from where it says something how nine of ten went."""


@guarded
class StatisticsPage(QWidget):
    """Draws cases. ``save_wanted``: the table as CSV."""

    save_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Statistics"))
        self._cases: tuple[Case, ...] | None = None
        self._kinds = 0
        self._way = FilterChip(
            _("Direction"), (("in", _("Received referrals")), ("out", _("Referrals sent out")))
        )
        self._save = Button(_("Save as CSV"))
        self._said = Label("", quiet=True, size=Size.SMALL, wrap=True)
        self.table = ListTable(_("Statistics"), _columns(), titled=True)
        self.trend = Trend(_("Days from sent to answered, by month"))
        self._plot = QScrollArea()
        self._plot.setAccessibleName(_("Days from sent to answered, by month"))
        self._plot.setFrameShape(QFrame.Shape.NoFrame)
        self._plot.setWidgetResizable(True)
        self._plot.setWidget(self.trend)
        top = Toolbar(_("Statistics"), (self._way, self._said), (self._save,))
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setAccessibleName(_("Table and plot"))
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(self._plot)
        splitter.setSizes([300, 280])
        self._empty = Empty(
            _("No referrals to count"),
            hint=_("Nothing has been sent or received in this direction in 12 months."),
            step=_("Show the other direction"),
            icon="letter",
        )
        self._empty.next_step.connect(self._turn)
        self._pages = QStackedWidget()
        self._pages.setAccessibleName(_("Statistics"))
        self._pages.addWidget(splitter)
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(top)
        column.addWidget(self._pages, 1)
        self._way.chosen.connect(lambda _key: self._draw())
        self._save.clicked.connect(self.save_wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Show the plot where there is room for it under the table."""
        self._plot.setVisible(bool(self._kinds) and self.height() >= _ROOM_FOR_PLOT)

    def _turn(self) -> None:
        self._way.choose("out" if self.direction() == "in" else "in")
        self._draw()

    def direction(self) -> Direction:
        """Return which referrals are shown."""
        return "in" if self._way.key() == "in" else "out"

    def show_cases(self, cases: tuple[Case, ...] | None) -> None:
        """Draw these; None while they are read."""
        if cases != self._cases:
            first, self._cases = self._cases is None, cases
            if first and cases and all(case.direction == "out" for case in cases):
                self._way.choose(
                    "out"
                )  # nobody writes to this unit: what it sends is what there is
            self._draw()

    def rows(self) -> tuple[Figures, ...]:
        """Return what the table shows."""
        return figures(self._cases or (), self.direction())

    def _draw(self) -> None:
        way, rows = self.direction(), self.rows()
        self.table.set_rows(_rows(rows))
        kinds = dict.fromkeys(row.type for row in rows)
        series = [_series(self._cases or (), kind, way) for kind in kinds]
        # One month is no course: what it says stands in the table.
        series = [one for one in series if len(one.points) >= _LEAST_MONTHS]
        self.trend.show_series(series)
        self._kinds = len(series)
        self._arrange()
        self._save.setVisible(bool(rows))
        self._pages.setCurrentIndex(1 if not rows and self._cases is not None else 0)
        self._said.setText(_summary(rows, read=self._cases is not None))


def _summary(rows: Sequence[Figures], *, read: bool) -> str:
    if not read:
        return _("Counting…")
    count, late = sum(row.count for row in rows), sum(row.overdue for row in rows)
    return _("{count} referrals in 12 months, {late} late now.").format(count=count, late=late)


def _columns() -> tuple[Column, ...]:
    return (
        Column(title=_("Kind and other unit"), stretch=3, least=180, most=480),
        Column(title=_("Count"), width=66),
        Column(title=_("Open"), width=58, fold=4),
        Column(title=_("Late"), width=66),
        Column(title=_("Returned"), width=86, fold=2),
        Column(title=_("Rejected"), width=74, fold=3),
        Column(title=_("Assessed, days"), width=98, fold=1),
        Column(title=_("Answered, days"), width=122),
    )


def _rows(rows: Sequence[Figures]) -> list[Group | Row]:
    return [_row(row) for row in rows]


def _row(row: Figures) -> Row:
    late: Line = (Run(str(row.overdue)),)
    if row.overdue:
        late = (Run(f"▲ {row.overdue}", ink=Ink.WARNING, strong=True),)
    answered: list[Line] = [(strong(days_text(row.to_answered) or "—"),)]
    if row.late_answer is not None and row.count - row.open >= _NINE_OF_TEN:
        nine = _("9 of 10: {days}").format(days=days_text(row.late_answer))
        answered.append((quiet(nine),))
    return Row(
        key=f"{row.type}:{row.other}",
        cells=(
            text_cell((strong(_(TYPES[row.type])),), (quiet(row.other),)),
            text_cell((Run(str(row.count)),)),
            text_cell((Run(str(row.open)),)),
            text_cell(late),
            text_cell((Run(str(row.completions)),)),
            text_cell((Run(str(row.rejected)),)),
            text_cell((Run(days_text(row.to_assessed) or "—"),)),
            text_cell(*answered),
        ),
        name=_(TYPES[row.type]),
    )


def _series(cases: Sequence[Case], kind: str, direction: Direction) -> Series:
    points = [
        Point(
            at=datetime(point.month.year, point.month.month, 1, tzinfo=UTC),
            value=point.days,
            text=days_text(point.days),
        )
        for point in by_month(cases, kind, direction)
    ]
    return Series(name=_(TYPES[kind]), unit=_("days"), points=points)
