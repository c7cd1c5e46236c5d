"""An invented region, put into a record server: its directory, its accounts, its patients."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec

from workstation.access.signing import Ed25519Signer
from workstation.domain.directory import (
    Assignment,
    Directory,
    Person,
    Profession,
    Provider,
    Right,
    Unit,
)
from workstation.domain.ids import HsaId
from workstation.domain.patient import Patient
from workstation.generator import PatientBatch, Region, StaffMember, World, generate
from workstation.generator import Unit as MadeUnit
from workstation.server.core import Core
from workstation.server.serve import (
    Accounts,
    Ingested,
    WrittenBatch,
    bootstrap,
    end_memberships,
    ingest_written,
)

_PROFESSIONS: dict[str, Profession] = {
    "overlakare": "physician",
    "specialist": "physician",
    "st_lakare": "physician",
    "distriktslakare": "physician",
    "psykiater": "physician",
    "radiolog": "physician",
    "sjukskoterska": "nurse",
    "distriktsskoterska": "nurse",
    "rontgensjukskoterska": "nurse",
    "barnmorska": "midwife",
    "underskoterska": "assistant_nurse",
    "skotare": "assistant_nurse",
    "fysioterapeut": "physiotherapist",
    "arbetsterapeut": "occupational_therapist",
    "psykolog": "psychologist",
    "kurator": "psychologist",
    "biomedicinsk_analytiker": "biomedical_analyst",
    "sekreterare": "medical_secretary",
    "receptionist": "receptionist",
    "enhetschef": "administrator",
}
_CONSULTED = ("consultation", "takeover", "own")
_FORMS = {
    "hjarta": ("cardiology",),
    "gastro": ("endoscopy",),
    "psyk": ("psychiatry",),
    "beroende": ("psychiatry",),
    "mikrobiologi": ("microbiology",),
    "rontgen": ("general", "mr"),
    "fyslab": ("physiology",),
}
"""The referral forms that a kind of unit takes, its first choice first; others take the general one."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Sown:
    """A region in a server.

    ``password``: the same for everybody in it, staff and patients. ``in_care``: how many
    patients each unit has. ``a_patient``: the number somebody grown up logs in with.
    """

    region: Region
    password: str
    ingested: Ingested
    in_care: Counter[HsaId]
    a_patient: str


def directory_of(region: Region) -> Directory:
    """Return a generated region as the directory that HSA would hold."""
    return Directory(
        providers=tuple(
            Provider(hsa_id=p.hsa_id, name=p.name, type=_provider_type(p.public, p.name))
            for p in region.providers
        ),
        units=tuple(_unit(unit, region.staff_of(unit)) for unit in region.units),
        people=(
            *(_person(member) for member in region.staff),
            *(_system(unit) for unit in _with_systems(region)),
        ),
        assignments=(
            *(_assignment(member) for member in region.staff),
            *(_systems_assignment(unit) for unit in _with_systems(region)),
        ),
    )


def lab_systems(region: Region) -> tuple[HsaId, ...]:
    """Return the assignments of the laboratories' and imaging departments' own systems."""
    return tuple(_systems_assignment(unit).hsa_id for unit in _with_systems(region))


def _with_systems(region: Region) -> list[Unit]:
    units = (_unit(unit, region.staff_of(unit)) for unit in region.units)
    return [unit for unit in units if unit.type in ("laboratory", "imaging")]


def _system(unit: Unit) -> Person:
    name = HsaId(f"{unit.hsa_id}S")
    return Person(hsa_id=name, name=f"{unit.name}, system", profession="system", title="System")


def _systems_assignment(unit: Unit) -> Assignment:
    return Assignment(
        hsa_id=HsaId(f"{unit.hsa_id}SU"),
        person=HsaId(f"{unit.hsa_id}S"),
        unit=unit.hsa_id,
        rights=("lab_system",),
    )


def accounts_of(region: Region, password: str, patients: dict[UUID, str]) -> Accounts:
    """Return an account for everybody. ``patients``: identity number in storage form by patient."""
    return Accounts(
        staff={m.username: (m.hsa_id, password) for m in region.staff},
        patients={patient: (number, password) for patient, number in patients.items()},
    )


def a_world(*, patients: int, seed: int, as_of: datetime) -> World:
    """Return an invented region; the same arguments give the same bytes, signatures among them.

    The key that signs is no secret: it follows from the seed and is registered nowhere.
    """
    signer = Ed25519Signer(sha256(f"ronden invented region {seed}".encode()).digest())
    return generate(patients=patients, seed=seed, as_of=as_of, signer=signer)


