"""Record a value: a measurement, a score, an answer."""

from __future__ import annotations

from workstation.domain.ids import PatientId
from workstation.domain.observation import Observation
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Writing
from workstation.operations.writing import (
    Incomplete,
    check_not_ahead,
    record_for,
    require_care,
    save,
)


async def record_observation(
    observation: Observation,
    *,
    patient: PatientId,
    approved: bool = True,
    records: Writing,
    desk: Desk,
) -> Record:
    """Store one value and return its record.

    ``approved``: whether the patient may read it at once.

    Raises:
        NotAllowed: Not a profession in care.
        Incomplete: What was measured, its value or unit is missing, or its time has not come.
    """
    require_care(desk)
    written_at = desk.now()
    if not observation.concept.label.strip():
        raise Incomplete(_("Say what was measured."), _("Choose it in the list."), ["concept"])
    said = (observation.quantity, observation.coded, observation.text or None)
    ways = sum(part is not None for part in said) + bool(observation.components)
    if ways != 1:
        raise Incomplete(_("The value is missing."), _("Type the value."), ["quantity"])
    if observation.quantity is not None and not observation.quantity.unit:
        raise Incomplete(
            _("A number without a unit says nothing."), _("Choose the unit of measure."), ["unit"]
        )
    check_not_ahead("effective", observation.effective, written_at.as_datetime())
    record = record_for(
        desk,
        patient=patient,
        kind="observation",
        body=observation,
        approved_for_patient=approved,
        written_at=written_at,
    )
    await save(records, desk, record)
    return record
