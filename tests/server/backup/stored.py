"""A small record on disk, to be backed up: a patient, notes, an attachment, lines of the log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from sync.protocol.messages import PushRequest
from tests.builders import GRACE, a_note, a_patient
from tests.server.running import DIRECTORY, OKORO, OKOROS_PEN, ROOT, STAFF, a_group, a_staff
from workstation.domain.attachment import Attachment
from workstation.domain.record import Record
from workstation.server import erasing, pushing
from workstation.server.backup import making
from workstation.server.backup.manifest import Manifest
from workstation.server.core import Core
from workstation.server.erasing import Erasure
from workstation.server.key import existing_key
from workstation.server.serve import Accounts, ServerConfig, bootstrap, opened
from workstation.server.store import attachments

T = TypeVar("T")
PICTURE = b"a picture" * 100
ADMIN = a_staff(ROOT, rights=frozenset({"admin"}))


@dataclass(frozen=True, kw_only=True)
class Stored:
    """Where it is, and what can be done to it while nobody serves it."""

    folder: Path
    config: ServerConfig

    @property
    def database(self) -> Path:
        return Path(self.config.db)

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def key(self) -> str:
        return existing_key(self.database, self.config.key_file)

    def doing(self, work: Callable[[Core], Awaitable[T]]) -> T:
        """Open the store for a moment."""

        async def run() -> T:
            async with opened(self.config) as core:
                return await work(core)

        return asyncio.run(run())

    def pushes(self, *records: Record) -> None:
        async def push(core: Core) -> None:
            request = PushRequest(epoch="", groups=(a_group(*records, pen=OKOROS_PEN),))
            outcomes = (await pushing.push(core, a_staff(), request)).outcomes
            assert {one.verdict for one in outcomes} == {"applied"}

        self.doing(push)

    def erases(self, note: Record) -> None:
        asked = Erasure(
            patient=GRACE,
            entities=frozenset({note.entity}),
            decision="IVO 1/2026",
            reason="ansökan",
        )

        async def erase(core: Core) -> int:
            return await erasing.erase(core, ADMIN, asked, ledger_file=self.config.place.ledger)

        assert self.doing(erase) == 1

    def is_backed_up(self) -> tuple[Path, Manifest]:
        return making.make(self.config.place, self.key, self.backups, clock=self.config.clock)

    def raws(self) -> list[bytes | None]:
        """Return the records' bytes, oldest first; None where one has been erased."""

        def read(connection: Connection) -> list[bytes | None]:
            rows = connection.exec_driver_sql("SELECT raw FROM entry ORDER BY patient_id, rev")
            return [raw for (raw,) in rows]

        return self.doing(lambda core: core.database.read(read))

    def what_is_there(self) -> dict[str, str]:
        """Return every file of the server's folder, but for backups, and its hash."""
        files = (p for p in self.folder.iterdir() if p.is_file() and p.suffix != ".serving")
        return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}


def stored_in(folder: Path) -> Stored:
    """Make it."""
    folder.mkdir()
    config = ServerConfig(db=str(folder / "record.db"), key_file=folder / "record.key")
    stored = Stored(folder=folder, config=config)

    async def begin(core: Core) -> None:
        keys = {OKOROS_PEN.public_key: OKORO}
        await bootstrap(core, DIRECTORY, Accounts(staff=STAFF, keys=keys))

    stored.doing(begin)
    stored.pushes(a_patient(), a_note(text="Första anteckningen."))

    def attach(connection: Connection) -> None:
        name = sha256(PICTURE).hexdigest()
        picture = Attachment(hash=name, type="image/png", size=len(PICTURE))
        attachments.put(connection, GRACE, picture, PICTURE, by="", now=1)

    stored.doing(lambda core: core.database.write(attach))
    return stored
