"""What the rules say of each side of an order that two people changed apart, before one is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ui.screens.medication.checks import entity_of
from ui.shell.support_cards import form_card
from ui.shell.workspace.form import Content, DraftContext, FormCard
from workstation.domain.ids import EntityId
from workstation.domain.medication import OrderStatus, Standing
from workstation.domain.texts import _
from workstation.operations.support import Checked, Support

_LETTERS = "ABCDEFGH"


def fork_cards(content: Content, context: DraftContext) -> tuple[FormCard, ...]:
    """Return the cards of each side under its letter; one that says so where nothing warns."""
    support, entity = context.session.support, entity_of(content)
    if support is None or entity is None:
        return ()
    order = support.order_of(context.patient.patient, entity)
    shown = content.get("@sides", "").split()
    if order is None or not order.undecided:
        return ()
    lettered = dict(zip(shown, _LETTERS, strict=False))
    return tuple(
        card
        for side in order.sides
        if (letter := lettered.get(str(side.step.id)))
        for card in _of_side(letter, side, entity, support, context)
    )


def _of_side(
    letter: str, side: Standing, entity: EntityId, support: Support, context: DraftContext
) -> Iterator[FormCard]:
    patient, engine = context.patient.patient, support.in_force.engine
    checked: Checked | None
    if side.status is OrderStatus.ACTIVE:
        checked = support.order(patient, side.content, entity=entity)
    else:
        checked = support.stopping(patient, entity)
    if checked is None:
        return
    found = [one for one in checked.cards if one.tolerated is None and not one.card.lead.unknown]
    for one in found:
        card = form_card(one, engine, act=False, drug=letter)
        yield replace(card, key=f"{letter}:{card.key}")
    unseen = " ".join(checked.unseen)
    if not found or unseen:
        text = _("The rules that were asked warn of nothing.") if not found else ""
        told = _("Could not be checked: {what}").format(what=unseen) if unseen else ""
        words = " ".join(part for part in (text, told) if part)
        yield FormCard(key=f"{letter}:", level="info", title=letter, text=words)
