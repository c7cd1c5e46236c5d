"""The schema grows in steps, keeps what is in it, and is what queries take it to be."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from local_cache import charts, marks, schema
from local_cache.cache import FORMAT, Cache, create_cache
from local_cache.engine import Format, create_file, migrate, open_file, version_of
from local_cache.migrations import MIGRATIONS
from tests.builders import GRACE, a_note, a_patient, sealed
from tests.local_cache.conftest import KEY, SetClock
from workstation.access.signing import Ed25519Signer


def test_numbers_go_up_in_tens_and_every_written_one_is_listed() -> None:
    assert [each.VERSION for each in MIGRATIONS] == [10 * n for n in range(1, len(MIGRATIONS) + 1)]
    folder = Path(str(MIGRATIONS[0].__file__)).parent
    written = {each.stem for each in folder.glob("m*.py")}
    assert written == {each.__name__.rpartition(".")[2] for each in MIGRATIONS}


@pytest.mark.parametrize("older", [each.VERSION for each in MIGRATIONS[:-1]])
def test_a_patient_stored_by_an_older_version_is_there_after_every_step(
    path: Path, older: int
) -> None:
    first = [each for each in MIGRATIONS if older >= each.VERSION]
    create_file(path, KEY, Format(application_id=FORMAT.application_id, migrations=first))
    file = open_file(path, KEY, Format(application_id=FORMAT.application_id, migrations=first))
    with file.writer.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO patient (id, family) VALUES (?, 'Hopper')", (GRACE.bytes,)
        )
    file.close()

    file = open_file(path, KEY, FORMAT)
    with file.reader.begin() as connection:
        assert version_of(connection) == FORMAT.version
        rows = connection.exec_driver_sql("SELECT family, indexed FROM patient").all()
        assert [tuple(row) for row in rows] == [("Hopper", 0)]
    file.close()


def test_a_step_that_fails_leaves_the_schema_as_it_was(path: Path) -> None:
    class Broken:
        VERSION = 1_000

        @staticmethod
        def upgrade(connection: object) -> None:
            MIGRATIONS[0].upgrade(connection)  # its tables exist

    create_file(path, KEY, FORMAT)
    broken = Format(application_id=FORMAT.application_id, migrations=(*MIGRATIONS, Broken()))
    with pytest.raises(Exception, match="already exists"):
        open_file(path, KEY, broken)
    file = open_file(path, KEY, FORMAT)
    with file.writer.begin() as connection:
        assert version_of(connection) == FORMAT.version
        migrate(connection, FORMAT, target=FORMAT.version)
    file.close()


def test_tables_are_as_queries_take_them_to_be(path: Path) -> None:
    create_file(path, KEY, FORMAT)
    file = open_file(path, KEY, FORMAT)
    with file.reader.begin() as connection:
        for table in schema.metadata.sorted_tables:
            found = [column["name"] for column in inspect(connection).get_columns(table.name)]
            assert found == [column.name for column in table.columns]
    file.close()


async def test_what_an_older_program_could_not_read_is_shown_after_an_update(
    path: Path, clock: SetClock, signer: Ed25519Signer
) -> None:
    create_cache(path, KEY, device="PC-17", incarnation=1)
    cache = await Cache.open(path, KEY, clock=clock)
    await cache.save(sealed(a_patient(), a_note(title="Ny sort"), signer=signer))
    await cache.close()
    file = open_file(path, KEY, FORMAT)
    with file.writer.begin() as connection:  # as a program that knew no notes left it
        connection.exec_driver_sql(
            "UPDATE entity SET family = 'unknown', status = 'unreadable', title = ''"
            " WHERE family = 'note'"
        )
        reads = dict(charts._READS)
        del reads["note"]
        marks.put(connection, marks.KINDS, str(reads).replace("'", '"'))
    file.close()

    cache = await Cache.open(path, KEY, clock=clock)
    (note,) = await cache.listed(GRACE, "note")
    assert note.row.title == "Ny sort"
    await cache.close()
