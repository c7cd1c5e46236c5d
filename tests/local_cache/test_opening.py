"""A file that cannot be opened says why, in its own words, and is left exactly as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as dbapi
from sqlalchemy.exc import DBAPIError

from local_cache import problems
from local_cache.cache import FORMAT, Cache, create_cache
from local_cache.doctor import check
from local_cache.engine import _SETTINGS, Format, move_aside, open_file, require_sqlite
from local_cache.pages import PAGE
from tests.builders import GRACE, a_note, a_patient, sealed
from tests.local_cache.conftest import KEY, SetClock
from workstation.access.signing import Ed25519Signer

WRONG = bytes(32)


@pytest.fixture
async def filled(path: Path, clock: SetClock, signer: Ed25519Signer) -> Path:
    create_cache(path, KEY, device="PC-17", incarnation=1)
    cache = await Cache.open(path, KEY, clock=clock)
    await cache.save(sealed(a_patient(), *(a_note() for _ in range(200)), signer=signer))
    await cache.close()
    return path


def flip(path: Path, at: int) -> None:
    with path.open("r+b") as stream:
        stream.seek(at)
        byte = stream.read(1)
        stream.seek(at)
        stream.write(bytes([byte[0] ^ 0x01]))


def pages_of(path: Path) -> int:
    return path.stat().st_size // PAGE


def test_every_setting_is_in_force_on_writer_and_reader(filled: Path) -> None:
    file = open_file(filled, KEY, FORMAT)
    try:
        for engine in (file.writer, file.reader):
            with engine.connect() as connection:
                for name, _value, expected in _SETTINGS:
                    found = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                    assert (name, found) == (name, expected)
                log_level = connection.exec_driver_sql("PRAGMA cipher_log_level").scalar_one()
                assert log_level == "NONE"
    finally:
        file.close()


def test_the_reader_cannot_write(filled: Path) -> None:
    file = open_file(filled, KEY, FORMAT)
    try:
        with file.reader.connect() as connection, pytest.raises(DBAPIError):
            connection.exec_driver_sql("DELETE FROM entry")
    finally:
        file.close()


def test_an_old_sqlite_is_refused() -> None:
    require_sqlite((3, 51, 3))
    with pytest.raises(problems.SqliteTooOld):
        require_sqlite((3, 51, 2))


def test_a_wrong_key_is_told_from_damage(filled: Path) -> None:
    before = filled.read_bytes()
    with pytest.raises(problems.WrongKey):
        open_file(filled, WRONG, FORMAT)
    assert filled.read_bytes() == before
    open_file(filled, KEY, FORMAT).close()


def test_a_newer_schema_is_refused_and_untouched(filled: Path) -> None:
    older = Format(application_id=FORMAT.application_id, migrations=FORMAT.migrations[:-1])
    before = filled.read_bytes()
    with pytest.raises(problems.NewerThanProgram):
        open_file(filled, KEY, older)
    assert filled.read_bytes() == before


@pytest.mark.parametrize("kept", [0, 100, PAGE - 1, PAGE, 3 * PAGE, 5 * PAGE + 17])
def test_a_truncated_file_is_damaged_and_untouched(filled: Path, kept: int) -> None:
    os.truncate(filled, kept)
    before = filled.read_bytes()
    with pytest.raises(problems.Damaged):
        open_file(filled, KEY, FORMAT)
    assert filled.read_bytes() == before
    assert not check(filled, KEY).sound


def test_an_overwritten_header_is_damage_not_a_wrong_key(filled: Path) -> None:
    with filled.open("r+b") as stream:
        stream.write(os.urandom(PAGE))
    with pytest.raises(problems.Damaged):
        open_file(filled, KEY, FORMAT)


def test_every_flipped_page_is_found(filled: Path, clock: SetClock) -> None:
    pages = filled.stat().st_size // PAGE
    for number in (1, 2, pages // 2, pages):
        flip(filled, (number - 1) * PAGE + 600)
        findings = check(filled, KEY)
        assert not findings.sound
        assert number in findings.pages
        flip(filled, (number - 1) * PAGE + 600)
    assert check(filled, KEY).sound


async def test_a_damaged_page_met_while_reading_is_a_problem_for_people(
    filled: Path, clock: SetClock
) -> None:
    for number in range(2, pages_of(filled)):
        flip(filled, number * PAGE + 600)
    with pytest.raises(problems.Damaged):
        cache = await Cache.open(filled, KEY, clock=clock)
        await cache.listed(GRACE, "note")


def test_a_missing_file_is_not_made_by_opening(path: Path) -> None:
    with pytest.raises(problems.NoSuchFile):
        open_file(path, KEY, FORMAT)
    assert not path.exists()


def test_making_a_new_one_never_replaces_an_old_one(filled: Path) -> None:
    before = filled.read_bytes()
    with pytest.raises(problems.AlreadyThere):
        create_cache(filled, WRONG, device="PC-17", incarnation=2)
    assert filled.read_bytes() == before


def test_moving_aside_keeps_everything_and_makes_room(filled: Path) -> None:
    before = filled.read_bytes()
    aside = move_aside(filled, now=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    assert aside.read_bytes() == before
    create_cache(filled, WRONG, device="PC-17", incarnation=2)
    open_file(aside, KEY, FORMAT).close()


def test_only_one_process_has_the_file_open(filled: Path) -> None:
    file = open_file(filled, KEY, FORMAT)
    try:
        with pytest.raises(problems.InUse):
            open_file(filled, KEY, FORMAT)
        with pytest.raises(problems.InUse):
            move_aside(filled, now=datetime(2026, 3, 2, tzinfo=UTC))
        script = (
            "import sys; from pathlib import Path; from local_cache.cache import FORMAT;"
            "from local_cache.engine import open_file; from local_cache.problems import InUse\n"
            "try: open_file(Path(sys.argv[1]), bytes(range(32)), FORMAT)\n"
            "except InUse: sys.exit(42)"
        )
        other = subprocess.run([sys.executable, "-c", script, str(filled)], check=False)
        assert other.returncode == 42
    finally:
        file.close()
    open_file(filled, KEY, FORMAT).close()


async def test_a_full_disk_stores_nothing_and_says_so(
    filled: Path, clock: SetClock, signer: Ed25519Signer
) -> None:
    cache = await Cache.open(filled, KEY, clock=clock)
    with cache._file.writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(problems.DiskFull):
        await cache.save(sealed(a_note(text="x" * 500_000), signer=signer))
    assert (await cache.counts(GRACE))["note"] == 200
    assert (await cache.unsent()).local == 201
    with cache._file.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    await cache.save(sealed(a_note(text="x" * 500_000), signer=signer))
    assert (await cache.counts(GRACE))["note"] == 201
    await cache.close()


def test_nothing_can_be_exported_to_a_plain_file(filled: Path, tmp_path: Path) -> None:
    file = open_file(filled, KEY, FORMAT)
    try:
        for engine in (file.writer, file.reader):
            with engine.connect() as connection:
                connection.rollback()
                raw = connection.connection.driver_connection
                assert raw is not None
                for statement in (
                    f"ATTACH '{tmp_path}/plain.db' AS plain KEY ''",
                    f"VACUUM INTO '{tmp_path}/plain.db'",
                ):
                    with pytest.raises(dbapi.DatabaseError):
                        raw.execute(statement)
    finally:
        file.close()
    assert not (tmp_path / "plain.db").exists()


def test_the_key_is_in_no_error(filled: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    with pytest.raises(problems.WrongKey) as caught:
        open_file(filled, WRONG, FORMAT)
    file = open_file(filled, KEY, FORMAT)
    with file.writer.connect() as connection, pytest.raises(DBAPIError) as failed:
        connection.exec_driver_sql("SELECT * FROM nowhere WHERE x = ?", ("Grace",))
    file.close()
    said = f"{caught.value!r}{caught.value}{failed.value}{file!r}{caplog.text}"
    assert KEY.hex() not in said
    assert WRONG.hex() not in said
    assert "Grace" not in said


def test_a_crash_while_making_the_file_leaves_room_for_another_try(path: Path) -> None:
    path.with_name(path.name + ".new").write_bytes(b"half")
    create_cache(path, KEY, device="PC-17", incarnation=1)
    open_file(path, KEY, FORMAT).close()
