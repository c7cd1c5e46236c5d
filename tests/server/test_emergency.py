"""Nödöppning: a record outside one's care, for a while, for a reason, and for everybody to see."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from sync.protocol.emergency import CloseRequest, Opened, OpenRequest
from sync.protocol.log import LogPage, LogQuestion
from sync.protocol.messages import EndLine, EntryLine, Span, StreamLine, StreamRequest
from tests.builders import ADA, CLINIC, GRACE, a_note, a_patient
from tests.server.running import (
    DIRECTORY,
    OKORO,
    PASSWORD,
    STAFF,
    Caller,
    Running,
    running_server,
)
from workstation.domain.directory import Assignment, Person
from workstation.domain.ids import HsaId
from workstation.server.emergency import OPEN_FOR
from workstation.server.serve import Accounts

ELM = HsaId("SE2321000016-P020")
REASON = "Medvetslös patient, behöver läkemedelslistan"


@dataclass
class Hands:
    """A clock that is moved by hand."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 8, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def busy(tmp_path: Path, clock: Hands) -> Generator[Running]:
    """A server on which the ward has written about Grace; Berg and Alm are at the clinic."""
    directory = msgspec.structs.replace(
        DIRECTORY,
        people=(
            *DIRECTORY.people,
            Person(hsa_id=ELM, name="Ivar Alm", profession="physician", title="Läkare"),
        ),
        assignments=(
            *DIRECTORY.assignments,
            Assignment(hsa_id=HsaId("SE2321000016-M020"), person=ELM, unit=CLINIC),
        ),
    )
    accounts = Accounts(staff=STAFF | {"elm": (ELM, PASSWORD)})
    with running_server(tmp_path, clock=clock, directory=directory, accounts=accounts) as running:
        running.log_in("okoro").writes(a_patient(), a_note())
        yield running


def reads(caller: Caller, server: Running) -> list[StreamLine]:
    asked = StreamRequest(epoch=server.core.epoch, spans=(Span(p=GRACE),))
    answer = caller.post("/sync/stream", asked)
    assert answer.status_code == 200
    return [msgspec.json.decode(line, type=StreamLine) for line in answer.content.splitlines()]


def is_out_of_reach(caller: Caller, server: Running) -> bool:
    *records, end = reads(caller, server)
    assert isinstance(end, EndLine)
    return end.gone and not records


def opens(caller: Caller, reason: str = REASON) -> httpx.Response:
    return caller.post("/emergency/open", OpenRequest(patient=GRACE, reason=reason))


def test_what_is_opened_is_read_by_the_one_who_opened_it_and_by_nobody_else(busy: Running) -> None:
    berg, okoro = busy.log_in("berg"), busy.log_in("okoro")
    assert is_out_of_reach(berg, busy)

    assert opens(berg).status_code == 200

    assert sum(isinstance(line, EntryLine) for line in reads(berg, busy)) == 2
    assert sum(isinstance(line, EntryLine) for line in reads(okoro, busy)) == 2
    assert is_out_of_reach(busy.log_in("elm"), busy)


def test_it_closes_itself_and_can_be_closed_before(busy: Running, clock: Hands) -> None:
    berg = busy.log_in("berg")
    said = msgspec.json.decode(opens(berg).content, type=Opened)
    assert said.until.startswith("2026-11-22T12:00")

    for _ in range(8):  # at work all the while: the session does not end before the opening does
        clock.at += OPEN_FOR / 8 - timedelta(seconds=1)
        assert not is_out_of_reach(berg, busy)
    clock.at += timedelta(seconds=8)
    assert is_out_of_reach(berg, busy)

    opens(berg)
    assert not is_out_of_reach(berg, busy)
    assert berg.post("/emergency/close", CloseRequest(patient=GRACE)).status_code == 204
    assert is_out_of_reach(berg, busy)


@pytest.mark.parametrize("reason", ["", "   ", "behövs", "x" * 501])
def test_without_a_reason_nothing_is_opened(busy: Running, reason: str) -> None:
    berg = busy.log_in("berg")

    answer = opens(berg, reason)

    assert answer.status_code == 400
    assert answer.json()["place"] == "$.reason"
    assert is_out_of_reach(berg, busy)


def test_nobody_is_found_out_to_exist_by_trying(busy: Running) -> None:
    berg = busy.log_in("berg")

    answer = berg.post("/emergency/open", OpenRequest(patient=ADA, reason=REASON))

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_opening_and_reading_are_lines_of_their_own_with_the_reason(busy: Running) -> None:
    berg = busy.log_in("berg")
    opens(berg)
    reads(berg, busy)

    asked = LogQuestion(patient=GRACE, person=berg.author.hsa_id)
    page = msgspec.json.decode(busy.log_in("nord").post("/log/lines", asked).content, type=LogPage)

    read, opened = page.lines
    assert (opened.activity, opened.reason) == ("Nödöppning", REASON)
    assert "emergency" in opened.flags
    assert (read.activity, read.what) == ("Läsa", "emergency")
    assert "nödöppning" in read.basis
    assert opened.person != OKORO


def test_it_is_in_no_feed(busy: Running) -> None:
    berg = busy.log_in("berg")
    opens(berg)

    answer = berg.post(
        "/sync/manifest", b'{"unit":"' + berg.author.unit.encode() + b'","limit":10}'
    )

    assert answer.json()["patients"] == []
