"""Two parts beside each other: what comes is usable at once, what gives way is never seen half done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from ui.kit.halves import Halves

_LEAST, _TURNS = 200, 3


class Part(QWidget):
    """Remembers how wide it was whenever it was painted. ``edit``: where one writes."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMinimumWidth(_LEAST)
        self.edit = QLineEdit()
        QVBoxLayout(self).addWidget(self.edit)
        self.painted: list[int] = []

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        super().paintEvent(event)
        self.painted.append(self.width())

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(_LEAST, 100)


@pytest.fixture
def halves(qapp: QApplication) -> Iterator[Halves]:
    window = QWidget()
    column = QVBoxLayout(window)
    halves = Halves(window)
    column.addWidget(halves)
    for name in ("Journal", "Arbetsyta"):
        halves.addWidget(Part(name))
    halves.show_part(parts_of(halves)[1], shown=False)
    window.resize(800, 400)
    window.show()
    window.activateWindow()
    settle(qapp)
    yield halves
    window.close()
    window.deleteLater()


def settle(qapp: QApplication) -> None:
    for _turn in range(_TURNS):
        qapp.processEvents()


def parts_of(halves: Halves) -> tuple[Part, Part]:
    first, second = halves.widget(0), halves.widget(1)
    assert isinstance(first, Part)
    assert isinstance(second, Part)
    return first, second


def test_what_comes_has_the_keyboard_at_once_and_is_painted_when_all_stands_where_it_stays(
    halves: Halves, qapp: QApplication
) -> None:
    record, workspace = parts_of(halves)
    record.painted.clear()

    halves.show_part(workspace, shown=True)
    workspace.edit.setFocus()
    QTest.keyClicks(halves.window().focusWidget(), "ab")
    settle(qapp)

    assert workspace.edit.text() == "ab"
    assert halves.updatesEnabled()
    assert record.width() + workspace.width() + halves.handleWidth() == halves.width()
    assert workspace.painted
    assert {*workspace.painted} == {workspace.width()}
    assert {*record.painted} == {record.width()}


def test_what_goes_leaves_all_its_room(halves: Halves, qapp: QApplication) -> None:
    record, workspace = parts_of(halves)
    halves.show_part(workspace, shown=True)
    settle(qapp)

    halves.show_part(workspace, shown=False)
    settle(qapp)

    assert record.width() == halves.width()
    assert halves.updatesEnabled()


def test_what_comes_and_goes_in_one_breath_leaves_a_window_that_is_painted(
    halves: Halves, qapp: QApplication
) -> None:
    record, workspace = parts_of(halves)
    for shown in (True, False, True, False):
        halves.show_part(workspace, shown=shown)
        qapp.processEvents()
    settle(qapp)
    record.painted.clear()
    record.update()
    settle(qapp)

    assert record.painted == [halves.width()]


def test_before_anybody_sees_them_parts_take_their_widths_as_ever(qapp: QApplication) -> None:
    halves = Halves()
    for name in ("Journal", "Arbetsyta"):
        halves.addWidget(Part(name))
    for shown in (False, True):
        halves.show_part(parts_of(halves)[1], shown=shown)
    halves.resize(800, 400)
    halves.show()
    settle(qapp)

    assert halves.updatesEnabled()
    assert all(part.width() >= _LEAST for part in parts_of(halves))
