"""Ended without warning at any moment: what was acknowledged is there, and nothing lies in clear."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from local_cache.cache import FORMAT, Cache, create_cache
from local_cache.doctor import check
from local_cache.engine import open_file
from local_cache.person import PersonFile
from tests.builders import GRACE, MORNING, a_note, a_patient, an_id, sealed
from tests.local_cache.conftest import KEY, SetClock
from workstation.access.signing import Ed25519Signer
from workstation.domain.ids import PatientId
from workstation.operations.session import KeptDraft

WRITER = """
import asyncio, sys
from pathlib import Path
from local_cache.cache import Cache
from tests.builders import a_note, sealed
from tests.local_cache.conftest import KEY, SetClock
from workstation.access.signing import Ed25519Signer

async def main():
    cache = await Cache.open(Path(sys.argv[1]), KEY, clock=SetClock())
    signer = Ed25519Signer(b"7" * 32)
    while True:
        from os import urandom
        from uuid import UUID
        note = a_note(id=UUID(bytes=urandom(16)), text=urandom(400).hex())
        await cache.save(sealed(note, signer=signer))
        print(note.id, flush=True)

asyncio.run(main())
"""


@pytest.mark.slow
def test_no_acknowledged_note_is_lost_when_the_program_is_killed(path: Path) -> None:
    create_cache(path, KEY, device="PC-17", incarnation=1)
    acknowledged: set[str] = set()
    chance = random.Random(4)
    for _round in range(12):
        acknowledged |= _acknowledged_until_killed(path, after=chance.uniform(0.01, 0.5))
    assert "" not in acknowledged

    findings = check(path, KEY)
    assert findings.sound
    file = open_file(path, KEY, FORMAT)
    with file.reader.connect() as connection:
        found = connection.execute(text("SELECT lower(hex(id)) FROM entry")).scalars()
        stored = set(found)
    file.close()
    assert {note.replace("-", "") for note in acknowledged} <= stored
    assert findings.waiting == findings.entries == len(stored)


def _acknowledged_until_killed(path: Path, *, after: float) -> set[str]:
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(after)
        os.kill(child.pid, signal.SIGKILL)
        lines = [first, *child.stdout.read().splitlines(keepends=True)]
    return {line.strip() for line in lines if line.endswith("\n")}


NEEDLES = ("Kvarnström-Nål", "189803199816", "nålen i höstacken åäö", "0701-998877")


async def test_nothing_lies_in_clear_in_any_file(
    tmp_path: Path, path: Path, signer: Ed25519Signer
) -> None:
    create_cache(path, KEY, device="PC-17", incarnation=1)
    cache = await Cache.open(path, KEY, clock=SetClock())
    patient = PatientId(an_id("needle"))
    person = await PersonFile.open(tmp_path / "person.db", KEY)
    for _ in range(30):
        written = [
            a_patient(patient=patient, family=NEEDLES[0]),
            a_note(patient=patient, text=f"{NEEDLES[1]} {NEEDLES[2]} {NEEDLES[3]}" * 40),
        ]
        await cache.save(sealed(*written, signer=signer))
        draft = KeptDraft(
            id=an_id("d"),
            patient=patient,
            writer="note",
            content=NEEDLES[2].encode() * 300,
            kept_at=MORNING,
        )
        await person.keep(draft)
    await cache.search_text(patient, "nålen", limit=500)
    # Still open: -wal and -shm are there as well.
    found = sweep(tmp_path)
    await cache.close()
    await person.close()
    assert found == []
    assert sweep(tmp_path) == []


def test_the_sweep_sees_what_lies_in_clear(tmp_path: Path) -> None:
    (tmp_path / "leak").write_bytes(b"\x00" + NEEDLES[2].encode("utf-16-le"))
    assert sweep(tmp_path) == ["leak"]


def sweep(folder: Path) -> list[str]:
    """Return the names of files in which a needle lies, as UTF-8, UTF-16 or Latin-1."""
    forms = [
        needle.encode(encoding)
        for needle in NEEDLES
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1")
    ]
    files = [each for each in folder.rglob("*") if each.is_file()]
    assert files
    return [each.name for each in files if any(form in each.read_bytes() for form in forms)]


def test_two_connections_and_a_storm_of_checkpoints_damage_nothing(path: Path) -> None:
    create_cache(path, KEY, device="PC-17", incarnation=1)
    file = open_file(path, KEY, FORMAT)
    stop = threading.Event()

    def storm() -> None:
        while not stop.is_set():
            raw = file.reader.raw_connection()
            raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            raw.close()

    other = threading.Thread(target=storm)
    other.start()
    try:
        for number in range(300):
            with file.writer.begin() as connection:
                connection.exec_driver_sql(
                    "INSERT INTO meta (name, value) VALUES (?, ?)", (str(number), "x" * 9_000)
                )
            if number % 50 == 0:
                raw = file.writer.raw_connection()
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                raw.close()
    finally:
        stop.set()
        other.join()
        file.close()
    findings = check(path, KEY)
    assert findings.sound


async def test_a_save_whose_waiter_gave_up_is_carried_out(
    cache: Cache, signer: Ed25519Signer
) -> None:
    saving = asyncio.ensure_future(cache.save(sealed(a_note(), signer=signer)))
    await asyncio.sleep(0)
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    await cache.save([])
    assert (await cache.counts(GRACE)) == {"note": 1}
