"""``.name`` and a space: sentences, and what the record says, with its source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from forms.phrases import expansion, shipped_phrases
from tests.karin import KARIN
from tests.ui.screens.conftest import Seat
from ui.kit.textarea import ExactTextEdit
from ui.screens.journal.note_content import begin


async def a_note_begun(seat: Seat) -> ExactTextEdit:
    await seat.logs_in()
    await seat.opens("journal")
    line = seat.desk.patient
    assert line is not None
    seat.desk.compose("note", line, begin("day"))
    await seat.rests()
    edit = seat.draft.findChildren(ExactTextEdit)[0]
    edit.setFocus()
    return edit


async def test_a_phrase_becomes_a_sentence_and_one_undo_brings_its_name_back(seat: Seat) -> None:
    edit = await a_note_begun(seat)
    QTest.keyClicks(edit, "I dag. .at")
    QTest.keyClick(edit, Qt.Key.Key_Space)
    assert edit.exact_text() == "I dag. " + shipped_phrases()["at"]

    edit.undo()
    assert edit.exact_text() == "I dag. .at"


async def test_what_the_record_says_is_inserted_with_its_source(seat: Seat) -> None:
    edit = await a_note_begun(seat)
    QTest.keyClicks(edit, ".lm")
    QTest.keyClick(edit, Qt.Key.Key_Space)

    text = edit.exact_text()
    assert "[" in text
    listed = await seat.ward.cache.listed(KARIN, "medication_order", group="current")
    assert all(order.row.title.split()[0].casefold() in text.casefold() for order in listed)


async def test_the_medication_account_is_inserted_as_text_with_its_sources(seat: Seat) -> None:
    edit = await a_note_begun(seat)
    QTest.keyClicks(edit, ".lb")
    QTest.keyClick(edit, Qt.Key.Key_Space)

    text = edit.exact_text()
    assert text.startswith("Läkemedelsberättelse 20")
    listed = await seat.ward.cache.listed(KARIN, "medication_order", group="current")
    assert all(order.row.title.split()[0].casefold() in text.casefold() for order in listed)


@pytest.mark.parametrize(
    "typed", ["kl. 8.at ", "3.5 ", "www.at ", ".okand ", "a.b ", "-.at ", ". "]
)
async def test_what_is_no_phrase_stays_as_it_was_typed(seat: Seat, typed: str) -> None:
    edit = await a_note_begun(seat)
    QTest.keyClicks(edit, typed)
    assert edit.exact_text() == typed


@given(before=st.text(max_size=60), name=st.sampled_from(sorted(shipped_phrases())))
def test_only_a_whole_word_that_begins_with_a_point_is_a_phrase(before: str, name: str) -> None:
    found = expansion(before + "." + name, shipped_phrases())
    stands_alone = not before or before[-1].isspace()
    assert (found is not None) is stands_alone
