"""Signing many notes: each is read before it is signed, and one key signs it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.builders import HOSPITAL, WARD, a_note, an_author
from tests.karin import KARIN
from tests.ui.screens.conftest import Seat, settle
from tests.ward import Ward
from ui.screens.journal.view import JournalView
from ui.screens.work.signing_view import SigningView
from ui.screens.work.view import WorkView
from workstation.domain.record import Record

LONG = "\n".join(f"Rad {n}: oförändrat, ingen blödning." for n in range(120))


def _own(ward: Ward, text: str, **fields: object) -> Record:
    return a_note(patient=KARIN, author=ward.desk().author, text=text, **fields)


async def _round(seat: Seat, *notes: Record) -> SigningView:
    """Put the notes in the record, sit down and begin to sign what waits."""
    await seat.ward.put(*notes)
    await seat.logs_in()
    view = seat.desk.places["work"][0]
    assert isinstance(view, WorkView)
    view.signing_wanted.emit()
    await seat.rests()
    return view.signing


async def _may_sign(signing: SigningView) -> None:
    await settle(signing.sign_button.isEnabled)


async def test_notes_are_signed_with_a_key_each_in_the_order_they_wait(seat: Seat) -> None:
    notes = [_own(seat.ward, f"Anteckning {n}.") for n in range(3)]
    signing = await _round(seat, *notes)
    waited = len(signing._state.queue)
    assert waited >= len(notes)

    for number in range(waited):
        assert signing._place.text() == f"{number + 1} av {waited}"
        await _may_sign(signing)
        QTest.keyClick(signing.list, Qt.Key.Key_S)
        await settle(lambda done=number + 1: signing._state.at >= done or signing.isHidden())  # type: ignore[misc]

    for note in notes:
        assert (await seat.ward.entity(note)).state.signed
    await settle(lambda: not signing.isVisible())


async def test_a_long_note_is_not_signed_before_its_end_has_been_shown(seat: Seat) -> None:
    note = _own(seat.ward, LONG, contact_time="2020-01-01T08:00:00Z")
    signing = await _round(seat, note)
    while signing._state.current is not None and signing._state.current.entity != note.entity:
        signing.skip.emit()
        await seat.rests()
    await settle(lambda: not signing._pause.isActive())

    assert not signing.sign_button.isEnabled()
    assert "Läs till slutet" in signing._rest.text()
    QTest.keyClick(signing.list, Qt.Key.Key_S)
    await seat.rests()
    assert not (await seat.ward.entity(note)).state.signed

    # The end alone is not enough: what stands between has not been shown.
    QTest.keyClick(signing.list, Qt.Key.Key_End)
    assert not signing.sign_button.isEnabled()
    QTest.keyClick(signing.list, Qt.Key.Key_Home)
    while not signing.sign_button.isEnabled():
        before = signing.list.verticalScrollBar().value()
        QTest.keyClick(signing.list, Qt.Key.Key_Space)
        assert signing.list.verticalScrollBar().value() > before
    QTest.keyClick(signing.list, Qt.Key.Key_S)
    await seat.rests()
    assert (await seat.ward.entity(note)).state.signed


async def test_a_key_pressed_twice_signs_one_note_and_what_changed_is_shown_anew(
    seat: Seat,
) -> None:
    first = _own(seat.ward, "Först.", contact_time="2020-01-01T08:00:00Z")
    signing = await _round(seat, first, _own(seat.ward, "Sedan."))
    await _may_sign(signing)
    shown = signing._state.shown
    assert shown is not None
    QTest.keyClick(signing.list, Qt.Key.Key_S)
    QTest.keyClick(signing.list, Qt.Key.Key_S)
    await settle(lambda: signing._state.at == 1 and signing._state.shown is not None)
    assert signing._state.signed == 1
    after = signing._state.shown
    assert after is not None

    newer = a_note(
        patient=KARIN,
        entity=after.state.id,
        bases=(after.state.current.id,),
        author=seat.ward.desk().author,
        text="Ändrad på en annan dator.",
    )
    await seat.ward.put(newer)
    await seat.rests()
    assert signing._state.shown is not None
    assert signing._state.shown.state.current == newer
    await _may_sign(signing)
    QTest.keyClick(signing.list, Qt.Key.Key_S)
    await settle(lambda: signing._state.at != 1)
    state = (await seat.ward.at(KARIN, after.state.id)).state
    assert state.signature_of(newer.id) is not None


async def test_in_the_journal_a_note_is_signed_once_it_has_been_shown_and_the_next_comes(
    seat: Seat,
) -> None:
    notes = [_own(seat.ward, LONG), _own(seat.ward, "Kort.")]
    other = a_note(
        patient=KARIN,
        author=an_author(hsa_id="SE2321000016-P050", unit=WARD, provider=HOSPITAL),
        text="En kollegas.",
    )
    await seat.ward.put(*notes, other)
    await seat.logs_in()
    await seat.opens("journal")
    view = seat.view("journal")
    assert isinstance(view, JournalView)
    view.filter_bar.chose.emit("signed:unsigned")
    await seat.rests()
    long = (await seat.ward.entity(notes[0])).state.id
    presenter = seat.desk.chart["journal"][1]
    await presenter.show_entity(long)
    await settle()

    QTest.keyClick(view.list, Qt.Key.Key_S)
    await seat.rests()
    assert not (await seat.ward.entity(notes[0])).state.signed
    assert view.notice.isVisible()

    for _number in range(20):
        QTest.keyClick(view.list, Qt.Key.Key_Space)
        if view.list.was_shown_whole(view.list.current()):
            break
    QTest.keyClick(view.list, Qt.Key.Key_S)
    await seat.rests()
    assert (await seat.ward.entity(notes[0])).state.signed
    assert presenter.state.chosen not in (None, long)  # type: ignore[attr-defined]
