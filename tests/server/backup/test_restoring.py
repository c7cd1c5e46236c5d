"""A backup is whole or refused, and putting it back never costs what was there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from tests.builders import a_note
from tests.server.backup.stored import Stored, stored_in
from workstation.server import alone
from workstation.server.alone import AlreadyServed, alone_with
from workstation.server.backup import drilling, making, manifest, problems
from workstation.server.backup.files import connected
from workstation.server.backup.restoring import restore
from workstation.server.epoch_file import read_mark


@dataclass(frozen=True)
class _Full:
    free: int = 10


@pytest.fixture
def stored(tmp_path: Path) -> Stored:
    return stored_in(tmp_path / "server")


def lose(stored: Stored, *, keep: str = "record.key") -> None:
    """Lose the server's disk, but for the backups and what is kept."""
    for path in stored.folder.iterdir():
        if path.is_file() and path.name != keep:
            path.unlink()


def in_database(path: Path, key: str, *statements: str) -> None:
    with closing(connected(path, key)) as connection:
        for statement in statements:
            connection.execute(statement)


def resealed(backup: Path, key: str, **changed: object) -> None:
    """Write a manifest that says something else, under the right seal."""
    said = msgspec.structs.replace(manifest.read(backup), **changed)
    (backup / manifest.MANIFEST).unlink()
    manifest.write(backup, manifest.sealed(said, key))


def truncated(backup: Path, key: str) -> None:
    copy = backup / manifest.DATABASE
    copy.write_bytes(copy.read_bytes()[:-4096])


