"""A receptionist's morning, by keyboard, at the real window."""

from __future__ import annotations

from dataclasses import replace

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.builders import WARD, a_booking
from tests.karin import KARIN
from tests.ui.screens.conftest import Seat, settle
from ui.screens.reception.presenter import ReceptionPresenter
from ui.screens.reception.state import booking_of, visit_key
from ui.screens.reception.view import ReceptionView
from workstation.domain.clock import to_millis
from workstation.domain.contact import Booking, Contact
from workstation.domain.record import Record
from workstation.domain.values import local_date, millis_of, utc_text
from workstation.operations.change_booking import change_booking


async def at_the_desk(seat: Seat) -> tuple[ReceptionView, ReceptionPresenter]:
    await seat.logs_in("maja")
    seat.desk.show_place("reception")
    await seat.rests()
    view, presenter = seat.desk.places["reception"]
    assert isinstance(view, ReceptionView)
    assert isinstance(presenter, ReceptionPresenter)
    return view, presenter


def statuses(presenter: ReceptionPresenter) -> list[str]:
    return [booking_of(visit).status for visit in presenter.state.visits or ()]


async def test_a_booked_patient_arrives_in_two_keys_after_the_number(seat: Seat) -> None:
    now = utc_text(seat.ward.clock.now())
    await seat.ward.put(a_booking(patient=KARIN, unit=WARD, start=now, reason="Blodtryck"))
    view, presenter = await at_the_desk(seat)
    assert statuses(presenter) == ["booked"]

    view.search.setText("410308")
    QTest.keyClick(view.search, Qt.Key.Key_Return)
    await seat.rests()
    QTest.keyClick(view.table.view, Qt.Key.Key_A)
    await seat.rests()

    assert statuses(presenter) == ["arrived"]
    visits = await seat.ward.cache.listed(KARIN, "contact")
    bodies = [visit.state.current.body for visit in visits]
    assert any(isinstance(body, Contact) and body.reason == "Blodtryck" for body in bodies)


async def test_after_an_arrival_the_next_number_typed_replaces_the_last(seat: Seat) -> None:
    now = utc_text(seat.ward.clock.now())
    await seat.ward.put(a_booking(patient=KARIN, unit=WARD, start=now, reason="Blodtryck"))
    view, _presenter = await at_the_desk(seat)
    view.search.setText("410308")
    QTest.keyClick(view.search, Qt.Key.Key_Return)
    await seat.rests()
    QTest.keyClick(view.table.view, Qt.Key.Key_A)
    await seat.rests()

    assert view.search.hasFocus()
    QTest.keyClicks(view.search, "19")
    assert view.search.text() == "19"


async def test_who_registers_arrivals_down_the_list_stays_in_the_list(seat: Seat) -> None:
    now = utc_text(seat.ward.clock.now())
    await seat.ward.put(a_booking(patient=KARIN, unit=WARD, start=now, reason="Blodtryck"))
    view, presenter = await at_the_desk(seat)
    assert presenter.state.visits
    QTest.keyClick(view.search, Qt.Key.Key_Down)
    QTest.keyClick(view.table.view, Qt.Key.Key_Down)
    await seat.rests()
    QTest.keyClick(view.table.view, Qt.Key.Key_A)
    await seat.rests()

    assert statuses(presenter) == ["arrived"]
    assert not view.search.hasFocus()


async def test_who_has_no_time_is_found_and_registered_as_drop_in(seat: Seat) -> None:
    view, presenter = await at_the_desk(seat)
    view.search.setText("karin andersson")
    QTest.keyClick(view.search, Qt.Key.Key_Return)
    await seat.rests()
    assert presenter.state.chosen == f"patient:{KARIN}"

    QTest.keyClick(view.table.view, Qt.Key.Key_D)
    await settle(lambda: view.panel.isVisible())
    view.panel.form.set_text("reason", "Sårkontroll")
    view.panel.form.set_text("fee", "Frikort")
    view.panel.acted.emit("drop_in")
    await seat.rests()

    assert statuses(presenter) == ["arrived"]
    (visit,) = presenter.state.visits or ()
    assert (booking_of(visit).reason, booking_of(visit).fee) == ("Sårkontroll", "Frikort")
    assert not view.panel.isVisible()


