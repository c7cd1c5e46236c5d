"""Sökord by typing ``/``: taken with Enter, left in the text with Escape."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.screens.conftest import Seat, settle
from ui.kit.textarea import TextAreaField


def _edit(seat: Seat, key: str) -> TextAreaField:
    field = seat.draft._fields[key].input.widget
    assert isinstance(field, TextAreaField)
    return field


async def test_a_slash_at_the_start_of_a_line_brings_a_sokord(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    await seat.presses("Ny anteckning")
    field = _edit(seat, "text0")
    field.edit.setFocus()
    QTest.keyClicks(field.edit, "Vaken")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    QTest.keyClicks(field.edit, "/vik")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    await seat.rests()

    content = seat.desk.workspace.state.drafts[0].content
    assert content["text0"] == "Vaken\n"
    assert content["@term4"] == "Vikt"
    assert _edit(seat, "text4").edit.hasFocus()


async def test_escape_leaves_the_slash_as_it_was_typed(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    await seat.presses("Ny anteckning")
    field = _edit(seat, "text0")
    field.edit.setFocus()
    QTest.keyClicks(field.edit, "/vik")
    QTest.keyClick(field.edit, Qt.Key.Key_Escape)
    await settle()

    assert seat.desk.workspace.state.drafts[0].content["text0"] == "/vik"
