"""Keys do what they say at once, and never something else because one types fast."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.builders import WARD, a_note, a_record_id, an_observation
from tests.karin import KARIN
from tests.ui.screens.conftest import Seat, settle
from ui.kit.cell import Row
from ui.screens.work.presenter import WorkPresenter
from ui.screens.work.state import key_of
from ui.screens.work.view import WorkView
from ui.shell.listtable import ListTable
from workstation.domain.values import Concept

_CTRL = Qt.KeyboardModifier.ControlModifier


def _keyboard() -> QWidget:
    focused = QApplication.focusWidget()
    assert isinstance(focused, QWidget)
    return focused


async def test_what_is_typed_right_after_the_key_for_a_note_stands_in_the_note(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    seat.window.activateWindow()
    await settle()

    QTest.keyClick(_keyboard(), Qt.Key.Key_N)
    QTest.keyClicks(_keyboard(), "sover")

    assert seat.draft.texts()["text0"] == "sover"


async def test_enter_waits_for_the_hits_of_what_is_typed(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    line = await seat.ward.cache.patient(KARIN)
    assert line is not None
    seat.window.activateWindow()
    await settle()

    QTest.keyClick(_keyboard(), Qt.Key.Key_K, _CTRL)
    QTest.keyClicks(_keyboard(), "epikris")
    QTest.keyClick(_keyboard(), Qt.Key.Key_Return)
    await seat.rests()

    (draft,) = seat.desk.workspace.state.drafts
    assert draft.patient.patient == KARIN
    assert seat.desk.workspace.form_of(draft).title


async def _results(seat: Seat, *flags: str) -> tuple[WorkView, WorkPresenter, ListTable]:
    for number, flag in enumerate(flags):
        concept = Concept(text=f"P-Prov {number}")
        await seat.ward.put(
            an_observation(
                id=a_record_id(),
                patient=KARIN,
                concept=concept,
                interpretation=flag,
                answers_to_unit=WARD,
            )
        )
    await seat.logs_in()
    view, presenter = seat.desk.places["work"]
    assert isinstance(view, WorkView)
    assert isinstance(presenter, WorkPresenter)
    await seat.rests()
    seat.window.activateWindow()
    return view, presenter, view.table


def _waiting(presenter: WorkPresenter) -> list[str]:
    return [line.row.title for line in presenter.state.lines if line.row.title.startswith("P-Prov")]


async def test_results_are_acknowledged_on_the_list_with_one_key_each_as_they_are_read(
    seat: Seat,
) -> None:
    view, presenter, table = await _results(seat, "H", "H", "H")
    keys = [
        f"{line.reason}:{line.entity}"
        for line in presenter.state.lines
        if line.row.title.startswith("P-Prov")
    ]
    table.pick(keys[0])
    assert view.bar.isVisible()

    for left in (2, 1, 0):
        QTest.keyClick(table.view, Qt.Key.Key_V)
        await seat.rests()
        assert len(_waiting(presenter)) == left
    assert not view.bar.isVisible()


async def test_a_critical_result_is_never_closed_on_the_list(seat: Seat) -> None:
    view, presenter, table = await _results(seat, "HH")
    key = next(
        f"{line.reason}:{line.entity}"
        for line in presenter.state.lines
        if line.row.title.startswith("P-Prov")
    )
    table.pick(key)

    assert not view.bar.isVisible()
    QTest.keyClick(table.view, Qt.Key.Key_V)
    await presenter.acknowledged(key)
    await seat.rests()

    assert len(_waiting(presenter)) == 1


async def test_what_came_while_a_place_was_shown_stands_in_the_record_when_it_is_shown_again(
    seat: Seat,
) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    seat.desk.show_place("work")
    await seat.rests()
    before = seat.desk.chart["journal"][1].state.count  # type: ignore[attr-defined]

    await seat.ward.put(a_note(patient=KARIN, text="Kom medan listan visades."))
    await seat.rests()
    seat.desk.show_tab("journal")
    await seat.rests()

    state = seat.desk.chart["journal"][1].state  # type: ignore[attr-defined]
    assert state.count + state.waiting == before + 1
    assert "Kom medan" in state.pages[0][0].row.text


async def test_what_waits_is_drawn_when_the_list_is_shown_and_not_behind_the_record(
    seat: Seat,
) -> None:
    view, presenter, table = await _results(seat, "H")
    before = table.model.entries
    await seat.opens("journal")
    assert not view.isVisible()
    body = an_observation(
        id=a_record_id(),
        patient=KARIN,
        concept=Concept(text="P-Prov sen"),
        interpretation="H",
        answers_to_unit=WARD,
    )
    await seat.ward.put(body)
    await presenter.reload()
    assert table.model.entries == before

    seat.desk.show_place("work")  # nothing else has its turn between this and the first picture

    drawn = [entry.key for entry in table.model.entries if isinstance(entry, Row)]
    assert drawn == [key_of(line.reason, str(line.entity)) for line in presenter.state.lines]
    assert len(drawn) == sum(isinstance(entry, Row) for entry in before) + 1
