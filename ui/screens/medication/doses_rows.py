"""The administration list's rows as the table draws them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ui.kit.cell import Cell, Column, Group, Row, text_cell
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.screens.medication.doses_begin import dose_words
from ui.screens.medication.doses_state import DosesState, apart_key, row_key
from ui.shell.when import clock_or_day
from ui.shell.workspace.runs import drawn
from ui.theme.typography import Size
from workstation.domain.dosage_words import amount_words, dosage_runs
from workstation.domain.dose_ledger import Given, LastDay, LedgerRow, last_day
from workstation.domain.dose_times import Unlaid
from workstation.domain.doses import AsNeeded, NoDose, Resting, Unplaced
from workstation.domain.medication import Dosage, MedicationOrder
from workstation.domain.medication_line import generic_name, line_runs, medication_line
from workstation.domain.texts import N_, _
from workstation.domain.values import local_text

_STATUS = {
    "given": ("✓ ", N_("Given")),
    "not_given": ("✕ ", N_("Not given")),
    "refused": ("✕ ", N_("Refused by the patient")),
}
_UNLAID = {
    Unlaid.WORDS: N_("Only words say how it is taken"),
    Unlaid.RATE: N_("Given at a rate: begun and ended, not in doses"),
    Unlaid.HOW_OFTEN: N_("The order does not say at what times"),
    Unlaid.WEEKDAYS: N_("The order does not say on which days"),
    Unlaid.CONTRADICTION: N_("Times and number of doses do not fit together"),
    Unlaid.START: N_("The first day is not known"),
    Unlaid.STEP_LENGTH: N_("A step does not say how long it lasts"),
}
_REST = {
    NoDose.UNDECIDED: N_("Undecided: nothing is given until somebody decides"),
    NoDose.HELD: N_("Undecided: nothing is given until somebody decides"),
    NoDose.PAUSED: N_("Paused"),
    NoDose.STOPPED: N_("Stopped"),
    NoDose.NOT_STARTED: N_("Not started"),
    NoDose.ENDED: N_("The last day has passed"),
    NoDose.NOT_TODAY: N_("No dose on this day"),
    NoDose.VOIDED: N_("Voided"),
}
_BLANK: Line = (Run(" "),)
_ALARMING = frozenset({NoDose.UNDECIDED, NoDose.HELD, NoDose.PAUSED})


def dose_columns() -> tuple[Column, ...]:
    """Return the list's columns: planned, what, what happened, actual and recorded time."""
    return (
        Column(title=_("Planned time"), width=92),
        Column(title=_("Medicine and dose"), stretch=3, least=220, most=560),
        Column(title=_("Outcome of the dose"), stretch=2, least=150, most=420),
        Column(title=_("Actual time"), width=96, fold=2),
        Column(title=_("Recorded"), width=96, fold=1),
    )


def dose_rows(state: DosesState) -> list[Group | Row]:
    """Return the day's list: doses in time order, then what has no time, nothing left out."""
    if state.rows is None:
        return []
    title = _("Doses {date}").format(date=state.day.isoformat())
    rows: list[Group | Row] = [Group(title=title, count=len(state.rows))]
    rows += [_dose(row, state) for row in state.rows]
    plan = state.plan
    needed = list(dict.fromkeys(part.order for part in plan.as_needed))
    if needed:
        rows.append(Group(title=_("As needed"), count=len(needed)))
        rows += [
            _needed([part for part in plan.as_needed if part.order == order], state)
            for order in needed
        ]
    if plan.unplaced:
        heading = _("Cannot be laid out in times: read the order")
        rows.append(Group(title=heading, count=len(plan.unplaced)))
        rows += [_unplaced(part, state) for part in plan.unplaced]
    if plan.resting:
        rows.append(Group(title=_("No dose on this day"), count=len(plan.resting)))
        rows += [_resting(part) for part in plan.resting]
    return rows


def _dose(row: LedgerRow, state: DosesState) -> Row:
    order = state.orders.get(row.order)
    content = row.dose.content if row.dose else order.effective.content if order else None
    happened, actual, recorded = _outcome(row, state)
    return Row(
        key=row_key(row),
        cells=(_planned(row), _what(row, content), happened, actual, recorded),
        name=_name(content),
        faded=row.recorded,
    )


def _name(content: MedicationOrder | None) -> str:
    return generic_name(content.drug) if content and content.drug else _("Drug not stated")


def _planned(row: LedgerRow) -> Cell:
    if row.dose is None:
        return text_cell((quiet(_("outside the plan")),))
    lines: list[Line] = [(strong(local_text(row.at)[11:]),)]
    if row.late:
        lines.append((Run(f"▲ {_('late')}", ink=Ink.WARNING, size=Size.SMALL),))
    elif row.dose.before_order and not row.recorded:
        lines.append((quiet(_("before the order")),))
    return text_cell(*lines)


def _what(row: LedgerRow, content: MedicationOrder | None) -> Cell:
    if content is None:
        return text_cell((strong(_("Drug not stated")),))
    lines: list[Line] = [_head(content)]
    if row.dose is not None:
        lines.append((strong(dose_words(row.dose)), *_route(content)))
    for one in row.perhaps:
        told = _("{amount} was recorded at {time} without a planned time: perhaps this dose")
        words = told.format(amount=_amount(one), time=local_text(one.at)[11:])
        lines.append((Run(f"▲ {words}", ink=Ink.WARNING, size=Size.SMALL),))
    return text_cell(*lines)


