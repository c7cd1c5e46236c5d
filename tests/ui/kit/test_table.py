"""No row is hidden silently, nothing is chosen by itself, and Enter opens what is chosen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.kit import scenes
from ui.kit import galleryparts as parts
from ui.kit.button import Button
from ui.kit.cell import Column, Group, Row, badge_cell, button_cell, text_cell
from ui.kit.flow import FlowLayout
from ui.kit.picture import render
from ui.kit.table import Table
from ui.kit.tablecolumns import PAD, column_spans, shown_columns
from ui.kit.textrun import strong
from ui.theme.tokens import Tone


def _press(table: Table, key: Qt.Key) -> None:
    table.view.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))


def _named(table: Table) -> str:
    return table._footer.accessibleName()


@pytest.mark.parametrize("height", [140, 220, 300, 420, 900])
def test_every_drug_is_either_in_sight_or_named_underneath(qapp: QApplication, height: int) -> None:
    table = parts.medication_table()
    render(table, QSize(790, height))
    bar = table.view.verticalScrollBar()
    for value in range(0, bar.maximum() + 1, 37):
        bar.setValue(value)
        sight = table.view.viewport().rect()
        for number, entry in enumerate(parts.DRUGS):
            if isinstance(entry, Row):
                place = table.view.visualRect(table.model.index(number, 0))
                whole = place.top() >= sight.top() - 8 and place.bottom() <= sight.bottom() + 8
                assert whole or entry.name in _named(table)


def test_a_table_with_room_for_all_says_nothing_underneath(qapp: QApplication) -> None:
    table = parts.medication_table()
    render(table, QSize(900, 1200))
    assert _named(table) == ""
    assert table._footer.isHidden()


def test_nothing_is_chosen_until_somebody_chooses(qapp: QApplication) -> None:
    table = parts.medication_table()
    render(table, QSize(790, 500))
    assert table.current_key() == ""


def test_the_keyboard_passes_over_headings_and_enter_opens(qapp: QApplication) -> None:
    table = Table("Lista", (Column(title="Namn", stretch=1),))
    table.set_rows(
        [Group(title="Ett"), _row("a"), Group(title="Två"), _row("b")]
    )  # fmt: skip
    render(table, QSize(400, 300))
    opened: list[str] = []
    table.opened.connect(opened.append)
    table.choose("a")
    _press(table, Qt.Key.Key_Down)
    assert table.current_key() == "b"
    table.keyPressEvent(
        QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    )
    assert opened == ["b"]


def _row(key: str) -> Row:
    return Row(key=key, cells=(text_cell(key),), name=key)


def test_the_chosen_row_stays_chosen_when_rows_arrive_around_it(qapp: QApplication) -> None:
    table = Table("Lista", (Column(title="Namn", stretch=1),))
    table.set_rows([_row("a"), _row("b")])
    table.choose("b")
    table.set_rows([_row("c"), _row("a"), _row("b"), _row("d")])
    assert table.current_key() == "b"
    table.set_rows([_row("c")])
    assert table.current_key() == ""


@pytest.mark.parametrize("size", [(790, 300), (790, 200), (420, 300), (420, 140)])
def test_the_chosen_row_stays_in_sight_when_the_list_gets_less_room(
    qapp: QApplication, size: tuple[int, int]
) -> None:
    table = parts.medication_table()
    table.resize(790, 600)
    table.show()
    qapp.processEvents()
    sight = table.view.viewport().rect()
    indexes = [table.model.index(n, 0) for n in range(table.model.rowCount())]
    last = [i for i in indexes if sight.contains(table.view.visualRect(i))][-1]
    table.view.setCurrentIndex(last)
    table.resize(*size)
    for _round in range(3):
        qapp.processEvents()
    place, sight = table.view.visualRect(last), table.view.viewport().rect()
    assert sight.contains(place) or (place.top() == 0 and place.height() > sight.height())


def test_a_chosen_row_that_was_scrolled_away_does_not_come_back_by_itself(
    qapp: QApplication,
) -> None:
    table = parts.medication_table()
    table.resize(790, 300)
    table.show()
    qapp.processEvents()
    table.view.setCurrentIndex(table.model.index(1, 0))
    bar = table.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    table.resize(790, 260)
    for _round in range(3):
        qapp.processEvents()
    sight = table.view.viewport().rect()
    assert not sight.intersects(table.view.visualRect(table.model.index(1, 0)))


@pytest.mark.parametrize("width", range(260, 1400, 60))
def test_no_column_is_cut_and_none_overlaps_another(width: int) -> None:
    spans = column_spans(parts.MEDICATION_COLUMNS, width)
    right = 0.0
    for left, wide in spans.values():
        assert left >= right
        right = left + wide
    folded = len(spans) < len(parts.MEDICATION_COLUMNS)
    if width >= 460:
        assert right <= width - PAD + 1
    assert folded == (width < 676)


def test_a_folded_column_is_still_said_and_drawn(qapp: QApplication) -> None:
    columns = (
        Column(title="Läkemedel", stretch=1, least=200),
        Column(title="Orsak", stretch=1, least=200, fold=1),
    )
    assert shown_columns(columns, 300) == (0,)
    table = Table("Lista", columns)
    table.set_rows(
        [Row(key="a", cells=(text_cell("apixaban"), text_cell("Förmaksflimmer")), name="apixaban")]
    )
    render(table, QSize(300, 200))
    narrow = table.content_height()
    render(table, QSize(700, 200))
    assert table.content_height() < narrow


def test_a_row_is_read_aloud_with_the_titles_of_its_columns(qapp: QApplication) -> None:
    columns = (
        Column(title="Läkemedel", stretch=1),
        Column(title="Risk", width=40),
        Column(title="", width=80),
    )
    table = Table("Lista", columns)
    table.set_rows([
        Row(key="a", cells=(text_cell("apixaban"),
                            badge_cell("B", Tone.WARNING, said="blödning"), button_cell("Öppna")))
    ])  # fmt: skip
    said = table.model.data(table.model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Läkemedel: apixaban. Risk: blödning. Öppna"


def test_a_press_on_the_button_of_a_row_opens_it_and_beside_it_does_not(qapp: QApplication) -> None:
    frame = scenes.todo()
    render(frame, QSize(1280, 800))
    table = frame.findChild(Table)
    assert isinstance(table, Table)
    opened: list[str] = []
    table.opened.connect(opened.append)
    index = table.model.index_of("k")
    rect = table.view.visualRect(index)
    table._row_pressed(index, rect.right() - 60.0, float(rect.center().y()))
    table._row_pressed(index, rect.left() + 60.0, float(rect.center().y()))
    assert opened == ["k"]


@pytest.mark.parametrize("height", [300, 1200])
def test_titles_stand_over_their_columns_with_and_without_a_scroll_bar(
    qapp: QApplication, height: int
) -> None:
    table = parts.medication_table()
    for size in (QSize(900, 300), QSize(1500, height)):
        render(table, size)
    assert table._header._width() == table.view.viewport().width()
    place = table.view.visualRect(table.model.index(1, 0))
    assert place.width() == table._header._width()


def test_a_list_that_kept_its_layout_looks_like_one_drawn_for_the_first_time(
    qapp: QApplication,
) -> None:
    def rows(dose: str) -> list[Row]:
        said = f"Metoprolol depottablett {dose} 1 tablett klockan åtta, till kvällen och vid behov"
        return [
            _row("a"),
            Row(key="b", cells=(text_cell((strong(said),)),), name="b"),
            _row("c"),
        ]

    def picture(table: Table, width: int) -> QImage:
        return render(table, QSize(width, 240))

    def new(dose: str) -> Table:
        table = Table("Lista", (Column(title="Namn", stretch=1),))
        table.set_rows(rows(dose))
        return table

    kept = new("50 mg")
    for width in (400, 250, 400, 600, 330, 280, 400):
        assert picture(kept, width) == picture(new("50 mg"), width)
    kept.set_rows(rows("100 mg"))
    for width in (250, 400):
        assert picture(kept, width) == picture(new("100 mg"), width)
    kept.set_rows(rows("100 mg")[1:])
    kept.set_rows(rows("50 mg"))  # what stood beside it for a while, and says something else now
    for width in (250, 400):
        assert picture(kept, width) == picture(new("50 mg"), width)


@pytest.mark.parametrize("height", [140, 220, 300, 420])
def test_naming_what_is_out_of_sight_takes_its_room_at_once(
    qapp: QApplication, height: int
) -> None:
    table = parts.medication_table()
    table.resize(790, height)
    table.show()
    qapp.processEvents()
    table._tell_hidden()
    qapp.processEvents()
    told, room = _named(table), table.view.viewport().height()
    for _time in range(3):
        table._tell_hidden()
        qapp.processEvents()
        assert (_named(table), table.view.viewport().height()) == (told, room)
    table.hide()


def test_what_flows_is_as_high_as_what_is_shown_of_it(qapp: QApplication) -> None:
    holder = QWidget()
    flow = FlowLayout(holder, across=8, down=4)
    buttons = [Button(f"Knapp nummer {number}") for number in range(4)]
    for button in buttons:
        flow.addWidget(button)
    high = flow.heightForWidth(150)
    buttons[3].hide()
    flow.activate()
    lower = flow.heightForWidth(150)
    assert lower < high
    buttons[3].show()
    flow.activate()
    assert flow.heightForWidth(150) == high
    flow.removeWidget(buttons[0])
    assert flow.heightForWidth(150) == lower
