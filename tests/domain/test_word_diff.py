"""Two answers side by side: nothing left out, nothing made up, and what weighs is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain.word_diff import likely_changes_meaning, word_diff

_TEXTS = st.text("ab åö.,\n\r\t 12()–😀\u00a0", max_size=60)


@given(_TEXTS, _TEXTS)
def test_what_stayed_and_went_is_the_old_text_and_what_stayed_and_came_the_new(
    old: str, new: str
) -> None:
    pieces = word_diff(old, new)
    assert "".join(p.text for p in pieces if p.change != "new") == old
    assert "".join(p.text for p in pieces if p.change != "gone") == new


@given(_TEXTS)
def test_the_same_text_is_one_piece_that_stayed(text: str) -> None:
    assert [p.change for p in word_diff(text, text)] == (["same"] if text else [])


def test_a_changed_word_stands_beside_what_it_was() -> None:
    pieces = word_diff("Ingen blödning ses.", "Liten blödning ses.")
    assert [(p.change, p.text) for p in pieces] == [
        ("gone", "Ingen"),
        ("new", "Liten"),
        ("same", " blödning ses."),
    ]


@pytest.mark.parametrize(
    ("old", "new", "weighs"),
    [
        ("Ingen blödning.", "Blödning.", True),
        ("Fraktur höger hand.", "Fraktur vänster hand.", True),
        ("Tumör 12 mm.", "Tumör 21 mm.", True),
        ("Kreatinin 1,2", "Kreatinin 12", True),
        ("Lungorna är klara.", "Lungorna är helt klara.", False),
        ("Inget avvikande. ", "Inget avvikande.", False),
    ],
)
def test_numbers_sides_and_negations_weigh(old: str, new: str, weighs: bool) -> None:
    assert likely_changes_meaning(old, new) is weighs