def _head(content: MedicationOrder) -> Line:
    parts = medication_line(content)
    return drawn(line_runs(p for p in parts if p.attribute in ("name", "preparation")))


def _route(content: MedicationOrder) -> tuple[Run, ...]:
    route = content.drug.route if content.drug else ""
    return (Run(f" — {route}"),) if route else ()


def _amount(given: Given) -> str:
    body = given.body
    return amount_words(body.amount, body.unit) if body.amount else _("Amount not stated")


def _outcome(row: LedgerRow, state: DosesState) -> tuple[Cell, Cell, Cell]:
    happened: list[Line] = []
    actual: list[Line] = []
    recorded: list[Line] = []
    for place, one in enumerate(row.given):
        shape, word = _STATUS[one.body.status]
        runs = [strong(f"{shape}{_(word)}")]
        if one.body.status == "given":
            runs.append(Run(f" {_amount(one)}", keep=True))
        if place:
            runs.append(Run(f"  {_('EXTRA')}", strong=True, ink=Ink.WARNING))
        happened += [tuple(runs), (quiet(_who(one)),)]
        if one.body.reason:
            happened.append((quiet(one.body.reason),))
        now = state.as_of
        while len(actual) < len(happened) - (3 if one.body.reason else 2):
            actual.append(_BLANK)
            recorded.append(_BLANK)
        actual.append((Run(clock_or_day(one.at, now) if one.body.actual else "—"),))
        recorded.append((quiet(clock_or_day(one.record.written_at.millis, now), size=Size.BODY),))
    if not row.given:
        happened.append((quiet(_("not recorded")),))
    return text_cell(*happened), text_cell(*actual), text_cell(*recorded)


def _who(given: Given) -> str:
    author = given.record.author
    parts = [part for part in (author.name, author.title) if part]
    if given.body.witness:
        parts.append(_("checked by {name}").format(name=given.body.witness))
    if given.body.batch:
        parts.append(_("batch {batch}").format(batch=given.body.batch))
    return ", ".join(parts)


def _needed(parts: list[AsNeeded], state: DosesState) -> Row:
    content, entity = parts[-1].content, parts[-1].order
    lines: list[Line] = [_head(content)]
    lines += [drawn(dosage_runs(Dosage(steps=(part.step,)))) for part in parts]
    step = parts[-1].step
    lately = last_day(state.given, order=entity, unit=step.unit, now=state.as_of)
    return Row(
        key=apart_key("needed", entity),
        cells=(
            text_cell((quiet(_("as needed")),)),
            text_cell(*lines),
            text_cell(*_lately(lately, step.unit, step.max_per_day)),
            text_cell(),
            text_cell(),
        ),
        name=_name(content),
    )


def _lately(lately: LastDay, unit: str, most: str | None) -> Iterator[Line]:
    """What the last 24 hours hold against the limit."""
    if not lately.count or lately.last is None:
        yield (quiet(_("None the last 24 hours")),)
        return
    told = _("{count} given the last 24 hours, latest {time}")
    words = told.format(count=lately.count, time=local_text(lately.last)[11:])
    yield (Run(words),)
    if lately.total is None:
        yield (quiet(_("the amounts cannot be added")),)
        return
    is_full = most is not None and lately.total >= Decimal(most)
    total = _("together {amount}").format(amount=amount_words(str(lately.total), unit))
    ink = Ink.WARNING if is_full else Ink.TEXT
    shape = "▲ " if is_full else ""
    limit = f" — {_('the limit is reached')}" if is_full else ""
    yield (Run(f"{shape}{total}{limit}", ink=ink, strong=is_full),)


def _unplaced(part: Unplaced, state: DosesState) -> Row:
    dosage = part.content.dosage or Dosage()
    shown = Dosage(steps=(part.step,), text=dosage.text) if part.step else dosage
    unit = part.step.unit if part.step else ""
    lately = last_day(state.given, order=part.order, unit=unit, now=state.as_of)
    reason: Line = (Run(f"▲ {_(_UNLAID[part.why])}", ink=Ink.WARNING, size=Size.SMALL),)
    return Row(
        key=apart_key("apart", part.order),
        cells=(
            text_cell((quiet("—"),)),
            text_cell(_head(part.content), drawn(dosage_runs(shown)), reason),
            text_cell(*_lately(lately, unit, None)),
            text_cell(),
            text_cell(),
        ),
        name=_name(part.content),
    )


def _resting(part: Resting) -> Row:
    dose = [p for p in medication_line(part.content) if p.attribute == "dose"]
    ink = Ink.WARNING if part.why in _ALARMING else Ink.TEXT
    shape = "▲ " if part.why in _ALARMING else ""
    lines: list[Line] = [_head(part.content)]
    if part.why in (NoDose.NOT_TODAY, NoDose.NOT_STARTED):
        lines.append(drawn(line_runs(dose)))
    return Row(
        key=apart_key("rest", part.order),
        cells=(
            text_cell((quiet("—"),)),
            text_cell(*lines),
            text_cell((Run(f"{shape}{_(_REST[part.why])}", ink=ink),)),
            text_cell(),
            text_cell(),
        ),
        name=_name(part.content),
        faded=part.why in (NoDose.STOPPED, NoDose.ENDED),
    )
