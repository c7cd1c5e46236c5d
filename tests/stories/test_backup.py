"""The server's disk is gone. From a backup and the workstations everything comes back, but what was erased."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.builders import GRACE
from tests.clinic import Clinic, Seat, eventually
from tests.server.running import ROOT, a_staff
from tests.stories.stations import entries_of
from tests.stories.test_line_and_restore import Hospital, all_have, clinic, hospital
from tests.stories.test_many_seats import seated
from workstation.server import erasing
from workstation.server.backup import making, manifest, problems
from workstation.server.backup.restoring import restore
from workstation.server.erasing import Erasure
from workstation.server.key import existing_key

__all__ = ["clinic", "hospital"]  # its fixtures


def backed_up(hospital: Hospital, to: Path) -> Path:
    """Back up while it is served."""
    config = hospital.running.config
    key = existing_key(Path(config.db), config.key_file)
    return making.make(config.place, key, to, clock=config.clock)[0]


async def is_gone(seat: Seat, text: str) -> None:
    async def gone() -> bool:
        return text not in await seat.notes()

    await eventually(gone)


@pytest.mark.slow
async def test_a_lost_disk_costs_nothing_and_brings_back_nothing_that_was_erased(
    clinic: Clinic, hospital: Hospital, tmp_path: Path
) -> None:
    okoro, lind = await seated(clinic, "okoro", "lind")
    secret = await okoro.writes("Ska förstöras.")
    await okoro.writes("Före kopian.")
    await okoro.has_sent_everything()
    first = await asyncio.to_thread(backed_up, hospital, tmp_path / "backups")
    first = first.rename(first.with_name("ronden-20260101T000000Z"))

    running = hospital.running
    asked = Erasure(
        patient=GRACE, entities=frozenset({secret.entity}), decision="IVO 1/2026", reason="ansökan"
    )
    administrator = a_staff(ROOT, rights=frozenset({"admin"}))
    ledger = running.config.place.ledger
    running.do(erasing.erase(running.core, administrator, asked, ledger_file=ledger))
    for seat in (okoro, lind):
        await is_gone(seat, "Ska förstöras.")
    second = await asyncio.to_thread(backed_up, hospital, tmp_path / "backups")
    await okoro.writes("Efter kopian, av Okoro.")
    await lind.writes("Efter kopian, av Lind.")
    texts = {"Före kopian.", "Efter kopian, av Okoro.", "Efter kopian, av Lind."}
    await all_have([okoro, lind], texts)
    await okoro.has_sent_everything()
    await lind.has_sent_everything()
    before = {each.raw for each in entries_of(running, GRACE) if each.raw}
    epoch, config = running.core.epoch, running.config
    key = existing_key(Path(config.db), config.key_file)

    await asyncio.to_thread(hospital.stop)
    for path in hospital.folder.iterdir():  # the disk; the key was kept apart
        if path.name != "record.key":
            path.unlink()
    copy = second / manifest.DATABASE
    copy.write_bytes(copy.read_bytes()[:50_000])
    with pytest.raises(problems.NotWhole):
        await asyncio.to_thread(restore, second, config, key)
    done = await asyncio.to_thread(restore, first, config, key)
    assert done.erased == 1  # its neighbour knew

    await asyncio.to_thread(hospital.start)
    assert hospital.running.core.epoch not in {epoch, ""}
    for seat in (okoro, lind):
        seat.opened.synchroniser.retry_now()

    async def salvaged() -> bool:
        return {each.raw for each in entries_of(hospital.running, GRACE) if each.raw} == before

    await eventually(salvaged, within=60)
    await all_have([okoro, lind], texts)
    assert not any("Ska förstöras.".encode() in raw for raw in before)
