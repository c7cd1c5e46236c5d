"""The medication list's rows as the table draws them."""

from __future__ import annotations

from dataclasses import dataclass

from ui.kit.cell import Cell, Column, Group, Row, text_cell
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.screens.medication.risks import RiskLine
from ui.screens.medication.state import Marks, MedicationState, OrderLine
from ui.screens.medication.words import SOURCE, day_of, status_detail, status_word, step_text
from ui.shell.workspace.runs import drawn
from ui.theme.typography import Size
from workstation.domain.medication import OrderState, OrderStatus
from workstation.domain.medication_line import generic_name, line_runs, medication_line
from workstation.domain.once import OncePer
from workstation.domain.texts import _, ngettext
from workstation.domain.values import local_date
from workstation.operations.ports import Delivery

_MOST_MARKS = 2
_MOST_LOOKS = 4  # of one order: before and after the rules have spoken, with its history or without


def columns() -> tuple[Column, ...]:
    """Return the list's columns: the drug's the widest, status never left out."""
    return (
        Column(title=_("Medicine"), stretch=3, least=300, most=680),
        Column(title=_("Reason"), stretch=1, least=128, most=300, fold=1),
        Column(title=_("Status"), width=128, fold=3),
        Column(title=_("Follow-up"), stretch=1, least=120, most=320, fold=2),
    )


def rows_of(state: MedicationState) -> list[Group | Row]:
    """Return the shown group with its heading."""
    title = _("Current medication") if state.group == "current" else _("Past medication")
    lines = state.shown
    left_out = _("in short: H shows the whole")
    head = Group(title=title, count=len(lines), brief=left_out if lines else "")
    return [head, *(_row(line, state) for line in lines)]


def risk_columns() -> tuple[Column, ...]:
    """Return the risk profile's columns."""
    return (
        Column(title=_("Risk and what adds to it"), stretch=3, least=240, most=520),
        Column(title=_("Test results"), stretch=2, least=150, most=440, fold=1),
        Column(title=_("Level"), width=150),
        Column(title=_("Not known"), stretch=1, least=120, fold=2),
    )


def risk_rows(state: MedicationState) -> list[Group | Row]:
    """Return the summed risks with their heading."""
    head = Group(title=_("Risk profile: what all medicines and facts add up to"))
    return [head, *(_risk(line) for line in state.risks)]


def _risk(line: RiskLine) -> Row:
    """One summed risk: what adds to it, what is not known, where the results are going."""
    serious = line.level > 1
    shape = "▲ " if serious else ""
    ink = Ink.WARNING if serious else Ink.QUIET
    parts: list[Line] = [(quiet(part),) for part in line.parts]
    trend: list[Line] = [(Run(text, size=Size.SMALL),) for text in line.trend]
    return Row(
        key=line.key,
        cells=(
            text_cell((strong(line.title),), *parts),
            text_cell(*(trend or [(quiet("—"),)])),
            text_cell((Run(f"{shape}{line.sum}", ink=ink, strong=serious),)),
            text_cell((quiet(line.missing or "—"),)),
        ),
        name=line.title,
    )


@dataclass(frozen=True, kw_only=True)
class _Beside:
    """What a row shows beside the order itself. ``day``: ``YYYY-MM-DD``, empty for none."""

    key: str
    delivery: Delivery
    day: str
    marks: Marks
    with_chain: bool


def _row(line: OrderLine, state: MedicationState) -> Row:
    """Return an order's row: the same one as long as it says the same."""
    beside = _Beside(
        key=str(line.id),
        delivery=line.listed.delivery,
        day=local_date(state.as_of).isoformat() if state.as_of else "",
        marks=state.marks.get(line.id, ()),
        with_chain=line.id in state.chains,
    )
    kept = _drawn_rows(line.order)
    if (row := kept.get(beside)) is None:
        if len(kept) >= _MOST_LOOKS:
            kept.clear()
        row = kept[beside] = _drawn(line.order, beside)
    return row


def _no_rows(_order: OrderState) -> dict[_Beside, Row]:
    return {}


_drawn_rows = OncePer(_no_rows)


def _drawn(order: OrderState, beside: _Beside) -> Row:
    drug = order.effective.content.drug
    status, follow_up = _status(order, beside.delivery), _follow_up(order, beside.day)
    brief = (_in_short(order, beside), Cell(), status, Cell())
    return Row(
        key=beside.key,
        cells=(_drug(order, beside), _reason(order), status, follow_up),
        # What nobody has decided, and what somebody asked to see whole, is whole at every size.
        brief=() if order.undecided or beside.with_chain else brief,
        name=generic_name(drug) if drug else _("Drug not stated"),
        faded=order.status is OrderStatus.STOPPED and not order.undecided,
    )


