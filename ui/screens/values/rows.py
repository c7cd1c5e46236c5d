"""Values as the table and the plot draw them."""

from __future__ import annotations

from datetime import datetime

from ui.kit.cell import Cell, Column, Group, Row, badge_cell, text_cell
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.kit.trend import Period, Point, Series
from ui.screens.values.state import ValueRow, ValuesState
from ui.shell.value_words import amount, mark, range_text, value_text
from ui.theme.tokens import Tone
from ui.theme.typography import Size
from workstation.domain.clock import from_millis, swedish_zone
from workstation.domain.medication import MedicationOrder, OrderState, OrderStatus
from workstation.domain.observation import Observation
from workstation.domain.texts import N_, _
from workstation.domain.values import Quantity, local_date, millis_of
from workstation.operations.ports import Listed

_CATEGORIES = {
    "laboratory": N_("Laboratory"),
    "vital-signs": N_("Vital signs"),
    "survey": N_("Questionnaires and scores"),
    "social-history": N_("Living habits"),
    "imaging": N_("Imaging and physiology"),
    "exam": N_("Examination"),
    "procedure": N_("Procedures"),
    "therapy": N_("Treatment"),
    "activity": N_("Activity"),
}
_EARLIER = 3


def columns() -> tuple[Column, ...]:
    """Return the table's columns: newest value beside the name, earlier ones to the right."""
    earlier = tuple(
        Column(
            title=_("Earlier") if number == 0 else _("Before that"),
            stretch=1,
            least=92,
            fold=_EARLIER - number,
        )
        for number in range(_EARLIER)
    )
    return (
        Column(title=_("Value"), stretch=2, least=150),
        Column(title=_("Reference"), width=84, fold=_EARLIER + 1),
        Column(title=_("Newest"), stretch=2, least=110),
        *earlier,
        Column(title="", width=96),
    )


def rows_of(state: ValuesState) -> list[Group | Row]:
    """Return the kinds by category; what waits for somebody stands first."""
    entries: list[Group | Row] = []
    shown = state.shown
    waiting = [row for row in shown if row.waiting is not None]
    if waiting:
        entries.append(
            Group(title=_("To acknowledge"), count=len(waiting), tone=Tone.WARNING, icon="warning")
        )
        entries.extend(_row(row, state) for row in waiting)
    rest = [row for row in shown if row.waiting is None]
    for category in dict.fromkeys(row.category for row in rest):
        rows = [row for row in rest if row.category == category]
        known = _CATEGORIES.get(category)
        title = _(known) if known else (category or _("Other values"))
        entries.append(Group(title=title, count=len(rows)))
        entries.extend(_row(row, state) for row in rows)
    return entries


def _row(row: ValueRow, state: ValuesState) -> Row:
    newest = row.values[0]
    earlier = [_earlier(value) for value in row.values[1 : _EARLIER + 1]]
    earlier.extend(Cell() for _missing in range(_EARLIER - len(earlier)))
    name: Line = (Run(row.name),)
    if row.code in state.kept:
        name = (*name, quiet("  " + _("in the plot")))
    return Row(
        key=row.code,
        cells=(
            text_cell(name),
            text_cell((quiet(range_text(_body(newest).reference)),)),
            _newest(newest),
            *earlier,
            _waiting(row),
        ),
        name=row.name,
    )


def _body(value: Listed) -> Observation:
    body = value.state.current.body
    assert isinstance(body, Observation)
    return body


def _newest(value: Listed) -> Cell:
    body = _body(value)
    ink = Ink.CRITICAL if body.critical else Ink.WARNING if body.abnormal else Ink.TEXT
    shape = mark(body)
    said = strong(f"{value_text(body)} {shape}".rstrip(), ink=ink)
    return text_cell((said,), (_day(value),))


def _earlier(value: Listed) -> Cell:
    body = _body(value)
    quantity = body.quantity
    text = amount(quantity, with_unit=False) if quantity is not None else value_text(body)
    shown = f"{text} {mark(body)}".rstrip()
    return text_cell((Run(shown, keep=True),), (_day(value),))


def _day(value: Listed) -> Run:
    day = local_date(value.row.at).isoformat()
    return Run(day, ink=Ink.QUIET, size=Size.SMALL, keep=True)


def _waiting(row: ValueRow) -> Cell:
    if row.waiting is None:
        return Cell()
    critical = row.waiting.row.work[0].reason == "critical"
    tone = Tone.CRITICAL if critical else Tone.WARNING
    return badge_cell(_("critical") if critical else _("acknowledge"), tone)


def series_of(state: ValuesState) -> list[Series]:
    """Return what is plotted: one series for each kind, one for each part of a value in parts."""
    found: list[Series] = []
    for code in state.plotted:
        values = sorted(state.series.get(code, ()), key=lambda v: v.row.at)
        bodies = [(value.row.at, _body(value)) for value in values if not value.state.voided]
        found.extend(_series(bodies))
    return found


def _series(bodies: list[tuple[int, Observation]]) -> list[Series]:
    lines: dict[str, list[tuple[int, Quantity]]] = {}
    reference = None
    for at, body in bodies:
        reference = body.reference or reference
        if body.quantity is not None:
            lines.setdefault(body.concept.label, []).append((at, body.quantity))
        for component in body.components:
            if component.quantity is not None:
                lines.setdefault(component.concept.label, []).append((at, component.quantity))
    return [
        Series(
            name=name,
            unit=points[-1][1].unit,
            points=[_point(at, quantity) for at, quantity in points],
            low=_limit(reference.low if reference else None),
            high=_limit(reference.high if reference else None),
        )
        for name, points in lines.items()
    ]


def _point(at: int, quantity: Quantity) -> Point:
    return Point(at=_local(at), value=float(quantity.number), text=amount(quantity))


def _limit(quantity: Quantity | None) -> float | None:
    return float(quantity.number) if quantity is not None else None


def _local(millis: int) -> datetime:
    return from_millis(millis).astimezone(swedish_zone())


def periods_of(state: ValuesState) -> list[Period]:
    """Return medicines that began or ended while the plotted values were taken."""
    times = [value.row.at for code in state.plotted for value in state.series.get(code, ())]
    if not times:
        return []
    first, last = _local(min(times)), _local(max(times))
    periods = [period for order in state.orders if (period := _period(order)) is not None]
    return [p for p in periods if first <= p.start <= last or (p.end and first <= p.end <= last)]


def _period(order: OrderState) -> Period | None:
    drug, start = order.effective.content.drug, order.effective.content.start
    if drug is None or order.voided:
        return None
    first = millis_of(start) if start else order.first.written_at.millis
    body, end = order.effective.step.body, None
    if order.status is OrderStatus.STOPPED and isinstance(body, MedicationOrder):
        end = _local(order.effective.step.written_at.millis)
    return Period(name=drug.name, start=_local(first), end=end)
