"""A ward full of invented patients, one of each sort that a screen must cope with."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from workstation.access.signing import Ed25519Signer
from workstation.app.regions import Sown, directory_of, sow
from workstation.domain.attention import Attention
from workstation.domain.clock import HybridTime, to_millis
from workstation.domain.contact import Contact
from workstation.domain.directory import Unit
from workstation.domain.ids import EntityId, PatientId, RecordId, uuid7
from workstation.domain.kinds import BY_NAME, open_record
from workstation.domain.observation import Observation, ReferenceRange
from workstation.domain.patient import Patient
from workstation.domain.record import Body, Record, Sealed, seal
from workstation.domain.referral import Referral
from workstation.domain.values import Concept, Quantity, utc_text
from workstation.generator import PatientBatch, StaffMember, generate
from workstation.screenshots.year import a_year_of_referrals
from workstation.server.core import Core
from workstation.server.serve import Ingested, ingest

PATIENTS = 58
SEED = 7
_ADMITTED = (
    ("multisjuk äldre", "Hjärtsvikt, försämring"),
    ("hjärtsvikt", "Andfåddhet"),
    ("KOL", "KOL-exacerbation"),
    ("demenssjukdom", "Fall i hemmet"),
    ("njursvikt", "Vätskeretention"),
    ("diabetes typ 2", "Bröstsmärta, observation"),
    ("nyfödd", "Observation av andning"),
    ("cancer", "Lungemboli, utredning"),
    ("nyanländ", "Feber"),
    ("besökare", "Synkope"),
    ("gravid", "Palpitationer"),
    ("ledgångsreumatism", "Perikardit"),
)


@dataclass(kw_only=True, repr=False)
class Ward:
    """``who``: the patient of each sort, by the sort's name. ``numbers``: of everybody else."""

    sown: Sown
    unit: Unit
    physician: StaffMember
    second: StaffMember
    nurse: StaffMember
    centre_physician: StaffMember
    laboratory: Unit
    reviewer: StaffMember
    who: dict[str, PatientId] = field(default_factory=dict)
    numbers: dict[PatientId, str] = field(default_factory=dict)


async def fill(core: Core, *, as_of: datetime) -> Ward:
    """Put a region into the server and its patients of every sort on one ward."""
    sown = await sow(core, patients=PATIENTS, seed=SEED, as_of=as_of)
    region, units = sown.region, {unit.hsa_id: unit for unit in directory_of(sown.region).units}
    made = region.units_of("avd_hjarta")[0]
    staff = [member for member in region.staff_of(made) if not member.protected]
    centre = max(region.units_of("vc"), key=lambda unit: sown.in_care[unit.hsa_id])
    physicians = [member for member in staff if member.physician]
    ward = Ward(
        sown=sown,
        unit=units[made.hsa_id],
        physician=physicians[0],
        second=physicians[1],
        nurse=next(member for member in staff if member.role == "sjukskoterska"),
        centre_physician=next(
            m for m in region.staff_of(centre) if m.physician and not m.protected
        ),
        reviewer=next(member for member in region.staff if member.role == "enhetschef"),
        laboratory=units[region.units_of("lab")[0].hsa_id],
    )
    await _admit(core, ward, as_of)
    return ward


async def _admit(core: Core, ward: Ward, as_of: datetime) -> Ingested:
    signer = Ed25519Signer(os.urandom(32))
    world = generate(patients=PATIENTS, seed=SEED, as_of=as_of, signer=signer)
    pen = _Pen(author=ward.physician, signer=signer, now=as_of)
    batches: list[tuple[PatientId, tuple[Sealed, ...]]] = []
    reasons = dict(_ADMITTED)
    for batch in world.patients:
        details = _details(batch)
        sort = _sort(batch, details)
        if sort in ward.who or sort not in (*reasons, "deceased", "protected"):
            if details.identifiers:
                ward.numbers[batch.patient] = details.identifiers[0].value
            continue
        ward.who[sort] = batch.patient
        reason = reasons.get(sort, "Observation")
        ended = sort == "deceased"
        bodies = _of_everybody(ward, len(batches), reason, ended=ended, now=as_of)
        if ended or not _grown(details, as_of):
            bodies = bodies[:1]  # NEWS2 is for the living, from 16 years
        batches.append((batch.patient, pen.write(batch.patient, bodies)))
    year = _year(ward, signer, as_of)
    return await ingest(core, [*batches, *_of_some(ward, pen, as_of), *year])


def _year(
    ward: Ward, signer: Ed25519Signer, now: datetime
) -> Iterable[tuple[PatientId, tuple[Sealed, ...]]]:
    region = ward.sown.region
    clinic = region.units_of("hjarta")[0]
    units = {unit.hsa_id: unit for unit in directory_of(region).units}
    # Nobody of those whose own pages are pictured.
    sorts = ("KOL", "cancer", "ledgångsreumatism", "besökare", "demenssjukdom")
    return a_year_of_referrals(
        [ward.who[sort] for sort in sorts if sort in ward.who],
        sender=ward.physician,
        receiver=region.staff_of(clinic)[0],
        to=units[clinic.hsa_id],
        signer=signer,
        now=now,
    )


