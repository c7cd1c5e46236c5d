"""``workstation audit``: the log is found whole or found out, and reading it is in it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import Connection, update

from tests.builders import ADA, GRACE
from workstation.access.actor import Nobody
from workstation.cli import workstation
from workstation.domain.problem import Problem
from workstation.server import schema
from workstation.server.serve import ServerConfig, opened


def run(folder: Path, *arguments: str) -> Result:
    place = ("--db", str(folder / "record.db"), "--key-file", str(folder / "server.key"))
    return CliRunner().invoke(workstation, ("audit", *arguments, *place))


def in_store(folder: Path, work: Any) -> None:
    async def doing() -> None:
        config = ServerConfig(db=str(folder / "record.db"), key_file=folder / "server.key")
        async with opened(config) as core:
            await work(core)

    asyncio.run(doing())


async def three_lines(core: Any) -> None:
    for patient in (GRACE, ADA, GRACE):
        await core.log(Nobody(), "Läsa", "test", patients=(patient,))


async def a_changed_line(core: Any) -> None:
    def change(connection: Connection) -> None:
        table = schema.audit
        connection.execute(update(table).where(table.c.seq == 2).values(event=b"{}"))

    await core.database.write(change)


def test_a_whole_log_is_said_to_be_whole_and_a_changed_one_is_found_out(tmp_path: Path) -> None:
    in_store(tmp_path, three_lines)
    whole = run(tmp_path, "verify", "--json")
    assert (whole.exit_code, json.loads(whole.output)) == (0, {"lines": 3, "first_fault": None})

    in_store(tmp_path, a_changed_line)
    changed = run(tmp_path, "verify", "--json")
    assert (changed.exit_code, json.loads(changed.output)["first_fault"]) == (1, 2)
    assert "2" in run(tmp_path, "verify").output


def test_what_is_extracted_is_about_one_patient_and_ends_with_the_extract_itself(
    tmp_path: Path,
) -> None:
    in_store(tmp_path, three_lines)

    lines = [
        json.loads(line)
        for line in run(tmp_path, "extract", "--patient", str(GRACE)).output.splitlines()
    ]

    assert [line["what"] for line in lines] == ["test", "test", "audit extract"]
    assert all(line["patients"] == [str(GRACE)] for line in lines)


def test_nothing_is_made_to_be_looked_at(tmp_path: Path) -> None:
    missing = run(tmp_path, "verify")

    assert isinstance(missing.exception, Problem)
    assert list(tmp_path.iterdir()) == []
