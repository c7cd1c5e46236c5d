"""A backup that nobody has tried out does not go unseen, wherever the key is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import keyring
import keyring.backend
import msgspec
import pytest

from sync.protocol.messages import HelloReply, HelloRequest
from tests.server.running import Running
from workstation.domain.clock import to_millis, to_text
from workstation.domain.ids import uuid7
from workstation.server.backup import drilling, history, making
from workstation.server.backup.history import History
from workstation.server.backup.neglect import last_drill, neglect
from workstation.server.database import CannotOpen
from workstation.server.key import existing_key
from workstation.server.serve import ServerConfig, opened

DAY = timedelta(days=1) // timedelta(milliseconds=1)


class Keyring(keyring.backend.KeyringBackend):
    """The system's, for as long as a test runs."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def in_keyring() -> Iterator[Keyring]:
    before, ring = keyring.get_keyring(), Keyring()
    keyring.set_keyring(ring)
    try:
        yield ring
    finally:
        keyring.set_keyring(before)


async def _made(config: ServerConfig) -> None:
    async with opened(config):
        pass


def test_a_backup_is_tried_out_with_the_key_that_the_keyring_holds_for_the_real_database(
    tmp_path: Path, in_keyring: Keyring
) -> None:
    config = ServerConfig(db=str(tmp_path / "record.db"))
    asyncio.run(_made(config))
    key = existing_key(Path(config.db), None)
    backup, _manifest = making.make(config.place, key, tmp_path / "backups", clock=config.clock)
    assert len(in_keyring.kept) == 1

    done = drilling.drill(backup, config, key, scratch=tmp_path)

    assert done.found.records == 0
    assert len(in_keyring.kept) == 1


def test_without_its_key_in_the_keyring_a_backup_cannot_be_tried_out_and_no_key_is_made(
    tmp_path: Path, in_keyring: Keyring
) -> None:
    config = ServerConfig(db=str(tmp_path / "record.db"))
    asyncio.run(_made(config))
    key = existing_key(Path(config.db), None)
    backup, _manifest = making.make(config.place, key, tmp_path / "backups", clock=config.clock)
    in_keyring.kept.clear()

    with pytest.raises(CannotOpen):
        drilling.drill(backup, config, key, scratch=tmp_path)

    assert not in_keyring.kept


def _neglected(running: Running) -> tuple[str, str, str]:
    """Return what a workstation and whoever monitors the server are told."""
    asked = HelloRequest(device="PC-17", incarnation=1, program="test")
    answer = running.log_in("okoro").post("/sync/hello", asked)
    hello = msgspec.json.decode(answer.content, type=HelloReply)
    return hello.backups, hello.tried_out, running.http().get("/health").json().get("backups", "")


def test_the_server_says_when_its_backups_are_neglected(server: Running) -> None:
    path, now = server.core.backups, server.core.now
    assert path is not None
    told = {}
    for backed_up, drilled in ((0, 0), (3, 1), (1, 13), (1, 15)):
        known = History(
            folder="backups",
            backed_up_at=to_text(now - backed_up * DAY),
            drilled_at=to_text(now - drilled * DAY),
        )
        history.write(path, known)
        there, tried_out, monitored = _neglected(server)
        assert (monitored, tried_out) == (there, known.drilled_at)
        told[backed_up, drilled] = there
    assert told == {(0, 0): "", (3, 1): "no_backup", (1, 13): "", (1, 15): "untested"}


def test_what_was_never_done_counts_from_when_there_was_something_to_back_up(
    tmp_path: Path,
) -> None:
    now = to_millis(datetime(2026, 3, 2, 8, tzinfo=UTC))
    path, epoch = tmp_path / "none", uuid7(now, bytes).hex
    told = [neglect(path, epoch=epoch, now=now + days * DAY) for days in (1, 3)]
    assert told == ["", "no_backup"]
    history.write(path, History(backed_up_at=to_text(now + 20 * DAY)))
    assert neglect(path, epoch=epoch, now=now + 13 * DAY) == ""
    assert neglect(path, epoch=epoch, now=now + 20 * DAY) == "untested"


def test_the_backups_of_another_database_are_its_own_tools_affair() -> None:
    assert (neglect(None, epoch="0" * 32, now=0), last_drill(None)) == ("", "")
