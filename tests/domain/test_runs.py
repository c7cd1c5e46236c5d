"""Runs of text: a label is never parted from what it says."""

from __future__ import annotations

from workstation.domain.runs import Run, labelled

_DOSE, _BLANK, _AMOUNT = Run("DOS", "label"), Run(" "), Run("1 tablett", "strong")


def test_a_label_stays_with_its_amount_and_nothing_is_lost() -> None:
    runs = [Run("amlodipin", "strong"), Run(" — "), _DOSE, _BLANK, _AMOUNT, Run(" på morgonen")]
    pieces = labelled(runs)
    assert (_DOSE, _BLANK, _AMOUNT) in pieces
    assert [run for piece in pieces for run in piece] == runs


def test_an_amount_too_long_for_a_line_may_go_on_to_the_next() -> None:
    long = Run("10 000 000 internationella enheter", "strong")
    assert labelled([_DOSE, _BLANK, long]) == [(_DOSE, _BLANK), (long,)]
