"""Diagnoses and problems (FHIR Condition)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args
from uuid import UUID

from workstation.domain.icd10 import NotAnIcd10Code, icd10se
from workstation.domain.kind import Kind, Projection
from workstation.domain.record import Body, Record, Role
from workstation.domain.values import Coding, Concept, When, millis_of

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState

ICD10SE = "http://hl7.org/fhir/sid/icd-10-se"

DiagnosisType = Literal["main", "secondary", "problem"]
DiagnosisStatus = Literal["active", "remission", "resolved", "inactive", "unknown"]
Verification = Literal["confirmed", "unconfirmed", "refuted", "entered_in_error"]

DIAGNOSIS_TYPES: tuple[DiagnosisType, ...] = get_args(DiagnosisType)
DIAGNOSIS_STATUSES: tuple[DiagnosisStatus, ...] = get_args(DiagnosisStatus)
VERIFICATIONS: tuple[Verification, ...] = get_args(Verification)


class Diagnosis(Body, frozen=True, kw_only=True):
    """Diagnos. ``type``: huvuddiagnos or bidiagnos (OID 1.2.752.129.2.2.3.2), or a lasting problem.

    ``verification``: confirmed, suspected (``unconfirmed``) or refuted; ``subject``: family history
    is recorded as ``family``.
    """

    concept: Concept
    type: DiagnosisType = "problem"
    status: DiagnosisStatus = "active"
    verification: Verification = "confirmed"
    subject: Literal["own", "family"] = "own"
    onset: When | None = None
    abated: When | None = None
    recorded: When | None = None
    contact: UUID | None = None
    comment: str = ""


def typed_diagnosis(code: str, text: str) -> Concept:
    """Return what somebody writes as a diagnosis; a code of another form stays as it is typed."""
    text = text.strip()
    if not code.strip():
        return Concept(text=text)
    try:
        known = icd10se(code)
    except NotAnIcd10Code:
        known = code.strip().upper()
    return Concept(text=text, codings=(Coding(system=ICD10SE, code=known, display=text),))


def _is_active(record: Record) -> bool:
    body = record.body
    return (
        isinstance(body, Diagnosis)
        and body.status in ("active", "remission")
        and body.verification in ("confirmed", "unconfirmed")
    )


def _safer(heads: tuple[Record, ...]) -> Record:
    """Added against removed: it stays, and is flagged."""
    return min(heads, key=lambda record: (not _is_active(record), record.order))


def _project(state: EntityState) -> Projection:
    body = state.current.body
    assert isinstance(body, Diagnosis)
    active = _is_active(state.current) and not state.voided
    when = body.onset or body.recorded
    return Projection(
        family="diagnosis",
        group="current" if active else "past",
        status="voided" if state.voided else body.status,
        code=body.concept.code_in(ICD10SE),
        title=body.concept.label,
        at=millis_of(when) if when else state.current.written_at.millis,
        patient_visible=state.current.approved_for_patient,
        text=body.concept.label,
        undecided=state.undecided,
    )


KINDS = (
    Kind(
        name="diagnosis",
        body=Diagnosis,
        role=Role.INTENT,
        family="diagnosis",
        project=_project,
        safer=_safer,
    ),
)
