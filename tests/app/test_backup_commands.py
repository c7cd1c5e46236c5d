"""``workstation backup`` and ``restore``, as IT types them, and what the doctor says of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.builders import a_note
from tests.installed import ROOT
from tests.server.backup.stored import Stored, stored_in
from workstation.cli import workstation
from workstation.domain.problem import Problem
from workstation.server.store import audit

SCHEDULE = ROOT / "installer" / "schedule"
NEEDLE = "Nålen i höstacken."


@pytest.fixture
def stored(tmp_path: Path) -> Stored:
    stored = stored_in(tmp_path / "server")
    stored.pushes(a_note(text=NEEDLE))
    return stored


def run(stored: Stored, *arguments: str) -> Result:
    place = ("--db", stored.config.db, "--key-file", str(stored.config.key_file))
    return CliRunner().invoke(workstation, (*arguments, *place))


def lines_of_the_log(stored: Stored) -> int:
    return stored.doing(lambda core: core.database.read(audit.last_seq))


def said_by_doctor(stored: Stored) -> dict[str, str]:
    done = CliRunner().invoke(workstation, ("doctor", "--json", "--db", stored.config.db))
    return {each["what"]: each["mend"] for each in json.loads(done.stdout)}


def test_a_day_of_backup_drill_loss_and_restore(stored: Stored) -> None:
    assert said_by_doctor(stored)["Säkerhetskopia"]
    logged = lines_of_the_log(stored)
    to = ("--to", str(stored.backups))
    made = run(stored, "backup", *to, "--json", "--keep", "3")
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["records"] == 3
    drilled = run(stored, "backup", "--drill", *to, "--json")
    assert drilled.exit_code == 0, drilled.output
    assert json.loads(drilled.stdout)["found"]["records"] == 3
    assert lines_of_the_log(stored) == logged + 2
    healthy = said_by_doctor(stored)
    assert (healthy["Säkerhetskopia"], healthy["Prövad säkerhetskopia"]) == ("", "")

    stored.database.unlink()
    restored = run(stored, "restore", str(stored.backups))
    assert restored.exit_code == 0, restored.output
    assert len(stored.raws()) == 3


def test_nothing_that_the_commands_write_or_say_quotes_a_record(
    stored: Stored, tmp_path: Path
) -> None:
    to = ("--to", str(stored.backups))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    said = [
        run(stored, "backup", *to).output,
        run(stored, "backup", "--drill", *to, "--scratch", str(scratch)).output,
        run(stored, "restore", str(stored.backups), "--replace").output,
    ]
    written = [path.read_bytes() for path in stored.folder.rglob("*") if path.is_file()]
    assert len(written) > 6
    secrets = [NEEDLE.encode(), NEEDLE.encode("utf-16-le"), b"Hopper", stored.key.encode()]
    for secret in secrets:
        holding = [bytes_ for bytes_ in written if secret in bytes_]
        assert len(holding) == (1 if secret == stored.key.encode() else 0)  # the key file itself
        assert not any(secret in text.encode() for text in said)


def test_the_key_is_saved_apart_or_not_at_all(stored: Stored, tmp_path: Path) -> None:
    to = ("--to", str(stored.backups))
    beside = run(stored, "backup", *to, "--escrow-key", str(stored.backups / "key"))
    assert isinstance(beside.exception, Problem)
    assert not stored.backups.exists()
    apart = tmp_path / "safe" / "key"
    assert run(stored, "backup", *to, "--escrow-key", str(apart)).exit_code == 0
    assert apart.read_text().strip() == stored.key
    stored.database.unlink()
    again = ("restore", str(stored.backups), "--db", stored.config.db, "--key-file", str(apart))
    assert CliRunner().invoke(workstation, again).exit_code == 0


def test_postgresql_is_left_to_its_own_tools(tmp_path: Path) -> None:
    for command in (("backup", "--to", str(tmp_path)), ("restore", str(tmp_path))):
        done = CliRunner().invoke(workstation, (*command, "--db", "postgresql://a@b/c"))
        assert isinstance(done.exception, Problem)
        assert "pg_basebackup" in done.exception.advice


def scheduled(name: str, places: dict[str, str]) -> list[str]:
    """Return the arguments that a unit of systemd gives the program."""
    unit = (SCHEDULE / f"ronden-{name}.service").read_text(encoding="utf-8")
    (line,) = re.findall(r"^ExecStart=\S+ workstation (.+)$", unit, flags=re.MULTILINE)
    asked = re.findall(
        r"^(RONDEN_\w+)=", (SCHEDULE / "backup.conf").read_text(encoding="utf-8"), re.M
    )
    assert set(asked) == places.keys()
    return [re.sub(r"\$\{(\w+)\}", lambda found: places[found[1]], word) for word in line.split()]


def test_what_is_scheduled_backs_up_every_night_and_tries_it_out_every_week(
    stored: Stored,
) -> None:
    places = {
        "RONDEN_DATABASE": stored.config.db,
        "RONDEN_KEY_FILE": str(stored.config.key_file),
        "RONDEN_BACKUPS": str(stored.backups),
    }
    on_windows = (SCHEDULE / "schedule.ps1").read_text(encoding="utf-8")
    for name, options in (
        ("backup", "backup $place --keep 14"),
        ("drill", "backup --drill $place"),
    ):
        done = CliRunner().invoke(workstation, scheduled(name, places))
        assert done.exit_code == 0, done.output
        assert f'"{options}"' in on_windows
    healthy = said_by_doctor(stored)
    assert (healthy["Säkerhetskopia"], healthy["Prövad säkerhetskopia"]) == ("", "")
    for name, when in (("backup", "*-*-* "), ("drill", "Sun *-*-* ")):
        timer = (SCHEDULE / f"ronden-{name}.timer").read_text(encoding="utf-8")
        assert f"OnCalendar={when}" in timer
        assert "Persistent=true" in timer  # a server that was off does it when it is on again
