"""Pausing, resuming and stopping an order: only why, and until when."""

from __future__ import annotations

from ui.screens.medication.checks import entity_of
from ui.screens.medication.suggestions import taken
from ui.screens.medication.words import standing_words
from ui.shell.support_cards import form_cards
from ui.shell.workspace.form import (
    Content,
    DraftContext,
    FieldKind,
    Form,
    FormAction,
    FormField,
    Taken,
    seen_in,
)
from ui.shell.workspace.mark_writers import about
from workstation.domain.medication import order_state
from workstation.domain.texts import N_, _
from workstation.operations.pause_order import pause_order
from workstation.operations.ports import Listed
from workstation.operations.resume_order import resume_order
from workstation.operations.stop_order import stop_order
from workstation.operations.support import Checked

_TITLES = {"pause": N_("Pause"), "resume": N_("Resume"), "stop": N_("Stop")}
_SIGN = {"pause": N_("Sign pause"), "resume": N_("Sign resumption"), "stop": N_("Sign stop")}
_DONE = {"pause": N_("Paused."), "resume": N_("Resumed."), "stop": N_("Stopped.")}


class StepWriter:
    """Draws and finishes steps that say only why."""

    name = "order_step"

    def form(self, content: Content, context: DraftContext) -> Form:
        action = content.get("action", "stop")
        fields = [
            FormField(key="what", label=_("Order"), kind=FieldKind.READ),
            FormField(key="why", label=_("Why"), hint=_("The next reader and the patient see it.")),
        ]
        if action == "pause":
            fields.append(
                FormField(
                    key="until",
                    label=_("Until"),
                    kind=FieldKind.DATE,
                    hint=_("Nothing starts again by itself: somebody resumes it."),
                )
            )
        support = context.session.support
        checked = _judged(content, context) if action in ("stop", "pause") else None
        cards = form_cards(checked, support.in_force.engine) if checked and support else ()
        return Form(
            title=f"{_(_TITLES[action])}: {content.get('@drug', '')}",
            fields=tuple(fields),
            cards=cards,
            actions=(
                FormAction(key=action, text=_(_SIGN[action]), shortcut="Ctrl+Return", main=True),
            ),
        )

    def now_holds(self, listed: Listed) -> str:
        return standing_words(order_state(listed.state).effective)

    async def taken(self, card: str, choice: str, content: Content, context: DraftContext) -> Taken:
        checked = _judged(content, context)
        return await taken(choice, card, checked, content, context)

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        why, records, desk = content.get("why", ""), context.session.records, context.session.desk
        patient, entity, seen = context.patient.patient, about(content), seen_in(content)
        if content.get("action") == "pause":
            await pause_order(
                why=why,
                until=content.get("until") or None,
                patient=patient,
                entity=entity,
                seen=seen,
                records=records,
                desk=desk,
            )
        else:
            step = resume_order if content.get("action") == "resume" else stop_order
            await step(
                why=why, patient=patient, entity=entity, seen=seen, records=records, desk=desk
            )
        return _(_DONE[content.get("action", "stop")])


def _judged(content: Content, context: DraftContext) -> Checked | None:
    """Return what would be worse without the order: its protection is gone too."""
    support, entity = context.session.support, entity_of(content)
    if support is None or entity is None:
        return None
    return support.stopping(context.patient.patient, entity)
