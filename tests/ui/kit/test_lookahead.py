"""Rows come before names; how many are out of sight is always told, and no name is cut."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from ui.kit.cell import Column, Row, text_cell
from ui.kit.lookahead import Hidden, height_of
from ui.kit.picture import render
from ui.kit.table import Table
from ui.kit.textrun import plain, strong, surely_fits
from ui.shell.listtable import ListTable
from ui.theme.tokens import LIGHT
from ui.theme.typography import Size, line_height

_NAMES = st.lists(st.text("abcdefghij ", min_size=1, max_size=30).map(str.strip).filter(bool))
_DRUGS = (
    "acetylcystein", "alendronsyra", "apixaban", "furosemid", "isosorbidmononitrat", "kandesartan",
    "kalciumkarbonat/kolekalciferol", "metoprolol", "omeprazol", "oxikodon", "paracetamol",
)  # fmt: skip


@given(above=_NAMES, below=_NAMES, width=st.integers(200, 900), lines=st.integers(1, 4))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_told_fits_its_lines_counts_all_and_says_the_rest_aloud(
    qapp: QApplication, above: list[str], below: list[str], width: int, lines: int
) -> None:
    hidden = Hidden(above=above, below=below)
    runs = hidden.told(width=width, lines=lines, tokens=LIGHT)
    said = plain([runs])
    bare = 2 if above and below else 1
    assert height_of(runs, width, LIGHT) <= max(lines, bare) * line_height(Size.SMALL)
    for names, arrow in ((above, "↑"), (below, "↓")):
        assert (f"{arrow} {len(names)} " in said) is bool(names)
    assert all(name in hidden.spoken() for name in (*above, *below))
    assert all(run.text in {*above, *below} for run in runs if run.strong)


@given(above=_NAMES, below=_NAMES, width=st.integers(60, 900), lines=st.integers(1, 4))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_sure_by_adding_up_widths_is_what_a_layout_says(
    qapp: QApplication, above: list[str], below: list[str], width: int, lines: int
) -> None:
    for names in range(len({*above, *below}) + 1):
        runs = Hidden(above=above, below=below)._line(names)
        fits = height_of(runs, width, LIGHT) <= lines * line_height(Size.SMALL)
        assert surely_fits(runs, width, lines) in (fits, None)


def test_what_was_told_in_a_wide_list_is_never_cut_in_a_narrow_one(qapp: QApplication) -> None:
    table = ListTable(
        "Lista", (Column(title="", stretch=1),), header=False, look_ahead=True, name_lines=1
    )
    names = [f"{letter * 7}, Maria" for letter in "ABCDEFGHIJKLMNOPQ"]
    table.set_rows(
        [Row(key=name, cells=(text_cell((strong(name),)),), name=name) for name in names]
    )
    render(table, QSize(640, 250))
    table.resize(330, 250)  # before Qt has had time for anything else
    footer = table._footer
    assert height_of(footer.lines()[0], 330, LIGHT) <= footer.maximumHeight()


def test_a_name_that_stands_on_several_rows_is_told_once_with_how_many(qapp: QApplication) -> None:
    hidden = Hidden(above=(), below=("paracetamol", "furosemid", "paracetamol", "paracetamol"))
    said = plain([hidden.told(width=800, lines=1, tokens=LIGHT)])
    assert said.count("paracetamol") == 1
    assert "paracetamol ×3, furosemid" in said


def _table() -> Table:
    table = Table("Lista", (Column(title="Läkemedel", stretch=1),), look_ahead=True)
    cell = [text_cell(name, "1 tablett dagligen") for name in _DRUGS]
    table.set_rows([Row(key=n, cells=(c,), name=n) for n, c in zip(_DRUGS, cell, strict=True)])
    return table


@pytest.mark.parametrize("height", [90, 120, 160, 200])
def test_rows_are_seen_before_names_in_a_low_list(qapp: QApplication, height: int) -> None:
    table = _table()
    render(table, QSize(300, height))
    sight = table.view.viewport().rect()
    first = table.view.visualRect(table.model.index(0, 0))
    assert sight.contains(first)
    assert sight.height() >= height * 0.6
    footer = table._footer
    assert footer.isVisibleTo(table)
    assert footer.height() >= footer.heightForWidth(footer.width())
    assert table.rect().contains(footer.geometry())
    assert f"{len(_DRUGS) - _whole(table)} " in plain(footer.lines())


def _whole(table: Table) -> int:
    sight = table.view.viewport().rect()
    places = [table.view.visualRect(table.model.index(n, 0)) for n in range(len(_DRUGS))]
    return sum(p.top() >= sight.top() - 8 and p.bottom() <= sight.bottom() + 8 for p in places)
