"""The power goes at any moment: the file opens, and what was acknowledged is in it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from local_cache.cache import FORMAT, create_cache
from local_cache.engine import open_file
from tests.local_cache.conftest import KEY
from tests.needs import needs_strace, only_on_linux
from tests.powercut import Disk, Sync, recorded

_MOMENTS = 120

WRITER = """
import asyncio, sys
from pathlib import Path
from uuid import UUID
from local_cache.cache import Cache
from tests.builders import a_note, sealed
from tests.local_cache.conftest import KEY, SetClock
from workstation.access.signing import Ed25519Signer

async def main():
    cache = await Cache.open(Path(sys.argv[1]), KEY, clock=SetClock())
    raw = cache._file.writer.raw_connection()
    raw.cursor().execute("PRAGMA wal_autocheckpoint = 60")  # many checkpoints
    raw.close()
    signer = Ed25519Signer(b"7" * 32)
    for number in range(1, 41):
        notes = [
            a_note(id=UUID(int=1000 * number + n), text=f"{number} {n} " + "lugn natt " * 60)
            for n in range(1 + number % 7)
        ]
        await cache.save(sealed(*notes, signer=signer))
        print(" ".join(note.id.hex for note in notes), flush=True)
    await cache.close()

asyncio.run(main())
"""


@pytest.mark.slow
@only_on_linux
@needs_strace
def test_every_acknowledged_save_outlives_a_power_cut(tmp_path: Path) -> None:
    place = tmp_path / "work"
    place.mkdir()
    path = place / "unit.db"
    create_cache(path, KEY, device="PC-17", incarnation=1)
    disk = Disk({path.name: bytearray(path.read_bytes())})
    steps = recorded(WRITER, [str(path)], place, tmp_path / "trace")
    chance = random.Random(11)
    moments = set(chance.sample(range(len(steps)), min(_MOMENTS, len(steps))))

    for number, step in enumerate(steps):
        disk.take(step)
        if number in moments:
            folder = tmp_path / f"after-{number}"
            folder.mkdir()
            disk.after_a_cut(folder, chance)
            acknowledged = {note for line in disk.said for note in line.split()}
            assert acknowledged <= _stored(folder / path.name), f"lost after step {number}"

    assert len(disk.said) == 40
    assert sum(step == Sync(path.name) for step in steps) > 3  # there were checkpoints


@pytest.mark.slow
@only_on_linux
@needs_strace
def test_the_model_sees_what_was_acknowledged_before_it_was_synced(tmp_path: Path) -> None:
    place = tmp_path / "work"
    place.mkdir()
    path = place / "unit.db"
    create_cache(path, KEY, device="PC-17", incarnation=1)
    disk = Disk({path.name: bytearray(path.read_bytes())})
    careless = WRITER.replace("wal_autocheckpoint = 60", "synchronous = OFF")
    steps = recorded(careless, [str(path)], place, tmp_path / "trace")

    for step in steps:
        disk.take(step)
        if len(disk.said) == 20:
            break
    disk.unsynced.clear()  # nothing of it had reached the disk
    folder = tmp_path / "after"
    folder.mkdir()
    disk.after_a_cut(folder, random.Random(1))

    acknowledged = {note for line in disk.said for note in line.split()}
    assert not acknowledged <= _stored(folder / path.name)


def _stored(path: Path) -> set[str]:
    """Open what is left as the program does, look it through, and return the ids in it."""
    file = open_file(path, KEY, FORMAT)
    try:
        with file.reader.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA quick_check").scalar_one() == "ok"
            return set(connection.exec_driver_sql("SELECT lower(hex(id)) FROM entry").scalars())
    finally:
        file.close()
