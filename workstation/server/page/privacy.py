"""Consents, blocks and lifts as cards, in words for the person whose record it is."""

from __future__ import annotations

from workstation.domain.block import Block as BlockBody
from workstation.domain.block import BlockLift
from workstation.domain.consent import Consent
from workstation.domain.texts import _
from workstation.domain.values import local_text
from workstation.server.page.cards import Badge, Block, Card
from workstation.server.page.words import by_line, when_text
from workstation.server.store.own import Shown


def consent(one: Shown) -> Card:
    """Return a consent: who may read what others have written, and for how long."""
    body = one.state.current.body
    assert isinstance(body, Consent)
    whose = body.person_name or body.unit_name or body.provider_name or body.provider
    begin, end = when_text(body.valid_from), when_text(body.valid_to)
    holds = f"{begin} – {end}" if end else _("from {day} until you revoke it").format(day=begin)
    blocks = (Block(heading=_("How long"), text=holds), Block(text=body.comment))
    return _card(
        one,
        title=_("{who} may read what other care providers have written about you").format(
            who=whose
        ),
        ended=_("Revoked") if body.status != "active" else "",
        blocks=blocks,
    )


def block(one: Shown) -> Card:
    """Return a block: who is closed out from what."""
    body = one.state.current.body
    assert isinstance(body, BlockBody)
    if body.type == "inner":
        whose = body.unit_name or body.unit
        title = _("Other units may not read what {unit} has written").format(unit=whose)
    else:
        whose = body.unit_name or body.provider_name or body.provider
        title = _("Other care providers may not read what {provider} has written").format(
            provider=whose
        )
    begin, end = when_text(body.information_start), when_text(body.information_end)
    period = f"{begin or '…'} – {end or '…'}" if begin or end else _("everything")
    return _card(
        one,
        title=title,
        ended=_("Revoked") if body.status != "active" else "",
        blocks=(Block(heading=_("What it covers"), text=period), Block(text=body.reason)),
    )


def lift(one: Shown) -> Card:
    """Return a lift: who may read what is blocked until when, and why."""
    body = one.state.current.body
    assert isinstance(body, BlockLift)
    unit = one.state.current.author.unit_name
    until = when_text(body.until)
    return _card(
        one,
        title=_("The block was opened for {unit} until {time}").format(unit=unit, time=until),
        ended=_("Ended") if body.status != "active" else "",
        blocks=(Block(heading=_("Why"), text=body.reason),),
    )


def _card(one: Shown, *, title: str, ended: str, blocks: tuple[Block, ...]) -> Card:
    current = one.state.current
    badge = Badge(text=ended) if ended else Badge(text=_("Registered"), tone="ok")
    if one.state.voided:
        badge = Badge(text=_("Withdrawn: written by mistake"), tone="critical")
    return Card(
        title=title,
        when=local_text(current.written_at.millis),
        by=by_line(current.author),
        badges=(badge,),
        blocks=tuple(each for each in blocks if each.text),
        struck=one.state.voided or bool(ended),
    )