def write_region(folder: Path, world: World, progress: Callable[[int], None]) -> int:
    """Write a region as files: ``directory.json``, and ``patients.ndjson`` with a patient a line.

    A patient's line holds ``patient``, ``archetype``, ``units`` (in whose care now) and
    ``records``: each with its raw bytes, signature and key id (base64). Returns how many records.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "directory.json").write_bytes(msgspec.json.encode(directory_of(world.region)))
    written = 0
    with (folder / "patients.ndjson").open("wb") as stream:
        for count, batch in enumerate(world.patients, 1):
            stream.write(msgspec.json.encode(_plain(batch)) + b"\n")
            written += len(batch.records)
            progress(count)
    return written


def _plain(batch: PatientBatch) -> dict[str, object]:
    return {
        "patient": batch.patient,
        "archetype": batch.archetype,
        "units": sorted(batch.units),
        "records": [
            {"raw": msgspec.Raw(r.raw), "signature": r.signature, "signer": r.signer}
            for r in batch.records
        ],
    }


async def sow(
    core: Core,
    *,
    patients: int,
    seed: int,
    as_of: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> Sown:
    """Generate a region into a server, with a password made for this occasion.

    Args:
        progress: Called with the number of patients that are in.
    """
    world = a_world(patients=patients, seed=seed, as_of=as_of)
    password = secrets.token_hex(4)
    directory = directory_of(world.region)
    await bootstrap(core, directory)
    numbers: dict[UUID, str] = {}
    in_care: Counter[HsaId] = Counter()
    ended: list[tuple[UUID, str]] = []

    def batches() -> Iterator[WrittenBatch]:
        for count, batch in enumerate(world.patients, 1):
            if number := identity_number(batch):
                numbers[batch.patient] = number
            in_care.update(batch.units)
            ended.extend((batch.patient, m.unit) for m in batch.memberships if m.until is not None)
            progress(count)
            yield batch.patient, zip(batch.opened, batch.records, strict=True)

    ingested = await ingest_written(core, batches())
    await end_memberships(core, ended)
    await bootstrap(core, directory, accounts_of(world.region, password, numbers))
    return Sown(
        region=world.region,
        password=password,
        ingested=ingested,
        in_care=in_care,
        a_patient=_grown_up(numbers),
    )


def _grown_up(numbers: dict[UUID, str]) -> str:
    """Return the number of somebody old enough to read their own record."""
    return next((number for number in numbers.values() if "1900" < number[:4] < "2000"), "")


def identity_number(batch: PatientBatch) -> str:
    """Return the number the patient logs in with, or an empty text for who has none."""
    for record in reversed(batch.opened):
        body = record.body
        if isinstance(body, Patient):
            return body.identifiers[0].value if body.identifiers else ""
    return ""


_ProviderType = Literal["region", "municipality", "private"]
_UnitType = Literal[
    "ward", "outpatient", "primary_care", "municipal", "laboratory", "imaging", "emergency"
]


def _provider_type(public: bool, name: str) -> _ProviderType:
    if not public:
        return "private"
    return "region" if name.startswith("Region") else "municipality"


def _unit(unit: MadeUnit, staff: Sequence[StaffMember]) -> Unit:
    type_ = _unit_type(unit.type)
    receives: tuple[str, ...] = {"laboratory": ("laboratory",), "imaging": ("imaging",)}.get(
        type_, _CONSULTED
    )
    receives += tuple(f"form:{name}" for name in _FORMS.get(unit.type, ()))
    return Unit(
        hsa_id=unit.hsa_id,
        name=unit.name,
        provider=unit.provider.hsa_id,
        type=type_,
        phone=unit.phone,
        receives=receives,
        head=_head(staff),
        reserve=_reserve(unit.phone),
    )


def _reserve(phone: str) -> str:
    """Return an invented unit's reserve routine, in the language that its staff speak."""
    return (
        f"Läs i reservpärmen på expeditionen ({phone}). Vid fara för liv: ring enheten som vårdar"
        " patienten, eller växeln, och be att få överkänslighet och läkemedel upplästa."
    )


def _head(staff: Sequence[StaffMember]) -> HsaId:
    """Return who heads a unit: its manager, else the last of its physicians, else of all."""
    managers = [member for member in staff if member.role == "enhetschef"]
    physicians = [member for member in staff if _PROFESSIONS[member.role] == "physician"]
    found = managers[:1] or physicians[-1:] or list(staff)[-1:]
    return found[0].hsa_id if found else HsaId("")


def _unit_type(word: str) -> _UnitType:
    if word.startswith("avd_") or word in ("bb", "forlossning"):
        return "ward"
    fixed: dict[str, _UnitType] = {
        "vc": "primary_care",
        "hemsjukvard": "municipal",
        "sabo": "municipal",
        "akut": "emergency",
        "lab": "laboratory",
        "mikrobiologi": "laboratory",
        "rontgen": "imaging",
        "fyslab": "imaging",
    }
    return fixed.get(word, "outpatient")


def _person(member: StaffMember) -> Person:
    return Person(
        hsa_id=member.hsa_id,
        name=member.full_name,
        profession=_PROFESSIONS[member.role],
        title=member.title,
        protected=member.protected,
    )


def _assignment(member: StaffMember) -> Assignment:
    rights: tuple[Right, ...] = ("care",)
    if member.role == "enhetschef":
        rights = ("care", "log_review")
    return Assignment(
        hsa_id=member.assignment, person=member.hsa_id, unit=member.unit.hsa_id, rights=rights
    )