def flipped(backup: Path, key: str) -> None:
    copy = backup / manifest.DATABASE
    whole = bytearray(copy.read_bytes())
    whole[len(whole) // 2] ^= 1
    copy.write_bytes(whole)


def flipped_and_sealed(backup: Path, key: str) -> None:
    flipped(backup, key)
    resealed(backup, key, digest=manifest.digest_of(backup / manifest.DATABASE))


def altered(backup: Path, key: str) -> None:
    """One record is another, by somebody who has the key."""
    copy = backup / manifest.DATABASE
    in_database(copy, key, "UPDATE entry SET raw = x'7b7d' WHERE rev = 2")
    resealed(backup, key, digest=manifest.digest_of(copy), size=copy.stat().st_size)


def forged(backup: Path, key: str) -> None:
    path = backup / manifest.MANIFEST
    path.write_text(path.read_text().replace('"records": 2', '"records": 3'))


def without_description(backup: Path, key: str) -> None:
    (backup / manifest.MANIFEST).write_text("{")


def other_ledger(backup: Path, key: str) -> None:
    (backup / manifest.LEDGER).write_bytes(b"")
    resealed(backup, key, ledger="00" * 32)


def of_the_future(backup: Path, key: str) -> None:
    resealed(backup, key, schema=9_999)


def of_a_future_format(backup: Path, key: str) -> None:
    resealed(backup, key, format=2)


@pytest.mark.parametrize(
    ("harm", "refused"),
    [
        (truncated, problems.NotWhole),
        (flipped, problems.NotWhole),
        (flipped_and_sealed, problems.NotWhole),
        (altered, problems.NotWhole),
        (forged, problems.NotWhole),
        (without_description, problems.NotWhole),
        (other_ledger, problems.NotWhole),
        (of_the_future, problems.TooNew),
        (of_a_future_format, problems.TooNew),
    ],
)
def test_a_harmed_backup_is_refused_and_what_was_there_stays(
    stored: Stored, harm: Callable[[Path, str], None], refused: type[Exception]
) -> None:
    backup, _said = stored.is_backed_up()
    harm(backup, stored.key)
    before = stored.what_is_there()

    with pytest.raises(refused):
        restore(backup, stored.config, stored.key, replace=True)
    with pytest.raises(refused):
        drilling.drill(backup, stored.config, stored.key, scratch=stored.folder)

    assert stored.what_is_there() == before
    assert sorted(p.name for p in stored.folder.iterdir() if p.is_dir()) == ["backups"]


def test_another_key_a_database_in_the_way_or_a_running_server_are_each_told(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alone, "_PATIENCE_SECONDS", 0.0)
    backup, _said = stored.is_backed_up()
    before = stored.what_is_there()
    with pytest.raises(problems.WrongKey):
        restore(backup, stored.config, "00" * 32, replace=True)
    with pytest.raises(problems.InTheWay):
        restore(backup, stored.config, stored.key)
    with alone_with(stored.database), pytest.raises(AlreadyServed):
        restore(backup, stored.config, stored.key, replace=True)
    with pytest.raises(problems.NoBackup):
        manifest.newest(stored.folder)
    assert stored.what_is_there() == before


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """As a disk that is full after so many bytes of a file."""
    resource = pytest.importorskip("resource", reason="Windows has no such limit")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_nothing_is_made_and_nothing_lost(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, _said = stored.is_backed_up()
    before = stored.what_is_there()
    with files_no_longer_than(100_000):
        with pytest.raises(problems.NoRoom):
            restore(backup, stored.config, stored.key, replace=True)
        config = stored.config
        with pytest.raises(problems.NoRoom):
            making.make(config.place, stored.key, stored.folder / "other", clock=config.clock)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: _Full())
    with pytest.raises(problems.NoRoom):
        restore(backup, stored.config, stored.key, replace=True)
    with pytest.raises(problems.NoRoom):
        stored.is_backed_up()

    assert stored.what_is_there() == before
    assert manifest.backups_in(stored.backups) == (backup,)
    assert list((stored.folder / "other").iterdir()) == []


def test_a_lost_disk_comes_back_under_a_new_epoch_and_the_old_one_is_moved_aside(
    stored: Stored,
) -> None:
    backup, said = stored.is_backed_up()
    kept = stored.raws()
    mark = read_mark(stored.config.place.mark)
    assert mark is not None
    stored.pushes(a_note(text="Efter kopian."))

    done = restore(backup, stored.config, stored.key, replace=True)
    assert stored.raws() == kept
    assert (said.patients, said.records, said.attachments) == (1, 2, 1)
    assert done.epoch != mark.epoch
    assert done.aside is not None
    assert done.aside.exists()

    shutil.move(backup, stored.folder.parent / backup.name)  # alone, on another disk
    lose(stored)
    again = restore(stored.folder.parent / backup.name, stored.config, stored.key)
    assert stored.raws() == kept
    assert again.epoch not in {mark.epoch, done.epoch}
    assert again.aside is None


def test_a_copy_put_in_place_by_hand_begins_a_new_epoch_too(stored: Stored) -> None:
    """Even where nothing tells it from what the mark beside it says."""
    backup, _said = stored.is_backed_up()
    mark = read_mark(stored.config.place.mark)
    assert mark is not None
    shutil.copy(backup / manifest.DATABASE, stored.database)
    stored.raws()
    after = read_mark(stored.config.place.mark)
    assert after is not None
    assert after.epoch != mark.epoch


@pytest.mark.parametrize("ledger_from", ["in place", "a newer backup", "a saved file"])
def test_what_was_erased_after_the_backup_stays_erased(stored: Stored, ledger_from: str) -> None:
    doomed = a_note(text="Nålen i höstacken.")
    stored.pushes(doomed)
    backup, _said = stored.is_backed_up()
    apart = backup.rename(backup.with_name("ronden-20250101T000000Z"))
    stored.erases(doomed)
    saved = stored.folder.parent / "saved.erasures"
    shutil.copy(stored.config.place.ledger, saved)
    if ledger_from == "a newer backup":
        stored.is_backed_up()
    lose(stored)
    if ledger_from == "in place":
        shutil.copy(saved, stored.config.place.ledger)
    given = (saved,) if ledger_from == "a saved file" else ()

    done = restore(apart, stored.config, stored.key, ledgers=given)

    assert done.erased == 1
    assert [raw is None for raw in stored.raws()] == [False, False, True]
    assert stored.config.place.ledger.exists()  # for the next time


@pytest.mark.parametrize("harm", ["a line of the log", "a page"])
def test_a_database_that_is_not_whole_gives_no_backup(stored: Stored, harm: str) -> None:
    if harm == "a page":
        whole = bytearray(stored.database.read_bytes())
        whole[len(whole) // 2] ^= 1
        stored.database.write_bytes(whole)
    else:
        in_database(stored.database, stored.key, "UPDATE audit SET event = x'7b7d' WHERE seq = 1")
    with pytest.raises(problems.NotWhole):
        stored.is_backed_up()
    assert list(stored.backups.iterdir()) == []


def test_a_backup_holds_one_moment_while_others_write(stored: Stored) -> None:
    """Whoever writes while it is made does not wait, and is in the next one."""
    with closing(connected(stored.database, stored.key)) as writer:

        def meanwhile(_percent: int) -> None:
            writer.execute("UPDATE patient SET head_rev = head_rev + 1")

        backup, said = making.make(
            stored.config.place,
            stored.key,
            stored.backups,
            clock=stored.config.clock,
            progress=meanwhile,
        )
        assert writer.execute("SELECT head_rev FROM patient").fetchone() == (3,)
        writer.execute("UPDATE patient SET head_rev = 2")
    assert said.records == 2
    assert json.loads((backup / manifest.MANIFEST).read_text())["records"] == 2


def test_a_drill_restores_elsewhere_and_leaves_nothing(stored: Stored) -> None:
    backup, said = stored.is_backed_up()
    before = stored.what_is_there()
    scratch = stored.folder.parent / "scratch"
    scratch.mkdir()
    done = drilling.drill(backup, stored.config, stored.key, scratch=scratch)
    assert (done.found.patients, done.found.records) == (said.patients, said.records)
    assert done.found.log_lines == said.log_lines + 1
    assert list(scratch.iterdir()) == []
    assert stored.what_is_there() == before


def test_thinning_out_keeps_the_newest(stored: Stored) -> None:
    backup, _said = stored.is_backed_up()
    for year in (2023, 2024, 2025):
        shutil.copytree(backup, stored.backups / f"ronden-{year}0101T000000Z")
    assert making.thin_out(stored.backups, keep=2) == 2
    left = manifest.backups_in(stored.backups)
    assert [path.name for path in left] == ["ronden-20250101T000000Z", backup.name]
