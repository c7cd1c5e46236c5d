"""Steps on a referral's way: receive, ask, forward, reject, accept, book, perform, cancel."""

from __future__ import annotations

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
from workstation.domain.referral import ReferralEvent, ReferralState
from workstation.domain.referral_words import EVENTS, PRIORITIES
from workstation.domain.texts import N_, _
from workstation.operations.record_referral_event import record_referral_event

STEPS = {
    "BEK": N_("Confirm receipt"),
    "KOM": N_("Ask for completion"),
    "VID": N_("Forward"),
    "AVV": N_("Reject"),
    "AVB": N_("Cancel referral"),
    "accepted": N_("Accept"),
    "booked": N_("Book time"),
    "performed": N_("Mark as performed"),
}


def begin_event(event: str, referral: ReferralState) -> dict[str, str]:
    """Return the content of a step, with the question it is about."""
    return {
        "event": event,
        "action": event,
        "what": referral.request.question,
        "priority": referral.request.priority,
    }


class EventWriter:
    """Draws and finishes steps."""

    name = "referral_event"

    def form(self, content: Content, context: DraftContext) -> Form:
        event = content.get("event", "BEK")
        fields = [FormField(key="what", label=_("Question"), kind=FieldKind.READ)]
        fields.extend(_fields(event, context))
        done = FormAction(key=event, text=_(STEPS[event]), shortcut="Ctrl+Return", main=True)
        return Form(
            title=_(STEPS[event]),
            fields=tuple(fields),
            actions=(done,),
            remark=_("The patient sees each step."),
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        event = content.get("event", "BEK")
        receiver = context.session.units.unit(HsaId(content.get("to_unit", "")))
        forwarded = event == "VID" and receiver is not None
        body = ReferralEvent(
            event=event,  # type: ignore[arg-type]
            reason=content.get("reason", ""),
            to_unit=receiver.hsa_id if forwarded and receiver else HsaId(""),
            to_unit_name=receiver.name if forwarded and receiver else "",
            priority=content.get("priority", "") if event == "accepted" else "",  # type: ignore[arg-type]
            booked_for=moment_of(content.get("booked_for", ""), "booked_for"),
        )
        await record_referral_event(
            body,
            patient=context.patient.patient,
            entity=about(content),
            seen=seen_in(content),
            records=context.session.records,
            desk=context.session.desk,
        )
        return _(EVENTS[event]) + "."


def _fields(event: str, context: DraftContext) -> list[FormField]:
    if event == "VID":
        own = context.session.desk.author.unit
        units = tuple(
            (unit.hsa_id, unit.name)
            for unit in sorted(context.session.units.units(), key=lambda u: u.name)
            if unit.hsa_id != own
        )
        choice = FormField(
            key="to_unit", label=_("Forward to"), kind=FieldKind.CHOICE, choices=units
        )
        return [choice, FormField(key="reason", label=_("Why"))]
    if event == "booked":
        time = FormField(key="booked_for", label=_("Date and time"), placeholder="2026-11-22 09:30")
        return [time]
    if event == "accepted":
        priorities = tuple((key, _(text)) for key, text in PRIORITIES.items())
        return [
            FormField(
                key="priority",
                label=_("Assessed priority"),
                kind=FieldKind.CHOICE,
                choices=priorities,
            ),
            FormField(key="reason", label=_("Comment")),
        ]
    if event in ("KOM", "AVV", "AVB"):
        return [FormField(key="reason", label=_("Why"), kind=FieldKind.AREA)]
    return []
