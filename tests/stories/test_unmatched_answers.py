"""Answers without an order lie on the server until somebody decides; a workstation shows them also later."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from tests.clinic import Clinic, a_clinic
from tests.server.laboratory import POTASSIUM, Laboratory, an_answer, an_order
from tests.server.running import Running, running_server
from tests.stories.test_many_seats import offline, online
from workstation.domain.problem import Problem
from workstation.operations.settle_answer import settle_answer


@pytest.fixture
def running(tmp_path: Path) -> Generator[Running]:
    with running_server(tmp_path) as server:
        yield server


@pytest.fixture
async def clinic(running: Running, tmp_path: Path) -> AsyncGenerator[Clinic]:
    async with a_clinic(running, tmp_path / "seats") as made:
        yield made


async def test_without_the_network_the_list_has_its_age_and_nothing_in_it_is_lost(
    running: Running, clinic: Clinic
) -> None:
    okoro, laboratory = running.log_in("okoro"), Laboratory.at(running)
    odd = an_answer(an_order(okoro), (POTASSIUM, "4.1", "mg/L"))
    laboratory.delivers(odd)
    seat = clinic.seat("PC-1")
    session = await seat.sit("okoro")
    assert session.answers is not None

    offline(seat)
    with pytest.raises(Problem):  # never read here: said, not shown as an empty list
        await session.answers.all()
    online(seat)
    read = await session.answers.all()
    assert ([one.why for one in read.answers], read.fresh) == (["unit"], True)

    offline(seat)
    shown = await session.answers.all()
    assert (shown.answers, shown.read_at, shown.fresh) == (read.answers, read.read_at, False)
    with pytest.raises(Problem):
        await settle_answer(
            shown.answers[0], how="läst", answers=session.answers, desk=session.desk
        )
    online(seat)
    assert (await session.answers.all()).answers == read.answers
    await settle_answer(shown.answers[0], how="läst", answers=session.answers, desk=session.desk)
    assert (await session.answers.all()).answers == ()
