"""Practice: steps check themselves off by what the record says, and the line can be cut."""

from __future__ import annotations

from dataclasses import dataclass, replace

import httpx
import pytest

from tests.karin import KARIN, UNITS
from tests.ui.screens.conftest import Seat, leave, sit_down
from tests.ui.screens.test_forms import NEWS2
from tests.ward import Door, Ward
from ui.screens.practice.presenter import PracticePresenter
from ui.screens.practice.scenarios import SCENARIOS
from ui.screens.practice.view import PracticeView
from workstation.app.practice import PracticeLine
from workstation.operations.session import SyncStatus


@dataclass
class Switch:
    up: bool = True

    def set_line(self, *, up: bool) -> None:
        self.up = up


async def practising(ward: Ward) -> tuple[Seat, Switch, PracticePresenter]:
    switch = Switch()
    nurse = ward.desk("Öberg, Maja", profession="nurse", hsa_id="SE2321000016-P002")
    session = replace(ward.session(nurse), practice=switch)
    seat = await sit_down(ward, Door({"maja": session}, UNITS[:1]))
    await seat.logs_in("maja")
    seat.desk.show_place("practice")
    await seat.rests()
    view, presenter = seat.desk.places["practice"]
    assert isinstance(view, PracticeView)
    assert isinstance(presenter, PracticePresenter)
    return seat, switch, presenter


def done(presenter: PracticePresenter, scenario: str) -> list[str]:
    found = next(each for each in presenter.state.scenarios if each.key == scenario)
    return [step.key for step in found.steps if presenter.state.is_done(step)]


async def test_what_a_nurse_does_is_checked_off_and_what_others_did_is_not(
    app: object, ward: Ward
) -> None:
    seat, _switch, presenter = await practising(ward)
    try:
        assert presenter.state.scenarios[0].key == "ward"
        assert done(presenter, "ward") == []
        await seat.opens("journal")
        seat.desk.menu.run("form:news2")
        await seat.rests()
        for path, answer in NEWS2.items():
            seat.draft.set_text(f"f_{path}", answer)
        await seat.rests()
        await seat.presses("Spara")
        assert done(presenter, "ward") == []

        seat.desk.menu.run("form:news2")
        await seat.rests()
        for path, answer in NEWS2.items():
            seat.draft.set_text(f"f_{path}", answer)
        await seat.rests()
        await seat.presses("Signera")
        assert done(presenter, "ward") == ["news2", "note"]

        seat.ward.clock.forward(1)
        presenter.begin_again()
        await presenter.changed(frozenset({KARIN}))
        assert done(presenter, "ward") == []
    finally:
        await leave(seat)


async def test_the_network_is_cut_and_restored(app: object, ward: Ward) -> None:
    seat, switch, presenter = await practising(ward)
    try:
        await seat.presses("Koppla ifrån nätet")
        assert not switch.up
        seat.ward.sync.say(SyncStatus(connected=False))
        await seat.opens("journal")
        seat.desk.menu.run("form:pain")
        await seat.rests()
        seat.draft.set_text("f_pain", "false")
        await seat.rests()
        await seat.presses("Signera")
        assert done(presenter, "remote") == ["cut", "note"]

        seat.desk.show_place("practice")
        await seat.rests()
        await seat.presses("Återanslut nätet")
        assert switch.up
        seat.ward.sync.say(SyncStatus(connected=True, contact_at=seat.ward.clock.millis))
        assert done(presenter, "remote") == ["cut", "note", "join"]
    finally:
        await leave(seat)


async def test_nobody_else_has_the_place(seat: Seat) -> None:
    await seat.logs_in()
    assert "practice" not in seat.desk.places


def test_every_step_can_be_done_and_has_a_key_of_its_own() -> None:
    for scenario in SCENARIOS:
        keys = [step.key for step in scenario.steps]
        assert len(set(keys)) == len(keys)
        assert all(step.done_by for step in scenario.steps)


@pytest.mark.parametrize("address", ["http://192.0.2.7/health", "https://ronden.example/health"])
async def test_practice_reaches_no_other_machine(address: str) -> None:
    async with httpx.AsyncClient(transport=PracticeLine().transport()) as client:
        with pytest.raises(httpx.ConnectError, match="no other machine"):
            await client.get(address)
