"""The unit right now, beside the work list: real numbers, and each opens what it counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.builders import WARD, a_contact, a_patient, an_observation
from tests.karin import KARIN
from tests.ui.screens.conftest import Seat
from tests.ui.screens.test_presenters import a_shell
from tests.ward import open_ward
from ui.kit.cell import Row
from ui.kit.empty import Empty
from ui.kit.textrun import plain
from ui.screens.work.now_presenter import NowPresenter
from ui.screens.work.now_state import NowState
from ui.screens.work.now_view import NowView
from ui.screens.work.presenter import WorkPresenter
from ui.screens.work.view import WorkView
from ui.shell.desk import Desk
from ui.shell.standing import Standing
from ui.shell.unit_now import Inpatient, UnitNow, unit_now
from workstation.domain.clock import to_millis
from workstation.domain.ids import HsaId, PatientId
from workstation.domain.record import Record
from workstation.domain.values import Concept, Quantity
from workstation.operations.ports import PatientLine

ANOTHER = HsaId("SE2321000016-P009")


def _score(points: str, day: str) -> Record:
    return an_observation(
        concept=Concept(text="NEWS2"),
        category="vital-signs",
        effective=day,
        quantity=Quantity(value=points, unit="{score}"),
        reference=None,
        patient=KARIN,
    )


def _work(desk: Desk) -> WorkView:
    view = desk.places["work"][0]
    assert isinstance(view, WorkView)
    return view


async def _shows(seat: Seat) -> WorkView:
    seat.window.resize(1280, 800)
    await seat.logs_in()
    seat.desk.show_place("patients")
    await seat.rests()
    seat.desk.show_place("work")
    await seat.rests()
    return _work(seat.desk)


def _counts(view: WorkView) -> dict[str, str]:
    rows = (entry for entry in view.now.counts.model.entries if isinstance(entry, Row))
    return {row.key.partition(":")[2]: row.cells[1].text for row in rows}


async def test_whoever_is_worst_and_what_nobody_has_seen_is_counted_whoever_it_waits_for(
    seat: Seat,
) -> None:
    critical = an_observation(
        concept=Concept(text="P-Kalium"),
        category="laboratory",
        quantity=Quantity(value="6.4", unit="mmol/L"),
        interpretation="HH",
        answers_to=ANOTHER,
        answers_to_unit=WARD,
        patient=KARIN,
    )
    await seat.ward.put(_score("8", "2099-01-01T06:00:00Z"), critical)
    view = await _shows(seat)
    assert view.now.isVisible()
    counts = _counts(view)
    assert counts["emergency"] == "1"
    now = await unit_now(seat.desk.session)
    waiting = {line.entity for line in now.critical}
    assert critical.entity in waiting, "it waits for a colleague, and is the unit's all the same"
    assert counts["critical"] == str(len(waiting))
    assert counts["late"] == str(sum(one.late for one in now.patients))
    assert counts[""] == str(sum(one.lies_here for one in now.patients))

    view.now.counts.pick("count:emergency")
    await seat.rests()
    rows = [e for e in view.now.patients.model.entries if isinstance(e, Row)]
    assert [row.key for row in rows] == [f"patient:{KARIN}"]
    view.now.patients.opened.emit(rows[0].key)
    await seat.rests()
    assert seat.desk.patient is not None
    assert seat.desk.patient.patient == KARIN


def test_before_anything_is_read_there_is_no_frame_that_looks_like_an_empty_ward(
    qapp: QApplication,
) -> None:
    view = NowView("Avdelning 12")
    view.resize(392, 700)
    view.show()
    qapp.processEvents()
    assert not view.counts.isVisible()
    assert not view.patients.isVisible()


async def test_a_place_is_told_of_nobody_who_is_protected_and_the_list_keeps_its_room(
    seat: Seat,
) -> None:
    view = await _shows(seat)
    everybody = await seat.ward.cache.patients_of(HsaId(WARD), limit=99)
    hidden = [line for line in everybody if line.protected and line.place]
    assert hidden
    rows = [e for e in view.now.patients.model.entries if isinstance(e, Row)]
    for line in hidden:
        (row,) = (row for row in rows if str(line.patient) in row.key)
        assert all(line.place not in plain(cell.lines) for cell in row.cells)

    lying = _counts(view)[""]
    planned = a_contact(
        patient=_another(everybody), status="planned", unit=WARD, place="", end=None
    )
    await seat.ward.put(planned)
    now = await unit_now(seat.desk.session)
    assert str(sum(one.lies_here for one in now.patients)) == lying, "who is expected is not here"

    seat.window.resize(960, 640)
    await seat.rests()
    assert not view.now.isVisible()
    view.now.opened.emit("count:assess")
    await seat.rests()
    assert seat.desk.place == "referrals_in"


def _another(lines: Sequence[PatientLine]) -> PatientId:
    return next(line.patient for line in lines if line.patient != KARIN)


@pytest.mark.parametrize(
    ("birth_date", "deceased", "lacks"),
    [
        ("2010-03-02", False, 1),  # sixteen today
        ("2010-03-03", False, 0),
        ("2026-02-10", False, 0),
        ("1940-01-01", True, 0),
        ("", False, 1),  # nobody knows how old
    ],
)
def test_a_score_is_missed_of_those_it_is_for_and_no_others(
    birth_date: str, *, deceased: bool, lacks: int
) -> None:
    line = PatientLine(
        patient=KARIN,
        family="Berg",
        given="Karin",
        birth_date=birth_date,
        sex="female",
        identity="",
        identity_system="",
        protected=False,
        deceased=deceased,
        place="Rum 3",
        complete=True,
    )
    unit = UnitNow(
        patients=(Inpatient(line=line, standing=Standing()),),
        as_of=to_millis(datetime(2026, 3, 2, 12, tzinfo=UTC)),
    )

    assert NowState(unit=unit).count("unscored") == lacks


async def test_a_unit_where_nobody_lies_is_not_read_anew_at_every_change(tmp_path: Path) -> None:
    ward = await open_ward(tmp_path)
    await ward.put(a_patient(), a_contact(unit=ANOTHER, unit_name="Avdelning 9"))
    again: list[str] = []
    presenter = NowPresenter(
        render=lambda _state: None,
        shell=a_shell(ward),
        in_sight=lambda: True,
        later=lambda: again.append("later"),
    )
    await presenter.look()
    first = presenter.state.unit
    assert first is not None
    assert (first.patients, first.looked_at) == ((), 1)
    await presenter.look()
    assert presenter.state.unit is first
    assert again == ["later"]
    await presenter.look(anyway=True)
    assert presenter.state.unit is not first
    await ward.cache.close()


async def test_an_empty_list_means_that_nothing_waits_only_where_every_record_is_here(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await _shows(seat)
    presenter = seat.desk.places["work"][1]
    assert isinstance(presenter, WorkPresenter)
    whole = await seat.ward.cache.patients_of(HsaId(WARD), limit=99)
    here = tuple(replace(line, complete=True) for line in whole)

    async def nothing(**_asked: object) -> tuple[()]:
        return ()

    monkeypatch.setattr(seat.ward.cache, "work", nothing)
    for patients, told in (
        (here, "Inget väntar"),
        ((*here, replace(here[0], complete=False)), "Listan kan inte visas ännu"),
        ((), "Listan kan inte visas ännu"),
    ):
        monkeypatch.setattr(seat.ward.cache, "patients_of", _answers(patients))
        await presenter.reload()
        await seat.rests()
        assert [page.accessibleName() for page in view.findChildren(Empty) if page.isVisible()] == [
            told
        ]


def _answers(
    patients: tuple[PatientLine, ...],
) -> Callable[..., Awaitable[tuple[PatientLine, ...]]]:
    async def answer(*_unit: object, **_page: object) -> tuple[PatientLine, ...]:
        return patients

    return answer
