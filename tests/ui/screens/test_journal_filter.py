"""Filtering the journal in place: by keyboard, as marks that can be removed, hiding nothing silently."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.builders import a_note, an_author
from tests.karin import KARIN
from tests.ui.screens.conftest import Seat
from ui.screens.journal.filterbar import FilterBar
from ui.screens.journal.view import JournalView
from workstation.domain.ids import HsaId
from workstation.domain.note import Section
from workstation.domain.record import Record

ELSEWHERE = {"unit": HsaId("SE2321000016-E099"), "unit_name": "Vårdcentralen Gamlestaden"}


def _view(seat: Seat) -> JournalView:
    view = seat.view("journal")
    assert isinstance(view, JournalView)
    return view


def _bar(seat: Seat) -> FilterBar:
    return _view(seat).filter_bar


def _elsewhere(text: str, *, term: str = "Bedömning") -> Record:
    author = an_author(**ELSEWHERE, title="Sjuksköterska", name="Ek, Pia")
    return a_note(
        patient=KARIN, author=author, title="Hembesök", sections=(Section(term=term, text=text),)
    )


async def _types(seat: Seat, text: str) -> None:
    """Press U, type, wait for the lines, take the first."""
    QTest.keyClick(_view(seat).list, Qt.Key.Key_U)
    box = _bar(seat).palette_box
    assert box.isVisible()
    assert seat.window.focusWidget() is box.box
    box.box.insert(text)  # QTest types no ö
    await seat.rests()
    QTest.keyClick(box.box, Qt.Key.Key_Return)
    await seat.rests()


async def _opened(seat: Seat, *more: Record) -> int:
    """Open Karin's journal with these notes in it; return how many entries it has."""
    await seat.ward.put(*more)
    await seat.logs_in()
    await seat.opens("journal")
    _view(seat).list.setFocus()
    return _view(seat).list.count()


async def test_a_filter_says_what_it_hides_and_goes_mark_by_mark(seat: Seat) -> None:
    total = await _opened(seat, _elsewhere("Såret läker."))
    bar, shown = _bar(seat), _view(seat).list
    assert bar.count.text().startswith(f"{total} av {total} ")
    assert not bar.hidden.text()

    await _types(seat, "gamle")
    assert shown.count() == 1
    assert bar.count.text().startswith(f"1 av {total} ")
    assert bar.hidden.text() == f"{total - 1} döljs av: enhet {total - 1}"
    assert [m.label() for m in bar.marks] == ["Enhet: Vårdcentralen Gamlestaden"]
    await _types(seat, "sjuksköterska")
    marks = bar.marks
    assert len(marks) == 2

    for mark in marks:
        mark.setFocus()
        QTest.keyClick(mark, Qt.Key.Key_Delete)
        await seat.rests()
    assert shown.count() == total
    assert not bar.marks
    assert seat.window.focusWidget() is bar.button


async def test_letters_typed_before_the_choices_have_come_act_on_nothing(seat: Seat) -> None:
    own = a_note(patient=KARIN, author=seat.ward.desk().author, title="Egen")
    await _opened(seat, own)
    _view(seat).list.show_row(0)
    QTest.keyClick(_view(seat).list, Qt.Key.Key_U)
    # The choices are still being read, and the keyboard is in the box already.
    box = _bar(seat).palette_box.box
    assert seat.window.focusWidget() is box
    QTest.keyClicks(box, "s")
    await seat.rests()

    assert not (await seat.ward.entity(own)).state.signed
    assert box.text() == "s"


async def test_what_came_while_it_was_filtered_is_counted_and_the_next_patient_is_unfiltered(
    seat: Seat,
) -> None:
    total = await _opened(seat, _elsewhere("Såret läker."))
    await _types(seat, "gamle")

    other = a_note(text="En annan.")
    await seat.ward.put(a_note(patient=KARIN), _elsewhere("Omlagt."), other)
    await seat.rests()
    assert _view(seat).list.count() == 2
    assert _bar(seat).count.text().startswith(f"2 av {total + 2} ")

    await seat.opens("journal", other.patient)
    assert _bar(seat).marks == ()
    await seat.opens("journal")
    assert _bar(seat).marks == ()
    assert _view(seat).list.count() == total + 2


async def test_a_search_says_what_is_hidden_and_what_is_opened_is_shown_all_the_same(
    seat: Seat,
) -> None:
    plain = a_note(patient=KARIN, text="Kanelbulle till kaffet.")
    old = a_note(patient=KARIN, contact_time="2019-05-02T08:00:00Z", title="Gammal")
    total = await _opened(seat, _elsewhere("Åt en kanelbulle."), plain, old)
    await _types(seat, "gamle")
    _view(seat).searched.emit("kanelbulle")
    await seat.rests()
    assert _view(seat).list.count() == 1
    assert _view(seat).found.text() == "1 träff · 1 döljs av urvalet"
    assert _bar(seat).hidden.text().startswith(f"{total - 1} döljs av: sökningen")

    # Somebody writes meanwhile: the hits are renewed where they stand, and the count is true.
    _view(seat).list.show_row(0)
    await seat.ward.put(a_note(patient=KARIN, text="Om något annat."))
    await seat.rests()
    assert _view(seat).list.current() == 0
    assert _bar(seat).count.text().startswith(f"1 av {total + 1} ")

    await seat.opens("journal", entity=old.entity)
    assert _view(seat).list.count() == total + 1
    assert _bar(seat).marks == ()
    presenter = seat.desk.chart["journal"][1]
    assert presenter.state.chosen == old.entity  # type: ignore[attr-defined]

    await _types(seat, "2019")
    assert _view(seat).list.count() == 1
    assert [m.label() for m in _bar(seat).marks] == ["Period: 2019"]
