"""Destruction by decision of the authority: gone everywhere, for good, and the chain still verifies."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from sync.protocol.messages import PushRequest
from tests.builders import GRACE, a_medication_order, a_note, a_patient, a_signature
from tests.needs import needs_postgres
from tests.server import follower
from tests.server.running import DIRECTORY, OKORO, OKOROS_PEN, ROOT, STAFF, a_group, a_staff
from tests.server.test_blocking import raws
from workstation.domain.clock import SystemClock
from workstation.domain.ids import HsaId
from workstation.domain.record import GENESIS, Record, chain
from workstation.server import erasing, ledger, pushing
from workstation.server.core import Core, NotAllowed
from workstation.server.erasing import Erasure, NoDecision, NothingToErase
from workstation.server.ledger import LedgerBroken
from workstation.server.serve import Accounts, ServerConfig, bootstrap, opened
from workstation.server.store import audit

NEEDLE = "nålen i höstacken"
OWN = a_staff()
ADMIN = a_staff(ROOT, rights=frozenset({"admin"}))
DIARY = "IVO 8.5-12345/2026"


def erasure(*notes: Record, **more: object) -> Erasure:
    named = {
        "patient": GRACE,
        "entities": frozenset(note.entity for note in notes),
        "decision": DIARY,
        "reason": "patientens ansökan",
    }
    return Erasure(**(named | more))  # type: ignore[arg-type]


@pytest.fixture(params=["embedded", pytest.param("postgresql", marks=needs_postgres)])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> ServerConfig:
    on_postgres = request.param == "postgresql"
    return ServerConfig(
        db=request.getfixturevalue("postgres_url") if on_postgres else str(tmp_path / "record.db"),
        key_file=tmp_path / "record.key",
        mark_file=tmp_path / "record.mark",
    )


@pytest.fixture
async def core(config: ServerConfig) -> AsyncGenerator[Core]:
    async with opened(config) as core:
        await begins(core)
        yield core


async def begins(core: Core) -> None:
    keys = {OKOROS_PEN.public_key: OKORO}
    await bootstrap(core, DIRECTORY, Accounts(staff=STAFF, keys=keys))


async def pushes(core: Core, *records: Record) -> list[str]:
    request = PushRequest(epoch="", groups=(a_group(*records, pen=OKOROS_PEN),))
    return [one.verdict for one in (await pushing.push(core, OWN, request)).outcomes]


def everything_in(connection: Connection) -> bytes:
    """Return every value of every table, as one text."""
    if connection.dialect.name == "sqlite":
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    else:
        names = connection.exec_driver_sql(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
    found = []
    for name in names.scalars().all():
        for row in connection.execute(text(f'SELECT * FROM "{name}"')):
            found += [v if isinstance(v, bytes) else str(v).encode() for v in row]
    return b"\0".join(found)


async def test_what_is_erased_is_nowhere_and_the_chain_still_verifies(
    core: Core, config: ServerConfig, tmp_path: Path
) -> None:
    note, other = a_note(text=NEEDLE, title=NEEDLE), a_note(text="blir kvar")
    await pushes(core, a_patient(), note, a_signature(note, OKOROS_PEN), other)
    before = await raws(core, OWN)
    path = tmp_path / "cache.db"
    async with follower.following(core, OWN, path, SystemClock()) as ward:
        assert await ward.notes(GRACE) == [NEEDLE, "blir kvar"]
        asked = erasure(note)
        assert await erasing.count(core, ADMIN, asked) == 2
        assert await erasing.erase(core, ADMIN, asked, ledger_file=config.place.ledger) == 2
        assert NEEDLE.encode() not in await core.database.read(everything_in)
        await ward.contact()  # the first since, and it may have been days
        assert await ward.notes(GRACE) == ["blir kvar"]
        assert await ward.cache.search_text(GRACE, "nålen", limit=5) == ()
        line = await ward.cache.patient(GRACE)
        assert line is not None
        assert (line.complete, line.withheld) == (True, False)
    after = await raws(core, OWN)
    told = [
        bytes.fromhex(line.hash) if line.hash else sha256(bytes(line.raw)).digest()
        for line in after
    ]
    assert told == [sha256(bytes(line.raw)).digest() for line in before]
    head = GENESIS
    for digest in told:
        head = chain(head, digest)
    kept = await core.database.read(
        lambda c: c.exec_driver_sql("SELECT head_hash FROM patient").scalar_one()
    )
    assert bytes(kept) == head
    assert NEEDLE.encode() not in config.place.ledger.read_bytes()
    (event,) = await core.database.read(
        lambda c: [e for e in audit.events_of(c, GRACE) if e.activity == "Radera"]
    )
    assert (event.person, event.patients) == (ROOT, (GRACE,))
    assert DIARY in event.reason


async def test_what_is_erased_and_sent_again_stays_erased(core: Core, config: ServerConfig) -> None:
    note = a_note(text=NEEDLE)
    await pushes(core, a_patient(), note)
    await erasing.erase(core, ADMIN, erasure(note), ledger_file=config.place.ledger)
    assert await pushes(core, note) == ["known"]
    assert NEEDLE.encode() not in await core.database.read(everything_in)


async def test_only_an_administrator_erases_by_a_decision_and_what_is_there(
    core: Core, config: ServerConfig
) -> None:
    note = a_note(text=NEEDLE)
    await pushes(core, a_patient(), note)
    file = config.place.ledger
    for actor in (OWN, a_staff(rights=frozenset({"log_review"}))):
        with pytest.raises(NotAllowed):
            await erasing.erase(core, actor, erasure(note), ledger_file=file)
    for asked in (erasure(note, decision=" "), erasure(note, reason="")):
        with pytest.raises(NoDecision):
            await erasing.erase(core, ADMIN, asked, ledger_file=file)
    for asked in (erasure(), erasure(a_note()), erasure(note, patient=a_note().id)):
        with pytest.raises(NothingToErase):
            await erasing.erase(core, ADMIN, asked, ledger_file=file)
    assert not file.exists()
    assert await erasing.administrator(core, OKORO) is None
    found = await erasing.administrator(core, ROOT)
    assert found is not None
    assert found.assignment == HsaId("SE2321000016-M004")


async def test_a_whole_record_can_be_erased(core: Core, config: ServerConfig) -> None:
    await pushes(core, a_patient(family="Nålström"), a_note(text=NEEDLE), a_medication_order())
    asked = erasure(everything=True)
    assert await erasing.erase(core, ADMIN, asked, ledger_file=config.place.ledger) == 3
    left = await core.database.read(everything_in)
    assert NEEDLE.encode() not in left
    assert "Nålström".encode() not in left
    assert "nålström".encode() not in left


async def test_a_restored_backup_does_not_bring_it_back(tmp_path: Path) -> None:
    config = ServerConfig(
        db=str(tmp_path / "record.db"),
        key_file=tmp_path / "record.key",
        mark_file=tmp_path / "record.mark",
    )
    early, late = a_note(text=NEEDLE), a_note(text=NEEDLE)
    path, backup = Path(config.db), tmp_path / "backup.db"
    async with opened(config) as core:
        await begins(core)
        await pushes(core, a_patient(), early)
    shutil.copy(path, backup)
    async with opened(config) as core:
        await pushes(core, late)
        asked = erasure(early, late)
        await erasing.erase(core, ADMIN, asked, ledger_file=config.place.ledger)
    for old in ("record.db", "record.db-wal", "record.db-shm"):
        (tmp_path / old).unlink(missing_ok=True)
    shutil.copy(backup, path)

    async with opened(config) as core:
        assert NEEDLE.encode() not in await core.database.read(everything_in)
        # A workstation that was away since gives back what the server lost: its place, no body.
        assert await pushes(core, late) == ["applied"]
        assert await pushes(core, late) == ["known"]
        assert NEEDLE.encode() not in await core.database.read(everything_in)
        hidden = await raws(core, OWN)
        assert [bool(line.hash) for line in hidden] == [False, True, True]


async def test_what_was_broken_off_is_carried_out_at_the_next_start(tmp_path: Path) -> None:
    config = ServerConfig(
        db=str(tmp_path / "record.db"),
        key_file=tmp_path / "record.key",
        mark_file=tmp_path / "record.mark",
    )
    note = a_note(text=NEEDLE)
    async with opened(config) as core:
        await begins(core)
        await pushes(core, a_patient(), note)
        # The ledger has it, and then the power goes.
        done = ledger.Line(
            patient=GRACE,
            records=((note.id, sha256(bytes((await raws(core, OWN))[1].raw)).hexdigest()),),
            decision=DIARY,
            at="2026-11-23T08:00:00.000Z",
        )
        ledger.append(config.place.ledger, done)
        with config.place.ledger.open("ab") as torn:
            torn.write(b'{"patient":')
    async with opened(config) as core:
        assert NEEDLE.encode() not in await core.database.read(everything_in)
    ledger.append(config.place.ledger, done)
    assert ledger.read(config.place.ledger) == (done, done)
    config.place.ledger.write_bytes(b"not a line\n")
    with pytest.raises(LedgerBroken):
        async with opened(config):
            pass
