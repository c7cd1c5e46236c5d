"""Pausing, resuming and stopping an order: only why, and until when."""

from __future__ import annotations

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
from workstation.domain.medication import OrderState
from workstation.domain.medication_line import generic_name, line_runs, medication_line
from workstation.domain.runs import plain
from workstation.domain.texts import N_, _
from workstation.operations.pause_order import pause_order
from workstation.operations.resume_order import resume_order
from workstation.operations.stop_order import stop_order

_TITLES = {"pause": N_("Pause"), "resume": N_("Resume"), "stop": N_("Stop")}
_SIGN = {"pause": N_("Sign pause"), "resume": N_("Sign resumption"), "stop": N_("Sign stop")}
_DONE = {"pause": N_("Paused."), "resume": N_("Resumed."), "stop": N_("Stopped.")}


def begin_step(action: str, order: OrderState) -> dict[str, str]:
    """Return the content of a step; what it is about stands in words."""
    held = order.effective.content
    return {
        "action": action,
        "@drug": generic_name(held.drug) if held.drug else "",
        "what": plain(line_runs(medication_line(held))),
    }


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
        return Form(
            title=f"{_(_TITLES[action])}: {content.get('@drug', '')}",
            fields=tuple(fields),
            actions=(
                FormAction(key=action, text=_(_SIGN[action]), shortcut="Ctrl+Return", main=True),
            ),
        )

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
