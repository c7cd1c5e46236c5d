"""A defect of ours on the screen: the program goes on, nothing is shown by half, nothing is lost."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from tests.karin import KARIN
from tests.ui.screens.conftest import Seat, settle
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.recordlist import RecordList
from ui.kit.tabledelegate import TableDelegate
from ui.screens.overview import view as overview_view
from ui.screens.overview.view import OverviewView
from workstation.app import hardening

pytestmark = pytest.mark.expects_log("defect")
_SECRET = "Karin Andersson 19410308-2383"


class _Defect(Exception):
    """Quotes the record, as ours might."""


@pytest.fixture
def hook(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is raised in a slot goes where the program sends it."""
    monkeypatch.setattr(sys, "excepthook", hardening._uncaught)
    stop = hardening.tell_defects(seat.window.defect_met)
    yield
    stop()


def _texts(seat: Seat) -> str:
    labels = seat.window.findChildren(Label)
    return "\n".join(label.original() for label in labels if label.isVisible())


def _failing(*_args: object, **_more: object) -> None:
    raise _Defect(_SECRET)


async def _fails_and_covers(seat: Seat, caplog: pytest.LogCaptureFixture) -> str:
    await settle(lambda: seat.desk.frame.main.currentWidget() is seat.desk.frame.failed)
    said = _texts(seat)
    assert "Den här vyn kunde inte visas" in said
    trace = said.partition("Spårnummer ")[2][:8]
    assert trace in caplog.text
    assert "_Defect" in caplog.text
    assert _SECRET not in caplog.text
    return trace


async def test_a_view_that_cannot_be_painted_is_covered_and_the_others_work(
    seat: Seat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await seat.logs_in()
    with monkeypatch.context() as broken:
        broken.setattr(TableDelegate, "_paint_row", _failing)
        await seat.opens("overview")
        seat.window.grab()
        await _fails_and_covers(seat, caplog)
        assert seat.desk.frame.banner.isVisible()
        seat.desk.show_tab("journal")
        await seat.rests()
        assert seat.desk.frame.main.currentWidget() is seat.view("journal")
        seat.desk.show_tab("overview")
        await seat.rests()
        assert seat.desk.frame.main.currentWidget() is seat.desk.frame.failed

    await seat.presses("Försök igen")
    seat.window.grab()
    await seat.rests()

    assert seat.desk.frame.main.currentWidget() is seat.view("overview")


async def test_a_page_that_is_half_drawn_when_it_fails_is_covered_and_a_draft_beside_it_is_kept(
    seat: Seat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    await seat.presses("Ny anteckning")
    edit = next(e for e in seat.draft.findChildren(QPlainTextEdit) if e.isVisible())
    edit.setPlainText("Ingen blödning.")
    await seat.rests()

    with monkeypatch.context() as broken:
        broken.setattr(overview_view, "columns_of", _failing)
        seat.desk.show_tab("overview")
        await seat.rests()
        await _fails_and_covers(seat, caplog)
        assert edit.isVisible()
        edit.insertPlainText("Mår bra. ")
        await seat.rests()

    (kept,) = await seat.desk.session.drafts.all()
    assert "Mår bra. Ingen blödning." in kept.content.decode()


async def test_another_patient_can_be_opened_although_a_view_fails_to_let_go_of_the_first(
    seat: Seat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await seat.logs_in()
    await seat.opens("overview")
    others = await seat.ward.cache.patients_of(seat.desk.session.desk.author.unit, limit=9)
    other = next(line for line in others if line.patient != KARIN)

    with monkeypatch.context() as broken:
        broken.setattr(OverviewView, "_draw", _failing)
        await seat.opens("journal", other.patient)
        assert other.family.upper() in seat.desk.frame.banner.accessibleName()
        seat.desk.show_tab("overview")
        await seat.rests()
        await _fails_and_covers(seat, caplog)


async def test_without_its_banner_no_record_is_shown(
    seat: Seat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await seat.logs_in()
    with monkeypatch.context() as broken:
        broken.setattr("ui.shell.desk.banner_model", _failing)
        await seat.opens("journal")
        await _fails_and_covers(seat, caplog)
        assert not seat.desk.frame.banner.isVisible()

    await seat.presses("Försök igen")

    assert seat.desk.frame.banner.isVisible()
    assert "ANDERSSON" in seat.desk.frame.banner.accessibleName()
    assert seat.desk.frame.main.currentWidget() is seat.view("journal")


@pytest.mark.usefixtures("hook")
async def test_a_slot_that_fails_is_told_with_its_trace_and_ends_nothing(
    seat: Seat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    monkeypatch.setattr(seat.desk.chart["journal"][1], "new_note", _failing)

    await seat.presses("Ny anteckning")

    said = seat.desk.frame.notice.accessibleName()
    assert "Något gick fel i programmet. Spårnummer" in said
    assert said.partition("Spårnummer ")[2][:8] in caplog.text
    assert _SECRET not in caplog.text
    assert seat.desk.frame.main.currentWidget() is seat.view("journal")


@pytest.mark.usefixtures("hook")
async def test_an_event_that_fails_while_the_list_is_placed_covers_the_list(
    seat: Seat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    with monkeypatch.context() as broken:
        broken.setattr(RecordList, "_fill", _failing)
        seat.window.resize(1100, 700)
        key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier)
        QApplication.postEvent(seat.view("journal"), key)
        await _fails_and_covers(seat, caplog)


def test_a_painter_that_is_left_behind_is_ended_and_the_widget_wiped(
    qapp: QApplication, caplog: pytest.LogCaptureFixture
) -> None:
    left: list[bool] = []

    @guarded
    class Broken(Label):
        def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
            painter = QPainter(self)
            painter.save()
            painter.drawText(0, 20, "Warfarin")
            left.append(painter.isActive())
            raise _Defect(_SECRET)

    widget = Broken("Warfarin")
    widget.resize(200, 40)
    with caplog.at_level(logging.ERROR):
        for _time in range(3):
            assert not widget.grab().isNull()
    assert left == [True] * 3
    assert caplog.text.count("_Defect") == 1
    assert _SECRET not in caplog.text
