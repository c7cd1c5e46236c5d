"""The inbox's lines as they are drawn: who, what, from whom, how long it has waited, until when."""

from __future__ import annotations

from ui.kit.cell import Cell, Column, Group, Row, icon_cell, text_cell
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.screens.referrals.inbox.state import InboxState, Settling, key_of
from ui.screens.referrals.words import day, span_words
from ui.shell.people import list_name, shown_number
from ui.shell.workspace.form import FieldKind, Form, FormAction, FormField
from ui.theme.tokens import Tone
from workstation.domain.ids import HsaId
from workstation.domain.referral_words import PRIORITIES, STATUS, TYPES
from workstation.domain.texts import N_, _
from workstation.operations.referral_lists import WATCHED, ReferralLine

_URGENCY = ("immediate", "urgent", "soon", "routine")
_REASONS = {
    "undecided": (N_("Undecided"), "fork", Tone.WARNING),
    "assess": (N_("To assess"), "letter", Tone.NEUTRAL),
    "book": (N_("To book"), "calendar", Tone.NEUTRAL),
    "answer": (N_("To answer"), "note", Tone.NEUTRAL),
    "awaited": (N_("Waiting for completion"), "clock", Tone.NEUTRAL),
    "acknowledge": (N_("To acknowledge"), "flask", Tone.WARNING),
    "critical": (N_("Critical results"), "critical", Tone.CRITICAL),
    "complete": (N_("To complete"), "letter", Tone.WARNING),
    "watch": (N_("Waits for an answer"), "clock", Tone.NEUTRAL),
    "unmatched": (N_("Answers without an order"), "question", Tone.WARNING),
}
_UNKNOWN = (N_("Referral"), "letter", Tone.NEUTRAL)


def columns() -> tuple[Column, ...]:
    """Return the list's columns."""
    return (
        Column(title="", width=22),
        Column(title=_("Patient"), stretch=2, least=150),
        Column(title=_("Referral"), stretch=3, least=170),
        Column(title=_("Waited"), width=120, fold=1),
        Column(title=_("Responsible"), width=110, fold=2),
    )


def rows_of(state: InboxState, person: HsaId) -> list[Group | Row]:
    """Return the lines under what they wait for, in the order of the list; critical ones first."""
    entries: list[Group | Row] = []
    found = dict.fromkeys(line.reason for line in state.lines or ())
    reasons = sorted(found, key=lambda reason: reason != "critical")
    for reason in reasons:
        lines = [line for line in state.lines or () if line.reason == reason]
        title, icon, tone = _REASONS.get(reason, _UNKNOWN)
        entries.append(Group(title=_(title), count=len(lines), icon=icon, tone=tone))
        entries.extend(_row(line, state, person) for line in lines)
    return entries


def _row(line: ReferralLine, state: InboxState, person: HsaId) -> Row:
    return Row(
        key=key_of(line),
        cells=(
            _mark(line, state),
            text_cell((strong(list_name(line.patient)),), (quiet(shown_number(line.patient)),)),
            text_cell(*_what(line)),
            text_cell(*_waited(line, state.now)),
            text_cell(*_whose(line, person)),
        ),
        name=list_name(line.patient),
    )


def _mark(line: ReferralLine, state: InboxState) -> Cell:
    if key_of(line) in state.ticked:
        return icon_cell("check", Tone.ACCENT, _("Ticked"))
    if line.reason == "critical" or line.urgency == 0:
        return icon_cell("critical", Tone.CRITICAL, _("Immediate"))
    if line.is_late(state.now) or line.urgency == 1:
        said = _("overdue") if line.is_late(state.now) else _("Urgent")
        return icon_cell("warning", Tone.WARNING, said)
    return Cell()


