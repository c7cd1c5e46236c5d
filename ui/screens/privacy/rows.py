"""Consents, blocks and lifts as rows, in words. Whose information others block is shown when asked."""

from __future__ import annotations

from collections.abc import Sequence

from ui.kit.cell import Group, Row, text_cell
from ui.kit.textrun import Line, Run, quiet, strong
from ui.screens.privacy.state import PrivacyState, holds
from ui.screens.privacy.writers import GIVEN
from ui.shell.when import shown
from workstation.domain.block import Block, BlockLift
from workstation.domain.consent import Consent
from workstation.domain.entity import EntityState
from workstation.domain.texts import _
from workstation.domain.values import end_of, local_text, millis_of


def rows(state: PrivacyState) -> list[Group | Row]:
    """Return the rows: what holds first, then what no longer does."""
    privacy = state.privacy
    if privacy is None:
        return []
    entries: list[Group | Row] = []
    for title, family in (
        (_("Consents"), privacy.consents),
        (_("Blocks"), privacy.blocks),
        (_("Lifted for a while"), privacy.lifts),
    ):
        if family:
            entries.append(Group(title=title, count=len(family)))
            entries.extend(_row(one, state) for one in _in_order(family, state.now))
    return entries


def _in_order(family: Sequence[EntityState], now: int) -> list[EntityState]:
    newest_first = sorted(family, key=lambda one: -one.current.written_at.millis)
    return sorted(newest_first, key=lambda one: not holds(one, now))


def _row(one: EntityState, state: PrivacyState) -> Row:
    body = one.current.body
    match body:
        case Consent():
            what, when = _consent(body)
        case Block():
            what, when = _block(body, hidden=state.hides(one))
        case BlockLift():
            what, when = _lift(body)
        case _:
            what, when = [(strong(_("Needs a newer program")),)], ""
    author = one.current.author
    day = local_text(one.current.written_at.millis)
    registered: list[Line] = [(Run(day, keep=True),)]
    if not state.hides(one):
        registered.append((quiet(f"{author.name}, {author.unit_name}"),))
    on = holds(one, state.now)
    said = _status(one, state)
    return Row(
        key=str(one.id),
        cells=(
            text_cell(*what),
            text_cell((Run(when, keep=True),)),
            text_cell((strong(said) if on else quiet(said),)),
            text_cell(*registered),
        ),
        name=", ".join(("".join(run.text for run in what[0]), when, said)),
        faded=not on,
    )


def _consent(body: Consent) -> tuple[list[Line], str]:
    whose = body.person_name or body.unit_name or body.provider_name or _("your care provider")
    what: list[Line] = [(strong(_("{who} may read what others wrote").format(who=whose)),)]
    what.append((quiet(_(GIVEN[body.given])),))
    if body.comment:
        what.append((quiet(body.comment),))
    until = shown(body.valid_to) or _("until further notice")
    return what, f"{shown(body.valid_from)} – {until}"


def _block(body: Block, *, hidden: bool) -> tuple[list[Line], str]:
    if hidden:
        text = _("Blocked information")
        return [(strong(text),), (quiet(_("whose is shown when asked for")),)], ""
    if body.type == "inner":
        text = _("{unit}: closed to other units").format(unit=body.unit_name or body.unit)
    else:
        whose = body.unit_name or body.provider_name or body.provider
        text = _("{provider}: closed to other care providers").format(provider=whose)
    what: list[Line] = [(strong(text),)]
    if body.reason:
        what.append((quiet(body.reason),))
    start, end = shown(body.information_start), shown(body.information_end)
    period = f"{start or '…'} – {end or '…'}" if start or end else _("all information")
    return what, period


def _lift(body: BlockLift) -> tuple[list[Line], str]:
    danger = body.ground == "emergency"
    text = _("Lifted: danger to life") if danger else _("Lifted: the patient agrees")
    until = _("until {time}").format(time=shown(body.until))
    return [(strong(text),), (quiet(body.reason),)], until


def _status(one: EntityState, state: PrivacyState) -> str:
    body = one.current.body
    if one.voided:
        return _("Voided")
    if one.undecided:
        return _("Undecided")
    if isinstance(body, Consent | Block | BlockLift) and body.status != "active":
        return _("Ended") if isinstance(body, BlockLift) else _("Revoked")
    if isinstance(body, Consent) and millis_of(body.valid_from) > state.now:
        return _("Not yet in force")
    over = isinstance(body, Consent) and body.valid_to and end_of(body.valid_to) <= state.now
    if over or (isinstance(body, BlockLift) and millis_of(body.until) <= state.now):
        return _("Expired")
    return _("In force")
