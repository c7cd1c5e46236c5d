"""A window that changes its size in one step: nothing holds it back, is cut, lost or out of reach."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.karin import KARIN
from tests.ui.screens.conftest import Seat, settle
from tests.ui.screens.test_small_screen import cut
from ui.kit.focus import focus_stops
from ui.kit.panel import Column
from ui.screens.journal.form_writer import begin_form
from ui.screens.journal.note_content import begin
from ui.screens.medication.order_writer import begin_order
from ui.shell.toast import Toast


async def _composes(seat: Seat, writer: str, content: Mapping[str, str]) -> None:
    line = await seat.ward.cache.patient(KARIN)
    assert line is not None
    seat.desk.compose(writer, line, content)
    await seat.rests()


async def _writes_three(seat: Seat) -> None:
    now = seat.desk.session.clock.now()
    await _composes(seat, "note", begin("day"))
    await _composes(seat, "form", begin_form("news2", now))
    await _composes(seat, "order", begin_order(now))


def _seen(widget: QWidget) -> bool:
    return widget.visibleRegion().boundingRect().height() >= min(widget.height(), 20)


async def test_a_window_takes_any_size_in_one_step_and_where_one_writes_stays_in_sight(
    seat: Seat,
) -> None:
    await seat.logs_in()
    await seat.opens("overview")
    await _writes_three(seat)
    for tab in ("overview", "medication", "values"):  # those with the widest rows
        seat.desk.show_tab(tab)
        for size in ((640, 400), (1280, 800)):
            seat.window.resize(*size)
            await settle(rounds=1)
            assert seat.window.size().toTuple() == size, tab
            assert cut(seat) == [], (tab, size)
    await _composes(seat, "form", begin_form("admission", seat.desk.session.clock.now()))
    last = focus_stops((seat.draft,))[-1]
    assert not _seen(last)
    last.setFocus(Qt.FocusReason.OtherFocusReason)
    for size in ((1280, 800), (640, 400), (1920, 1080), (640, 400), (1280, 800)):
        seat.window.resize(*size)
        await settle(lambda: _seen(last), rounds=2)
        assert seat.window.size().toTuple() == size
        assert cut(seat) == [], size
        assert seat.window.focusWidget() is last, size


async def test_what_is_read_stays_where_it_is_when_one_writes_elsewhere(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("overview")
    await _composes(seat, "form", begin_form("admission", seat.desk.session.clock.now()))
    seat.draft.make_whole()
    await settle()
    column = seat.draft.findChild(Column)
    assert column is not None
    bar = column.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    await settle()
    before = bar.value()
    first = seat.window.focusWidget()
    assert first is not None
    assert not _seen(first)
    seat.window.resize(1280, 760)
    await settle()
    assert bar.value() == before


def test_what_was_done_is_said_at_the_foot_of_a_window_of_any_size(app: QApplication) -> None:
    window = QWidget()
    window.resize(640, 400)
    window.show()
    toast = Toast(window)
    toast.say("Muntligt samtycke registrerat t.o.m. 2026-12-23. Ångra: Ctrl+Shift+M")
    for size in ((640, 400), (1280, 800), (480, 320)):
        window.resize(*size)
        app.processEvents()
        assert toast.geometry().bottom() == size[1] - 45
        assert toast.geometry().right() < size[0]
    window.deleteLater()
