"""Whatever order records come in, by whatever way and however often, every replica shows the same."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest

from local_cache.cache import Cache, create_cache
from tests.builders import ADA, GRACE, LABORATORY, WARD
from tests.local_cache.conftest import KEY, SetClock
from tests.local_cache.server import FeedServer
from tests.stories.histories import SIGNER, a_history
from workstation.domain.ids import HsaId
from workstation.domain.kinds import BY_NAME, open_record
from workstation.domain.medication import order_state
from workstation.domain.record import Sealed, seal

SEEDS = 12
REPLICAS = 4
PERSON = HsaId("SE2321000016-P001")
FAMILIES = tuple(sorted({kind.family for kind in BY_NAME.values() if kind.family}))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS))
def test_replicas_told_in_different_orders_show_the_same_record_work_and_medication(
    seed: int,
) -> None:
    chance = random.Random(seed)
    records = [seal(r, SIGNER) for p in (GRACE, ADA) for r in a_history(p, chance)]
    with TemporaryDirectory() as folder:
        shown = [
            asyncio.run(_replica(Path(folder) / f"{n}.db", records, random.Random(seed + n)))
            for n in range(REPLICAS)
        ]
    for other in shown[1:]:
        assert [about for about, what in shown[0].items() if other[about] != what] == []


async def _replica(path: Path, records: Sequence[Sealed], chance: random.Random) -> dict[str, Any]:
    """Return what a replica shows that got the records in an order and by ways of its own."""
    create_cache(path, KEY, device="PC-17", incarnation=1)
    cache = await Cache.open(path, KEY, clock=SetClock())
    server = FeedServer()
    order = chance.sample(records, len(records))
    early = chance.randrange(len(order))
    server.store(*order[:early])
    for patient in (GRACE, ADA):
        for unit in (WARD, LABORATORY):
            server.enters(unit, patient)
    for unit in (WARD, LABORATORY):
        await cache.take_manifest(
            unit, first_pos=server.pos(unit), heads=server.heads(unit), complete=True
        )
    rest = order[early:]
    while rest:
        count = chance.randint(1, 9)
        now, rest = rest[:count], rest[count:]
        await chance.choice((_saved_here, _by_feed, _by_span))(cache, server, now, chance)
    await _saved_here(cache, server, chance.sample(records, 5), chance)  # once more
    while await _by_span(cache, server, [], chance):
        pass
    for _ in range(20):
        await _by_feed(cache, server, [], chance)
    for unit in (WARD, LABORATORY):
        await cache.apply_page(server.lines(unit, (await cache.standing()).cursors[unit]))
    assert await cache.is_complete(GRACE)
    assert await cache.is_complete(ADA)
    shown = await _shown(cache)
    await cache.close()
    return shown


async def _saved_here(
    cache: Cache, server: FeedServer, records: Sequence[Sealed], chance: random.Random
) -> bool:
    await cache.save(records)
    groups = await cache.next_batch(most=chance.randint(1, 50), max_bytes=10**7)
    outcomes = server.takes(groups)
    if chance.random() < 0.5:  # the first answer was lost: sent and answered again
        outcomes = server.takes(await cache.next_batch(most=500, max_bytes=10**7))
    await cache.settle(outcomes)
    groups = await cache.next_batch(most=500, max_bytes=10**7)
    await cache.settle(server.takes(groups))
    return True


async def _by_feed(
    cache: Cache, server: FeedServer, records: Sequence[Sealed], chance: random.Random
) -> bool:
    """A page cut anywhere; some of it comes again."""
    server.store(*records)
    unit = chance.choice((WARD, LABORATORY))
    cursor = (await cache.standing()).cursors[unit]
    *lines, _at = server.lines(unit, max(0, cursor - chance.randint(0, 5)))
    await cache.apply_page(lines[: chance.randint(0, len(lines))])
    return True


async def _by_span(
    cache: Cache, server: FeedServer, records: Sequence[Sealed], chance: random.Random
) -> bool:
    """Spans as wanted, or any part of the stream, also one that is here."""
    server.store(*records)
    wanted = await cache.wanted(most=4)
    for span in wanted:
        head = server.head(span.p).rev
        if span.essential and chance.random() < 0.5:
            await cache.apply_stream(*server.islands(span.p, _essential(server, span.p)))
        first = chance.randint(1, head) if span.essential else max(span.first, 1)
        await cache.apply_stream(*server.span(span.p, first, span.last))
        again = chance.randint(1, head)
        await cache.apply_stream(*server.span(span.p, again, min(head, again + 3)))
    return bool(wanted)


def _essential(server: FeedServer, patient: UUID) -> list[int]:
    """What a chart cannot do without, and perhaps more: all but notes and what stands on them."""
    records = [open_record(each) for each in server.streams[patient].entries]
    notes = {record.entity for record in records if record.kind == "note"}
    return [rev for rev, record in enumerate(records, 1) if record.entity not in notes]


async def _shown(cache: Cache) -> dict[str, Any]:
    """Everything that a screen could show, but for where in the server's stream it stands."""
    await cache.read_on()
    shown: dict[str, Any] = {}
    for patient in (GRACE, ADA):
        name = "grace" if patient == GRACE else "ada"
        shown[f"{name}: line"] = await cache.patient(patient)
        shown[f"{name}: counts"] = await cache.counts(patient)
        journal = await cache.journal(patient, families=FAMILIES, offset=0, limit=500)
        shown[f"{name}: journal"] = [(each.state.id, each.row) for each in journal]
        for family in FAMILIES:
            listed = await cache.listed(patient, family)
            shown[f"{name}: {family}"] = [(each.row, each.state) for each in listed]
        orders = await cache.listed(patient, "medication_order")
        shown[f"{name}: medication"] = [order_state(each.state) for each in orders]
        hits = await cache.search_text(patient, "blödning", limit=100)
        shown[f"{name}: search"] = [(hit.entity, hit.row, hit.spans) for hit in hits]
    for unit in (WARD, LABORATORY):
        work = await cache.work(unit=unit, person=PERSON, limit=500)
        shown[f"{unit}: work"] = work
        shown[f"{unit}: patients"] = await cache.patients_of(unit, limit=10)
    shown["found"] = await cache.find_patients("östl", limit=5)
    return shown


def test_the_histories_hold_forks_decisions_and_voids() -> None:
    chance = random.Random(3)
    kinds: set[str] = set()
    forks = 0
    for _ in range(30):
        records = a_history(GRACE, chance)
        kinds |= {record.kind for record in records}
        bases = [base for record in records for base in record.bases]
        forks += len(bases) - len(set(bases))
        assert [open_record(seal(record, SIGNER)) == record for record in records]
    assert {"resolution", "void", "signature", "acknowledgement", "referral_answer"} <= kinds
    assert forks > 50
