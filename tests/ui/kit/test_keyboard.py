"""The whole window is walked by keyboard, as one reads it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from tests.ui.kit import scenes
from ui.kit import galleryparts as parts
from ui.kit.rail import Rail
from ui.kit.tabs import TabBar
from ui.shell.frame import Frame


@pytest.fixture
def frame(qapp: QApplication) -> Frame:
    frame = scenes.medication()
    frame.resize(1280, 800)
    frame.show()
    frame.activateWindow()
    qapp.processEvents()
    return frame


def _press(
    qapp: QApplication, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    focused = qapp.focusWidget()
    assert focused is not None
    qapp.sendEvent(focused, QKeyEvent(QEvent.Type.KeyPress, key, modifier))
    qapp.processEvents()


def _walk(qapp: QApplication, start: QWidget) -> list[str]:
    start.setFocus(Qt.FocusReason.TabFocusReason)
    qapp.processEvents()
    names = []
    for _ in range(80):
        focused = qapp.focusWidget()
        assert focused is not None
        names.append(focused.accessibleName())
        _press(qapp, Qt.Key.Key_Tab)
        if qapp.focusWidget() is start:
            break
    return names


def test_tab_walks_banner_rail_tabs_record_draft_and_status(
    qapp: QApplication, frame: Frame
) -> None:
    names = _walk(qapp, frame.banner.findChildren(QPushButton)[0])
    order = [names.index(next(name for name in names if text in name)) for text in (
        "ANDERSSON", "19410308-2386", "penicillin", "UMI", "Att göra", "Läkemedel", "Ny ordination",
        "Läkemedelslista", "Ordination: ibuprofen", "Dosering", "Byt till", "Avstå", parts.ONLINE.user,
    )]  # fmt: skip
    assert order == sorted(order)


def test_every_stop_of_the_keyboard_can_be_seen(qapp: QApplication, frame: Frame) -> None:
    first = frame.banner.findChildren(QPushButton)[0]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    qapp.processEvents()
    for _ in range(40):
        stop = qapp.focusWidget()
        assert stop is not None
        focused = stop.grab().toImage()
        _press(qapp, Qt.Key.Key_Tab)
        assert stop.grab().toImage() != focused, stop.accessibleName()
        if qapp.focusWidget() is first:
            break


def test_arrows_move_between_tabs_and_only_enter_chooses(qapp: QApplication, frame: Frame) -> None:
    chosen: list[str] = []
    frame.tab_wanted.connect(chosen.append)
    bar = frame.findChild(TabBar)
    assert isinstance(bar, TabBar)
    bar._buttons["medication"].setFocus(Qt.FocusReason.TabFocusReason)
    _press(qapp, Qt.Key.Key_Right)
    assert chosen == []
    _press(qapp, Qt.Key.Key_Return)
    assert chosen == ["referrals"]
    assert bar.current() == "medication"  # asked for, not decided


def test_a_press_on_a_place_asks_and_does_not_decide(qapp: QApplication) -> None:
    rail = Rail(parts.PLACES)
    rail.set_current("todo")
    asked: list[str] = []
    rail.chosen.connect(asked.append)
    rail._buttons["log"].click()
    assert asked == ["log"]
    assert rail._buttons["todo"].isChecked()
    assert not rail._buttons["log"].isChecked()


@pytest.mark.parametrize(
    ("keys", "signal"),
    [("Ctrl+K", "palette_wanted"), ("F1", "keys_wanted"), ("Ctrl+L", "lock_wanted"), ("Ctrl+Tab", "recent_wanted")],
)  # fmt: skip
def test_the_keys_of_the_window_reach_it(
    qapp: QApplication, frame: Frame, keys: str, signal: str
) -> None:
    heard: list[str] = []
    getattr(frame, signal).connect(lambda: heard.append(signal))
    for shortcut in frame.findChildren(QShortcut):
        if shortcut.key().toString() == keys:
            shortcut.activated.emit()
    assert heard == [signal]
