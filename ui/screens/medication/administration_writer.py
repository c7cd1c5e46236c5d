"""Recording a dose: given, not given or refused; planned, actual and recorded time."""

from __future__ import annotations

from datetime import datetime

from ui.screens.medication.doses_begin import planned_fields, said_extra
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
from workstation.domain.medication import DOSE_OUTCOMES, Administration, OrderState
from workstation.domain.medication_line import generic_name, line_runs, medication_line
from workstation.domain.runs import plain
from workstation.domain.texts import _
from workstation.domain.values import local_text
from workstation.operations.record_administration import record_administration
from workstation.operations.writing import Incomplete


def begin_administration(order: OrderState, now: datetime) -> dict[str, str]:
    """Return the content of a dose now, with the order's unit. The amount is never filled in."""
    held = order.effective.content
    steps = held.dosage.steps if held.dosage else ()
    return {
        "@drug": generic_name(held.drug) if held.drug else "",
        "what": plain(line_runs(medication_line(held))),
        "unit": steps[0].unit if steps else "",
        "actual": local_text(int(now.timestamp() * 1000)),
    }


class AdministrationWriter:
    """Draws and finishes the recording of a dose."""

    name = "administration"

    def form(self, content: Content, context: DraftContext) -> Form:
        outcomes = (
            ("given", _("Given")),
            ("not_given", _("Not given")),
            ("refused", _("Refused by the patient")),
        )
        fields = (
            FormField(key="what", label=_("Order"), kind=FieldKind.READ),
            *planned_fields(content),
            FormField(key="status", label=_("Outcome"), kind=FieldKind.CHOICE, choices=outcomes),
            FormField(key="amount", label=_("Amount")),
            FormField(key="unit", label=_("Unit"), beside=True),
            FormField(key="planned", label=_("Planned time"), placeholder=_("yyyy-mm-dd hh:mm")),
            FormField(key="actual", label=_("Actual time"), beside=True),
            FormField(key="reason", label=_("Reason, if not given")),
            FormField(key="batch", label=_("Batch")),
            FormField(key="witness", label=_("Checked by"), beside=True),
        )
        record = FormAction(key="record", text=_("Record"), shortcut="Ctrl+Return", main=True)
        return Form(
            title=_("Dose: {drug}").format(drug=content.get("@drug", "")),
            fields=fields,
            actions=(record,),
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        status = next((each for each in DOSE_OUTCOMES if each == content.get("status")), None)
        if status is None:
            raise Incomplete(
                _("Say what happened with the dose."), _("Choose an outcome."), ["status"]
            )
        given = Administration(
            order=about(content),
            status=status,
            amount=content.get("amount", "").strip().replace(",", ".") or None,
            unit=content.get("unit", ""),
            planned=moment_of(content.get("planned", ""), "planned"),
            actual=moment_of(content.get("actual", ""), "actual", now=context.session.clock.now()),
            reason=content.get("reason", ""),
            batch=content.get("batch", ""),
            witness=content.get("witness", ""),
        )
        await record_administration(
            given,
            patient=context.patient.patient,
            seen=seen_in(content),
            records=context.session.records,
            desk=context.session.desk,
            extra_because=said_extra(content),
        )
        return _("Recorded.")
