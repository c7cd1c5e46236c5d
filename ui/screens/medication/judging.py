"""The rules beside the medication list: a mark at each medicine, its cards, and what they start."""

from __future__ import annotations

from dataclasses import replace

from ui.screens.medication.order_writer import begin_change
from ui.screens.medication.risks import risk_lines
from ui.screens.medication.state import MedicationState, OrderLine
from ui.screens.medication.suggestions import taken
from ui.shell.support_cards import cards_about, checked_words, marks_of
from ui.shell.workspace.form import Content, DraftContext, basis
from workstation.decision_support.records.medicines import medication_of
from workstation.operations.support import Support
from workstation.operations.writing import heads_of

JUDGED = ("marks", "cards", "risks", "checked")
"""The parts of the state that the rules say."""


def judged_list(state: MedicationState, support: Support) -> MedicationState:
    """Return the list with what the rules say of it. Past medication is not judged."""
    assert state.patient is not None
    if state.group == "past":
        return replace(state, marks={}, cards={}, checked="", risks=())
    checked = support.chart(state.patient.patient)
    engine = support.in_force.engine
    risks = risk_lines(support.risks(state.patient.patient), engine)
    codes = {line.id: medication_of(line.order, engine.library).atc for line in state.lines or ()}
    return replace(
        state,
        marks={entity: marks_of(checked, atc) for entity, atc in codes.items()},
        cards={entity: cards_about(checked, atc, engine) for entity, atc in codes.items()},
        risks=risks,
        checked=checked_words(checked, support.in_force, state.as_of),
    )


async def on_list(
    choice: str, card: str, line: OrderLine, context: DraftContext
) -> tuple[str, Content] | None:
    """Return the draft that a suggestion about a listed order begins."""
    support = context.session.support
    if support is None:
        return None
    checked = support.chart(context.patient.patient)
    pinned = basis(line.id, heads_of(line.listed.state))
    changed = begin_change("change", line.order, context.session.clock.now())
    draft: Content = {**pinned, **changed}
    outcome = await taken(choice, card, checked, draft, context)
    if outcome.begin is not None:
        return outcome.begin
    if choice.startswith("replace") and outcome.content is not None:
        start = {"action": "prescribe", "source": "prescription", "start": changed["start"]}
        return "order", {**start, "reason": changed["reason"], **outcome.content}
    return "order", draft
