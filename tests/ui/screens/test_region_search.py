"""Enter in the patient search while the region is still asked: nobody unseen, nobody behind a back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

import pytest

from tests.builders import an_id
from tests.karin import UNITS
from tests.ui.screens.conftest import Seat, leave, sit_down
from tests.ward import Door, Ward
from ui.screens.patients.presenter import PatientsPresenter
from ui.screens.patients.view import PatientsView
from workstation.domain.ids import PatientId
from workstation.domain.problem import Problem
from workstation.operations.ports import PatientLine


def far(name: str) -> PatientLine:
    return PatientLine(
        patient=PatientId(an_id(name)),
        family="Hopper",
        given=name,
        birth_date="1906-12-09",
        sex="female",
        identity="",
        identity_system="",
        protected=False,
        deceased=False,
        place="",
        complete=False,
    )


GRACE, GRETA = far("Grace"), far("Greta")


class Region:
    """Answers when it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: asyncio.Future[Sequence[PatientLine]] = asyncio.Future()

    async def __call__(self, text: str) -> Sequence[PatientLine]:
        self.asked.append(text)
        return await asyncio.shield(self.answer)


@dataclass
class Search:
    seat: Seat
    region: Region
    view: PatientsView
    presenter: PatientsPresenter

    async def types(self, text: str) -> None:
        self.view.search.setFocus()
        self.view.search.setText(text)
        self.view.search.search_now()
        await asyncio.sleep(0)
        await self.read()

    async def read(self) -> None:
        for _turn in range(200):
            await asyncio.sleep(0.005)
            if self.presenter._read == self.presenter.state.search:
                return
        raise AssertionError("the list was never read")

    async def enters(self) -> None:
        self.view.search.submitted.emit(self.view.search.text())
        await self.read()

    async def answers(self, *found: PatientLine) -> None:
        self.region.answer.set_result(found)
        await self.seat.rests()

    @property
    def opened(self) -> PatientId | None:
        line = self.seat.desk.patient
        return line.patient if line is not None else None

    def shown(self) -> str:
        return self.view._note.text()


@pytest.fixture
async def search(app: object, ward: Ward) -> AsyncIterator[Search]:
    region = Region()
    session = replace(ward.session(), region=region)
    seat = await sit_down(ward, Door({"anna": session}, UNITS[:1]))
    await seat.logs_in()
    seat.desk.show_place("patients")
    await seat.rests()
    view, presenter = seat.desk.places["patients"]
    assert isinstance(view, PatientsView)
    assert isinstance(presenter, PatientsPresenter)
    try:
        yield Search(seat, region, view, presenter)
    finally:
        if not region.answer.done():
            region.answer.set_result(())
        await leave(seat)


async def test_until_the_region_has_answered_it_is_said_and_nobody_is_said_to_be_missing(
    search: Search,
) -> None:
    await search.types("hopper")

    assert search.shown() == "Söker i regionen …"
    assert search.view._stack.currentWidget() is search.view.table
    await search.answers()
    assert search.shown() == ""
    assert search.view._stack.currentWidget() is search.view._empty


async def test_enter_holds_until_the_region_has_answered_with_one(search: Search) -> None:
    await search.types("hopper")
    await search.enters()
    assert search.opened is None

    await search.answers(GRACE)

    assert search.opened == GRACE.patient
    assert search.region.asked == ["hopper"]


async def test_enter_opens_nobody_of_several_and_is_not_kept_for_later(search: Search) -> None:
    await search.types("hopper")
    await search.enters()

    await search.answers(GRACE, GRETA)

    assert search.opened is None
    assert search.presenter.state.elsewhere == (GRACE, GRETA)


async def test_who_has_gone_on_meanwhile_has_nobody_opened(search: Search) -> None:
    await search.types("hopper")
    await search.enters()
    search.seat.desk.show_place("work")

    await search.answers(GRACE)

    assert (search.opened, search.seat.desk.place) == (None, "work")


async def test_enter_belongs_to_what_was_typed_when_it_was_pressed(search: Search) -> None:
    await search.types("hopper")
    await search.enters()
    await search.types("hoppe")

    await search.answers(GRACE)

    assert search.opened is None


async def test_enter_never_opens_the_hit_of_an_earlier_search(search: Search) -> None:
    await search.types("550714-2395")
    assert len(search.presenter.state.lines or ()) == 1
    search.view.search.setText("550714-2396")
    search.view.search.search_now()
    search.view.search.submitted.emit("550714-2396")  # before the list is read anew

    await search.answers()

    assert search.opened is None


async def test_without_an_answer_from_the_region_the_one_here_is_opened(search: Search) -> None:
    search.view.search.setFocus()
    search.view.search.setText("550714-2395")
    search.view.search.submitted.emit("550714-2395")
    await asyncio.sleep(0)
    search.region.answer.set_exception(Problem("Regionen svarar inte.", "Försök igen."))
    await search.seat.rests()

    assert search.opened == PatientId(an_id("olle"))
