"""Ten thousand texts, one in every field of every kind of record, are the same wherever they come.

Author's cache, outbox, push, the server's store, pull, a colleague's cache, the domain's state.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from uuid import UUID

import msgspec
import pytest

from tests.builders import an_id
from tests.server.running import Running
from tests.stories.bodies import Filling
from tests.stories.stations import chained, entries_of, now, until_whole, workstations
from tests.stories.texts import LONG, texts
from tests.sync.conftest import Workstation
from workstation.access.signing import verifies
from workstation.domain.ids import PatientId
from workstation.domain.kinds import open_strictly
from workstation.domain.record import Record, Sealed, seal

TEXTS = 10_000
"""On each of the two databases."""
LONG_EVERY = 700
PATIENTS = tuple(PatientId(an_id(f"patient {n}")) for n in range(4))


@pytest.mark.slow
async def test_ten_thousand_texts_in_every_field_are_the_same_on_every_replica(
    either: Running, tmp_path: Path
) -> None:
    async with workstations(either, tmp_path) as seat:
        okoro, lind = await seat("okoro"), await seat("lind")
        written = await _write(okoro)
        for patient, records in written.items():
            await until_whole(lind, patient, len(records))
            await until_whole(okoro, patient, len(records))
        unsent = await okoro.cache.unsent()
        assert (unsent.local, unsent.sent, unsent.attention) == (0, 0, 0)

        for patient, records in written.items():
            stored = entries_of(either, patient)
            assert {each.raw for each in stored} == {seal(r, okoro.pen).raw for r in records}
            assert len(stored) == len(records)
            for station in (okoro, lind):
                await _has_the_same(station, patient, records, stored, okoro.pen.public_key)


async def _write(okoro: Workstation) -> dict[PatientId, list[Record]]:
    """Save rounds of records of every kind until every text has been used."""
    assert okoro.login.author is not None
    filling = Filling(_with_long_ones(texts(seed=1)), Random(1), now=now())
    written: dict[PatientId, list[Record]] = {patient: [] for patient in PATIENTS}
    while filling.used < TEXTS:
        for patient in PATIENTS:
            records = filling.round(patient, okoro.login.author)
            await okoro.cache.save([seal(record, okoro.pen) for record in records])
            written[patient].extend(records)
    okoro.engine.wake()
    return written


def _with_long_ones(ordinary: Iterator[str]) -> Iterator[str]:
    for number, text in enumerate(ordinary):
        if number % LONG_EVERY == 0:
            yield LONG[number // LONG_EVERY % len(LONG)]
        yield text


async def _has_the_same(
    station: Workstation,
    patient: PatientId,
    records: list[Record],
    stored: list[Sealed],
    public_key: bytes,
) -> None:
    """Bytes, hashes, chain and signatures are the server's; texts and states are the author's."""
    for each in stored:
        record = open_strictly(each)
        here = await station.cache.sealed(patient, record.id)
        assert here == each
        assert verifies(here, public_key)
    heads = {head.p: head for head in await station.cache.heads("SE2321000016-A1W1")}
    assert heads[UUID(bytes=patient.bytes)].hash == chained(stored)
    for record in records:
        again = await station.cache.sealed(patient, record.id)
        assert again is not None
        assert _said(open_strictly(again)) == _said(record)
        listed = await station.cache.entity(patient, record.entity)
        assert listed is not None
        state = listed.state
        marks = (*state.signatures, *state.acknowledgements)
        parts = {part.id: part for part in (*state.line.versions, *marks)}
        assert parts[record.id].body == record.body


def _said(record: Record) -> bytes:
    """Everything a record says, as plain values encoded by another encoder than ours."""
    return msgspec.msgpack.encode([record.author, record.device, record.kind, record.body])


def test_the_texts_are_many_and_each_can_be_written_as_utf8() -> None:
    made = list(islice(texts(seed=1), 10_000))
    assert len(set(made)) > 7_000
    assert all(text.encode().decode() == text for text in (*made, *LONG))