async def test_a_time_that_cannot_be_read_is_said_where_it_stands_and_loses_nothing(
    seat: Seat,
) -> None:
    view, presenter = await at_the_desk(seat)
    await presenter.searched("karin andersson")
    presenter.chosen(f"patient:{KARIN}")
    await presenter.act("book")
    await settle(lambda: view.panel.isVisible())
    view.panel.form.set_text("time", "halv nio")
    view.panel.form.set_text("reason", "Kontroll")
    view.panel.acted.emit("book")
    await seat.rests()

    assert presenter.state.filling is not None
    assert presenter.state.filling.wrong == {"time"}
    assert view.panel.form.texts()["reason"] == "Kontroll"
    assert statuses(presenter) == []

    view.panel.form.set_text("time", "16:30")
    view.panel.acted.emit("book")
    await seat.rests()
    assert statuses(presenter) == ["booked"]
    (visit,) = presenter.state.visits or ()
    booking = booking_of(visit)
    assert millis_of(booking.end or "") - millis_of(booking.start) == 30 * 60_000


async def test_the_day_is_the_swedish_day(seat: Seat) -> None:
    clock = seat.ward.clock
    today = local_date(to_millis(clock.now()))
    before_midnight = f"{today.isoformat()}T22:59:00Z"  # 23:59 in Sweden in winter
    after = f"{today.isoformat()}T23:01:00Z"
    await seat.ward.put(a_booking(patient=KARIN, unit=WARD, start=before_midnight))
    await seat.ward.put(a_booking(patient=KARIN, unit=WARD, start=after))
    _view, presenter = await at_the_desk(seat)

    assert [booking_of(v).start for v in presenter.state.visits or ()] == [before_midnight]
    await presenter.moved(1)
    assert [booking_of(v).start for v in presenter.state.visits or ()] == [after]
    await presenter.moved(0)
    assert presenter.state.day == today


async def _changing(seat: Seat) -> tuple[ReceptionView, ReceptionPresenter, Record]:
    """Somebody at the desk has opened a booking to change it, and typed a room."""
    now = utc_text(seat.ward.clock.now())
    booking = a_booking(patient=KARIN, unit=WARD, start=now, reason="Blodtryck", room="Rum 1")
    await seat.ward.put(booking)
    view, presenter = await at_the_desk(seat)
    presenter.chosen(visit_key((presenter.state.visits or ())[0]))
    await presenter.act("change")
    presenter.typed("room", "Rum 7")
    return view, presenter, booking


async def _somebody_else(seat: Seat, booking: Record, **changed: str) -> None:
    body = booking.body
    assert isinstance(body, Booking)
    await change_booking(
        msgspec.structs.replace(body, **changed),
        patient=KARIN,
        entity=booking.entity,
        seen=await seat.ward.seen(booking),
        records=seat.ward.cache,
        desk=seat.ward.desk(),
    )


async def test_a_booking_that_somebody_else_changes_goes_on_with_what_was_typed(
    seat: Seat,
) -> None:
    _view, presenter, booking = await _changing(seat)
    await _somebody_else(seat, booking, reason="Blodtryck och provtagning", room="Rum 3")
    await seat.rests()

    filling = presenter.state.filling
    assert filling is not None
    assert filling.content["room"] == "Rum 7"
    assert filling.content["reason"] == "Blodtryck och provtagning"
    told = " ".join(filling.problem)
    assert "Blodtryck → Blodtryck och provtagning" in told
    assert "Rum 1 → Rum 3 (det du skrev står kvar)" in told
    await presenter.filled()
    await seat.rests()

    assert presenter.state.filling is None
    (visit,) = presenter.state.visits or ()
    assert booking_of(visit).room == "Rum 7"
    assert booking_of(visit).reason == "Blodtryck och provtagning"
    assert not visit.booking.row.undecided


async def test_a_change_that_comes_just_as_one_saves_is_shown_and_the_next_save_holds(
    seat: Seat,
) -> None:
    _view, presenter, booking = await _changing(seat)
    records, before = presenter._session.records, presenter.state.filling
    assert before is not None
    await _somebody_else(seat, booking, room="Rum 3")
    presenter._state = replace(presenter.state, filling=before)  # as it was before it was told
    await presenter.filled()
    filling = presenter.state.filling
    assert filling is not None
    assert not filling.busy
    assert filling.content["room"] == "Rum 7"
    assert "Rum 1 → Rum 3" in " ".join(filling.problem)
    await presenter.filled()
    found = await records.entity(KARIN, booking.entity)
    assert found is not None
    assert not found.row.undecided
