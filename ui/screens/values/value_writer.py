"""Recording a value: what was measured, how much, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ui.shell.when import check_born, moment_of
from ui.shell.workspace.form import (
    Content,
    DraftContext,
    FieldKind,
    Form,
    FormAction,
    FormField,
)
from workstation.domain.observation import Component, Observation
from workstation.domain.texts import N_, _
from workstation.domain.values import Coding, Concept, Quantity, local_text
from workstation.operations.record_observation import record_observation
from workstation.operations.writing import Incomplete

_LOINC = "http://loinc.org"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Something that is measured at the bedside. ``unit`` is UCUM; limits refuse slips of the key."""

    key: str
    text: str
    code: str
    unit: str
    least: float
    most: float


MEASURES = (
    Measure(key="pulse", text=N_("Pulse"), code="8867-4", unit="/min", least=10, most=300),
    Measure(key="temp", text=N_("Temperature"), code="8310-5", unit="Cel", least=20, most=45),
    Measure(key="resp", text=N_("Respiratory rate"), code="9279-1", unit="/min", least=2, most=90),
    Measure(key="spo2", text=N_("Oxygen saturation"), code="59408-5", unit="%", least=30, most=100),
    Measure(key="weight", text=N_("Weight"), code="29463-7", unit="kg", least=0.3, most=400),
    Measure(key="height", text=N_("Height"), code="8302-2", unit="cm", least=20, most=250),
)
_PRESSURE = "pressure"
_SHOWN_UNIT = {"Cel": "°C"}


def begin_value(now: datetime) -> dict[str, str]:
    """Return the content of a value measured now."""
    return {"what": _PRESSURE, "effective": local_text(int(now.timestamp() * 1000))}


def observation_of(content: Content, *, now: datetime) -> Observation:
    """Return the value that the draft says.

    Raises:
        Incomplete: A number is missing, no number, or beyond what can be measured.
    """
    effective = moment_of(content.get("effective", ""), "effective", now=now)
    comment = content.get("comment", "")
    if content.get("what") == _PRESSURE:
        parts = (
            _part("systolic", _("Systolic pressure"), "8480-6", content, 30, 320),
            _part("diastolic", _("Diastolic pressure"), "8462-4", content, 10, 220),
        )
        return Observation(
            concept=_concept(_("Blood pressure"), "85354-9"),
            category="vital-signs",
            effective=effective,
            components=parts,
            comment=comment,
        )
    measure = next((m for m in MEASURES if m.key == content.get("what")), None)
    if measure is None:
        raise Incomplete(_("Say what was measured."), _("Choose it in the list."), ["what"])
    number = _number(content, "value", measure.least, measure.most)
    return Observation(
        concept=_concept(_(measure.text), measure.code),
        category="vital-signs",
        effective=effective,
        quantity=_quantity(number, measure.unit),
        comment=comment,
    )


def _part(key: str, text: str, code: str, content: Content, least: float, most: float) -> Component:
    number = _number(content, key, least, most)
    return Component(concept=_concept(text, code), quantity=_quantity(number, "mm[Hg]"))


def _concept(text: str, code: str) -> Concept:
    return Concept(text=text, codings=(Coding(system=_LOINC, code=code),))


def _quantity(number: str, unit: str) -> Quantity:
    shown = {"mm[Hg]": "mmHg", "Cel": "°C"}.get(unit, unit)
    return Quantity(value=number, unit=shown, code=unit, system="http://unitsofmeasure.org")


def _number(content: Content, key: str, least: float, most: float) -> str:
    typed = content.get(key, "").strip().replace(",", ".")
    whole, point, part = typed.partition(".")
    digits = (
        whole.isascii() and whole.isdigit() and (not point or (part.isascii() and part.isdigit()))
    )
    if not digits or len(typed) > 12:
        said = _("The value is no number.") if typed else _("The value is missing.")
        raise Incomplete(said, _("Type it as a number, such as 0,5, without its unit."), [key])
    if not least <= float(typed) <= most:
        raise Incomplete(
            _("The value is beyond what can be measured."), _("Check the number."), [key]
        )
    return (whole.lstrip("0") or "0") + (f".{part}" if part else "")


class ValueWriter:
    """Draws and finishes values."""

    name = "observation"

    def form(self, content: Content, context: DraftContext) -> Form:
        kinds = ((_PRESSURE, _("Blood pressure")), *((m.key, _(m.text)) for m in MEASURES))
        fields = [
            FormField(
                key="what", label=_("What was measured"), kind=FieldKind.CHOICE, choices=kinds
            )
        ]
        if content.get("what") == _PRESSURE:
            fields.append(FormField(key="systolic", label=_("Systolic pressure") + " (mmHg)"))
            fields.append(
                FormField(key="diastolic", label=_("Diastolic pressure") + " (mmHg)", beside=True)
            )
        else:
            measure = next((m for m in MEASURES if m.key == content.get("what")), None)
            unit = _SHOWN_UNIT.get(measure.unit, measure.unit) if measure else ""
            label = _("Value") + (f" ({unit})" if unit else "")
            fields.append(FormField(key="value", label=label))
        fields.append(
            FormField(key="effective", label=_("When"), hint=_("Year-month-day hour:minute"))
        )
        fields.append(FormField(key="comment", label=_("Comment")))
        done = FormAction(key="record", text=_("Record"), shortcut="Ctrl+Return", main=True)
        return Form(title=_("Record value"), fields=tuple(fields), actions=(done,))

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        observed = observation_of(content, now=context.session.clock.now())
        check_born(observed.effective, context.patient.birth_date, "effective")
        await record_observation(
            observed,
            patient=context.patient.patient,
            records=context.session.records,
            desk=context.session.desk,
        )
        return _("Recorded.")
