"""Marks that need a reason: voiding, deciding between two sides, acknowledging with a comment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from ui.shell.workspace.form import (
    Content,
    DraftContext,
    FieldKind,
    Form,
    FormAction,
    FormCard,
    FormField,
    basis,
    entity_in,
    seen_in,
)
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, RecordId
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.acknowledge import acknowledge
from workstation.operations.ports import Listed
from workstation.operations.resolve_fork import resolve_fork
from workstation.operations.void_entity import void_entity
from workstation.operations.writing import Incomplete, heads_of


@dataclass(frozen=True, kw_only=True, repr=False)
class Side:
    """One side of a fork: its author's name, who did what when, and what it says, ready to read."""

    record: RecordId
    name: str
    who: str
    what: str


def decision(state: EntityState, sides: Sequence[Side], holds: str = "") -> dict[str, str]:
    """Return the content of a draft that decides between ``sides``.

    Args:
        holds: What takes effect until somebody decides.
    """
    content = {**basis(state.id, heads_of(state)), "@holds": holds}
    content["@sides"] = " ".join(str(side.record) for side in sides)
    for side in sides:
        content[f"@name{side.record}"] = side.name
        content[f"@who{side.record}"] = side.who
        content[f"what{side.record}"] = side.what
    return content


def about(content: Content) -> EntityId:
    """Return what the draft is about.

    Raises:
        Problem: The kept draft does not say; it can only be thrown away.
    """
    entity = entity_in(content)
    if entity is None:
        raise Problem(_("The draft is damaged."), _("Close it and begin again."))
    return entity


class VoidWriter:
    """Voiding what should not have been written."""

    name = "void"

    def form(self, content: Content, context: DraftContext) -> Form:
        return Form(
            title=_("Void"),
            detail=_("stays readable, struck through"),
            fields=(FormField(key="reason", label=_("Why it is voided")),),
            actions=(FormAction(key="void", text=_("Void"), shortcut="Ctrl+Return", main=True),),
        )

    def now_holds(self, listed: Listed) -> str:
        return listed.row.title

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        await void_entity(
            reason=content.get("reason", ""),
            patient=context.patient.patient,
            entity=about(content),
            seen=seen_in(content),
            records=context.session.records,
            desk=context.session.desk,
        )
        return _("Voided.")


CardsOf = Callable[[Content, DraftContext], tuple[FormCard, ...]]


def _no_cards(_content: Content, _context: DraftContext) -> tuple[FormCard, ...]:
    return ()


class DecideWriter:
    """Deciding between versions that stand side by side.

    Args:
        cards: What the rules say of each side, where they say anything about such a thing.
    """

    name = "decide"

    def __init__(self, cards: CardsOf = _no_cards) -> None:
        self._cards = cards

    def form(self, content: Content, context: DraftContext) -> Form:
        sides = content.get("@sides", "").split()
        shown = tuple(
            FormField(
                key=f"what{side}",
                label=f"{_letter(number)}   {content.get(f'@who{side}', '')}",
                kind=FieldKind.READ,
            )
            for number, side in enumerate(sides)
        )
        choices = tuple(
            (side, f"{_letter(number)}   {content.get(f'@name{side}', '')}")
            for number, side in enumerate(sides)
        )
        chosen = FormField(
            key="chosen", label=_("Which side holds"), kind=FieldKind.CHOICE, choices=choices
        )
        reason = FormField(
            key="reason", label=_("Why"), hint=_("Whoever wrote the other side reads it.")
        )
        sign = FormAction(key="decide", text=_("Sign decision"), shortcut="Ctrl+Return", main=True)
        return Form(
            title=_("Decide"),
            detail=_("changed in two places"),
            fields=(*shown, chosen, reason),
            actions=(sign,),
            remark=content.get("@holds", ""),
            cards=self._cards(content, context),
            cards_before=chosen.key,
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        chosen = content.get("chosen", "")
        if not chosen:
            raise Incomplete(_("No side is chosen."), _("Choose the side that holds."), ["chosen"])
        await resolve_fork(
            chosen=RecordId(UUID(chosen)),
            reason=content.get("reason", ""),
            patient=context.patient.patient,
            entity=about(content),
            seen=seen_in(content),
            records=context.session.records,
            desk=context.session.desk,
        )
        return _("Decided and signed.")


class AcknowledgeWriter:
    """Acknowledging with a comment."""

    name = "acknowledge"

    def form(self, content: Content, context: DraftContext) -> Form:
        shown = FormField(key="what", label=_("Result"), kind=FieldKind.READ)
        comment = FormField(
            key="comment", label=_("Comment and action"), kind=FieldKind.AREA, rows=3
        )
        return Form(
            title=_("Acknowledge"),
            detail=_("seen, and responsibility taken"),
            fields=(shown, comment),
            actions=(
                FormAction(
                    key="acknowledge", text=_("Acknowledge"), shortcut="Ctrl+Return", main=True
                ),
            ),
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        await acknowledge(
            patient=context.patient.patient,
            entity=about(content),
            seen=seen_in(content),
            comment=content.get("comment", ""),
            records=context.session.records,
            desk=context.session.desk,
        )
        return _("Acknowledged.")


def _letter(number: int) -> str:
    return chr(ord("A") + number)
