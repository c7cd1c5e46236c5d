"""1280×800 at 200 % is 640×400: nothing is cut, a medicine is in sight, every action is in reach."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from tests.karin import KARIN
from tests.ui.screens.conftest import Seat, settle
from ui.kit.lookahead import height_of
from ui.kit.table import Table
from ui.kit.toolbar import Toolbar
from ui.screens.guidelines.presenter import GuidelinesPresenter
from ui.screens.guidelines.view import GuidelinesView
from ui.screens.medication.order_writer import begin_order
from ui.screens.medication.presenter import MedicationPresenter
from ui.screens.medication.view import MedicationView
from ui.theme.tokens import LIGHT


@pytest.fixture
async def small(seat: Seat) -> Seat:
    await seat.logs_in()
    seat.window.resize(640, 400)
    await settle()
    return seat


async def _writes_an_order(seat: Seat) -> None:
    line = await seat.ward.cache.patient(KARIN)
    assert line is not None
    seat.desk.compose("order", line, begin_order(seat.desk.session.clock.now()))
    await seat.rests()


def in_window(seat: Seat, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(seat.window, widget.rect().topLeft()), widget.size())


def cut(seat: Seat) -> list[str]:
    """Return the buttons, tabs and bars that stand outside the window or are less than they need."""
    whole = seat.window.rect()
    found = []
    for widget in seat.window.findChildren(QWidget):
        if not isinstance(widget, QPushButton | Toolbar) or not widget.isVisible():
            continue
        if _scrolled(widget):
            continue
        narrow = isinstance(widget, QPushButton) and not _need_not_be_wide(widget)
        short = narrow and widget.width() < widget.sizeHint().width()
        if short or not whole.contains(in_window(seat, widget)):
            found.append(f"{type(widget).__name__} {widget.accessibleName()}")
    return found


def _need_not_be_wide(button: QPushButton) -> bool:
    is_fixed = button.minimumWidth() == button.maximumWidth()
    return is_fixed or button.hasHeightForWidth()


def _scrolled(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if parent.objectName() == "qt_scrollarea_viewport":
            return True
        parent = parent.parentWidget()
    return False


def _whole_rows(table: Table) -> int:
    sight = table.view.viewport().rect()
    numbers = [
        n for n in range(table.model.rowCount()) if table.model.row_at(table.model.index(n, 0))
    ]
    places = [table.view.visualRect(table.model.index(n, 0)) for n in numbers]
    return sum(sight.contains(place) for place in places)


@pytest.mark.parametrize(
    "tab", ["overview", "journal", "medication", "referrals", "values", "plan"]
)
async def test_no_part_of_the_record_is_cut_with_a_draft_or_without(small: Seat, tab: str) -> None:
    await small.opens(tab)
    assert small.window.size().toTuple() == (640, 400)
    assert cut(small) == []
    await _writes_an_order(small)
    assert small.window.size().toTuple() == (640, 400)
    assert cut(small) == []
    small.desk.show_tab(tab)
    await small.rests()
    assert cut(small) == []


async def test_one_key_goes_between_the_record_and_the_draft_and_the_banner_stays(
    small: Seat,
) -> None:
    await small.opens("medication")
    frame, view = small.desk.frame, small.view("medication")
    await _writes_an_order(small)
    assert not view.isVisible()
    assert frame.workspace.width() > 560
    assert frame.banner.isVisible()
    writing_in = small.window.focusWidget()
    assert writing_in is not None
    assert small.draft.isAncestorOf(writing_in)

    QTest.keyClick(small.window, Qt.Key.Key_F6)
    await small.rests()
    assert view.isVisible()
    assert not frame.workspace.isVisible()
    assert frame.banner.isVisible()
    reading_in = small.window.focusWidget()
    assert reading_in is not None
    assert frame.main.isAncestorOf(reading_in)
    assert frame.tabs.drafts.isVisible()

    QTest.keyClick(small.window, Qt.Key.Key_F6)
    await small.rests()
    assert small.window.focusWidget() is writing_in
    assert frame.workspace.tabs.back.isVisible()

    small.window.resize(1280, 800)
    await settle()
    assert view.isVisible()
    assert frame.workspace.isVisible()
    assert not frame.tabs.drafts.isVisible()
    assert not frame.workspace.tabs.back.isVisible()


async def test_medicines_and_doses_are_in_sight_and_the_rest_is_counted_without_repeats(
    small: Seat,
) -> None:
    await small.opens("medication")
    view, presenter = small.desk.chart["medication"]
    assert isinstance(view, MedicationView)
    assert isinstance(presenter, MedicationPresenter)
    view.table.view.scrollTo(view.table.model.index(2, 0), view.table.view.ScrollHint.PositionAtTop)
    await small.rests()
    assert _whole_rows(view.table) >= 2
    presenter.chosen(next(o.id for o in presenter.state.shown if not o.order.undecided))
    await small.rests()
    assert view.bar.isVisible()
    assert _whole_rows(view.table) >= 2, "its actions and warnings take no order's place"
    await presenter.grouped("doses")
    await small.rests()
    assert _whole_rows(view.doses.table) >= 1
    for table in (view.table, view.doses.table):
        footer = table._footer
        (runs,) = footer.lines()
        assert height_of(runs, footer.width(), LIGHT) <= footer.height()
        names = [run.text for run in runs if run.strong]
        assert len(names) == len(set(names))


async def test_what_a_narrow_list_has_no_buttons_for_is_under_more(small: Seat) -> None:
    await small.opens("medication")
    view, presenter = small.desk.chart["medication"]
    assert isinstance(view, MedicationView)
    assert isinstance(presenter, MedicationPresenter)
    presenter.chosen(next(o.id for o in presenter.state.shown if not o.order.undecided))
    await small.rests()
    wanted = {b.label() for b in view.bar._buttons.values() if not b.isHidden()}
    seen = {b.label() for b in view.bar._buttons.values() if b.isVisible()}
    assert wanted == seen | set(view.bar.line.offered())
    assert view.bar.line.height() <= 40


async def test_guidelines_are_listed_and_then_read_in_the_whole_width(small: Seat) -> None:
    small.desk.show_place("guidelines")
    await small.rests()
    view, presenter = small.desk.places["guidelines"]
    assert isinstance(view, GuidelinesView)
    assert isinstance(presenter, GuidelinesPresenter)
    first = presenter.state.guidelines[0].id
    assert view.table.isVisible()
    assert not view.page.isVisible()
    view.table.pick(first)
    await small.rests()
    assert not view.table.isVisible()
    assert view.page.isVisible()
    await small.presses("Tillbaka till listan")
    assert view.table.isVisible()
    view.table.pick(first)
    await small.rests()
    assert view.page.isVisible()


async def test_a_place_fits_a_small_screen(small: Seat) -> None:
    for place in ("work", "referrals_in", "patients", "reception", "guidelines", "outbox", "about"):
        small.desk.show_place(place)
        await small.rests()
        assert small.window.size().toTuple() == (640, 400), place
        assert cut(small) == [], place


async def test_what_went_wrong_is_in_sight_also_when_the_keyboard_is_at_the_end_of_the_draft(
    seat: Seat,
) -> None:
    await seat.logs_in("maja")
    seat.window.resize(640, 400)
    await seat.opens("medication")
    line = await seat.ward.cache.patient(KARIN)
    assert line is not None
    order = {"drug": "alvedon", "form": "tablett", "dosage": "1x1", "reason": "Smärta"}
    begun = begin_order(seat.desk.session.clock.now())
    seat.desk.compose("order", line, {**begun, **order, "planned_stop": "2027-12-01"})
    await seat.rests()
    seat.draft.focus_field("source")
    await settle()
    await seat.presses("Signera ordination")
    notice = seat.draft.notice
    await settle(lambda: notice.visibleRegion().boundingRect().height() >= notice.height() // 2)
    assert notice.isVisible()
