"""Steps on a referral's way: receive, assess, ask, forward, reject, book, perform, cancel, watch."""

from __future__ import annotations

from ui.screens.referrals.request_form import accepts
from ui.screens.referrals.steps import MORE, STEPS, seldom_for
from ui.shell.when import moment_of
from ui.shell.workspace.form import (
    Content,
    DraftContext,
    FieldKind,
    Form,
    FormAction,
    FormField,
    seen_in,
)
from ui.shell.workspace.mark_writers import about
from workstation.domain.ids import HsaId
from workstation.domain.known_words import known_word, one_of
from workstation.domain.referral import (
    RULES,
    ReferralEvent,
    ReferralState,
    ReferralWatch,
    WatchRules,
    target_day,
)
from workstation.domain.referral.bodies import EVENT_STEPS, URGENCIES, WATCH_REASONS
from workstation.domain.referral_words import EVENTS, PRIORITIES
from workstation.domain.texts import _
from workstation.domain.values import local_date
from workstation.operations.move_watch import move_watch
from workstation.operations.record_referral_event import record_referral_event
from workstation.operations.writing import Incomplete

WATCH = "watch"
_NOBODY = HsaId("")
_WITH_REASON = frozenset({"KOM", "AVV", "AVB", "postponed", "waiting", "interrupted", "obsolete"})
_TIMED = frozenset({"booked", "postponed"})
_VISITS = frozenset({"consultation", "takeover", "own"})


def begin_event(
    event: str, referral: ReferralState, unit: HsaId = _NOBODY, rules: WatchRules = RULES
) -> dict[str, str]:
    """Return the content of a step, with the question it is about.

    Accepted, it has the latest day of a first visit by the published vårdgaranti to start from.
    """
    seldom = seldom_for(referral, unit) if event == MORE else ()
    return {
        "event": seldom[0] if seldom else event,
        "@events": " ".join(seldom),
        "@type": referral.request.type,
        "action": event,
        "what": referral.request.question,
        "priority": referral.priority,
        "target": _latest_visit(referral, rules) if event == "accepted" else "",
    }


def _latest_visit(referral: ReferralState, rules: WatchRules) -> str:
    if referral.request.type not in _VISITS:
        return ""
    if referral.target:
        return referral.target[:10]
    sent = referral.taken[0].record.written_at.millis
    return local_date(target_day(sent, referral.urgency, rules)).isoformat()


class EventWriter:
    """Draws and finishes steps."""

    name = "referral_event"

    def form(self, content: Content, context: DraftContext) -> Form:
        event = content.get("event", "BEK")
        title = _("Take over the watch") if event == WATCH else _(STEPS[event])
        fields = [FormField(key="what", label=_("Question"), kind=FieldKind.READ)]
        if several := content.get("@events", "").split():
            choices = tuple((key, _(STEPS[key])) for key in several)
            fields.append(
                FormField(key="event", label=_("Step"), kind=FieldKind.CHOICE, choices=choices)
            )
        fields.extend(event_fields(event, content, context))
        done = FormAction(key=event, text=title, shortcut="Ctrl+Return", main=True)
        return Form(
            title=title,
            fields=tuple(fields),
            actions=(done,),
            remark="" if event in (WATCH, "assigned") else _("The patient sees each step."),
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        event = content.get("event", "BEK")
        session = context.session
        patient, entity, seen = context.patient.patient, about(content), seen_in(content)
        records, desk = session.records, session.desk
        if event == WATCH:
            moved = watch_in(content, context)
            await move_watch(
                moved, patient=patient, entity=entity, seen=seen, records=records, desk=desk
            )
            return _("The watch is yours.")
        step = event_in(content, context)
        await record_referral_event(
            step, patient=patient, entity=entity, seen=seen, records=records, desk=desk
        )
        return _(EVENTS[event]) + "."


def watch_in(content: Content, context: DraftContext) -> ReferralWatch:
    """Return the move of the watch to whoever sits here."""
    author = context.session.desk.author
    return ReferralWatch(
        owner=author.hsa_id,
        owner_name=author.name,
        unit=author.unit,
        unit_name=author.unit_name,
        reason=one_of(content.get("watch_reason", ""), WATCH_REASONS, "handover"),
        text=content.get("reason", ""),
    )


def event_in(content: Content, context: DraftContext) -> ReferralEvent:
    """Return the step that the draft says.

    Raises:
        Incomplete: A time cannot be read.
    """
    event = known_word(content.get("event", "BEK"), EVENT_STEPS)
    receiver = context.session.units.unit(HsaId(content.get("to_unit", "")))
    forwarded = event == "VID" and receiver is not None
    assessed = event in ("accepted", "prioritised")
    author = context.session.desk.author
    return ReferralEvent(
        event=event,
        reason=content.get("reason", ""),
        to_unit=receiver.hsa_id if forwarded and receiver else HsaId(""),
        to_unit_name=receiver.name if forwarded and receiver else "",
        priority=one_of(content.get("priority", ""), URGENCIES, "") if assessed else "",
        target=_day(content.get("target", "")) if assessed else None,
        booked_for=moment_of(content.get("booked_for", ""), "booked_for")
        if event in _TIMED
        else None,
        person=author.hsa_id if event == "assigned" else HsaId(""),
        person_name=author.name if event == "assigned" else "",
    )


def _day(text: str) -> str | None:
    day = text.strip()
    if day and len(day) != 10:
        raise Incomplete(
            _("There is no such date: {date}").format(date=day),
            _("Type year, month and day: 2026-11-22."),
            ["target"],
        )
    return day or None


def event_fields(event: str, content: Content, context: DraftContext) -> list[FormField]:
    """Return what a step asks for."""
    if event == "VID":
        return [_forward_to(content, context), FormField(key="reason", label=_("Why"))]
    fields = []
    if event in _TIMED:
        label = _("Date and time") if event == "booked" else _("New date and time (optional)")
        fields.append(FormField(key="booked_for", label=label, placeholder="2026-11-22 09:30"))
    if event in ("accepted", "prioritised"):
        priorities = tuple((key, _(text)) for key, text in PRIORITIES.items())
        fields += [
            FormField(
                key="priority",
                label=_("Assessed priority"),
                kind=FieldKind.CHOICE,
                choices=priorities,
            ),
            FormField(key="target", label=_("Latest day (optional)"), kind=FieldKind.DATE),
            FormField(key="reason", label=_("Comment")),
        ]
    if event in _WITH_REASON:
        fields.append(FormField(key="reason", label=_("Why"), kind=FieldKind.AREA))
    if event == WATCH:
        reasons = (
            ("absence", _("the one who watched is away")),
            ("handover", _("handed over")),
            ("discharge", _("the patient has left the unit")),
            ("other", _("another reason")),
        )
        fields.append(
            FormField(key="watch_reason", label=_("Why"), kind=FieldKind.CHOICE, choices=reasons)
        )
        fields.append(FormField(key="reason", label=_("Comment")))
    return fields


def _forward_to(content: Content, context: DraftContext) -> FormField:
    own = context.session.desk.author.unit
    kind = content.get("@type", "consultation")
    units = tuple(
        (unit.hsa_id, unit.name)
        for unit in sorted(context.session.units.units(), key=lambda u: u.name)
        if unit.hsa_id != own and accepts(unit, kind)
    )
    return FormField(key="to_unit", label=_("Forward to"), kind=FieldKind.CHOICE, choices=units)
