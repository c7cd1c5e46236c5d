"""Nothing of a text is hidden when it is drawn, and nothing of it is lost when it is copied."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication

from ui.kit.label import Label
from ui.kit.textarea import ExactTextEdit, ReadingText
from ui.kit.visible import SQUARE, find_all, original_slice, visible

_ANY = st.text(alphabet=st.characters(), max_size=200)  # surrogates included
_TYPED = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(_ANY)
def test_a_drawn_text_has_a_place_for_every_place_of_the_original(text: str) -> None:
    assert _units(visible(text)) == _units(text)


@given(_ANY)
def test_what_is_cut_out_of_the_drawn_text_is_cut_out_of_the_original(text: str) -> None:
    assert original_slice(text, 0, _units(text)) == text


def test_characters_that_hide_or_reorder_are_seen() -> None:
    joiners_and_hyphen = {0x200C, 0x200D, 0xAD}
    breaks = {0x0A, 0x0D, 0x85, 0x09}
    for code in range(0x110000):
        if (
            unicodedata.category(chr(code)) not in ("Cc", "Cf")
            or code in joiners_and_hyphen | breaks
        ):
            continue
        assert set(visible(chr(code))) == {SQUARE}, hex(code)


def test_a_reversed_text_is_not_shown_reversed() -> None:
    assert visible("dos \u202e05\u202c mg") == f"dos {SQUARE}05{SQUARE} mg"


def test_swedish_letters_emoji_and_units_are_left_as_they_are() -> None:
    for text in ("åäö ÅÄÖ é", "👩‍⚕️ 🩸", "4,5 µmol/L", "SpO₂ 95 %", "كتاب"):
        assert visible(text) == text


def test_a_label_shows_markup_and_copies_what_is_stored(qapp: QApplication) -> None:
    text = "<b>Ingen</b> blödning\u202e &amp;"
    label = Label(text)
    assert label.textFormat() is Qt.TextFormat.PlainText
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
    label.setSelection(0, len(text))
    label.keyPressEvent(
        QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    )
    assert QGuiApplication.clipboard().text() == text


@given(_TYPED)
def test_a_note_is_copied_exactly_as_it_is_stored(qapp: QApplication, text: str) -> None:
    note = ReadingText(text, name="Anteckning")
    note.moveCursor(QTextCursor.MoveOperation.Start)
    note.moveCursor(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
    assert note.selected_original() == text
    assert note.createMimeDataFromSelection().text() == text


@given(_TYPED)
def test_a_text_that_was_put_in_comes_out_unchanged(qapp: QApplication, text: str) -> None:
    edit = ExactTextEdit()
    edit.set_exact_text(text)
    assert edit.exact_text() == text


@given(
    st.text(
        alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.just("\n"),
        max_size=80,
    )
)
def test_what_is_typed_is_what_is_kept(qapp: QApplication, text: str) -> None:
    edit = ExactTextEdit()
    edit.insertPlainText(text)
    assert edit.exact_text() == text


def test_shift_and_enter_begin_a_line_like_enter_does(qapp: QApplication) -> None:
    edit = ExactTextEdit()
    edit.insertPlainText("a")
    edit.keyPressEvent(
        QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    )
    edit.insertPlainText("b\u00a0c")
    assert edit.exact_text() == "a\nb\u00a0c"


def test_a_search_finds_every_place_whatever_its_case() -> None:
    text = "Ingen blödning. 🩸 ingen BLÖDNING"
    assert [text[start:end] for start, end in find_all(text, "ingen blödning")] == [
        "Ingen blödning",
        "ingen BLÖDNING",
    ]
    assert find_all(text, "  ") == ()
