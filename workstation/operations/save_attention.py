"""Record attention information (UMI), hypersensitivity among it, or change it."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.attention import Attention, HypersensitivityState, hypersensitivity
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.problem import Problem
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


async def save_attention(
    attention: Attention,
    *,
    patient: PatientId,
    entity: EntityId | None = None,
    seen: Sequence[RecordId] = (),
    approved: bool = True,
    records: Records,
    desk: Desk,
) -> Record:
    """Store attention information; with ``entity`` a new version of what was ``seen``.

    Nothing is deleted: what no longer holds is saved as inactive or refuted.

    ``approved``: whether the patient may read it at once.

    Raises:
        NotAllowed: Not a licensed profession.
        Incomplete: Substance or condition, severity or certainty is missing.
        ChangedMeanwhile: It is no longer what was ``seen``.
        Problem: None is said to be known while one is recorded and in force.
    """
    require_licensed(desk)
    _check(attention)
    if entity is not None:
        await read_seen(patient, entity, seen=seen, records=records)
    if attention.none_known and attention.status == "active":
        await _check_none_known(patient, entity, records)
    record = record_for(
        desk,
        patient=patient,
        kind="attention",
        body=attention,
        entity=entity,
        bases=seen,
        approved_for_patient=approved,
    )
    await save(records, desk, record)
    return record


async def _check_none_known(patient: PatientId, entity: EntityId | None, records: Records) -> None:
    """A hypersensitivity that stands is not denied beside it: it is ended where it stands."""
    listed = await records.listed(patient, "attention", group="current")
    states = [one.state for one in listed if one.state.id != entity]
    if hypersensitivity(states) is HypersensitivityState.KNOWN:
        raise Problem(
            _("A hypersensitivity is recorded and in force."),
            _("Open it and mark it as refuted or inactive, if it no longer holds."),
        )


def _check(attention: Attention) -> None:
    for field in ("valid_from", "valid_to", "verified"):
        check_date(field, getattr(attention, field))
    if attention.none_known:
        if attention.category != "C":
            raise Incomplete(
                _("Only hypersensitivity can be recorded as none known."),
                _("Choose the category hypersensitivity."),
                ["category"],
            )
        return
    if not attention.concept.label.strip():
        raise Incomplete(
            _("Say what it is about."), _("Write the substance or condition."), ["concept"]
        )
    if attention.category == "C" and not (attention.severity and attention.certainty):
        raise Incomplete(
            _("A hypersensitivity needs severity and certainty."),
            _("Choose both: they decide how the warning is shown."),
            ["severity", "certainty"],
        )
