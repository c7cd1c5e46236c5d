"""What is counted, and when: an order signed, a suggestion taken, a chart opened.

A scheduled package runs in the shadow of the one in force: what it would have shown is counted
and shown to nobody, so that whoever approves it knows how much it will say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from workstation.decision_support.facts import Facts
from workstation.decision_support.findings import Card
from workstation.decision_support.records.medicines import ordered
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.medication import MedicationOrder, Override
from workstation.operations.support import Checked, Support

_SIGN, _SELECT, _VIEW = "order-sign", "order-select", "patient-view"


def count_signed(
    support: Support,
    patient: PatientId,
    order: MedicationOrder,
    checked: Checked | None,
    *,
    entity: EntityId | None,
) -> None:
    """Count every card of an order that was signed, and what was ordered in spite of it."""
    day = support.today.isoformat()
    reasons = _reasons(order.overrides)
    for shown in checked.cards if checked is not None else ():
        support.tally.count(day, shown.card, hook=_SIGN, outcome="shown")
        if shown.interrupts:
            reason = reasons.get(shown.card.lead.rule, "")
            support.tally.count(day, shown.card, hook=_SIGN, outcome="overridden", reason=reason)
    facts = support.facts(patient)
    if facts is not None and support.shadow() is not None:
        library = support.in_force.engine.library
        asked = msgspec.structs.replace(facts, hook=_SIGN, new_order=ordered(order, library))
        _in_shadow(support, asked, day, _SIGN)


def count_taken(support: Support, card: Card) -> None:
    """Count a suggestion that was taken: the card was shown, and something came of it."""
    day = support.today.isoformat()
    support.tally.count(day, card, hook=_SELECT, outcome="shown")
    support.tally.count(day, card, hook=_SELECT, outcome="accepted")


def count_opened(support: Support, patient: PatientId) -> None:
    """Count what an open chart shows."""
    day, checked = support.today.isoformat(), support.chart(patient)
    for shown in checked.cards if checked is not None else ():
        support.tally.count(day, shown.card, hook=_VIEW, outcome="shown")
    facts = support.facts(patient)
    if facts is not None:
        _in_shadow(support, facts, day, _VIEW)


def _in_shadow(support: Support, facts: Facts, day: str, hook: str) -> None:
    engine = support.shadow()
    for card in engine.evaluate(facts) if engine is not None else ():
        support.tally.count(day, card, hook=hook, outcome="shadow")


def _reasons(overrides: Sequence[Override]) -> Mapping[str, str]:
    return {one.rule: one.reason_code for one in overrides}
