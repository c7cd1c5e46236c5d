"""Many patients with little in them, and one with very much."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from workstation.bench.material import AS_OF, Stream, region_records, stream_of
from workstation.bench.measurer import BENCH_AUTHOR, SIGNER
from workstation.domain.clock import HybridTime, to_millis
from workstation.domain.ids import EntityId, PatientId, RecordId, uuid7
from workstation.domain.kinds import open_record
from workstation.domain.patient import Identifier, Patient
from workstation.domain.record import Record, Sealed, seal

_PERSONNUMMER = "http://electronichealth.se/identifier/personnummer"
_FAMILIES = ("Andersson", "Johansson", "Karlsson", "Nilsson", "Eriksson", "Svensson", "Lindberg",
             "Berg", "Lind", "Hussein", "Kovačević", "Mäkinen", "Ahmed", "Nowak")  # fmt: skip
_GIVEN = ("Karin", "Maria", "Anna", "Margareta", "Lars", "Mikael", "Anders", "Johan", "Amina",
          "Mohammed", "Björn", "Åsa", "Örjan", "Li")  # fmt: skip


def crowd(patients: int, *, seed: int = 7) -> Iterator[Stream]:
    """Yield the streams of :func:`crowd_records`."""
    for patient, records in crowd_records(patients, seed=seed):
        yield stream_of(patient, records)


def crowd_records(patients: int, *, seed: int = 7) -> Iterator[tuple[UUID, tuple[Sealed, ...]]]:
    """Yield patients with nothing but who they are. Deterministic."""
    chance = random.Random(seed)
    for number in range(patients):
        millis = to_millis(AS_OF) - 10_000_000 + number
        patient = uuid7(millis, chance.randbytes)
        yield patient, (_who(patient, millis, chance),)


def a_long_chart(records: int) -> tuple[UUID, tuple[Sealed, ...]]:
    """Return one patient's chart of that many records: the region's own, all about one person."""
    everyone = region_records(records)
    patient = everyone[0][0]
    sealed = []
    for _owner, theirs in everyone:
        sealed += [_moved(one, patient) for one in theirs]
    return patient, tuple(sealed[:records])


def _who(patient: UUID, millis: int, chance: random.Random) -> Sealed:
    born = f"{chance.randint(1930, 2020)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    number = born.replace("-", "") + f"{chance.randint(0, 9999):04d}"
    body = Patient(
        identifiers=(Identifier(system=_PERSONNUMMER, value=number),),
        family=chance.choice(_FAMILIES),
        given=(chance.choice(_GIVEN), chance.choice(_GIVEN)),
        birth_date=born,
        sex="female" if chance.random() < 0.5 else "male",
    )
    record = Record(
        id=RecordId(uuid7(millis, chance.randbytes)),
        patient=PatientId(patient),
        kind="patient",
        kind_version=1,
        entity=EntityId(patient),
        author=BENCH_AUTHOR,
        device="bench",
        written_at=HybridTime(millis),
        body=body,
    )
    return seal(record, SIGNER)


def _moved(sealed: Sealed, patient: UUID) -> Sealed:
    """Return the record as if it were about ``patient``: ids and entities stay as they are."""
    old = open_record(sealed)
    entity = EntityId(patient) if old.kind == "patient" else old.entity
    moved = replace(old, patient=PatientId(patient), entity=entity)
    return seal(moved, SIGNER)
