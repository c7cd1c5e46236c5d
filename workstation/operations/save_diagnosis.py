"""Record a diagnosis or problem, or change one."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.diagnosis import ICD10SE, Diagnosis
from workstation.domain.icd10 import NotAnIcd10Code, icd10se
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Records
from workstation.operations.writing import (
    Incomplete,
    check_date,
    read_seen,
    record_for,
    require_licensed,
    save,
)


async def save_diagnosis(
    diagnosis: Diagnosis,
    *,
    patient: PatientId,
    entity: EntityId | None = None,
    seen: Sequence[RecordId] = (),
    approved: bool = True,
    records: Records,
    desk: Desk,
) -> Record:
    """Store a diagnosis; with ``entity`` a new version of the one that was ``seen``.

    ``approved``: whether the patient may read it at once.

    Raises:
        NotAllowed: Not a licensed profession.
        Incomplete: It has no words, a code of another form, or an impossible date.
        ChangedMeanwhile: It is no longer what was ``seen``.
    """
    require_licensed(desk)
    if not diagnosis.concept.label.strip():
        raise Incomplete(
            _("The diagnosis has no name."), _("Choose a code or write it in words."), ["concept"]
        )
    if code := diagnosis.concept.code_in(ICD10SE):
        try:
            icd10se(code)
        except NotAnIcd10Code as wrong:
            raise Incomplete(wrong.message, wrong.advice, ["code"]) from None
    for field in ("onset", "abated", "recorded"):
        check_date(field, getattr(diagnosis, field))
    if entity is not None:
        await read_seen(patient, entity, seen=seen, records=records)
    record = record_for(
        desk,
        patient=patient,
        kind="diagnosis",
        body=diagnosis,
        entity=entity,
        bases=seen,
        approved_for_patient=approved,
    )
    await save(records, desk, record)
    return record
