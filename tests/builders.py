"""Valid records to test with; a test names only what it is about.

Everything is deterministic: ids come from a counter or from ``an_id("name")``, times from
``MORNING``. Keyword arguments go to the envelope where it has such a field (``ENVELOPE``),
else to the body.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import count
from typing import Any
from uuid import UUID

from workstation.domain.attention import Attention
from workstation.domain.clock import HybridTime
from workstation.domain.contact import Booking, Contact
from workstation.domain.diagnosis import ICD10SE, Diagnosis
from workstation.domain.directory import Unit
from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId, uuid7
from workstation.domain.kinds import BY_NAME
from workstation.domain.marks import Acknowledgement, Resolution, Signature, Void
from workstation.domain.medication import (
    ATC,
    Administration,
    Dosage,
    DosageStep,
    Drug,
    MedicationOrder,
)
from workstation.domain.note import Note, Section
from workstation.domain.observation import NPU, Observation, ReferenceRange
from workstation.domain.patient import Identifier, Patient
from workstation.domain.plan import PlannedAction
from workstation.domain.record import Author, Body, Record, Sealed, Signer, seal
from workstation.domain.referral import Referral, ReferralAnswer, ReferralEvent
from workstation.domain.values import Coding, Concept, Quantity

MORNING = 1_772_438_400_000
"""2026-03-02T08:00:00Z in ms: when the first record of a test is written."""
PERSONNUMMER = "http://electronichealth.se/identifier/personnummer"
WARD = HsaId("SE2321000016-A1W1")
CLINIC = HsaId("SE2321000016-B2C2")
LABORATORY = HsaId("SE2321000016-L1AB")
HOSPITAL = HsaId("SE2321000016-A000")
ENVELOPE = frozenset(
    {
        "id",
        "patient",
        "entity",
        "bases",
        "author",
        "device",
        "written_at",
        "kind_version",
        "approved_for_patient",
    }
)

_numbers = count(1)


def an_id(name: str) -> UUID:
    """Return the same version 7 UUID for the same name, in every run."""
    digest = hashlib.sha256(name.encode()).digest()
    return uuid7(MORNING, lambda size: digest[:size])


GRACE = PatientId(an_id("grace"))
ADA = PatientId(an_id("ada"))


def next_number() -> int:
    """Return a number no other record of this run has."""
    return next(_numbers)


def a_record_id(millis: int = MORNING) -> RecordId:
    """Return a new version 7 UUID, sortable in the order of making."""
    number = next_number()
    return RecordId(uuid7(millis, lambda size: number.to_bytes(size, "big")))


def a_time(minutes: float = 0, *, tick: int = 0) -> HybridTime:
    """Return ``MORNING`` plus some minutes."""
    return HybridTime(MORNING + round(minutes * 60_000), tick)


def an_author(**fields: Any) -> Author:
    """Return Dr Okoro of the ward."""
    values: dict[str, Any] = {
        "hsa_id": HsaId("SE2321000016-P001"),
        "name": "Chidi Okoro",
        "title": "Överläkare",
        "assignment": HsaId("SE2321000016-M001"),
        "unit": WARD,
        "unit_name": "Avdelning 1",
        "provider": HOSPITAL,
        "provider_name": "Sjukhuset",
    }
    return Author(**(values | fields))


def a_record(kind: str, body: Body, **fields: Any) -> Record:
    """Return a record of ``kind``; its entity is its own id unless ``entity`` says otherwise."""
    written_at = fields.pop("written_at", None) or HybridTime(MORNING + next_number())
    record_id = fields.pop("id", None) or a_record_id(written_at.millis)
    values: dict[str, Any] = {
        "patient": GRACE,
        "kind_version": BY_NAME[kind].version,
        "entity": EntityId(record_id),
        "author": an_author(),
        "device": "PC-17",
    }
    return Record(id=record_id, kind=kind, written_at=written_at, body=body, **(values | fields))


def _built(kind: str, body: type[Body], defaults: dict[str, Any], fields: dict[str, Any]) -> Record:
    envelope = {name: fields.pop(name) for name in tuple(fields) if name in ENVELOPE}
    return a_record(kind, body(**(defaults | fields)), **envelope)


def a_patient(**fields: Any) -> Record:
    """Return Grace Hopper's demographics; ``entity`` is the patient, as it must be."""
    fields.setdefault("entity", EntityId(fields.get("patient", GRACE)))
    number = Identifier(system=PERSONNUMMER, value="191212121212")
    defaults = {
        "identifiers": (number,),
        "family": "Hopper",
        "given": ("Grace",),
        "birth_date": "1912-12-12",
        "sex": "female",
    }
    return _built("patient", Patient, defaults, fields)


def a_note(**fields: Any) -> Record:
    """Return a saved, unsigned note; ``text`` for a note of one section without a heading."""
    if "text" in fields:
        fields["sections"] = (Section(text=fields.pop("text")),)
    section = Section(term="Bedömning", text="CT utan kontrast visar ingen blödning.")
    defaults = {"type": "bes", "title": "Besöksanteckning", "sections": (section,)}
    return _built("note", Note, defaults, fields)


def a_drug(name: str = "amlodipin", atc: str = "C08CA01") -> Drug:
    """Return a drug by substance."""
    concept = Concept(text=name, codings=(Coding(system=ATC, code=atc),))
    return Drug(name=name, form="tablett", strength="5 mg", concept=concept)


def a_dosage(*amounts: str) -> Dosage:
    """Return tablets a day: morning, noon, evening, night; one in the morning by default."""
    return Dosage(steps=(DosageStep(amounts=amounts or ("1", "0", "0", "0"), unit="tablett"),))


