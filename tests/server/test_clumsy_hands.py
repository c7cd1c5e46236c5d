"""What an administrator may do wrong to a server: each has its answer, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import a_note, a_patient
from tests.server.running import running_server
from workstation.server.alone import AlreadyServed, alone_with


class _SetClock:
    """A server's clock that somebody sets."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def now(self) -> datetime:
        return self.at


def test_a_second_server_on_the_same_database_is_refused_and_the_first_goes_on(
    tmp_path: Path,
) -> None:
    database = tmp_path / "record.db"
    command = [sys.executable, "-m", "workstation", "serve", "--db", str(database), "--port", "0"]
    command += ["--key-file", str(tmp_path / "record.key")]

    with alone_with(database):
        second = subprocess.run(command, capture_output=True, text=True, timeout=60)

        assert second.returncode != 0
        assert "databas" in second.stderr
        assert "Traceback" not in second.stderr
        assert not database.exists()  # it did not so much as open it
        with pytest.raises(AlreadyServed), alone_with(database):
            pass
    with alone_with(database):  # and when the first has ended, however it ended
        pass


def test_a_server_whose_clock_is_set_back_three_days_loses_nothing(tmp_path: Path) -> None:
    clock = _SetClock()
    with running_server(tmp_path, clock=clock) as server:
        okoro = server.log_in("okoro")
        said = okoro.author
        before = [a_patient(author=said), a_note(author=said)]
        okoro.writes(*before)
        clock.at -= timedelta(days=3)
        during = [a_note(author=said, text=f"under tiden {n}") for n in range(3)]
        outcomes = [o.verdict for note in during for o in okoro.writes(note).outcomes]
        clock.at += timedelta(days=3)
        after = a_note(author=said, text="efteråt")
        outcomes += [o.verdict for o in okoro.writes(after).outcomes]
        again = [o.verdict for note in (*before, *during) for o in okoro.writes(note).outcomes]

    assert outcomes == ["applied"] * 4
    assert again == ["known"] * 5
