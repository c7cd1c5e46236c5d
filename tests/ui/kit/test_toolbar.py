"""However narrow: nothing of a toolbar is cut, and what has no room is under More with its key."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ui.kit.button import Button, ButtonKind
from ui.kit.chip import FilterChip
from ui.kit.label import Label
from ui.kit.searchbox import SearchBox
from ui.kit.toolbar import Toolbar


class _Bar:
    def __init__(self) -> None:
        self.new = Button("Ny ordination", kind=ButtonKind.PRIMARY, shortcut="N")
        self.print = Button("Skriv ut lista", shortcut="Ctrl+P")
        self.account = Button("Skriv ut läkemedelsberättelse")
        self.said = Label("9 pågående, 1 avslutade")
        self.chip = FilterChip("Urval", (("all", "Alla källor"), ("mine", "Bara mina")))
        self.search = SearchBox("Sök i listan", shortcut="/")
        self.search.setMaximumWidth(300)
        self.toolbar = Toolbar(
            "Verktyg", (self.new, self.print, self.account, self.said), (self.chip, self.search)
        )
        self.window = QWidget()
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.toolbar)
        column.addStretch(1)

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        return (self.new, self.print, self.account, self.said, self.chip, self.search)

    def stands(self, app: QApplication, width: int, height: int) -> None:
        self.window.resize(width, height)
        self.window.show()
        for _round in range(4):
            app.processEvents()

    def place(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self.window, widget.rect().topLeft()), widget.size())


@pytest.mark.parametrize("height", [400, 800])
@pytest.mark.parametrize("width", [280, 400, 520, 640, 760, 900, 1280])
def test_all_is_whole_and_in_its_place_or_under_more(
    qapp: QApplication, width: int, height: int
) -> None:
    bar = _Bar()
    bar.stands(qapp, width, height)
    seen = [widget for widget in bar.widgets if widget.isVisible()]
    places = [bar.place(widget) for widget in seen]
    if bar.toolbar.more().isVisible():
        places.append(bar.place(bar.toolbar.more()))
    for place, widget in zip(places, seen, strict=False):
        assert bar.toolbar.geometry().contains(place), widget.accessibleName()
        if not isinstance(widget, SearchBox | Label):
            assert place.width() >= widget.sizeHint().width()
    for number, place in enumerate(places):
        assert not any(place.intersects(other) for other in places[number + 1 :])
    gone = [
        w.label() if isinstance(w, Button) else w.accessibleName()
        for w in bar.widgets
        if w not in seen
    ]
    assert sorted(gone) == sorted(bar.toolbar.offered())
    assert bar.toolbar.more().isVisible() is bool(gone)
    assert bar.new in seen
    assert bar.search in seen
    assert bar.said in seen


def test_a_low_window_has_one_line_of_commands_and_a_high_one_two(qapp: QApplication) -> None:
    bar = _Bar()
    bar.said.setText("")
    bar.stands(qapp, 640, 800)
    two = bar.toolbar.height()
    assert bar.account.isVisible()
    bar.stands(qapp, 640, 400)
    assert bar.toolbar.height() < two
    assert not bar.account.isVisible()
    bar.stands(qapp, 1400, 400)
    assert bar.account.isVisible()
    assert not bar.toolbar.more().isVisible()


def test_the_key_of_what_is_under_more_does_what_it_did(qapp: QApplication) -> None:
    bar = _Bar()
    pressed: list[str] = []
    bar.print.clicked.connect(lambda: pressed.append("print"))
    bar.stands(qapp, 480, 400)
    assert "Skriv ut lista" in bar.toolbar.offered()
    QTest.keyClick(bar.window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert pressed == ["print"]
    bar.stands(qapp, 1400, 800)
    QTest.keyClick(bar.window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert pressed == ["print", "print"]


def test_more_offers_by_keyboard_what_has_no_room_and_nothing_that_is_not_wanted(
    qapp: QApplication,
) -> None:
    bar = _Bar()
    pressed: list[str] = []
    bar.account.clicked.connect(lambda: pressed.append("account"))
    bar.stands(qapp, 480, 400)
    bar.print.hide()
    bar.stands(qapp, 480, 400)
    assert "Skriv ut lista" not in bar.toolbar.offered()
    bar.toolbar.more().setFocus()
    QTest.keyClick(bar.toolbar.more(), Qt.Key.Key_Return)
    offered = bar.toolbar.menu()
    assert offered.isVisible()
    texts = [action.text() for action in offered.actions()]
    assert "Skriv ut läkemedelsberättelse" in texts
    QTest.keyClick(offered, Qt.Key.Key_Down)
    QTest.keyClick(offered, Qt.Key.Key_Return)
    assert pressed == ["account"]


def test_the_keyboard_is_not_lost_when_the_button_it_is_on_goes_under_more(
    qapp: QApplication,
) -> None:
    bar = _Bar()
    bar.stands(qapp, 1400, 400)
    bar.window.activateWindow()
    bar.account.setFocus()
    qapp.processEvents()
    bar.stands(qapp, 480, 400)
    assert bar.window.focusWidget() is bar.toolbar.more()
