"""The medication list on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workstation.domain.dosage import DosageProblem, parse_dosage
from workstation.domain.entity import EntityState
from workstation.domain.medication import (
    MedicationOrder,
    OrderState,
    OrderStatus,
    Standing,
    order_state,
)
from workstation.domain.medication_line import line_runs, medication_line
from workstation.domain.runs import Run
from workstation.domain.texts import _
from workstation.printing.layout import Block, merged, runs_block, text_block
from workstation.printing.sheet import Sheet, pdf
from workstation.printing.words import ORDER_STATUS, labelled, when_words, written

_INDENT = 14.0


def print_medication_list(
    states: Iterable[EntityState], *, sheet: Sheet, complete: bool, past: bool = False
) -> bytes:
    """Return the medication list as a PDF: current drugs by name, then past ones if asked for.

    Args:
        states: Medication order entities, in any order; voided ones are left out.
        complete: False when some of the record is not on this computer: the page says so.
    """
    orders = [order for state in states if not (order := order_state(state)).voided]
    current = [order for order in orders if order.current]
    blocks = [text_block(_("Medication list"), bold=True, size=14.0)]
    if not complete:
        words = _("The list may be incomplete: the whole record was not on this computer")
        blocks.append(text_block(words, bold=True, space=8.0, together=True, framed=True))
    blocks += _group(_("Current drugs"), current)
    if past:
        blocks += _group(_("Past drugs"), [order for order in orders if not order.current])
    marks = [] if complete else [_("INCOMPLETE")]
    return pdf(blocks, title=_("Medication list"), sheet=sheet, marks=marks)


def _group(title: str, orders: Sequence[OrderState]) -> list[Block]:
    heading = f"{title} ({len(orders)})"
    blocks = [text_block(heading, bold=True, size=11.0, space=14.0, together=True)]
    if not orders:
        return [*blocks, text_block(_("No drugs"), space=4.0)]
    for order in sorted(orders, key=_by_name):
        blocks += merged(list(_order(order)))
    return blocks


def _by_name(order: OrderState) -> tuple[str, bytes]:
    drug = order.effective.content.drug
    return (drug.name.casefold() if drug else "", order.first.id.bytes)


def _order(order: OrderState) -> Iterable[Block]:
    parts = medication_line(order.effective.content)
    yield runs_block(line_runs(p for p in parts if p.attribute != "dose"), space=10.0)
    if order.undecided:
        words = _("UNDECIDED: the safer side holds until a clinician decides")
        yield text_block(words, bold=True, indent=_INDENT, space=9.0, framed=True)
    if order.status is not OrderStatus.ACTIVE:
        yield text_block(_(ORDER_STATUS[order.status]), bold=True, indent=_INDENT)
    if order.status is not OrderStatus.HELD:  # held: no dose is to be given
        yield runs_block(line_runs(p for p in parts if p.attribute == "dose"), indent=_INDENT)
    if order.undecided:
        for side in order.sides:
            yield _side(side)
    for line in _details(order):
        yield text_block(line, indent=_INDENT, size=9.0)


def _side(side: Standing) -> Block:
    head = f"{written(side.step)}: {_(ORDER_STATUS[side.status])}"
    if side.status is OrderStatus.STOPPED:
        return runs_block((Run(head),), indent=2 * _INDENT)
    dose = [part for part in medication_line(side.content) if part.attribute == "dose"]
    return runs_block((Run(f"{head}, "), *line_runs(dose)), indent=2 * _INDENT)


def _details(order: OrderState) -> Iterable[str]:
    content, step = order.effective.content, order.effective.step
    status = _(ORDER_STATUS[order.status])
    yield _("{status} since {written}").format(status=status, written=written(step))
    if words := _own_words(content):
        yield labelled(_("As ordered"), words)
    when = when_words(content.follow_up) if content.follow_up else ""
    facts = [
        (_("Reason"), content.reason.label if content.reason else content.purpose),
        (_("Start"), when_words(content.start) if content.start else ""),
        (_("Last day"), when_words(content.planned_stop) if content.planned_stop else ""),
        (_("Follow-up"), " ".join(part for part in (when, content.follow_up_how) if part)),
    ]
    if line := " — ".join(labelled(label, value) for label, value in facts if value):
        yield line
    for one in content.overrides:
        told = _("{reason} (rule {rule} {version})")
        yield labelled(
            _("Ordered in spite of a warning"),
            told.format(reason=one.reason, rule=one.rule, version=one.version),
        )
    if order.status is not OrderStatus.ACTIVE and (why := getattr(step.body, "why", "")):
        yield labelled(_("Why"), why)


def _own_words(content: MedicationOrder) -> str:
    """Return the words it was ordered with, unless our words say exactly the same."""
    dosage = content.dosage
    if dosage is None or not dosage.steps or not dosage.text:
        return ""
    try:
        same = parse_dosage(dosage.text, unit=dosage.steps[0].unit).steps == dosage.steps
    except DosageProblem:
        same = False
    return "" if same else dosage.text