def _what(line: ReferralLine) -> list[Line]:
    kind = _(TYPES[line.type]) if line.type in TYPES else ""
    status = _(STATUS[line.status]) if line.status in STATUS else ""
    question = " ".join(line.question.split())
    question = question if len(question) <= 120 else question[:119] + "…"
    head: list[Run] = [Run(question or kind)]
    if line.urgency < 3:
        head.insert(0, strong(_(PRIORITIES[_URGENCY[line.urgency]]) + "  ", ink=Ink.WARNING))
    other = line.receiver if line.reason in WATCHED else line.sender
    way = (_("to {unit}") if line.reason in WATCHED else _("from {unit}")).format(unit=other)
    way = way if other else ""
    detail = " · ".join(part for part in (kind, way, status) if part)
    return [tuple(head), (quiet(detail),)]


def _waited(line: ReferralLine, now: int) -> list[Line]:
    lines: list[Line] = [(Run(span_words(now - line.since), strong=True, keep=True),)]
    if line.due is None:
        return lines
    due = day(line.due)
    if line.is_late(now):
        return [*lines, (Run("▲ " + _("was due {date}").format(date=due), ink=Ink.WARNING),)]
    return [*lines, (quiet(_("due {date}").format(date=due)),)]


def _whose(line: ReferralLine, person: HsaId) -> list[Line]:
    if not line.person:
        return [(quiet(_("nobody yet")),)]
    return [(Run(_("you")),)] if line.person == person else [(quiet(_("a colleague")),)]


WHY = {
    "broken": N_("It cannot be read"),
    "unknown_order": N_("No such order"),
    "wrong_patient": N_("Another patient than in the order"),
    "other_performer": N_("Another laboratory than was asked"),
    "other_analysis": N_("Something else than was ordered"),
    "unit": N_("A unit of measurement that cannot be converted"),
    "too_large": N_("Too large for a record"),
    "twice_unlike": N_("The same answer came twice and differs"),
    "several_orders": N_("It names more than one order"),
    "time": N_("Dated in the future"),
    "pending": N_("Not taken in to the end; it will be when it is sent again"),
    "form": N_("Says or brings something that cannot be shown here"),
}


def answer_rows(state: InboxState) -> list[Group | Row]:
    """Return the answers without an order, oldest first, each with why it is here."""
    if not state.answers:
        return []
    title, icon, tone = _REASONS["unmatched"]
    entries: list[Group | Row] = [
        Group(title=_(title), count=len(state.answers), icon=icon, tone=tone)
    ]
    for answer in sorted(state.answers, key=lambda one: one.received_at):
        number = _("number {number}").format(number=answer.requisition or "—")
        entries.append(
            Row(
                key=answer.id,
                cells=(
                    icon_cell(icon, tone, _(title)),
                    text_cell(
                        (strong(answer.numbers or _("no identity number")),), (quiet(number),)
                    ),
                    text_cell(
                        (Run(answer.title or _("Answer")),),
                        (Run(_(WHY.get(answer.why, WHY["unknown_order"])), ink=Ink.WARNING),),
                    ),
                    text_cell((strong(span_words(state.now - answer.received_at)),)),
                    text_cell((quiet(answer.performer),)),
                ),
                name=answer.title,
            )
        )
    return entries


def settle_form(settling: Settling) -> Form:
    """Return what is asked before an answer is attached or set aside."""
    answer = settling.answer
    fields = [FormField(key="said", label=answer.title or _("Answer"), kind=FieldKind.READ)]
    if settling.attach:
        fields.append(
            FormField(
                key="order",
                label=_("To which order"),
                kind=FieldKind.CHOICE,
                choices=settling.orders,
                hint=_("The answer says: {numbers}. Compare with the patient.").format(
                    numbers=answer.numbers or "—"
                ),
            )
        )
    fields.append(FormField(key="how", label=_("Why"), kind=FieldKind.AREA, rows=2))
    text = _("Attach to the order") if settling.attach else _("Set aside")
    done = FormAction(key="settle", text=text, shortcut="Ctrl+Return", main=True)
    return Form(title=text, fields=tuple(fields), actions=(done,))


def settle_content(settling: Settling) -> dict[str, str]:
    """Return the form's content, with what the answer says of itself."""
    answer = settling.answer
    said = [
        _(WHY.get(answer.why, WHY["unknown_order"])),
        _("number {number}").format(number=answer.requisition or "—"),
        answer.numbers,
    ]
    return {**settling.content, "said": "\n".join(part for part in said if part)}
