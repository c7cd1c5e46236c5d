"""What has become dangerous since it was ordered: by facts that came later, or by orders that met.

A pure function of the record and the content in force, so every workstation of the unit finds
the same, whichever of them was on when the fact came.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from workstation.decision_support.changes import compared
from workstation.decision_support.engine import Engine
from workstation.decision_support.facts import Facts
from workstation.decision_support.findings import RANK, Card
from workstation.decision_support.records.facts_of import facts_of
from workstation.decision_support.records.medicines import medication_of
from workstation.domain.ids import EntityId, HsaId
from workstation.domain.medication import OrderState, OrderStatus
from workstation.domain.record import Record
from workstation.operations.known import Known
from workstation.operations.support import tolerated

_MET_WITHIN_MS = 7 * 24 * 3_600_000


@dataclass(frozen=True, kw_only=True, repr=False)
class Worse:
    """A card that somebody must look at, and the order it is about.

    ``why``: a fact came (``learned``), or two orders that did not know of each other (``met``).
    ``since``: ms UTC when it became so.
    """

    order: EntityId
    prescriber: HsaId
    unit: HsaId
    drug: str
    card: Card
    why: Literal["learned", "met"]
    since: int


def worsened(engine: Engine, known: Known, facts: Facts) -> tuple[Worse, ...]:
    """Return what has got worse, each clinical problem once, at the order written last."""
    now = engine.evaluate(facts)
    found: dict[str, Worse] = {}
    for entity, order in known.orders:
        if order.voided or order.undecided or order.status is not OrderStatus.ACTIVE:
            continue
        about = medication_of(order, engine.library)
        concerned = [card for card in now if about.atc in card.about]
        for worse in (
            *_by_facts(engine, known, facts, (entity, order), concerned),
            *_by_meeting(engine, known, facts, (entity, order)),
        ):
            before = found.get(worse.card.key)
            if before is None or worse.since > before.since:
                found[worse.card.key] = worse
    return tuple(found.values())


def _by_facts(
    engine: Engine,
    known: Known,
    facts: Facts,
    about: tuple[EntityId, OrderState],
    concerned: list[Card],
) -> Iterator[Worse]:
    step = about[1].effective.step
    written = step.written_at.millis
    later = [one.written for one in known.everything if one.written > written]
    if not concerned or not later:
        return
    then = facts_of(known.chart_at(written), engine.library, facts.as_of)
    for card in compared(engine.evaluate(then), concerned).worse:
        if _serious(card) and tolerated(card, known) is None:
            yield _worse(about, card, "learned", max(later))


def _by_meeting(
    engine: Engine, known: Known, facts: Facts, about: tuple[EntityId, OrderState]
) -> Iterator[Worse]:
    entity, order = about
    step = order.effective.step
    others = tuple(
        medication_of(other, engine.library)
        for e, other in known.orders
        if e != entity and not other.voided and _met(step, other.effective.step)
    )
    if not others:
        return
    new = medication_of(order, engine.library)
    asked = msgspec.structs.replace(facts, hook="order-select", medications=others, new_order=new)
    for card in engine.evaluate(asked):
        pair = len([code for code in card.about if code in {m.atc for m in (*others, new)}]) > 1
        if pair and card.interruptive and tolerated(card, known) is None:
            yield _worse(about, card, "met", step.written_at.millis)


def _met(step: Record, other: Record) -> bool:
    """Was ``other`` written on another workstation in the week before, so that it may not have been seen?"""
    apart = step.written_at.millis - other.written_at.millis
    return step.device != other.device and 0 <= apart <= _MET_WITHIN_MS


def _serious(card: Card) -> bool:
    return RANK[card.lead.severity] >= RANK["warning"] and not card.lead.unknown


def _worse(
    about: tuple[EntityId, OrderState], card: Card, why: Literal["learned", "met"], since: int
) -> Worse:
    entity, order = about
    author, drug = order.effective.step.author, order.effective.content.drug
    return Worse(
        order=entity,
        prescriber=author.hsa_id,
        unit=author.unit,
        drug=drug.name if drug is not None else "",
        card=card,
        why=why,
        since=since,
    )
