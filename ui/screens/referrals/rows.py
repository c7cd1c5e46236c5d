"""Referrals as the list and the reading view draw them."""

from __future__ import annotations

from ui.kit.cell import Column, Group, Row, text_cell
from ui.kit.entry import Entry, Label, Paragraph
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.screens.referrals.state import ReferralLine, ReferralsState
from ui.screens.referrals.words import day, event_text
from ui.theme.tokens import Tone
from workstation.domain.record import Record
from workstation.domain.referral import Referral, ReferralAnswer
from workstation.domain.referral_words import ANSWERS, PRIORITIES, STATUS, TYPES
from workstation.domain.texts import _
from workstation.domain.values import local_text
from workstation.operations.ports import Delivery


def columns() -> tuple[Column, ...]:
    """Return the list's columns."""
    return (
        Column(title=_("Referral"), stretch=3, least=240),
        Column(title=_("From and to"), stretch=2, least=140, fold=1),
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
    sender = referral.request_record.author
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
            text_cell((Run(sender.unit_name),), (Run(f"→ {referral.receiver_name}"),)),
            text_cell(*_status(line)),
            text_cell(*_due(line)),
        ),
        name=_(TYPES[request.type]),
        faded=referral.closed,
    )


def _first_line(text: str) -> str:
    first = text.strip().split("\n", 1)[0]
    return first if len(first) <= 140 else first[:139] + "…"


def _status(line: ReferralLine) -> list[Line]:
    referral = line.referral
    key = "undecided" if referral.undecided else referral.status
    ink = Ink.WARNING if key in ("undecided", "completion", "rejected") else Ink.TEXT
    last = line.listed.state.line.versions[-1]
    lines: list[Line] = [(strong(_(STATUS[key]), ink=ink),), (quiet(day(last.written_at.millis)),)]
    if referral.newest_seen:
        lines.append((Run("✓ " + _("acknowledged"), ink=Ink.OK),))
    elif referral.answers:
        lines.append((Run("▲ " + _("to acknowledge"), ink=Ink.WARNING),))
    if line.listed.delivery is Delivery.LOCAL:
        lines.append((quiet(_("Saved here, sent when the network is back")),))
    return lines


def _due(line: ReferralLine) -> list[Line]:
    due = (line.referral.request.due or "")[:10]
    if not due:
        return [(quiet("—"),)]
    if line.overdue:
        return [(Run(due, strong=True, keep=True),), (Run("▲ " + _("overdue"), ink=Ink.WARNING),)]
    return [(Run(due, keep=True),)]


def reading_of(line: ReferralLine) -> list[Entry]:
    """Return the referral in full: what was asked, each answer, and its line of events."""
    request = line.referral.request
    entries = [_request_entry(line, request)]
    for answer in reversed(line.referral.answers):
        body = answer.body
        assert isinstance(body, ReferralAnswer)
        paragraphs = [Paragraph(text=body.text)]
        if body.conclusion:
            paragraphs.append(Paragraph(heading=_("Conclusion"), text=body.conclusion))
        seen = line.listed.state.acknowledged(answer.id)
        text = _("acknowledged {name}").format(name=seen.author.name) if seen else ""
        entries.append(
            Entry(
                key=str(answer.id),
                title=_(ANSWERS[body.answer]),
                meta=_meta(answer, ""),
                paragraphs=paragraphs,
                labels=[Label(text=text, tone=Tone.OK)] if text else (),
            )
        )
    way = [Paragraph(text=event_text(step)) for step in line.listed.state.line.versions]
    entries.append(Entry(key="way", title=_("The referral's way"), paragraphs=way))
    return entries


def _meta(record: Record, receiver: str) -> str:
    at = local_text(record.written_at.millis)
    sender = f"{at} · {record.author.name}, {record.author.unit_name}"
    return f"{sender} → {receiver}" if receiver else sender


def _request_entry(line: ReferralLine, request: Referral) -> Entry:
    record = line.referral.request_record
    parts = [
        (_("Question"), request.question),
        (_("Clinical background"), request.background),
        (_("Requested"), ", ".join(concept.label for concept in request.requested)),
        (_("Answer expected"), (request.due or "")[:10]),
        (_("Direct number to you"), request.phone),
        (_("Interpreter, language"), request.interpreter),
    ]
    status = "undecided" if line.referral.undecided else line.referral.status
    return Entry(
        key=str(record.id),
        title=_("Referral: {type}").format(type=_(TYPES[request.type])),
        meta=_meta(record, line.referral.receiver_name),
        paragraphs=[Paragraph(heading=name, text=text) for name, text in parts if text],
        labels=[Label(text=_(STATUS[status]), tone=Tone.ACCENT)],
        voided=line.listed.state.voided,
    )