def _details(batch: PatientBatch) -> Patient:
    bodies = [open_record(sealed).body for sealed in batch.records]
    return [body for body in bodies if isinstance(body, Patient)][-1]


def _sort(batch: PatientBatch, details: Patient) -> str:
    if details.protection != "none":
        return "protected"
    return "deceased" if details.deceased else batch.archetype


def _grown(details: Patient, now: datetime) -> bool:
    born = details.birth_date
    return born is None or int(born[:4]) <= now.year - 17


def _of_everybody(
    ward: Ward, number: int, reason: str, *, ended: bool, now: datetime
) -> list[Body]:
    """Return the stay and its early warning scores."""
    began = now - timedelta(days=1 + number % 5, hours=number)
    stay = Contact(
        type="admission",
        status="finished" if ended else "ongoing",
        start=utc_text(began),
        end=utc_text(now) if ended else None,
        unit=ward.unit.hsa_id,
        unit_name=ward.unit.name,
        place=f"Sal {1 + number // 2}, säng {1 + number % 2}",
        reason=reason,
        responsible=ward.physician.name,
        responsible_id=ward.physician.hsa_id,
    )
    earlier, later = ((2, 2), (4, 2), (3, 5), (1, 7))[number % 4]
    return [
        stay,
        _score(earlier, now - timedelta(hours=9)),
        _score(later, now - timedelta(hours=2)),
    ]


def _score(points: int, when: datetime) -> Observation:
    return Observation(
        concept=Concept(text="NEWS2"),
        category="vital-signs",
        effective=utc_text(when),
        quantity=Quantity(value=str(points), unit="{score}"),
    )


def _of_some(
    ward: Ward, pen: _Pen, now: datetime
) -> Iterable[tuple[PatientId, tuple[Sealed, ...]]]:
    """Return what makes the work list worth reading."""
    person, unit = ward.physician.hsa_id, ward.unit.hsa_id
    potassium = Observation(
        concept=Concept(text="P-Kalium"),
        category="laboratory",
        effective=utc_text(now - timedelta(minutes=31)),
        quantity=Quantity(value="6.4", unit="mmol/L"),
        reference=ReferenceRange(
            low=Quantity(value="3.5", unit="mmol/L"), high=Quantity(value="4.6", unit="mmol/L")
        ),
        interpretation="HH",
        answers_to=person,
        answers_to_unit=unit,
    )
    haemoglobin = Observation(
        concept=Concept(text="B-Hemoglobin"),
        category="laboratory",
        effective=utc_text(now - timedelta(hours=20)),
        quantity=Quantity(value="104", unit="g/L"),
        reference=ReferenceRange(
            low=Quantity(value="117", unit="g/L"), high=Quantity(value="153", unit="g/L")
        ),
        interpretation="L",
        answers_to=person,
        answers_to_unit=unit,
    )
    late = Referral(
        type="imaging",
        question="Ultraljud hjärta: vänsterkammarfunktion?",
        background="Tilltagande andfåddhet, NT-proBNP stigande.",
        to_unit=ward.laboratory.hsa_id,
        to_unit_name=ward.laboratory.name,
        due=(now - timedelta(days=2)).date().isoformat(),
        owner=person,
    )
    penicillin = Attention(
        category="C",
        concept=Concept(text="penicillin"),
        severity="life_threatening",
        certainty="confirmed",
    )
    yield ward.who["njursvikt"], pen.write(ward.who["njursvikt"], [potassium])
    old = ward.who["multisjuk äldre"]
    yield old, pen.write(old, [penicillin, haemoglobin])
    yield ward.who["hjärtsvikt"], pen.write(ward.who["hjärtsvikt"], [late])


@dataclass(kw_only=True, repr=False)
class _Pen:
    """Writes records of its own at the present time."""

    author: StaffMember
    signer: Ed25519Signer
    now: datetime

    def write(self, patient: PatientId, bodies: Iterable[Body]) -> tuple[Sealed, ...]:
        return tuple(seal(self._record(patient, body), self.signer) for body in bodies)

    def _record(self, patient: PatientId, body: Body) -> Record:
        self.now += timedelta(milliseconds=1)
        millis = to_millis(self.now)
        record_id = RecordId(uuid7(millis, os.urandom))
        kind = next(kind for kind in BY_NAME.values() if kind.body is type(body))
        return Record(
            id=record_id,
            patient=patient,
            kind=kind.name,
            kind_version=kind.version,
            entity=EntityId(record_id),
            author=self.author.author,
            device="ws-ward-1",
            written_at=HybridTime(millis),
            body=body,
        )
