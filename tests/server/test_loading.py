"""What is promised of loading in bulk, on both databases alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.builders import ADA, GRACE, a_medication_order, a_note, a_patient, a_referral
from tests.server.conftest import Opened
from tests.server.running import OKOROS_PEN
from workstation.domain.kinds import Malformed
from workstation.domain.record import Record, Sealed, seal
from workstation.server import schema
from workstation.server.core import Core
from workstation.server.loading import ReusedId, ingest, ingest_written
from workstation.server.serve import ServerConfig, opened


def _sealed(*records: Record) -> list[Sealed]:
    return [seal(record, OKOROS_PEN) for record in records]


async def _rows(core: Core, name: str) -> list[tuple[object, ...]]:
    table = schema.metadata.tables[name]
    found = await core.database.read(lambda c: c.execute(select(table)).all())
    return sorted((tuple(row) for row in found), key=repr)


async def test_a_patient_with_a_record_that_is_none_is_left_out_whole_and_the_others_are_stored(
    store: Opened,
) -> None:
    good = [a_patient(patient=ADA), a_note(patient=ADA)]
    broken = [*_sealed(a_patient(), a_note()), Sealed(b'{"v":1}')]

    with pytest.raises(Malformed):
        await ingest(store.core, [(GRACE, broken), (ADA, _sealed(*good))])

    stored = await _rows(store.core, "entry")
    assert {row[0] for row in stored} == {ADA.bytes}
    assert len(stored) == 2


async def test_a_patient_with_a_reused_id_is_left_out_whole_and_the_others_are_stored(
    store: Opened,
) -> None:
    note = a_note()
    await ingest(store.core, [(GRACE, _sealed(note))])
    other = _sealed(a_note(patient=ADA))

    with pytest.raises(ReusedId):
        reused = _sealed(a_note(id=note.id, text="another body"), a_note())
        await ingest(store.core, [(GRACE, reused), (ADA, other)])

    raws = {row[schema.entry.c.keys().index("raw")] for row in await _rows(store.core, "entry")}
    assert raws == {seal(note, OKOROS_PEN).raw, other[0].raw}


async def test_what_comes_open_is_stored_exactly_as_what_comes_sealed(
    store: Opened, tmp_path: Path
) -> None:
    hers = [a_patient(), a_note(), a_medication_order(), a_referral()]
    his = [a_patient(patient=ADA), a_note(patient=ADA)]
    sealed = [(GRACE, _sealed(*hers)), (ADA, _sealed(*his))]
    written = [
        (patient, list(zip(records, raws, strict=True)))
        for (patient, raws), records in zip(sealed, (hers, his), strict=True)
    ]

    first = await ingest(store.core, sealed)
    await store.core.settle_feeds()
    config = ServerConfig(db=str(tmp_path / "other.db"), key_file=tmp_path / "other.key")
    async with opened(config) as core:
        second = await ingest_written(core, written)

        assert first == second
        for name in ("patient", "entity_row", "patient_card", "patient_name", "feed"):
            assert await _rows(store.core, name) == await _rows(core, name)
