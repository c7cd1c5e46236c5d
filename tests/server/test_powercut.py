"""The power goes at the server: what it had acknowledged is there when it comes back."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from sync.protocol.messages import PushRequest
from tests.builders import GRACE, a_patient
from tests.needs import needs_strace, only_on_linux
from tests.powercut import Disk, Sync, recorded
from tests.server.running import DIRECTORY, OKORO, OKOROS_PEN, STAFF, a_group, a_staff
from workstation.server import pushing, schema
from workstation.server.serve import Accounts, ServerConfig, bootstrap, opened
from workstation.server.store import attachments, audit

_MOMENTS = 30

WRITER = r"""
import asyncio, sys
from pathlib import Path
from uuid import UUID
from sync.protocol.attachments import KeepRequest, OfferRequest, piece, pieces_of
from sync.protocol.messages import PushRequest
from tests.builders import GRACE, a_note
from tests.server.running import DIRECTORY, OKORO, OKOROS_PEN, a_group, a_staff
from tests.server.test_powercut import config_in
from workstation.domain.attachment import described
from workstation.server import attachments, pushing
from workstation.server.serve import Accounts, bootstrap, opened

WHO = a_staff()

async def write(core, number):
    ids = [UUID(int=1000 * number + n) for n in range(1 + number % 5)]
    notes = [a_note(id=i, text=f"{number} " + "lugn natt " * 60) for i in ids]
    reply = await pushing.push(core, WHO, PushRequest(epoch="", groups=(a_group(*notes, pen=OKOROS_PEN),)))
    assert {outcome.verdict for outcome in reply.outcomes} == {"applied"}, [(o.why, o.place) for o in reply.outcomes]
    print(" ".join(["push", *(i.hex for i in ids)]), flush=True)

async def attach(core, number):
    content = b"\x89PNG\r\n\x1a\n" + bytes([number]) * 400_000 + b"IEND\xaeB`\x82"
    said = described(content, "")
    await attachments.offer(core, WHO, OfferRequest(p=GRACE, hash=said.hash, size=said.size, type=said.type))
    for n in range(pieces_of(said.size)):
        await attachments.keep(core, WHO, KeepRequest(p=GRACE, hash=said.hash, n=n, data=piece(content, n)))
    print("attachment " + said.hash, flush=True)

async def main():
    async with opened(config_in(Path(sys.argv[1]), Path(sys.argv[2]))) as core:
        keys = {OKOROS_PEN.public_key: OKORO}  # a pen is new in every process
        await bootstrap(core, DIRECTORY, Accounts(keys=keys))
        await core.database.write(
            lambda c: c.connection.driver_connection.execute("PRAGMA wal_autocheckpoint = 60")
        )
        for number in range(1, 28, 3):  # three at a time share commits
            await asyncio.gather(*(write(core, number + n) for n in range(3)), attach(core, number))

asyncio.run(main())
"""


def config_in(folder: Path, beside: Path) -> ServerConfig:
    """Return how the server is opened: its database in one folder, key and mark in another."""
    return ServerConfig(
        db=str(folder / "record.db"), key_file=beside / "key", mark_file=beside / "mark"
    )


async def _make(config: ServerConfig) -> None:
    async with opened(config) as core:
        await bootstrap(core, DIRECTORY, Accounts(staff=STAFF, keys={OKOROS_PEN.public_key: OKORO}))
        group = a_group(a_patient(), pen=OKOROS_PEN)
        await pushing.push(core, a_staff(), PushRequest(epoch="", groups=(group,)))


@pytest.mark.slow
@only_on_linux
@needs_strace
def test_what_the_server_acknowledged_outlives_a_power_cut(tmp_path: Path) -> None:
    place, beside = tmp_path / "work", tmp_path / "beside"
    place.mkdir()
    beside.mkdir()
    asyncio.run(_make(config_in(place, beside)))
    before = (beside / "mark").read_bytes()
    disk = Disk({p.name: bytearray(p.read_bytes()) for p in place.iterdir() if p.suffix == ".db"})
    steps = recorded(WRITER, [str(place), str(beside)], place, tmp_path / "trace")
    chance = random.Random(23)
    moments = set(chance.sample(range(len(steps)), min(_MOMENTS, len(steps))))

    for number, step in enumerate(steps):
        disk.take(step)
        if number in moments:
            folder = tmp_path / f"after-{number}"
            folder.mkdir()
            disk.after_a_cut(folder, chance)
            (beside / "mark").write_bytes(before)
            asyncio.run(_holds(config_in(folder, beside), disk.said))

    assert sum(line.startswith("push") for line in disk.said) == 27
    assert sum(line.startswith("attachment") for line in disk.said) == 9
    assert sum(step == Sync("record.db") for step in steps) > 3  # there were checkpoints


async def _holds(config: ServerConfig, said: list[str]) -> None:
    """Open what is left as the server does: everything acknowledged is there, and all fits together."""
    pushed = {i for line in said if line.startswith("push") for i in line.split()[1:]}
    attached = [line.split()[1] for line in said if line.startswith("attachment")]

    def look(connection: Connection) -> None:
        assert connection.exec_driver_sql("PRAGMA quick_check").scalar_one() == "ok"
        entry = schema.entry
        rows = connection.execute(select(entry.c.rev, entry.c.op_id).order_by(entry.c.rev)).all()
        assert pushed <= {row.op_id.hex() for row in rows}
        assert [row.rev for row in rows] == list(range(1, len(rows) + 1))
        feed, head = schema.feed, schema.unit_head
        told = connection.execute(select(feed.c.unit, func.count()).group_by(feed.c.unit)).all()
        heads = connection.execute(select(head.c.unit, head.c.pos)).all()
        assert sorted(map(tuple, told)) == sorted(map(tuple, heads))
        for name in attached:
            kept = attachments.find(connection, GRACE, name)
            assert kept is not None
            assert kept.whole
        assert audit.first_fault(connection) is None
        assert audit.last_seq(connection) > len(said)  # nothing was done that the log does not tell

    async with opened(config) as core:
        await core.database.read(look)
