"""Deadlines and limits are published content: a change moves what waits and what is flagged, at once."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection

from sync.protocol.content import PackageRequest, StatementRequest
from sync.protocol.waiting import PageRequest, WaitingPage
from tests.builders import CLINIC, WARD, a_patient, a_referral
from tests.clinic import Clinic, a_clinic, eventually
from tests.needs import needs_postgres
from tests.published import BO, SIGNERS, a_content, published, withdrawn
from tests.server.laboratory import POTASSIUM, Laboratory, an_answer, an_order
from tests.server.running import Caller, Running, running_server
from workstation.content import checking, packages
from workstation.content.statements import Signed, to_line
from workstation.domain.kinds import open_raw
from workstation.domain.observation import Observation
from workstation.domain.record import Record
from workstation.domain.watching import HOUR, RULES
from workstation.server import schema
from workstation.server.store import norms

URGENT = 1


def stricter(version: int) -> bytes:
    """Return the region's content: urgent referrals are received within 3 hours, potassium is
    critical from 6.0, and an answer is asked for within 20 days."""
    content = a_content(version)
    assert content.deadlines is not None
    put = msgspec.structs.replace
    within = put(content.deadlines.received, immediate=1, urgent=3, soon=4, routine=5)
    usual = put(content.deadlines.usual, routine=20)
    limits = tuple(
        put(row, over="6.0", tests=[]) if row.code == POTASSIUM else row for row in content.limits
    )
    deadlines = put(content.deadlines, received=within, usual=usual, tests=[])
    return packages.signed(packages.build(put(content, deadlines=deadlines, limits=limits)), BO)


def publish(sand: Caller, raw: bytes, *, start: datetime) -> None:
    assert sand.post("/content/package", PackageRequest(raw=raw)).status_code == 200
    for signed in published(raw, start=start):
        say(sand, signed)


def say(sand: Caller, signed: Signed) -> None:
    assert sand.post("/content/statement", StatementRequest(line=to_line(signed))).is_success


def due_on_server(caller: Caller) -> dict[str, int]:
    """Return question to the time at which its receipt is late, in ms UTC."""
    asked = PageRequest(unit=WARD, reasons=("watch",))
    page = msgspec.json.decode(caller.post("/waiting/page", asked).content, type=WaitingPage)
    return {line.title: line.due or 0 for line in page.lines}


def referrals_of(okoro: Caller) -> dict[str, Record]:
    made = {
        question: a_referral(
            type="consultation", to_unit=CLINIC, author=okoro.author, question=question,
            priority="urgent",
        )
        for question in ("Förmak?", "Klaff?")
    }  # fmt: skip
    okoro.writes(a_patient(author=okoro.author), *made.values())
    return made


def due_after(made: dict[str, Record], hours: int) -> dict[str, int]:
    return {name: r.written_at.millis + hours * HOUR for name, r in made.items()}


@pytest.fixture
def running(tmp_path: Path) -> Generator[Running]:
    with running_server(tmp_path, content_signers=SIGNERS) as server:
        yield server


@pytest.fixture
async def clinic(running: Running, tmp_path: Path) -> AsyncGenerator[Clinic]:
    async with a_clinic(running, tmp_path / "seats") as made:
        yield made


async def _moved_on_the_server(running: Running) -> None:
    okoro, sand = running.log_in("okoro"), running.log_in("sand")
    made = referrals_of(okoro)
    standing = due_after(made, RULES.received.hours[URGENT])
    assert due_on_server(okoro) == standing

    raw = stricter(2)
    publish(sand, raw, start=datetime.now(UTC) + timedelta(seconds=1))

    async def stricter_now() -> bool:
        return due_on_server(okoro) == due_after(made, 3)

    await eventually(stricter_now)
    say(sand, withdrawn(raw))

    async def as_before() -> bool:
        return due_on_server(okoro) == standing

    await eventually(as_before)


async def test_a_published_deadline_moves_what_waits_on_the_server_and_withdrawn_moves_it_back(
    running: Running,
) -> None:
    await _moved_on_the_server(running)


@needs_postgres
async def test_a_published_deadline_moves_what_waits_on_postgresql(
    tmp_path: Path, postgres_url: str
) -> None:
    with running_server(tmp_path, db=postgres_url, content_signers=SIGNERS) as running:
        await _moved_on_the_server(running)


async def test_a_server_that_ended_half_way_goes_on_when_it_starts(tmp_path: Path) -> None:
    raw = stricter(2)
    with running_server(tmp_path, content_signers=SIGNERS) as running:
        okoro, sand = running.log_in("okoro"), running.log_in("sand")
        made = referrals_of(okoro)
        publish(sand, raw, start=datetime.now(UTC) + timedelta(seconds=0.5))
    with running_server(tmp_path, content_signers=SIGNERS) as running:
        okoro = running.log_in("okoro")

        async def stricter_now() -> bool:
            return due_on_server(okoro) == due_after(made, 3)

        await eventually(stricter_now)


async def test_a_published_deadline_moves_the_lists_of_a_workstation_without_a_restart(
    running: Running, clinic: Clinic
) -> None:
    okoro, sand = running.log_in("okoro"), running.log_in("sand")
    made = referrals_of(okoro)
    seat = clinic.seat("PC-1")
    seat.gate.content_signers = SIGNERS
    session = await seat.sit("okoro")
    cache = seat.opened.cache

    async def due_here() -> dict[str, int]:
        lines = await cache.watched(WARD, limit=10)
        return {line.question: line.due or 0 for line in lines}

    async def as_shipped() -> bool:
        return await due_here() == due_after(made, RULES.received.hours[URGENT])

    await eventually(as_shipped)
    assert session.norms.watching.usual[3] == 30
    raw = stricter(2)
    publish(sand, raw, start=datetime.now(UTC))

    async def moved() -> bool:
        return await due_here() == due_after(made, 3)

    await eventually(moved)
    assert session.norms.watching.usual[3] == 20
    rows = await cache._read(_work_rows)
    await cache.rebuild()
    assert await cache._read(_work_rows) == rows  # the norms lie beside the rows: both agree
    say(sand, withdrawn(raw))
    await eventually(as_shipped)


def _work_rows(connection: Connection) -> list[object]:
    found = connection.exec_driver_sql(
        "SELECT entity, reason, due, deputy_at, head_at FROM work ORDER BY entity, reason"
    )
    return [tuple(row) for row in found]


async def test_a_published_limit_flags_the_next_result(running: Running) -> None:
    okoro, sand = running.log_in("okoro"), running.log_in("sand")
    laboratory = Laboratory.at(running)

    def flag_of(report: str) -> str:
        order = an_order(okoro)
        laboratory.delivers(an_answer(order, (POTASSIUM, "6.2", "mmol/L"), report=report))
        return flag_in(running, order)

    assert flag_of("before") == ""
    publish(sand, stricter(2), start=datetime.now(UTC))

    async def settled() -> bool:
        found = running.do(running.core.database.read(norms.in_force))
        return str(found.analyses[POTASSIUM].above) == "6.0"

    await eventually(settled)
    assert flag_of("after") == "HH"


def flag_in(running: Running, order: Record) -> str:
    """Return the flag of the one value that answers an order."""
    table = schema.entry
    raws = running.do(
        running.core.database.read(
            lambda c: c.execute(table.select().where(table.c.kind == "observation")).all()
        )
    )
    bodies = [open_raw(row.raw).body for row in raws]
    (mine,) = [b for b in bodies if isinstance(b, Observation) and b.order == order.entity]
    return mine.interpretation


def test_the_stricter_content_could_not_be_built_with_a_deadline_that_makes_no_sense() -> None:
    content = a_content(2)
    assert content.deadlines is not None
    put = msgspec.structs.replace
    late = put(content.deadlines.received, urgent=200)
    broken = put(content, deadlines=put(content.deadlines, received=late))
    found = checking.complaints(broken)
    assert "deadlines: received: what is more urgent waits longer" in found
