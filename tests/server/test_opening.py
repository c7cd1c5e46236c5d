"""Opening the store: every wrong key, damage and restore has its own answer, and nothing is recreated."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, LargeBinary, inspect

from tests.builders import a_patient
from tests.server.conftest import Opened
from tests.server.running import DIRECTORY, OKORO, OKOROS_PEN
from tests.server.test_store_contract import pushed
from workstation.domain.problem import Problem
from workstation.server import schema
from workstation.server.database import CannotOpen
from workstation.server.serve import (
    Accounts,
    ServerConfig,
    bootstrap,
    is_loopback,
    make_server,
    opened,
)


def config_in(folder: Path) -> ServerConfig:
    return ServerConfig(db=str(folder / "record.db"), key_file=folder / "key")


async def filled(config: ServerConfig) -> str:
    """Make a store with one record; return its epoch."""
    async with opened(config) as core:
        await bootstrap(core, DIRECTORY, Accounts(keys={OKOROS_PEN.public_key: OKORO}))
        await pushed(core, (a_patient(family="NÅLSSON"),))
        return core.epoch


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def another_key(folder: Path) -> None:
    (folder / "key").write_text("ab" * 32 + "\n")


def no_key(folder: Path) -> None:
    (folder / "key").unlink()


def a_key_cut_short(folder: Path) -> None:
    (folder / "key").write_text("ab")


def an_emptied_file(folder: Path) -> None:
    (folder / "record.db").write_bytes(b"")


def a_damaged_file(folder: Path) -> None:
    with (folder / "record.db").open("r+b") as stream:
        stream.write(os.urandom(4096))


@pytest.mark.parametrize(
    "harm", [another_key, no_key, a_key_cut_short, an_emptied_file, a_damaged_file]
)
async def test_a_database_that_cannot_be_opened_is_left_as_it_is(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    config = config_in(tmp_path)
    await filled(config)
    harm(tmp_path)
    before = (tmp_path / "record.db").read_bytes()

    with pytest.raises(CannotOpen) as problem:
        async with opened(config):
            pass

    assert problem.value.message
    assert problem.value.advice
    assert (tmp_path / "record.db").read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights elsewhere")
async def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    await filled(config)
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(CannotOpen):
        async with opened(config):
            pass


async def test_without_a_keyring_the_key_is_never_kept_in_clear(tmp_path: Path) -> None:
    with pytest.raises(CannotOpen):
        async with opened(ServerConfig(db=str(tmp_path / "record.db"))):
            pass
    assert contents(tmp_path) == {}


async def test_nothing_of_a_record_stands_in_clear_on_the_disk(tmp_path: Path) -> None:
    await filled(config_in(tmp_path))
    needles = ("NÅLSSON".encode(), "NÅLSSON".encode("utf-16-le"), b"191212121212", b"SQLite format")
    for name, content in contents(tmp_path).items():
        assert not [needle for needle in needles if needle in content], name


async def test_a_start_after_a_stop_is_the_same_epoch(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    first = await filled(config)
    async with opened(config) as core:
        assert core.epoch == first


async def test_a_restored_backup_begins_a_new_epoch(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    first = await filled(config)
    backup = tmp_path / "backup.db"
    shutil.copy(tmp_path / "record.db", backup)
    async with opened(config) as core:
        await pushed(core, (a_patient(),))
        assert core.epoch == first

    shutil.copy(backup, tmp_path / "record.db")

    async with opened(config) as core:
        assert core.epoch != first
        second = core.epoch
    async with opened(config) as core:
        assert core.epoch == second


async def test_a_database_without_its_mark_begins_a_new_epoch(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    first = await filled(config)
    (tmp_path / "record.db.mark").unlink()
    async with opened(config) as core:
        assert core.epoch != first


async def test_a_database_of_a_newer_program_is_refused(store: Opened) -> None:
    def newer(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO schema_version VALUES (9999)")

    await store.core.database.write(newer)
    with pytest.raises(CannotOpen, match="nyare"):
        async with opened(store.config):
            pass


async def test_the_tables_are_those_that_queries_are_written_for(store: Opened) -> None:
    def tables(connection: Connection) -> dict[str, dict[str, bool]]:
        found = inspect(connection)
        return {
            name: {
                column["name"]: isinstance(column["type"], LargeBinary)
                for column in found.get_columns(name)
            }
            for name in found.get_table_names()
            if name not in ("schema_version", "sqlite_sequence")
        }

    expected = {
        table.name: {column.name: isinstance(column.type, LargeBinary) for column in table.columns}
        for table in schema.metadata.sorted_tables
    }
    assert await store.core.database.read(tables) == expected


def test_every_table_of_patient_data_begins_with_the_patient() -> None:
    for table in schema.metadata.sorted_tables:
        names = [column.name for column in table.columns]
        if "patient_id" in names and table.name not in ("feed", "session"):
            assert names[0] == "patient_id", table.name


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("ward", False)],
)
def test_beyond_this_machine_only_with_tls(tmp_path: Path, host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
    config = ServerConfig(db=str(tmp_path / "r.db"), host=host, port=0)
    if loopback:
        make_server(config)
    else:
        with pytest.raises(Problem):
            make_server(config)
