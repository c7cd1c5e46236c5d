"""What of the own record the patient's page shows. Hard rules, the same for page, print and export."""

from __future__ import annotations

from workstation.domain.entity import EntityState
from workstation.domain.kind import Projection
from workstation.domain.note import NEVER_FOR_THE_PATIENT, Note, Section
from workstation.domain.patient import Patient
from workstation.domain.record import UnknownBody

FAMILIES = frozenset(
    {
        "patient",
        "note",
        "medication_order",
        "observation",
        "diagnostic_report",
        "referral",
        "planned_action",
        "care_plan",
        "attention",
        "diagnosis",
        "contact",
        "booking",
        "immunization",
        "procedure",
        "consent",
        "block",
        "block_lift",
    }
)
"""Families that the page shows at all; any other is left out until somebody lists it here."""

RECENT_DAYS = 14
"""What the patient may choose not to see at first: entries of the last so many days."""


def shown_to_patient(state: EntityState, row: Projection) -> bool:
    """Whether the page shows anything of the entity (``row``: its projection).

    Every record of it must be approved: a correction nobody released hides what it corrects.
    """
    if state.family not in FAMILIES or isinstance(state.current.body, UnknownBody):
        return False
    everything = (*state.line.versions, *state.signatures, *state.acknowledgements)
    return row.patient_visible and all(r.approved_for_patient for r in everything)


def sections_for_patient(note: Note) -> tuple[Section, ...]:
    """Return a note's sections without those under a sökord that is never shown.

    The comparison looks through case and blanks: a template may spell a term its own way.
    """
    hidden = {term.casefold() for term in NEVER_FOR_THE_PATIENT}
    return tuple(s for s in note.sections if s.term.strip().casefold() not in hidden)


def without_whereabouts(patient: Patient) -> Patient:
    """Return demographics as any page may show them: nothing of where a protected person is."""
    if not patient.protected:
        return patient
    return Patient(
        identifiers=patient.identifiers,
        family=patient.family,
        given=patient.given,
        preferred=patient.preferred,
        birth_date=patient.birth_date,
        sex=patient.sex,
        protection=patient.protection,
    )
