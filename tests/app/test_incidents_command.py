"""``workstation incidents``: who runs the server reads what was reported."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from click.testing import CliRunner, Result

from sync.protocol.incidents import IncidentReport
from tests.builders import MORNING, an_id
from tests.server.running import a_staff
from workstation.cli import workstation
from workstation.domain.problem import Problem
from workstation.server.incidents import receive
from workstation.server.serve import ServerConfig, opened

REPORT = IncidentReport(
    id=an_id("one"),
    at=MORNING,
    happened="Rad ett\n\x1b[31mrad två",
    expected="Inget rött.",
    harm="did",
    trace="0A1B2C3D",
)


def run(folder: Path, *arguments: str) -> Result:
    place = ("--db", str(folder / "record.db"), "--key-file", str(folder / "server.key"))
    return CliRunner().invoke(workstation, ("incidents", *arguments, *place))


async def _reported(folder: Path) -> None:
    config = ServerConfig(db=str(folder / "record.db"), key_file=folder / "server.key")
    async with opened(config) as core:
        await receive(core, a_staff(), REPORT)


def test_what_was_reported_is_printed_as_text_and_as_json(tmp_path: Path) -> None:
    asyncio.run(_reported(tmp_path))

    words, plain = run(tmp_path), run(tmp_path, "--json")

    assert words.exit_code == plain.exit_code == 0
    assert "EN PATIENT HAR KOMMIT TILL SKADA" in words.output
    assert "spårnummer 0A1B2C3D" in words.output
    assert "\x1b" not in words.output
    (one,) = json.loads(plain.output)
    assert (one["happened"], one["harm"], one["person"]) == (
        REPORT.happened,
        "did",
        a_staff().person,
    )


def test_without_a_database_none_is_made(tmp_path: Path) -> None:
    assert isinstance(run(tmp_path).exception, Problem)
    assert list(tmp_path.iterdir()) == []
