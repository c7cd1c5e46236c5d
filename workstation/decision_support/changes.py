"""What became worse when a fact came or a medicine goes: the cards that were not there before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from workstation.decision_support.engine import Engine
from workstation.decision_support.facts import Facts, Medication
from workstation.decision_support.findings import RANK, Card


@dataclass(frozen=True, kw_only=True)
class Changed:
    """Cards by what happened to them. ``worse`` are new ones and those in a higher tier."""

    worse: tuple[Card, ...] = ()
    better: tuple[Card, ...] = ()
    gone: tuple[Card, ...] = ()


def compared(before: Iterable[Card], after: Iterable[Card]) -> Changed:
    """Compare the cards of one patient before and after; the same problem is the same card."""
    old, new = {card.key: card for card in before}, {card.key: card for card in after}
    both = [(old[key], new[key]) for key in new if key in old]
    worse = [card for key, card in new.items() if key not in old and not card.lead.unknown]
    worse += [now for was, now in both if _rank(now) > _rank(was)]
    return Changed(
        worse=tuple(worse),
        better=tuple(now for was, now in both if _rank(now) < _rank(was)),
        gone=tuple(card for key, card in old.items() if key not in new),
    )


def on_stopping(engine: Engine, facts: Facts, medication: Medication) -> tuple[Card, ...]:
    """Return what stopping a listed medicine would make worse: its protection is gone too."""
    remaining = tuple(one for one in facts.medications if one is not medication)
    chart = msgspec.structs.replace(facts, hook="patient-view", new_order=None)
    without = msgspec.structs.replace(chart, medications=remaining)
    return compared(engine.evaluate(chart), engine.evaluate(without)).worse


def _rank(card: Card) -> int:
    return -1 if card.lead.unknown else RANK[card.lead.severity]
