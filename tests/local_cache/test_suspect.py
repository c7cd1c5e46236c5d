"""Damage met in an open file is not forgotten when it is closed, and a sound file is not accused."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from local_cache import problems
from local_cache.cache import FORMAT, create_cache
from local_cache.engine import move_aside, open_file
from local_cache.pages import PAGE
from tests.local_cache.conftest import KEY, SetClock

_ROWS = 400


@pytest.fixture
def damaged(path: Path) -> Path:
    """A file that opens although its last pages are damaged."""
    create_cache(path, KEY, device="PC-17", incarnation=1)
    file = open_file(path, KEY, FORMAT)
    with file.writer.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE probe (text TEXT)")
        for _row in range(_ROWS):
            connection.exec_driver_sql("INSERT INTO probe VALUES (?)", ("x" * 2_000,))
    file.close()
    with path.open("r+b") as stream:
        for page in range(path.stat().st_size // PAGE - 20, path.stat().st_size // PAGE):
            stream.seek(page * PAGE + 600)
            stream.write(bytes(16))
    return path


def reads(path: Path) -> None:
    file = open_file(path, KEY, FORMAT)
    try:
        with file.reader.begin() as connection:
            connection.exec_driver_sql("SELECT sum(length(text)) FROM probe").scalar_one()
    finally:
        file.close()


def test_damage_met_while_reading_is_found_at_the_next_opening(damaged: Path) -> None:
    with pytest.raises(DBAPIError):
        reads(damaged)

    with pytest.raises(problems.Damaged):
        open_file(damaged, KEY, FORMAT)


def test_what_is_put_aside_leaves_no_suspicion_behind(damaged: Path, clock: SetClock) -> None:
    with pytest.raises(DBAPIError):
        reads(damaged)

    move_aside(damaged, now=clock.now())
    create_cache(damaged, KEY, device="PC-17", incarnation=2)

    open_file(damaged, KEY, FORMAT).close()


def test_a_sound_file_that_was_suspected_opens_and_is_not_suspected_again(path: Path) -> None:
    create_cache(path, KEY, device="PC-17", incarnation=1)
    mark = path.with_name(path.name + "-suspect")
    mark.touch()

    open_file(path, KEY, FORMAT).close()

    assert not mark.exists()
