"""A region of 50 units with 100,000 open referrals: the inbox and what is late, here and on the server."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import msgspec

from local_cache.cache import Cache, create_cache
from sync.protocol.waiting import PageRequest
from workstation.bench import Measured, at_most
from workstation.bench.house import House, running
from workstation.bench.material import AS_OF, stream_of
from workstation.bench.measurer import BENCH_AUTHOR, KEY, SIGNER, UNIT
from workstation.bench.timing import percentile, timed, timed_async
from workstation.domain.clock import HybridTime, SystemClock, to_millis
from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId, uuid7
from workstation.domain.patient import Patient
from workstation.domain.record import Author, Body, Record, Sealed, seal
from workstation.domain.referral import Priority, Referral
from workstation.operations.referral_lists import INBOX

UNITS = 50
REFERRALS = 100_000
_EACH = 5
"""Referrals of one patient, from one unit to another."""
_PAGE = 100
_TIMES = 60
_HOUR = 60 * 60 * 1000
_URGENCIES: tuple[Priority, ...] = ("routine", "routine", "routine", "soon", "urgent")
_MOST_MS = 200.0

Batch = tuple[UUID, tuple[Sealed, ...]]


def run() -> Iterator[Measured]:
    """Measure pages of 100 lines, p95."""
    region = tuple(_region())
    ours = [batch for n, batch in enumerate(region) if 0 in _between(n)]
    with tempfile.TemporaryDirectory() as folder:
        yield from asyncio.run(_cache(Path(folder) / "cache.db", ours))
        with running(Path(folder) / "server", region) as house:
            yield from _server(house)


def _server(house: House) -> Iterator[Measured]:
    token = house.log_in().token
    of = f"of {REFERRALS} open referrals"
    with httpx.Client(base_url=house.url, trust_env=False, timeout=60) as http:
        headers = {"authorization": f"Bearer {token}"}
        for what, path, reasons in (
            ("inbox", "/waiting/page", INBOX),
            ("what is late", "/waiting/overdue", ()),
            ("counts", "/waiting/counts", ()),
        ):
            asked = msgspec.json.encode(PageRequest(unit=UNIT, reasons=reasons, limit=_PAGE))

            def ask(path: str = path, asked: bytes = asked) -> object:
                return http.post(path, content=asked, headers=headers).raise_for_status()

            taken = percentile(timed(ask, times=_TIMES), 0.95)
            yield at_most("referrals", f"server: {what} {of}, p95", taken, "ms", _MOST_MS)


async def _cache(path: Path, batches: list[Batch]) -> list[Measured]:
    create_cache(path, KEY, device="bench", incarnation=1)
    cache = await Cache.open(path, KEY, clock=SystemClock())
    try:
        streams = [stream_of(patient, records) for patient, records in batches]
        heads = [stream.head for stream in streams]
        await cache.take_manifest(UNIT, first_pos=0, heads=heads, complete=True)
        for stream in streams:
            await cache.apply_stream(stream.entries, stream.end)
        await cache.read_on()
        unit, person = HsaId(UNIT), BENCH_AUTHOR.hsa_id
        ways = {
            "inbox": lambda: cache.inbox(unit, limit=_PAGE),
            "what is late": lambda: cache.overdue(unit, limit=_PAGE),
            "counts": lambda: cache.list_counts(unit),
            "what waits for one person": lambda: cache.work(unit=unit, person=person, limit=_PAGE),
        }
        of = f"of a unit's {len(batches) * _EACH} open referrals"
        found = []
        for what, way in ways.items():
            taken = percentile(await timed_async(way, times=_TIMES), 0.95)
            found.append(at_most("referrals", f"cache: {what} {of}, p95", taken, "ms", _MOST_MS))
        return found
    finally:
        await cache.close()


def _region() -> Iterator[Batch]:
    """Yield each patient with the referrals from one unit to another."""
    for number in range(REFERRALS // _EACH):
        patient = UUID(int=(0xBE << 120) | (number << 16) | 1)
        yield patient, tuple(_records(PatientId(patient), number))


def _between(number: int) -> tuple[int, int]:
    return number % UNITS, (number // UNITS * 7 + number + 1) % UNITS


def _records(patient: PatientId, number: int) -> Iterator[Sealed]:
    sender, receiver = _between(number)
    person = Patient(family=f"Mätsson{number}", given=("Eva",), birth_date="1950-01-01")
    yield _sealed(patient, "patient", person, sender, number, 0)
    for each in range(_EACH):
        body = Referral(
            type="consultation",
            question="Bedömning av bröstsmärta, ansträngningsutlöst sedan tre månader?",
            background="75-årig kvinna med hypertoni. Aktuella läkemedel: amlodipin 5 mg x 1.",
            to_unit=_unit(receiver),
            to_unit_name=f"Enhet {receiver}",
            owner=BENCH_AUTHOR.hsa_id,
            priority=_URGENCIES[(number + each) % len(_URGENCIES)],
        )
        yield _sealed(patient, "referral", body, sender, number, each + 1)


def _unit(number: int) -> HsaId:
    return HsaId(UNIT if number == 0 else f"{UNIT}{number}")


def _sealed(
    patient: PatientId, kind: str, body: Body, unit: int, number: int, place: int
) -> Sealed:
    """Return a record written some hours before now, none at the same time as another."""
    millis = to_millis(AS_OF) - (number % 700) * _HOUR + place
    key = number * 16 + place
    identity = RecordId(uuid7(millis, lambda size: key.to_bytes(size, "big")))
    author = Author(
        hsa_id=BENCH_AUTHOR.hsa_id,
        name=BENCH_AUTHOR.name,
        assignment=BENCH_AUTHOR.assignment,
        unit=_unit(unit),
        unit_name=f"Enhet {unit}",
        provider=BENCH_AUTHOR.provider,
    )
    record = Record(
        id=identity,
        patient=patient,
        kind=kind,
        kind_version=1,
        entity=EntityId(patient) if kind == "patient" else EntityId(identity),
        author=author,
        device="bench",
        written_at=HybridTime(millis),
        body=body,
    )
    return seal(record, SIGNER)
