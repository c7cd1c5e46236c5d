"""Who opened which record on which workstation is in the server's log: once, however late it is told."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import httpx
import msgspec
import pytest

from sync.protocol.log import LogPage, LogQuestion
from sync.protocol.openings import (
    Opening,
    OpeningsReceived,
    OpeningsReport,
    SignedOpening,
    signed_opening,
)
from tests.builders import GRACE, MORNING, an_id
from tests.clinic import Clinic, Seat, a_clinic, eventually
from tests.server.grace import ACCOUNTS, NUMBER, her_record
from tests.server.running import PASSWORD, STAFF, Caller, Pen, Running, running_server
from tests.stories.test_many_seats import offline, online
from workstation.domain.ids import PatientId
from workstation.domain.log_words import OPENED, UNPROVED

ADA = PatientId(an_id("ada"))


@pytest.fixture
def running(tmp_path: Path) -> Generator[Running]:
    with running_server(tmp_path, accounts=ACCOUNTS) as server:
        yield server


@pytest.fixture
async def clinic(running: Running, tmp_path: Path) -> AsyncGenerator[Clinic]:
    async with a_clinic(running, tmp_path / "seats") as made:
        yield made


def in_the_log(running: Running) -> list[tuple[str, str, str]]:
    """Return what, who and when of every line about Grace's record being opened."""
    nord = running.log_in("nord")
    asked = LogQuestion(patient=GRACE, activity="Läsa")
    page = msgspec.json.decode(nord.post("/log/lines", asked).content, type=LogPage)
    return [(one.what, one.person, one.at) for one in page.lines if one.what.startswith("opened")]


def graces_page(running: Running) -> str:
    http: httpx.Client = running.http()
    http.post("/login", data={"identity": NUMBER, "password": PASSWORD})
    return http.get("/journal/log").text


async def opens(seat: Seat, patient: PatientId = GRACE) -> None:
    assert seat.session is not None
    assert seat.session.opened is not None
    await seat.session.opened(patient)


async def test_what_was_opened_without_the_network_is_in_the_log_when_it_returns(
    running: Running, clinic: Clinic
) -> None:
    okoro = running.log_in("okoro")
    okoro.writes(*her_record(okoro))
    seat = clinic.seat("PC-1")
    await seat.sit("okoro")
    offline(seat)
    await opens(seat)
    await opens(seat)  # still the same opening
    await opens(seat, ADA)
    await opens(seat)
    assert in_the_log(running) == []

    online(seat)

    async def told() -> bool:
        return len(in_the_log(running)) == 2

    await eventually(told)
    assert {(what, who) for what, who, _at in in_the_log(running)} == {(OPENED, STAFF["okoro"][0])}
    await seat.opened.openings.deliver()
    assert len(in_the_log(running)) == 2
    assert "Läst av vårdpersonal" in graces_page(running)


async def test_what_one_left_untold_is_told_by_whoever_is_next_in_the_unit(
    running: Running, clinic: Clinic
) -> None:
    okoro = running.log_in("okoro")
    okoro.writes(*her_record(okoro))
    seat = clinic.seat("PC-1")
    await seat.sit("okoro")
    offline(seat)
    await opens(seat)
    await seat.leave()
    assert in_the_log(running) == []

    seat.line.is_up = True
    await seat.sit("lind")

    async def told() -> bool:
        return [(what, who) for what, who, _at in in_the_log(running)] == [
            (OPENED, STAFF["okoro"][0])
        ]

    await eventually(told)


def report(caller: Caller, *openings: SignedOpening) -> OpeningsReceived:
    answer = caller.post("/log/openings", OpeningsReport(openings=openings))
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=OpeningsReceived)


def an_opening(caller: Caller, name: str = "one", *, at: int = MORNING) -> Opening:
    author = caller.author
    return Opening(
        id=an_id(name),
        patient=GRACE,
        at=at,
        person=author.hsa_id,
        assignment=author.assignment,
        unit=author.unit,
        provider=author.provider,
        device="PC-17",
    )


def test_told_twice_it_is_there_once_and_never_later_than_it_was_told(running: Running) -> None:
    okoro = running.log_in("okoro")
    okoro.writes(*her_record(okoro))
    ahead = signed_opening(an_opening(okoro, at=9_999_999_999_999), okoro.pen)
    for _time in range(2):
        assert report(okoro, ahead, ahead).ids == (an_id("one"), an_id("one"))
    ((what, _who, at),) = in_the_log(running)
    assert what == OPENED
    assert at < "2200"


@pytest.mark.parametrize("how", ["strangers_key", "anothers_name", "no_signature", "changed"])
def test_an_opening_nobody_has_signed_for_is_kept_and_marked(running: Running, how: str) -> None:
    okoro, lind = running.log_in("okoro"), running.log_in("lind")
    okoro.writes(*her_record(okoro))
    signed = signed_opening(an_opening(okoro), okoro.pen)
    told = {
        "strangers_key": signed_opening(an_opening(okoro), Pen()),
        "anothers_name": signed_opening(an_opening(okoro), lind.pen),
        "no_signature": msgspec.structs.replace(signed, sig="", by="å"),
        "changed": msgspec.structs.replace(
            signed, raw=msgspec.Raw(msgspec.json.encode(an_opening(okoro, at=1)))
        ),
    }[how]
    report(lind, told)
    ((what, who, _at),) = in_the_log(running)
    assert (what, who) == (UNPROVED, STAFF["okoro"][0])