def a_medication_order(**fields: Any) -> Record:
    """Return a prescription of amlodipine, one tablet a day."""
    defaults = {
        "action": "prescribe",
        "drug": a_drug(),
        "dosage": a_dosage(),
        "reason": Concept(text="högt blodtryck"),
    }
    return _built("medication_order", MedicationOrder, defaults, fields)


def a_change_of_dose(order: Record, **fields: Any) -> Record:
    """Return a change that builds on ``order``: two tablets a day."""
    after = {"action": "change", "dosage": a_dosage("2", "0", "0", "0")}
    return a_medication_order(**(_following(order) | after | fields))


def a_stop(order: Record, **fields: Any) -> Record:
    """Return a stop that builds on ``order``."""
    after = {"action": "stop", "drug": None, "dosage": None, "reason": None, "why": "bensvullnad"}
    return a_medication_order(**(_following(order) | after | fields))


def an_administration(order: Record, **fields: Any) -> Record:
    """Return a dose of ``order`` given."""
    fields.setdefault("patient", order.patient)
    defaults = {"order": order.entity, "status": "given", "amount": "1", "unit": "tablett"}
    return _built("administration", Administration, defaults, fields)


def a_referral(**fields: Any) -> Record:
    """Return a referral to the laboratory."""
    defaults = {
        "type": "laboratory",
        "question": "Hb och kreatinin, tack",
        "to_unit": LABORATORY,
        "to_unit_name": "Laboratoriet",
        "due": "2026-03-09",
    }
    return _built("referral", Referral, defaults, fields)


def a_referral_event(referral: Record, **fields: Any) -> Record:
    """Return the receipt of ``referral``, written by the laboratory."""
    values = _following(referral) | {"author": an_author(unit=LABORATORY)} | fields
    return _built("referral_event", ReferralEvent, {"event": "BEK"}, values)


def a_referral_answer(referral: Record, **fields: Any) -> Record:
    """Return the final answer to ``referral``."""
    values = _following(referral) | {"author": an_author(unit=LABORATORY)} | fields
    return _built("referral_answer", ReferralAnswer, {"answer": "SSV", "text": "Hb 132"}, values)


def an_observation(**fields: Any) -> Record:
    """Return a haemoglobin of 132 g/L within its reference range."""
    defaults = {
        "concept": Concept(
            text="B-Hemoglobin", codings=(Coding(system=NPU, code="NPU28309", display="B-Hb"),)
        ),
        "category": "laboratory",
        "effective": "2026-03-02T07:30:00Z",
        "quantity": Quantity(value="132", unit="g/L", code="g/L"),
        "reference": ReferenceRange(low=Quantity(value="117"), high=Quantity(value="153")),
    }
    return _built("observation", Observation, defaults, fields)


def a_diagnosis(**fields: Any) -> Record:
    """Return essential hypertension."""
    coding = Coding(system=ICD10SE, code="I10.9", display="Essentiell hypertoni")
    defaults = {"concept": Concept(codings=(coding,)), "onset": "2019-05-01"}
    return _built("diagnosis", Diagnosis, defaults, fields)


def an_attention(**fields: Any) -> Record:
    """Return a known hypersensitivity to penicillin."""
    defaults = {
        "category": "C",
        "concept": Concept(text="penicillin"),
        "severity": "life_threatening",
        "certainty": "confirmed",
    }
    return _built("attention", Attention, defaults, fields)


def a_contact(**fields: Any) -> Record:
    """Return an ongoing admission to the ward."""
    defaults = {
        "type": "admission",
        "status": "ongoing",
        "start": "2026-03-01T10:00:00Z",
        "unit": WARD,
        "unit_name": "Avdelning 1",
        "place": "Sal 3 säng 2",
        "reason": "Andnöd",
    }
    return _built("contact", Contact, defaults, fields)


def a_booking(**fields: Any) -> Record:
    """Return a booked visit at the clinic."""
    defaults = {"status": "booked", "start": "2026-03-05T09:00:00Z", "unit": CLINIC}
    return _built("booking", Booking, defaults, fields)


def a_planned_action(**fields: Any) -> Record:
    """Return a blood pressure check that is planned."""
    defaults = {"type": "visit", "title": "Blodtryckskontroll", "due": "2026-04-01"}
    return _built("planned_action", PlannedAction, defaults, fields)


def a_signature(version: Record, signer: Signer, **fields: Any) -> Record:
    """Return the signature on ``version``."""
    target = seal(version, signer).hash.hex()
    return _built("signature", Signature, {"target_hash": target}, _following(version) | fields)


def a_receiver(hsa_id: HsaId = LABORATORY, *takes: str, name: str = "Enheten") -> Unit:
    """Return a unit as the directory has it; without ``takes`` it takes any referral."""
    return Unit(hsa_id=hsa_id, name=name, provider=HOSPITAL, type="outpatient", receives=takes)


def a_void(version: Record, **fields: Any) -> Record:
    """Return the makulering of ``version``."""
    return _built("void", Void, {"reason": "fel patient"}, _following(version) | fields)


def an_acknowledgement(version: Record, **fields: Any) -> Record:
    """Return the vidimering of a result or an answer."""
    return _built("acknowledgement", Acknowledgement, {}, _following(version) | fields)


def a_resolution(heads: Sequence[Record], chosen: Record, **fields: Any) -> Record:
    """Return the decision that ``chosen`` holds."""
    values = _following(heads[0]) | {"bases": tuple(head.id for head in heads)} | fields
    return _built("resolution", Resolution, {"chosen": chosen.id}, values)


def sealed(*records: Record, signer: Signer) -> tuple[Sealed, ...]:
    """Return the records' bytes, signed."""
    return tuple(seal(record, signer) for record in records)


def _following(version: Record) -> dict[str, Any]:
    return {"patient": version.patient, "entity": version.entity, "bases": (version.id,)}
