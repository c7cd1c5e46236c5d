"""The fields of an incident report."""

from __future__ import annotations

from ui.shell.workspace.form import FieldKind, Form, FormAction, FormField
from workstation.domain.texts import N_, _

HARM = {
    "no": N_("No patient could be harmed"),
    "could": N_("Yes, a patient could have been harmed"),
    "did": N_("Yes, a patient was harmed"),
    "unknown": N_("Not known"),
}


def report_form(version: str, label: str) -> Form:
    """Return the form; ``version`` of the program and ``label`` of the view go with the report."""
    goes_with = _("Sent with it: view {view}, program version {version}.").format(
        view=label or "–", version=version or "–"
    )
    return Form(
        title=_("Report an incident"),
        fields=(
            FormField(
                key="happened",
                label=_("What happened"),
                kind=FieldKind.AREA,
                rows=5,
                hint=_(
                    "No names and no personal identity numbers: the report is about the program"
                    " and is not part of any record."
                ),
            ),
            FormField(key="expected", label=_("What was expected"), kind=FieldKind.AREA, rows=3),
            FormField(
                key="harm",
                label=_("Could a patient be harmed?"),
                kind=FieldKind.CHOICE,
                choices=tuple((key, _(text)) for key, text in HARM.items()),
            ),
            FormField(
                key="trace",
                label=_("Trace number"),
                hint=_("Stands where a view could not be shown. May be left empty."),
            ),
        ),
        actions=(
            FormAction(key="send", text=_("Send the report"), shortcut="Ctrl+Return", main=True),
        ),
        remark=goes_with,
    )
