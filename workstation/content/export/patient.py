"""One patient's facts as a FHIR R4 bundle: what exported conditions are evaluated over.

Only what counts is in it, as the engine sees it: medicines in use, own diagnoses that were not
refuted, results in the unit of the package. What is not known is left out.
"""

from __future__ import annotations

from typing import Any

from workstation.content.export.fhirpath import AGE, WEIGHT
from workstation.decision_support.drugs import is_local
from workstation.decision_support.facts import Facts
from workstation.decision_support.units import in_milligrams
from workstation.decision_support.view import Library, Taken, View

ATC, ICD10 = "http://www.whocc.no/atc", "http://hl7.org/fhir/sid/icd-10-se"


def bundle_of(facts: Facts, library: Library) -> dict[str, Any]:
    """Return the facts as a collection of resources."""
    view = View(facts, library)
    found = [_person(facts), *_measures(facts)]
    found += [_request(taken, "active") for taken in view.on_list]
    found += [_request(view.new, "draft")] if view.new is not None else []
    for diagnosis in view.ever:
        found.append(
            {
                "resourceType": "Condition",
                "clinicalStatus": {"coding": [{"code": diagnosis.status}]},
                "code": {"coding": [{"system": ICD10, "code": _plain(diagnosis.icd10)}]},
            }
        )
    for code in library.analytes:
        for measured in view.series(code):
            result = _observation(code, None if measured.value is None else float(measured.value))
            found.append(result | {"effectiveDateTime": measured.lab.date.isoformat()})
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": resource} for resource in found],
    }


def _plain(icd10: str) -> str:
    return icd10.replace(".", "").strip().upper()


def _person(facts: Facts) -> dict[str, Any]:
    sex = {"F": "female", "M": "male"}.get(facts.patient.sex or "")
    return {"resourceType": "Patient"} | ({"gender": sex} if sex else {})


def _measures(facts: Facts) -> list[dict[str, Any]]:
    known = ((AGE, facts.patient.age), (WEIGHT, facts.patient.weight_kg))
    return [_observation(code, float(value)) for code, value in known if value is not None]


def _observation(code: str, value: float | None) -> dict[str, Any]:
    quantity = {} if value is None else {"valueQuantity": {"value": value}}
    coding = {"coding": [{"code": code}]}
    return {"resourceType": "Observation", "status": "final", "code": coding} | quantity


def _request(taken: Taken, status: str) -> dict[str, Any]:
    medication = taken.medication
    dosage: dict[str, Any] = {}
    if medication.route:
        dosage["route"] = {"text": medication.route.strip().casefold()}
    if medication.schedule:
        dosage["timing"] = {"code": {"text": medication.schedule.strip().casefold()}}
    if medication.prn is not None:
        dosage["asNeededBoolean"] = medication.prn
    amount = medication.dose_per_day
    milligrams = in_milligrams(amount.value, amount.unit) if amount else None
    if milligrams is not None:
        quantity = {"value": float(milligrams), "unit": "mg", "code": "mg"}
        dosage["doseAndRate"] = [{"doseQuantity": quantity}]
    codes = [{"system": ATC, "code": code} for code in taken.codes]
    where = "local" if is_local(medication) else "systemic"
    return {
        "resourceType": "MedicationRequest",
        "status": status,
        "intent": "proposal" if status == "draft" else "order",
        "category": [{"coding": [{"code": where}]}],
        "medicationCodeableConcept": {"coding": codes},
    } | ({"dosageInstruction": [dosage]} if dosage else {})
