"""Content is published on the server and in force at every workstation by the clock, also without a network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from sync.protocol.content import (
    PackageRequest,
    StatementRequest,
    Statistics,
    StatisticsRequest,
)
from tests.builders import GRACE, a_medication_order, a_patient
from tests.clinic import Clinic, Seat, a_clinic, eventually
from tests.published import SIGNERS, STRANGER, a_package, published, withdrawn
from tests.server.running import OKOROS_PEN, PASSWORD, Caller, Running, running_server
from workstation.cli.content_figures import figures
from workstation.cli.content_outlet import PASSWORD_VARIABLE, outlet
from workstation.content.packages import digest
from workstation.content.statements import Signed, to_line
from workstation.domain.medication import ATC, Drug, MedicationOrder, Override
from workstation.domain.record import Record, seal
from workstation.domain.values import Coding, Concept
from workstation.operations.counting import count_signed
from workstation.operations.support import InForce

PAIR = "ddi.qt-qt"
PROMISED_SECONDS = 5.0


@pytest.fixture
def running(tmp_path: Path) -> Generator[Running]:
    with running_server(tmp_path, content_signers=SIGNERS) as server:
        yield server


@pytest.fixture
async def clinic(running: Running, tmp_path: Path) -> AsyncGenerator[Clinic]:
    async with a_clinic(running, tmp_path / "seats") as made:
        yield made


@pytest.fixture
def sand(running: Running) -> Caller:
    return running.log_in("sand")


async def a_seat(clinic: Clinic, name: str = "PC-1") -> Seat:
    seat = clinic.seat(name)
    seat.gate.content_signers = SIGNERS
    await seat.sit("okoro")
    return seat


def in_force(seat: Seat) -> InForce:
    assert seat.session is not None
    assert seat.session.support is not None
    return seat.session.support.in_force


async def becomes(
    seat: Seat, so: Callable[[InForce], bool], *, within: float = PROMISED_SECONDS
) -> None:
    async def there() -> bool:
        return so(in_force(seat))

    waiting: Callable[[], Awaitable[bool]] = there
    await eventually(waiting, within=within)


def publish(sand: Caller, raw: bytes, *, start: datetime) -> None:
    assert sand.post("/content/package", PackageRequest(raw=raw)).status_code == 200
    say(sand, *published(raw, start=start))


def say(sand: Caller, *statements: Signed) -> None:
    for signed in statements:
        answer = sand.post("/content/statement", StatementRequest(line=to_line(signed)))
        assert answer.status_code == 200, answer.text


async def test_from_the_first_moment_there_is_content_that_says_what_it_is(clinic: Clinic) -> None:
    seat = await a_seat(clinic)
    now = in_force(seat)
    assert now.bundled
    assert now.mark == "demonstrationsinnehåll, ej kliniskt godkänt"
    assert seat.session is not None
    status = seat.session.sync.status()
    assert "demonstration 1" in status.content_version
    assert "ej kliniskt godkänt" in status.content_version
    assert not status.content_current


async def test_what_is_published_comes_ahead_of_time_and_switches_by_the_clock_without_a_network(
    clinic: Clinic, sand: Caller
) -> None:
    seat = await a_seat(clinic)
    package = a_package(2)
    start = datetime.now(UTC) + timedelta(seconds=4)
    publish(sand, package, start=start)
    await becomes(seat, lambda now: [version for version, _at in now.pending] == [2])
    await eventually(lambda: has(seat, package))
    seat.line.is_up = False
    assert in_force(seat).bundled
    await becomes(seat, lambda now: now.version == 2 and not now.bundled, within=10)
    assert datetime.now(UTC) >= start
    assert in_force(seat).pending == ()


async def has(seat: Seat, package: bytes) -> bool:
    return (seat.places.content / f"{digest(package)}.package").exists()


async def test_a_withdrawal_reaches_who_is_online_at_once_and_the_older_version_is_back(
    clinic: Clinic, sand: Caller
) -> None:
    seat = await a_seat(clinic)
    old, new = a_package(2), a_package(3, without=(PAIR,))
    publish(sand, old, start=datetime.now(UTC) - timedelta(seconds=30))
    publish(sand, new, start=datetime.now(UTC) - timedelta(seconds=20))
    await becomes(seat, lambda now: now.version == 3)
    say(sand, withdrawn(new))
    await becomes(seat, lambda now: now.version == 2)
    say(sand, withdrawn(old, rules=(PAIR,)))
    await becomes(seat, lambda now: now.off == {PAIR})
    assert in_force(seat).version == 2


async def test_what_was_in_force_is_in_force_again_after_a_restart_without_a_network(
    clinic: Clinic, sand: Caller
) -> None:
    seat = await a_seat(clinic)
    publish(sand, a_package(2), start=datetime.now(UTC) - timedelta(seconds=30))
    await becomes(seat, lambda now: now.version == 2)
    seat.line.is_up = False
    await seat.leave()
    await seat.sit("okoro")
    assert in_force(seat).version == 2
    assert in_force(seat).known_at is None


async def test_an_older_version_does_not_come_back_by_deleting_the_newer(
    clinic: Clinic, sand: Caller
) -> None:
    seat = await a_seat(clinic)
    old, new = a_package(2), a_package(3)
    publish(sand, old, start=datetime.now(UTC) - timedelta(seconds=30))
    publish(sand, new, start=datetime.now(UTC) - timedelta(seconds=20))
    await becomes(seat, lambda now: now.version == 3)
    seat.line.is_up = False
    await seat.leave()
    (seat.places.content / f"{digest(new)}.package").unlink()
    await seat.sit("okoro")
    assert in_force(seat).bundled
    assert in_force(seat).lost
    seat.line.is_up = True
    await becomes(seat, lambda now: now.version == 3, within=15)
    assert not in_force(seat).lost


async def test_a_withdrawal_is_not_undone_by_deleting_what_lies_on_disk(
    clinic: Clinic, sand: Caller
) -> None:
    seat = await a_seat(clinic)
    package = a_package(2)
    publish(sand, package, start=datetime.now(UTC) - timedelta(seconds=30))
    await becomes(seat, lambda now: now.version == 2)
    say(sand, withdrawn(package))
    await becomes(seat, lambda now: now.bundled)
    seat.line.is_up = False
    await seat.leave()
    (seat.places.content / "statements.ndjson").unlink()
    await seat.sit("okoro")
    assert in_force(seat).bundled


async def test_what_a_stranger_signed_on_disk_is_nothing(clinic: Clinic, sand: Caller) -> None:
    seat = await a_seat(clinic)
    publish(sand, a_package(2), start=datetime.now(UTC) - timedelta(seconds=30))
    await becomes(seat, lambda now: now.version == 2)
    seat.line.is_up = False
    await seat.leave()
    fake = a_package(9, key=STRANGER)
    (seat.places.content / f"{digest(fake)}.package").write_bytes(fake)
    (seat.places.content / "statements.ndjson").write_bytes(b"garbage\n")
    await seat.sit("okoro")
    assert in_force(seat).version == 2


async def test_who_is_trusted_by_nobody_here_changes_nothing(clinic: Clinic, sand: Caller) -> None:
    seat = clinic.seat("PC-2")
    await seat.sit("okoro")
    publish(sand, a_package(2), start=datetime.now(UTC) - timedelta(seconds=30))
    content = seat.opened.rules.content
    await eventually(lambda: seen(content.in_force.known_at))
    assert in_force(seat).bundled


async def seen(when: int | None) -> bool:
    return when is not None


async def an_order_is_signed(seat: Seat) -> None:
    """Dr Okoro orders a medicine that clashes with another, and says why."""
    session = seat.session
    assert session is not None
    support = session.support
    assert support is not None
    patient = a_patient(birth_date="1941-03-08")
    sotalol = _an_order("sotalol", "C07AA07")
    await session.records.save([seal(record, OKOROS_PEN) for record in (patient, sotalol)])
    await support.prepare(GRACE)
    body = _an_order("klaritromycin", "J01FA09").body
    assert isinstance(body, MedicationOrder)
    checked = support.order(GRACE, body, signing=True)
    assert checked is not None
    assert checked.interrupting
    given = tuple(
        Override(rule=s.card.lead.rule, version="1", reason_code="followed", reason="Följs")
        for s in checked.interrupting
    )
    signed = msgspec.structs.replace(body, overrides=given)
    count_signed(support, GRACE, signed, checked, entity=None)


def _an_order(name: str, atc: str) -> Record:
    concept = Concept(text=name, codings=(Coding(system=ATC, code=atc),))
    return a_medication_order(drug=Drug(name=name, route="peroralt", concept=concept))


async def test_what_became_of_rules_reaches_who_answers_for_them_without_a_patient(
    clinic: Clinic, sand: Caller
) -> None:
    seat = await a_seat(clinic)
    publish(sand, a_package(2), start=datetime.now(UTC) + timedelta(hours=1))
    await becomes(seat, lambda now: bool(now.pending))
    await eventually(lambda: seen(1 if seat.opened.rules.content.shadow else None))
    await an_order_is_signed(seat)
    await seat.opened.rules.tally.deliver()
    await seat.opened.rules.tally.deliver()
    answer = sand.post("/content/statistics", StatisticsRequest())
    told = msgspec.json.decode(answer.content, type=Statistics)
    by_outcome = {f.outcome: f for f in told.firings if "qt" in f.rule}
    assert by_outcome["shown"].count == 1
    assert (by_outcome["overridden"].count, by_outcome["overridden"].reason) == (1, "followed")
    assert by_outcome["shadow"].count == 1, "the scheduled package ran unseen"
    assert str(GRACE).encode() not in answer.content
    assert b"Okoro" not in answer.content


async def test_counts_of_a_day_without_a_network_are_delivered_once_the_next(
    clinic: Clinic, sand: Caller
) -> None:
    seat = await a_seat(clinic)
    seat.line.is_up = False
    await an_order_is_signed(seat)
    await seat.opened.rules.tally.deliver()
    await seat.leave()
    seat.line.is_up = True
    await seat.sit("okoro")

    async def delivered() -> bool:
        answer = sand.post("/content/statistics", StatisticsRequest())
        told = msgspec.json.decode(answer.content, type=Statistics)
        return [f.count for f in told.firings if f.outcome == "overridden"] != []

    await eventually(delivered)
    answer = sand.post("/content/statistics", StatisticsRequest())
    told = msgspec.json.decode(answer.content, type=Statistics)
    assert all(f.count == 1 for f in told.firings)


async def test_an_author_publishes_withdraws_and_reads_figures_from_the_command_line(
    clinic: Clinic, running: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seat = await a_seat(clinic)
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    target = running.url.replace("http://", "http://sand@")
    package = a_package(2)

    def go_out() -> None:
        place = outlet(target)
        place.put_package(package)
        for signed in published(package, start=datetime.now(UTC) - timedelta(seconds=30)):
            place.put_statement(signed)
        assert len(place.statements()) == 3

    await asyncio.to_thread(go_out)
    await becomes(seat, lambda now: now.version == 2)
    await asyncio.to_thread(lambda: outlet(target).put_statement(withdrawn(package)))
    await becomes(seat, lambda now: now.bundled)
    ran = await asyncio.to_thread(CliRunner().invoke, figures, ["--from", target, "--json"])
    assert (ran.exit_code, ran.stdout.strip()) == (0, "[]")

    await an_order_is_signed(seat)
    await seat.opened.rules.tally.deliver()
    for style, head in (("swedish", b"\xef\xbb\xbfRegel;Version;"), ("plain", b"Regel,Version,")):
        table = tmp_path / f"{style}.csv"
        args = ["--from", target, "--since", "2020-01-01", "--csv", str(table), "--style", style]
        ran = await asyncio.to_thread(CliRunner().invoke, figures, args)
        assert ran.exit_code == 0, ran.output
        raw = table.read_bytes()
        assert raw.startswith(head)
        assert b"ddi.qt" in raw
        assert str(GRACE).encode() not in raw
    late = ["--from", target, "--since", "2999-01-01"]
    ran = await asyncio.to_thread(CliRunner().invoke, figures, late)
    assert ran.stdout == "Inget har räknats ännu.\n"
