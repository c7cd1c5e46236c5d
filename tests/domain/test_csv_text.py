"""Tables that a Swedish spreadsheet opens right, and in which it runs nothing."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain.csv_text import PLAIN, SWEDISH, Style, as_csv


def read(raw: bytes, style: Style) -> list[list[str]]:
    text = raw.decode("utf-8-sig" if style.marked else "utf-8")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=style.separator))


def test_swedish_excel_gets_a_mark_semicolons_and_decimal_commas() -> None:
    raw = as_csv([["Regel", "Andel"], ["Blödning; å ä ö", 0.25], ['"x"', -1.5], ["n", 3]])
    assert raw.startswith(b"\xef\xbb\xbfRegel;Andel\r\n")
    assert read(raw, SWEDISH)[1:] == [["Blödning; å ä ö", "0,25"], ['"x"', "-1,5"], ["n", "3"]]


def test_other_programs_get_commas_and_points_and_no_mark() -> None:
    assert as_csv([["a,b", 0.25, None]], PLAIN) == b'"a,b",0.25,\r\n'


@pytest.mark.parametrize(
    "text", ["=1+1", "+46", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "=cmd|'/c calc'!A0"]
)
@pytest.mark.parametrize("style", [SWEDISH, PLAIN])
def test_what_begins_like_a_formula_is_text(text: str, style: Style) -> None:
    (row,) = read(as_csv([[text, "b"]], style), style)
    assert row == [f"'{text}", "b"]


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=4), max_size=5))
def test_every_text_comes_back_in_its_own_cell(rows: list[list[str]]) -> None:
    back = read(as_csv(rows), SWEDISH)
    assert [len(row) for row in back] == [len(row) for row in rows]
    for given_row, row in zip(rows, back, strict=True):
        for text, cell in zip(given_row, row, strict=True):
            assert cell.removeprefix("'") == text.removeprefix("'")
            assert not cell.startswith(("=", "+", "-", "@"))
