"""A document goes into the record whole or not at all, however long it is and whatever happens."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from tests.interop.builders import a_bundle, a_patient, an_observation
from workstation.app.importing import (
    Imported,
    NotStored,
    documents,
    import_documents,
    importer_for,
)
from workstation.domain.ids import HsaId
from workstation.domain.problem import Problem
from workstation.server import schema
from workstation.server.core import Core
from workstation.server.serve import ServerConfig, opened

IMPORTER = importer_for(HsaId("SE2321000131-E1"), HsaId("SE2321000131-P1"))
LONG = 12
"""Values of a document too long to be made into records before the first is stored."""


def _long(*resources: dict[str, Any]) -> bytes:
    padding = [an_observation(valueString=f"{n}" + "x" * 700_000) for n in range(LONG)]
    return a_bundle(a_patient(), *padding, *resources)


def _config(folder: Path) -> ServerConfig:
    return ServerConfig(db=str(folder / "record.db"), key_file=folder / "server.key")


async def _taken(
    core: Core, path: Path, progress: Callable[[float], None] = lambda _: None
) -> Imported:
    return await import_documents(core, documents([path]), importer=IMPORTER, progress=progress)


async def _count(core: Core) -> int:
    query = select(func.count()).select_from(schema.entry)
    return await core.database.read(lambda c: c.execute(query).scalar_one())


async def test_what_is_broken_at_the_end_of_a_long_document_leaves_nothing_of_it(
    tmp_path: Path,
) -> None:
    inbox = tmp_path / "in.json"
    async with opened(_config(tmp_path)) as core:
        inbox.write_bytes(_long(an_observation(valueQuantity={"value": "tung"})))
        refused = await _taken(core, inbox)
        assert [broken.path for broken in refused.refused] == [
            f"Bundle.entry[{LONG + 1}].resource.valueQuantity.value"
        ]
        assert await _count(core) == 0

        inbox.write_bytes(_long(an_observation(valueQuantity={"value": 70})))
        first, second = await _taken(core, inbox), await _taken(core, inbox)
        assert (first.new, second.new, second.known) == (LONG + 2, 0, LONG + 2)
        assert await _count(core) == LONG + 2


async def test_a_file_that_changes_while_it_is_imported_is_refused_and_nothing_is_stored(
    tmp_path: Path,
) -> None:
    inbox = tmp_path / "in.json"
    inbox.write_bytes(_long(an_observation(valueString="@" * 40)))

    def change(part: float) -> None:
        if part == 0.5:
            with inbox.open("r+b") as file:
                file.seek(-100, os.SEEK_END)
                file.write(b" ")

    async with opened(_config(tmp_path)) as core:
        result = await _taken(core, inbox, change)
        assert [broken.reason for broken in result.refused] == ["filen ändrades medan den lästes"]
        assert await _count(core) == 0


async def test_a_full_disk_is_said_in_plain_words_and_nothing_of_the_document_is_stored(
    tmp_path: Path,
) -> None:
    inbox = tmp_path / "in.json"
    inbox.write_bytes(_long())
    async with opened(_config(tmp_path)) as core:
        await _limit_pages(core, "SELECT page_count + 300 FROM pragma_page_count")
        with pytest.raises(NotStored) as told:
            await _taken(core, inbox)
        assert "in.json" in told.value.message
        assert "dubbleras inte" in told.value.advice
        assert await _count(core) == 0

        await _limit_pages(core, "SELECT 1000000")
        assert (await _taken(core, inbox)).new == LONG + 1


async def _limit_pages(core: Core, most: str) -> None:
    def limit(connection: Connection) -> None:
        pages = connection.exec_driver_sql(most).scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await core.database.write(limit)


async def test_progress_grows_from_nothing_to_all_of_it(tmp_path: Path) -> None:
    parts: list[float] = []
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_bytes(a_bundle(a_patient(), an_observation(valueString=name)))
    async with opened(_config(tmp_path)) as core:
        await import_documents(
            core, documents([tmp_path]), importer=IMPORTER, progress=parts.append
        )
    assert parts == sorted(parts)
    assert 0 < parts[0] < 0.5
    assert parts[-1] == 2


def test_what_is_no_file_is_no_document(tmp_path: Path) -> None:
    folder = tmp_path / "x.json"
    folder.mkdir()
    (folder / "self.json").symlink_to(folder / "self.json")
    (folder / "round").symlink_to(folder)
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.json")
    with pytest.raises(Problem):
        documents([folder])
    (folder / "IN.JSON").write_bytes(b"{}")
    assert documents([folder, folder]) == (folder / "IN.JSON",)
