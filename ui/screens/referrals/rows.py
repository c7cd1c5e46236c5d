"""Referrals as the list and the reading view draw them."""

from __future__ import annotations

from ui.kit.cell import Column, Group, Row, text_cell
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.screens.referrals.state import ReferralLine, ReferralsState
from ui.screens.referrals.words import day
from workstation.domain.referral import ReferralAnswer, ReferralState
from workstation.domain.referral_words import PRIORITIES, STATUS, TYPES
from workstation.domain.texts import _
from workstation.operations.ports import Delivery


def columns() -> tuple[Column, ...]:
    """Return the list's columns."""
    return (
        Column(title=_("Referral"), stretch=3, least=240, most=680),
        Column(title=_("From and to"), stretch=2, least=140, most=420, fold=1),
        Column(title=_("Status"), width=150, fold=3),
        Column(title=_("Answer expected"), width=130, fold=2),
    )


def rows_of(state: ReferralsState) -> list[Group | Row]:
    """Return open referrals, then ended ones, each under its heading."""
    entries: list[Group | Row] = []
    for title, closed in ((_("Ongoing"), False), (_("Ended"), True)):
        lines = [line for line in state.lines or () if line.referral.closed is closed]
        if lines:
            entries.append(Group(title=title, count=len(lines)))
            entries.extend(_row(line) for line in lines)
    return entries


def _row(line: ReferralLine) -> Row:
    referral, request = line.referral, line.referral.request
    priority = _(PRIORITIES[request.priority])
    head: Line = (strong(_(TYPES[request.type])), quiet(f"  {priority}"))
    wanted = ", ".join(concept.label for concept in request.requested)
    lines: list[Line] = [head, (Run(_first_line(request.question)),)]
    if wanted:
        lines.append((quiet(wanted),))
    return Row(
        key=str(line.id),
        cells=(
            text_cell(*lines),
            text_cell((Run(sender_name(referral)),), (Run(f"→ {referral.receiver_name}"),)),
            text_cell(*_status(line)),
            text_cell(*_due(line)),
        ),
        name=_(TYPES[request.type]),
        faded=referral.closed,
    )


def sender_name(referral: ReferralState) -> str:
    """Return who asks: the unit, or the patient."""
    if referral.request.by == "patient":
        return _("the patient")
    return referral.request_record.author.unit_name


def _first_line(text: str) -> str:
    first = text.strip().split("\n", 1)[0]
    return first if len(first) <= 140 else first[:139] + "…"


def _status(line: ReferralLine) -> list[Line]:
    referral = line.referral
    key = "undecided" if referral.undecided else referral.status
    ink = Ink.WARNING if key in ("undecided", "completion", "rejected") else Ink.TEXT
    last = line.listed.state.line.versions[-1]
    lines: list[Line] = [(strong(_(STATUS[key]), ink=ink),), (quiet(day(last.written_at.millis)),)]
    if referral.unseen:
        lines.extend(_unseen(referral))
    elif referral.answers:
        lines.append((Run("✓ " + _("acknowledged"), ink=Ink.OK),))
    if line.listed.delivery is Delivery.LOCAL:
        lines.append((quiet(_("Saved here, sent when the network is back")),))
    return lines


def _unseen(referral: ReferralState) -> list[Line]:
    bodies = [record.body for record in referral.unseen]
    if any(isinstance(body, ReferralAnswer) and body.changes_meaning for body in bodies):
        return [(Run("◆ " + _("the answer changes the meaning"), ink=Ink.CRITICAL, strong=True),)]
    return [(Run("▲ " + _("to acknowledge"), ink=Ink.WARNING),)]


def _due(line: ReferralLine) -> list[Line]:
    due = (line.referral.request.due or "")[:10]
    if not due:
        return [(quiet("—"),)]
    if line.overdue:
        return [(Run(due, strong=True, keep=True),), (Run("▲ " + _("overdue"), ink=Ink.WARNING),)]
    return [(Run(due, keep=True),)]
