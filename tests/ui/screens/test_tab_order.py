"""Tab goes through every control once, in sight, and back the same way; nothing is dragged."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QApplication, QWidget

from tests.karin import KARIN
from tests.ui.screens.conftest import Seat, settle
from ui.kit.textarea import ExactTextEdit

_SHIFT = Qt.KeyboardModifier.ShiftModifier


def _keyboard() -> QWidget:
    focused = QApplication.focusWidget()
    assert focused is not None, "the keyboard is nowhere"
    return focused


def _walk(*, back: bool = False) -> list[QWidget]:
    """Press Tab until the keyboard is where it began; everything on the way is in sight."""
    found = [_keyboard()]
    for _step in range(150):
        if back:
            QTest.keyClick(_keyboard(), Qt.Key.Key_Backtab, _SHIFT)
        else:
            QTest.keyClick(_keyboard(), Qt.Key.Key_Tab)
        now = _keyboard()
        if now is found[0]:
            return found
        assert now not in found, f"no way on from {found[-1].accessibleName()!r}"
        found.append(now)
        QApplication.processEvents()
        drawn = now.viewport() if isinstance(now, QAbstractScrollArea) else now
        seen = drawn.visibleRegion().boundingRect().height()
        assert seen >= min(drawn.height(), 16), f"{now.accessibleName()!r} is out of sight"
    raise AssertionError("no way round")


def _controls(seat: Seat) -> set[QWidget]:
    """Return all that the keyboard may be in, however one gets there."""
    return {
        widget
        for widget in seat.desk.frame.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    }


def _goes_round(seat: Seat) -> None:
    there, back = _walk(), _walk(back=True)
    assert [there[0], *reversed(there[1:])] == back
    assert {widget.accessibleName() for widget in _controls(seat) - set(there)} == set()


async def test_tab_goes_through_every_control_once_in_sight_and_back_the_same_way(
    seat: Seat,
) -> None:
    await seat.logs_in()
    seat.window.activateWindow()
    for place in ("work", "about"):
        seat.desk.show_place(place)
        await seat.rests()
        _goes_round(seat)
    await seat.opens("values", KARIN)
    seat.window.resize(640, 400)
    for draft in ("write:order", "form:vital_signs"):
        seat.desk.menu.run(draft)
        await seat.rests()
        begun = _keyboard()
        assert seat.draft.isAncestorOf(begun)
        assert begun in _controls(seat), "one begins where something can be written"
        _goes_round(seat)
    for widget in seat.window.findChildren(QWidget):
        assert not widget.acceptDrops(), widget.accessibleName()
        assert not (isinstance(widget, QAbstractItemView) and widget.dragEnabled())


async def test_a_hand_that_slips_on_what_is_selected_drags_no_text_away(app: QApplication) -> None:
    edit = ExactTextEdit()
    edit.set_exact_text("Ingen blödning")
    edit.resize(300, 80)
    edit.show()
    await settle()
    edit.selectAll()
    QTest.mousePress(edit.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 8))
    assert not edit.textCursor().hasSelection()
    QTest.mouseMove(edit.viewport(), QPoint(200, 60))
    QTest.mouseRelease(edit.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 60))
    assert edit.exact_text() == "Ingen blödning"
    edit.deleteLater()
