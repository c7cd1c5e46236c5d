"""What the recording of a dose begins with when it is chosen in the administration list."""

from __future__ import annotations

from ui.shell.workspace.form import Content, FieldKind, FormField
from workstation.domain.dosage_words import amount_words
from workstation.domain.doses import PlannedDose
from workstation.domain.medication_line import line_runs, medication_line
from workstation.domain.runs import plain
from workstation.domain.texts import _
from workstation.domain.values import local_text
from workstation.operations.writing import Incomplete

_PLANNED = "planned_dose"
_EXTRA = "@extra"


def dose_words(dose: PlannedDose) -> str:
    """Return the planned amount with its unit."""
    if dose.amount is None:
        return _("Amount not stated")
    return amount_words(dose.amount, dose.unit, to=dose.amount_high)


def begin_planned(dose: PlannedDose) -> dict[str, str]:
    """Return what a planned dose fills in: its time and words. The amount is for the person."""
    planned = _("{amount} at {time}").format(amount=dose_words(dose), time=local_text(dose.at)[11:])
    return {
        "planned": local_text(dose.at),
        "unit": dose.unit,
        "what": plain(line_runs(medication_line(dose.content))),
        _PLANNED: planned,
    }


def begin_extra(dose: PlannedDose) -> dict[str, str]:
    """Return what another recording of the same planned dose fills in: it must say why."""
    return {**begin_planned(dose), _EXTRA: "yes"}


def planned_fields(content: Content) -> tuple[FormField, ...]:
    """Return the fields that only a dose of the administration list has."""
    fields: list[FormField] = []
    if content.get(_PLANNED):
        fields.append(FormField(key=_PLANNED, label=_("Planned dose"), kind=FieldKind.READ))
    if content.get(_EXTRA):
        hint = _("The planned dose is already recorded: say why one more is recorded.")
        fields.append(FormField(key="extra", label=_("Extra dose, because"), hint=hint))
    return tuple(fields)


def said_extra(content: Content) -> str:
    """Return why a dose is recorded once more; empty for a dose of its own.

    Raises:
        Incomplete: It is an extra and does not say why.
    """
    if not content.get(_EXTRA):
        return ""
    why = content.get("extra", "").strip()
    if not why:
        raise Incomplete(
            _("Say why an extra dose is recorded."),
            _("The planned dose is already recorded."),
            ["extra"],
        )
    return why
