"""Attention information out: always a Flag, and of hypersensitivity an AllergyIntolerance as well.

The flag is that of HL7 Sweden's guide for alert information (draft 0.1.0, its general profile: those
of a kind allow no reference to details), with the sort of information (A to E), how serious it is,
and by ``flag-detail`` what it is about. "No known hypersensitivity" warns of nothing and has no flag.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from workstation.domain.attention import Attention, Reaction, Severity
from workstation.domain.entity import EntityState
from workstation.domain.values import Coding, Concept
from workstation.interop.fhir.elements import (
    IN_ERROR,
    Json,
    actor,
    concept,
    filled,
    notes,
    own,
    patient_reference,
    reference,
    resource_of,
    written,
)

GUIDE: Final = "http://hl7.se/fhir/r4/ig/medicalalertinformation/"
FLAG_PROFILE: Final = GUIDE + "StructureDefinition/SEAlertInformationFlag"
CATEGORY_SYSTEM: Final = GUIDE + "CodeSystem/SEAlertInformationCategoryCS"
LEVEL_EXTENSION: Final = GUIDE + "StructureDefinition/SECriticalityLevelExtension"
LEVEL_SYSTEM: Final = GUIDE + "CodeSystem/SEAlertInformationCriticalityLevelCS"
LEVELS: Final[dict[Severity, tuple[str, str]]] = {
    "life_threatening": ("442452003", "Life-threatening"),
    "harmful": ("59021000052107", "Harmful"),
    "troublesome": ("59031000052109", "Discomforting"),
}
CATEGORIES: Final = {
    "A": "Medical conditions and treatments",
    "B": "Infection",
    "C": "Hypersensitivity",
    "D": "Special care routine",
    "E": "Unstructured medical alert information",
}
DETAIL: Final = "http://hl7.org/fhir/StructureDefinition/flag-detail"
ABSENT: Final = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
NO_KNOWN: Final = "no-known-allergies"
CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
VERIFICATION: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
_CERTAINTY = {"confirmed": "confirmed", "probable": "presumed", "suspected": "unconfirmed"}
_REACTION_SEVERITIES = frozenset({"mild", "moderate", "severe"})
_FLAGS = UUID("6b7f1c52-6f0c-5a55-9e3e-0f5b6d2f6c1a")


def flag_id(entity: UUID) -> UUID:
    """Return the id of the flag that stands beside an AllergyIntolerance."""
    return uuid5(_FLAGS, str(entity))


def resources(state: EntityState, *, overruled: bool = False) -> list[Json]:
    """Return what one piece of attention information is, its details before its flag.

    Args:
        overruled: A hypersensitivity stands against this "no known hypersensitivity".
    """
    body = state.current.body
    assert isinstance(body, Attention)
    if body.category != "C":
        return [_flag(state, body)]
    allergy = _allergy(state, body, overruled=overruled)
    return [allergy] if body.none_known else [allergy, _flag(state, body)]


def _flag(state: EntityState, body: Attention) -> Json:
    detailed = body.category == "C"
    category = {
        "system": CATEGORY_SYSTEM,
        "code": body.category,
        "display": CATEGORIES[body.category],
    }
    detail = {"url": DETAIL, "valueReference": reference("AllergyIntolerance", state.id)}
    flag = resource_of(
        state,
        "Flag",
        meta={"lastUpdated": written(state.current), "profile": [FLAG_PROFILE]},
        extension=[*([detail] if detailed else _own(body)), *_level(body)],
        status=_status(state, body),
        category=[{"coding": [category]}],
        code=concept(body.concept),
        subject=patient_reference(state),
        period=filled(start=body.valid_from, end=body.valid_to),
        author=actor(state.current.author),
    )
    return {**flag, "id": str(flag_id(state.id))} if detailed else flag


def _level(body: Attention) -> list[Json]:
    if body.severity not in LEVELS:
        return []
    code, display = LEVELS[body.severity]
    graded = Concept(codings=(Coding(system=LEVEL_SYSTEM, code=code, display=display),))
    return [{"url": LEVEL_EXTENSION, "valueCodeableConcept": concept(graded)}]


def _status(state: EntityState, body: Attention) -> str:
    if state.voided:
        return IN_ERROR
    return "active" if body.status == "active" else "inactive"


def _own(body: Attention) -> list[Json]:
    refuted = body.status if body.status == "refuted" else ""
    return own(
        "attention",
        certainty=body.certainty,
        status=refuted,
        kind=body.kind,
        verified=body.verified,
        comment=body.comment,
    )


def _allergy(state: EntityState, body: Attention, *, overruled: bool) -> Json:
    verified = _verified(state, body, overruled=overruled)
    clinical = "active" if body.status == "active" and not overruled else "inactive"
    kinds, categories = _kinds(body.kind)
    criticality = {"": None, "life_threatening": "high"}.get(body.severity, "low")
    return resource_of(
        state,
        "AllergyIntolerance",
        meta={"lastUpdated": written(state.current)},
        extension=[
            *own("attention", severity=body.severity, until=body.valid_to),
            *own("attention", kind=body.kind if not (kinds or categories) else ""),
        ],
        clinicalStatus=_coded(CLINICAL, clinical if verified != IN_ERROR else ""),
        verificationStatus=_coded(VERIFICATION, verified),
        type=kinds,
        category=categories,
        criticality=criticality,
        code=_code(body),
        patient=patient_reference(state),
        onsetDateTime=body.valid_from,
        recordedDate=body.verified,
        recorder=actor(state.current.author),
        note=notes(body.comment),
        reaction=[_reaction(one) for one in body.reactions],
    )


def _reaction(one: Reaction) -> Json:
    known = one.severity in _REACTION_SEVERITIES
    return filled(
        extension=own("reaction", severity="" if known else one.severity),
        manifestation=[concept(one.manifestation)],
        onset=one.onset,
        severity=one.severity if known else "",
    )


def _coded(system: str, code: str) -> Json | None:
    return {"coding": [{"system": system, "code": code}]} if code else None


def _verified(state: EntityState, body: Attention, *, overruled: bool) -> str:
    if state.voided:
        return IN_ERROR
    if body.status == "refuted" or overruled:
        return "refuted"
    return _CERTAINTY.get(body.certainty, "")


def _code(body: Attention) -> Json:
    if not body.none_known:
        return concept(body.concept)
    absent = Coding(system=ABSENT, code=NO_KNOWN, display="No known allergies")
    return concept(Concept(text=body.concept.text, codings=(absent, *body.concept.codings)))


def _kinds(written_kind: str) -> tuple[str, list[str]]:
    """Return FHIR's type and categories where the sort was written as the import writes it."""
    words = written_kind.replace(",", " ").split()
    known = {"food", "medication", "environment", "biologic"}
    kinds = [word for word in words if word in ("allergy", "intolerance")]
    categories = [word for word in words if word in known]
    if len(kinds) + len(categories) != len(words) or len(kinds) > 1:
        return "", []
    return (kinds[0] if kinds else ""), categories
