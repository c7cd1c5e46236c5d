"""Values as the table and the plot draw them."""

from __future__ import annotations

from datetime import datetime

from ui.kit.cell import Cell, Column, Group, Row, badge_cell, text_cell
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.kit.trend import Period, Point, Series
from ui.screens.values.state import ValueRow, ValuesState
from ui.shell.value_words import amount, ink_of, range_text, shape_of, value_text
from ui.theme.tokens import Tone
from ui.theme.typography import Size
from workstation.domain.clock import from_millis, swedish_zone
from workstation.domain.medication import MedicationOrder, OrderState, OrderStatus
from workstation.domain.observation import Observation, ReferenceRange
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
_TITLES = (N_("Second newest"), N_("Third newest"), N_("Fourth newest"))
"""Of the earlier values: each row has its own days, which stand under its values."""
_EARLIER = len(_TITLES)


def columns() -> tuple[Column, ...]:
    """Return the table's columns: newest value beside the name, earlier ones to the right."""
    earlier = tuple(
        Column(title=_(title), stretch=1, least=104, most=170, fold=_EARLIER - number)
        for number, title in enumerate(_TITLES)
    )
    return (
        Column(title=_("Value"), stretch=2, least=150, most=340),
        Column(title=_("Reference"), width=84, fold=_EARLIER + 1),
        Column(title=_("Newest"), stretch=2, least=110, most=240),
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
    unit = _unit(newest)
    earlier = [_earlier(value, unit) for value in row.values[1 : _EARLIER + 1]]
    earlier.extend(Cell() for _missing in range(_EARLIER - len(earlier)))
    name: Line = (Run(row.name),)
    if row.apart:
        name = (*name, quiet(f"  {row.apart}"))
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
    said = strong(f"{value_text(body)} {shape_of(body)}".rstrip(), ink=ink_of(body))
    return text_cell((said,), (_day(value),))


def _unit(value: Listed) -> str:
    quantity = _body(value).quantity
    return quantity.unit if quantity is not None else ""


def _earlier(value: Listed, unit: str) -> Cell:
    """Return an earlier value; without its unit only where it is ``unit``, that of the newest."""
    body = _body(value)
    quantity = body.quantity
    text = value_text(body)
    if quantity is not None and quantity.unit == unit:
        text = amount(quantity, with_unit=False)
    shown = f"{text} {shape_of(body)}".rstrip()
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
    """Return a line for each name and unit: numbers in other units are on no common line."""
    lines: dict[tuple[str, str], list[tuple[int, Quantity]]] = {}
    ranges: dict[tuple[str, str], ReferenceRange] = {}
    for at, body in bodies:
        for name, quantity in _numbers(body):
            key = (name, quantity.unit)
            lines.setdefault(key, []).append((at, quantity))
            if body.reference is not None:
                ranges[key] = body.reference
    return [
        Series(
            name=name,
            unit=unit,
            points=[_point(at, quantity) for at, quantity in points],
            low=_limit(ranges, (name, unit), "low"),
            high=_limit(ranges, (name, unit), "high"),
        )
        for (name, unit), points in lines.items()
    ]


def _numbers(body: Observation) -> list[tuple[str, Quantity]]:
    found = [(body.concept.label, body.quantity)] if body.quantity is not None else []
    parts = [(part.concept.label, part.quantity) for part in body.components]
    return [*found, *((name, number) for name, number in parts if number is not None)]


def _point(at: int, quantity: Quantity) -> Point:
    return Point(at=_local(at), value=float(quantity.number), text=amount(quantity))


def _limit(
    ranges: dict[tuple[str, str], ReferenceRange], key: tuple[str, str], end: str
) -> float | None:
    """Return an end of the newest range; None where it is in another unit than its values."""
    reference = ranges.get(key)
    if reference is None:
        return None
    quantity = reference.low if end == "low" else reference.high
    if quantity is None or quantity.unit not in ("", key[1]):
        return None
    return float(quantity.number)


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