def _ordered(order: OrderState) -> list[Line]:
    """Return the drug, and under it its dose or what nobody has decided: never less than that."""
    parts = medication_line(order.effective.content)
    head = [part for part in parts if part.attribute in ("name", "preparation")]
    rest = [part for part in parts if part.attribute in ("dose", "route")]
    lines: list[Line] = [drawn(line_runs(head), struck=order.voided)]
    if order.undecided:
        lines.extend(_fork(order))
    elif rest:
        lines.append(drawn(line_runs(rest), struck=order.voided))
    return lines


def _in_short(order: OrderState, beside: _Beside) -> Cell:
    """Return drug and dose, and the warnings counted on one line."""
    lines = _ordered(order)
    warnings = sum(serious for _said, serious in beside.marks)
    if warnings:
        said = ngettext("{count} warning", "{count} warnings", warnings).format(count=warnings)
        lines.append((Run(f"▲ {said}", ink=Ink.WARNING, size=Size.SMALL),))
    return text_cell(*lines)


def _drug(order: OrderState, beside: _Beside) -> Cell:
    lines = _ordered(order)
    if beside.marks:
        lines.extend(_marks(beside.marks))
    lines.append((quiet(_origin(order)),))
    if beside.with_chain:
        lines.extend((quiet(step_text(step)),) for step in reversed(order.steps))
    return text_cell(*lines)


def _marks(marks: Marks) -> list[Line]:
    """What the rules observe about this medicine: a shape and a sentence, never colour alone."""
    lines: list[Line] = []
    for said, serious in marks[:_MOST_MARKS]:
        shape, ink = ("▲ ", Ink.WARNING) if serious else ("● ", Ink.QUIET)
        lines.append((Run(f"{shape}{said}", ink=ink, size=Size.SMALL),))
    if (more := len(marks) - _MOST_MARKS) > 0:
        told = ngettext("{count} more on its cards", "{count} more on its cards", more)
        lines.append((quiet(told.format(count=more)),))
    return lines


def _fork(order: OrderState) -> list[Line]:
    """Both sides, who and when, and what holds: all of it in the list itself."""
    lines: list[Line] = []
    for letter, side in zip("ABCDEFGH", order.sides, strict=False):
        lines.append((strong(f"{letter}  "), Run(step_text(side.step))))
        if side.status is OrderStatus.ACTIVE:
            parts = medication_line(side.content)
            dose = [part for part in parts if part.attribute == "dose"]
            lines.append((Run("     "), *drawn(line_runs(dose))))
    held = order.effective
    what = _("nothing is given") if held.status is OrderStatus.HELD else _("the lower dose")
    if held.status is OrderStatus.PAUSED:
        what = _("paused, nothing is given")
    lines.append(
        (Run(_("Holds until decided") + ": ", ink=Ink.WARNING), strong(what, ink=Ink.WARNING))
    )
    return lines


def _origin(order: OrderState) -> str:
    author = order.effective.step.author
    parts = [_(SOURCE[order.effective.content.source])]
    parts.append(_("by {name}, {unit}").format(name=author.name, unit=author.unit_name))
    changes = len(order.steps) - 1
    if changes:
        parts.append(_("chain of {count} changes").format(count=changes))
    return " · ".join(parts)


def _reason(order: OrderState) -> Cell:
    content = order.effective.content
    return text_cell(content.reason.label if content.reason else content.purpose)


def _status(order: OrderState, delivery: Delivery) -> Cell:
    ink = Ink.WARNING if order.undecided or order.status is OrderStatus.PAUSED else Ink.TEXT
    lines: list[Line] = [(strong(status_word(order), ink=ink),)]
    if detail := status_detail(order):
        lines.append((quiet(detail),))
    if delivery is Delivery.LOCAL:
        lines.append((quiet(_("Saved locally")),))
    elif delivery is Delivery.ATTENTION:
        lines.append((Run(_("Needs attention"), ink=Ink.CRITICAL),))
    return text_cell(*lines)


def _is_current(order: OrderState) -> bool:
    return order.undecided or order.status in (OrderStatus.ACTIVE, OrderStatus.PAUSED)


def _follow_up(order: OrderState, today: str) -> Cell:
    content = order.effective.content
    lines: list[Line] = []
    if content.follow_up_how:
        lines.append((quiet(content.follow_up_how),))
    if content.follow_up:
        day = day_of(content.follow_up)
        is_late = _is_current(order) and bool(today) and day < today
        shape, ink = ("▲ ", Ink.WARNING) if is_late else ("", Ink.TEXT)
        lines.append((Run(f"{shape}{day}", ink=ink, keep=True),))
        if is_late:
            lines.append((Run(_("overdue"), ink=Ink.WARNING, size=Size.SMALL),))
    if content.planned_stop:
        lines.append((quiet(_("last day {date}").format(date=day_of(content.planned_stop))),))
    return text_cell(*(lines or [(quiet("—"),)]))
