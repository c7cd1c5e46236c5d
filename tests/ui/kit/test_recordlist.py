"""Ten thousand entries scroll without a stutter, and what is read stays where it is."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication

from ui.kit.entry import Entry, Paragraph
from ui.kit.picture import render
from ui.kit.recordlist import PAGE, RecordList

_WORDS = "ingen blödning patienten mår bättre i dag vikt puls oregelbunden lungor rassel basalt höger åtgärd".split()


def _entry(number: int) -> Entry:
    chance = random.Random(number)
    text = " ".join(chance.choice(_WORDS) for _ in range(chance.randrange(3, 160)))
    return Entry(
        key=str(number), title="Daganteckning", meta=f"2026-11-22 · nummer {number}",
        paragraphs=(Paragraph(heading="Aktuellt", text=text), Paragraph(heading="Bedömning", text=text[:80])),
    )  # fmt: skip


def _shown(entries: RecordList) -> dict[int, int]:
    return {row: view.y() for row, view in entries._views.items()}


def _list(count: int) -> RecordList:
    entries = RecordList("Journal")
    entries.page_wanted.connect(
        lambda first, size: entries.put_page(
            first, [_entry(number) for number in range(first, first + size)]
        )
    )
    entries.set_count(count)
    render(entries, QSize(820, 640))
    return entries


def _press(
    entries: RecordList, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    entries.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, key, modifier))


def test_only_the_pages_in_sight_are_asked_for(qapp: QApplication) -> None:
    entries = RecordList("Journal")
    asked: list[tuple[int, int]] = []
    entries.page_wanted.connect(lambda first, size: asked.append((first, size)))
    entries.set_count(10_000)
    render(entries, QSize(820, 640))
    assert asked == [(0, PAGE)]
    entries.show_row(9_990)
    assert asked[-1] == (9_900, PAGE)
    assert len(asked) == 2


def test_the_entries_in_sight_follow_each_other_without_gap_or_overlap(qapp: QApplication) -> None:
    entries = _list(10_000)
    chance = random.Random(1)
    bar = entries.verticalScrollBar()
    for _ in range(200):
        bar.setValue(min(max(0, bar.value() + chance.randrange(-3000, 4000)), bar.maximum()))
        views = sorted(entries._views.items())
        for (row, view), (after, below) in pairwise(views):
            assert after == row + 1
            assert below.y() == view.y() + view.height()
        assert views[0][1].y() <= 0
        assert views[-1][1].y() + views[-1][1].height() >= entries.viewport().height()


def test_a_small_step_moves_the_text_by_just_that_step(qapp: QApplication) -> None:
    entries = _list(10_000)
    entries.show_row(5_000)
    bar = entries.verticalScrollBar()
    for step in (48, 48, -48, 120, -160, -400, -400, 333):
        before = _shown(entries)
        bar.setValue(bar.value() + step)
        after = _shown(entries)
        common = before.keys() & after.keys()
        assert common
        assert {before[row] - after[row] for row in common} == {step}


def test_the_first_and_the_last_entry_can_be_reached(qapp: QApplication) -> None:
    entries = _list(10_000)
    _press(entries, Qt.Key.Key_End)
    last = entries._views[9_999]
    assert last.y() + last.height() == entries.viewport().height()
    _press(entries, Qt.Key.Key_Home)
    assert entries._views[0].y() == 0


def test_scrolling_up_step_by_step_ends_at_the_first_entry(qapp: QApplication) -> None:
    entries = _list(300)
    _press(entries, Qt.Key.Key_End)
    bar = entries.verticalScrollBar()
    for _ in range(3_000):
        if bar.value() == 0:
            break
        bar.setValue(bar.value() - 97)
    assert entries._views[0].y() == 0


def test_the_keyboard_walks_every_entry_and_keeps_it_in_sight(qapp: QApplication) -> None:
    entries = _list(300)
    seen: list[str] = []
    entries.current_changed.connect(seen.append)
    for _ in range(40):
        _press(entries, Qt.Key.Key_Down)
        view = entries._views[entries.current()]
        assert view.y() < entries.viewport().height()
        assert view.y() + view.height() > 0
    assert seen == [str(number) for number in range(40)]


def test_an_entry_is_copied_exactly_as_it_is_stored(qapp: QApplication) -> None:
    text = "Ingen blödning.\r\n\u202eåäö\u202c \u00a0 🩸\ttab"
    entries = RecordList("Journal")
    entries.set_entries([Entry(key="a", title="Anteckning", paragraphs=(Paragraph(text=text),))])
    render(entries, QSize(600, 300))
    _press(entries, Qt.Key.Key_Down)
    _press(entries, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == text


def test_a_screen_reader_finds_the_entries_in_sight(qapp: QApplication) -> None:
    entries = _list(300)
    found = QAccessible.queryAccessibleInterface(entries.viewport())
    said = [found.child(number).text(QAccessible.Text.Name) for number in range(found.childCount())]
    assert any("nummer 0" in text for text in said)


def test_entries_that_arrive_late_do_not_move_what_is_read(qapp: QApplication) -> None:
    entries = RecordList("Journal")
    entries.set_count(1_000)
    entries.put_page(500, [_entry(number) for number in range(500, 600)])
    render(entries, QSize(820, 640))
    entries.show_row(520)
    before = _shown(entries)
    entries.put_page(400, [_entry(number) for number in range(400, 500)])
    assert _shown(entries) == before


@pytest.mark.parametrize("step", [48, 620], ids=["wheel", "page"])
def test_a_frame_costs_no_more_in_a_long_list_than_in_a_short_one(
    qapp: QApplication, step: int
) -> None:
    short, long = _frames(qapp, 300, step), _frames(qapp, 10_000, step)

    # Processor time, in one run: neither the machine nor what else it does decides.
    assert long < 3 * short


def _frames(qapp: QApplication, count: int, step: int) -> float:
    """Return the processor seconds of a frame while scrolling, at the median of many."""
    bar = _list(count).verticalScrollBar()
    taken = []
    for turn in range(120):
        began = time.thread_time()
        bar.setValue(bar.value() + (step if turn % 40 < 20 else -step))
        qapp.processEvents()
        taken.append(time.thread_time() - began)
    return sorted(taken)[60]


def test_a_page_that_arrives_above_while_scrolling_up_leaves_the_text_in_place(
    qapp: QApplication,
) -> None:
    entries = RecordList("Journal")
    entries.set_count(1_000)
    entries.put_page(500, [_entry(number) for number in range(500, 600)])
    render(entries, QSize(820, 640))
    entries.show_row(500)
    bar = entries.verticalScrollBar()
    bar.setValue(bar.value() - 150)
    before = {row: y for row, y in _shown(entries).items() if row >= 500}
    entries.put_page(400, [_entry(number) for number in range(400, 500)])
    after = _shown(entries)
    assert {row: after[row] for row in before} == before


def test_a_note_ten_times_as_long_costs_ten_times_as_much_and_not_a_hundred(
    qapp: QApplication,
) -> None:
    _laid_out(170)  # what the first costs is the fonts'
    short, long = _laid_out(170), _laid_out(1_700)

    assert long < 30 * short


def _laid_out(sentences: int) -> float:
    """Return the processor seconds it takes to show a note of so many sentences."""
    text = "Ingen blödning. 🩸 Patienten mår bättre i dag, vikt 67,9 kg. " * sentences
    entries = RecordList("Journal")
    entries.set_search("ingen blödning")
    began = time.thread_time()
    entries.set_entries([Entry(key="a", title="Anteckning", paragraphs=(Paragraph(text=text),))])
    render(entries, QSize(820, 640))
    return time.thread_time() - began
