"""Deciding an action, and cancelling one."""

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
from workstation.domain.known_words import one_of
from workstation.domain.plan import PLAN_TYPES, PlannedAction
from workstation.domain.texts import N_, _
from workstation.operations.finish_action import finish_action
from workstation.operations.plan_action import plan_action

TYPES = {
    "visit": N_("Visit"),
    "test": N_("Test"),
    "nursing": N_("Nursing action"),
    "treatment": N_("Treatment"),
    "goal": N_("Goal"),
    "other": N_("Other"),
}


class PlanWriter:
    """Draws and finishes planned actions."""

    name = "plan"

    def form(self, content: Content, context: DraftContext) -> Form:
        kinds = tuple((key, _(text)) for key, text in TYPES.items())
        fields = (
            FormField(key="type", label=_("Type"), kind=FieldKind.CHOICE, choices=kinds),
            FormField(key="title", label=_("What is to be done")),
            FormField(key="due", label=_("When"), kind=FieldKind.DATE),
            FormField(key="responsible", label=_("By whom"), beside=True),
            FormField(key="comment", label=_("Comment"), kind=FieldKind.AREA),
        )
        decide = FormAction(key="decide", text=_("Decide"), shortcut="Ctrl+Return", main=True)
        return Form(
            title=_("Plan"),
            fields=fields,
            actions=(decide,),
            remark=_("The patient sees what is decided here."),
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        body = PlannedAction(
            type=one_of(content.get("type", ""), PLAN_TYPES, "other"),
            title=content.get("title", ""),
            due=content.get("due") or None,
            responsible=content.get("responsible", ""),
            comment=content.get("comment", ""),
        )
        await plan_action(
            body,
            patient=context.patient.patient,
            records=context.session.records,
            desk=context.session.desk,
        )
        return _("Decided.")


class CancelWriter:
    """Draws and finishes cancellations."""

    name = "plan_cancel"

    def form(self, content: Content, context: DraftContext) -> Form:
        fields = (
            FormField(key="what", label=_("Planned action"), kind=FieldKind.READ),
            FormField(key="comment", label=_("Why"), hint=_("The patient reads the reason.")),
        )
        cancel = FormAction(
            key="cancel", text=_("Cancel action"), shortcut="Ctrl+Return", main=True
        )
        return Form(title=_("Cancel action"), fields=fields, actions=(cancel,))

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        await finish_action(
            outcome="cancelled",
            comment=content.get("comment", ""),
            patient=context.patient.patient,
            entity=about(content),
            seen=seen_in(content),
            records=context.session.records,
            desk=context.session.desk,
        )
        return _("The action is cancelled.")
