"""The administration list: what is due is seen, recorded once, and nothing moves meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.builders import (
    a_dosage,
    a_drug,
    a_medication_order,
    a_stop,
    a_time,
    an_administration,
)
from tests.karin import KARIN
from tests.ui.screens.conftest import Seat
from tests.ui.screens.test_support import picture
from ui.screens.medication.doses_presenter import DosesPresenter
from ui.screens.medication.view import MedicationView
from workstation.domain.dosage import parse_dosage
from workstation.domain.dose_standards import Standard, Standards
from workstation.domain.dose_times import CUSTOMARY, DoseTimes
from workstation.domain.medication import Administration, Dosage
from workstation.domain.record import Record
from workstation.domain.values import local_text


def _order(name: str, **more: object) -> Record:
    content = {"drug": a_drug(name), "start": "2026-03-01", "patient": KARIN}
    return a_medication_order(**(content | more))


async def _opened(seat: Seat) -> tuple[MedicationView, DosesPresenter]:
    await seat.logs_in("maja")
    await seat.opens("medication")
    view, presenter = seat.view("medication"), seat.desk.chart["medication"][1]
    assert isinstance(view, MedicationView)
    assert isinstance(presenter, DosesPresenter)
    view.grouped.emit("doses")
    await seat.rests()
    return view, presenter


def _keys(presenter: DosesPresenter) -> list[tuple[str, str]]:
    rows = presenter.doses.rows or ()
    listed = presenter.doses.listed
    return [(local_text(row.at)[11:], listed[row.order].row.title) for row in rows]


async def test_a_dose_is_recorded_with_its_planned_time_and_the_amount_left_to_the_person(
    seat: Seat,
) -> None:
    order = _order("tramadolin", dosage=a_dosage("1", "0", "1", "0"))
    await seat.ward.put(order)
    view, presenter = await _opened(seat)
    before = _keys(presenter)
    morning = f"dose:{order.entity}:"
    row = next(r for r in presenter.doses.rows or () if r.order == order.entity)

    view.doses.table.pick(f"{morning}{row.at}")
    view.setFocus()
    await seat.rests()
    QTest.keyClick(view.doses.table, Qt.Key.Key_G)
    await seat.rests()
    draft = seat.desk.workspace.state
    assert draft.current is not None
    content = next(d for d in draft.drafts if d.id == draft.current).content
    assert content["planned"] == local_text(row.at)
    assert not content.get("amount")

    recorded = an_administration(
        order, planned="2026-03-02T07:00:00Z", actual="2026-03-02T08:10:00Z"
    )
    await seat.ward.put(recorded)
    await presenter.reload()
    assert _keys(presenter) == before
    now = presenter.doses.chosen_row
    assert now is not None
    assert now.recorded
    assert view.doses.bar.button("give").isHidden()
    assert not view.doses.bar.button("extra").isHidden()


async def test_what_is_not_given_at_a_time_is_still_on_the_list(seat: Seat) -> None:
    needed = _order("paracetamolin", dosage=parse_dosage("1-2 vb högst 4/dygn", unit="tablett"))
    words = _order("heparinol", dosage=Dosage(text="enligt schema"))
    paused = _order("pausolin")
    await seat.ward.put(needed, words, paused, a_stop(paused, action="pause", patient=KARIN))
    _view, presenter = await _opened(seat)

    plan = presenter.doses.plan
    assert needed.entity in {part.order for part in plan.as_needed}
    assert words.entity in {part.order for part in plan.unplaced}
    assert paused.entity in {part.order for part in plan.resting}
    presenter.dose_chosen(f"rest:{paused.entity}")
    await presenter.dose_acted("give")
    assert not seat.desk.workspace.state.drafts


async def test_an_extra_must_say_why(seat: Seat) -> None:
    order = _order("tramadolin")
    first = an_administration(order, planned="2026-03-02T07:00:00Z", actual="2026-03-02T08:10:00Z")
    await seat.ward.put(order, first)
    view, presenter = await _opened(seat)
    row = next(r for r in presenter.doses.rows or () if r.order == order.entity)
    view.doses.table.pick(f"dose:{order.entity}:{row.at}")
    view.doses.bar.button("extra").click()
    await seat.rests()

    current = seat.desk.workspace.state.current
    assert current is not None
    for key, value in {"status": "given", "amount": "1"}.items():
        seat.desk.workspace.typed(current, key, value)
    await seat.presses("Registrera")
    assert len(await seat.ward.cache.listed(KARIN, "administration")) == 1
    seat.desk.workspace.typed(current, "extra", "kräktes")
    await seat.presses("Registrera")

    held = [one.state.current.body for one in await seat.ward.cache.listed(KARIN, "administration")]
    reasons = [body.reason for body in held if isinstance(body, Administration)]
    assert "Extra dos: kräktes" in reasons
    assert sum(len(row.given) for row in presenter.doses.rows or ()) == 2


async def test_when_the_patient_is_closed_no_dose_stays_on_the_screen(seat: Seat) -> None:
    await seat.ward.put(_order("tramadolin"))
    view, presenter = await _opened(seat)
    assert presenter.doses.rows
    presenter.put_away()
    assert presenter.doses.rows is None
    assert not view.doses.table.current_key()


async def test_yesterday_shows_what_was_planned_then_and_tomorrow_can_only_be_read(
    seat: Seat,
) -> None:
    stopped = _order("tramadolin", dosage=a_dosage("1", "0", "1", "0"), written_at=a_time(-2000))
    await seat.ward.put(stopped, a_stop(stopped, patient=KARIN, written_at=a_time(-10)))
    view, presenter = await _opened(seat)
    assert stopped.entity not in {row.order for row in presenter.doses.rows or ()}

    QTest.keyClick(view.doses.table, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    await seat.rests()
    assert presenter.doses.day.isoformat() == "2026-03-01"
    picture(seat, "doses-yesterday")
    mine = [row for row in presenter.doses.rows or () if row.order == stopped.entity]
    assert [local_text(row.at) for row in mine] == ["2026-03-01 08:00", "2026-03-01 18:00"]
    assert all(row.late for row in mine)

    kept = next(row for row in presenter.doses.rows or () if row.order != stopped.entity)
    view.doses.table.pick(f"dose:{kept.order}:{kept.at}")
    await presenter.dose_acted("give")
    content = seat.desk.workspace.state.drafts[-1].content
    assert content["planned"].startswith("2026-03-01 ")
    assert content["actual"] == "", "it was another day: whoever records it says when"

    view.doses.day_moved.emit(2)
    await seat.rests()
    assert presenter.doses.day.isoformat() == "2026-03-03"
    ahead = (presenter.doses.rows or ())[0]
    view.doses.table.pick(f"dose:{ahead.order}:{ahead.at}")
    await seat.rests()
    assert view.doses.bar.button("give").isHidden()
    assert not view.doses.bar.button("order").isHidden()
    picture(seat, "doses-tomorrow")
    await seat.presses("I dag")
    assert presenter.doses.offset == 0


async def test_doses_stand_at_the_times_that_are_published_for_the_unit(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = DoseTimes(
        occasions=(time(7), time(11), time(16), time(21)),
        times={count: CUSTOMARY.times[count] for count in CUSTOMARY.times},
    )
    await seat.ward.put(_order("tramadolin", dosage=a_dosage("1", "0", "1", "0")))
    view, presenter = await _opened(seat)
    assert ("08:00", "tramadolin") in _keys(presenter)
    support = seat.desk.session.support
    assert support is not None
    own = Standards(
        rows=(Standard(times=early, units=frozenset({seat.desk.session.desk.author.unit})),)
    )
    published = replace(support.in_force, dose_times=own)
    monkeypatch.setattr(support, "_in_force", lambda: published)
    view.doses.minute.emit()
    await seat.rests()
    assert [at for at, name in _keys(presenter) if name == "tramadolin"] == ["07:00", "16:00"]
