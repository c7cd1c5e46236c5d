"""Lines wrap between attributes, never inside a dose, a date or a name that fits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from ui.kit.textrun import (
    Run,
    TextBlock,
    labelled,
    natural_width,
    plain,
    quiet,
    strong,
    surely_fits,
)
from ui.theme.tokens import LIGHT


def _lines(runs: list[Run] | tuple[Run, ...], width: float) -> list[str]:
    layout = TextBlock([runs], width, LIGHT)._paragraph(0).layout
    text = layout.text()
    return [
        text[layout.lineAt(n).textStart() : layout.lineAt(n).textStart() + layout.lineAt(n).textLength()]
        for n in range(layout.lineCount())
    ]  # fmt: skip


@given(st.integers(min_value=60, max_value=700))
def test_a_kept_run_is_on_one_line_as_long_as_it_fits(qapp: QApplication, width: int) -> None:
    kept = [
        "paracetamol",
        "tablett 665 mg, mod. frisättning",
        "P-NT-proBNP 4 120 ng/L",
        "2026-11-20",
    ]
    runs: list[Run] = []
    for text in kept:
        runs.extend((Run(text, keep=True), quiet(" · ")))

    lines = _lines(runs, width)

    for text in kept:
        if natural_width([Run(text, keep=True)], LIGHT) <= width:
            assert any(text in line.replace("\u00a0", " ") for line in lines), (text, lines)
    assert "".join(lines).replace("\u00a0", " ") == plain([runs])


@given(st.integers(min_value=40, max_value=400))
def test_a_word_with_a_hyphen_a_range_and_a_unit_go_whole_to_the_next_line(
    qapp: QApplication, width: int
) -> None:
    words = (
        "eGFR 45 mL/min, fP-Triglycerid och Pt-eGFR(Krea)relativ 2026-10-26 eller 3,5–4,6".split()
    )
    runs = [Run(" ".join(words))]

    lines = _lines(runs, width)

    for word in words:
        if natural_width([Run(word)], LIGHT) <= width:
            assert any(word in line for line in lines), (word, lines)
    assert "".join(lines).replace("\u00a0", " ") == plain([runs])


@given(st.integers(min_value=40, max_value=500))
def test_what_is_denied_stands_on_the_line_of_the_word_that_denies_it(
    qapp: QApplication, width: int
) -> None:
    pairs = ("Ingen blödning", "ej feber.", "inte ont,", "utan P-Kalium", "aldrig rökt")
    runs = [Run(f"Söker för yrsel. {' och '.join(pairs)} sedan i somras. Mår bra, ingen ")]

    lines = _lines(runs, width)

    for pair in pairs:
        if natural_width([Run(pair)], LIGHT) <= width:
            assert any(pair in line for line in lines), (pair, lines)
    assert "".join(lines) == plain([runs])


@given(st.integers(min_value=40, max_value=600), st.integers(min_value=1, max_value=4))
def test_what_surely_fits_fits_with_words_that_deny(
    qapp: QApplication, width: int, rows: int
) -> None:
    line = (Run("Ingen blödning, ej feber, inte andfådd, utan hosta, aldrig rökt, nekar smärta"),)

    sure = surely_fits(line, width, rows)

    assert sure is None or sure == (len(_lines(line, width)) <= rows)


@given(st.integers(min_value=40, max_value=300))
def test_a_label_is_never_parted_from_its_value_nor_a_number_from_its_unit(
    qapp: QApplication, width: int
) -> None:
    lines = [
        line.rstrip(" ")
        for line in _lines(labelled("DOS", "1 tablett 2 gånger dagligen i 10 dagar"), width)
    ]
    if width >= 110:
        assert lines[0].startswith("DOS\u00a0\u00a01\u00a0tablett")
        assert not any(line.endswith(("DOS", "\u00a0", "1", "2", "10")) for line in lines)


def test_a_right_to_left_name_does_not_pull_a_number_to_its_other_side(qapp: QApplication) -> None:
    runs = [Run("محمد"), Run(" 19410308-2386")]
    layout = TextBlock([runs], 500, LIGHT)._paragraph(0).layout
    text, line = layout.text(), layout.lineAt(0)
    name, number = text.index("م"), text.index("1941")
    left_of_number = line.cursorToX(number)[0]  # type: ignore[index]
    assert left_of_number > line.cursorToX(name)[0]  # type: ignore[index]
    assert line.cursorToX(number + 8)[0] > left_of_number  # type: ignore[index]


def test_a_search_hit_is_marked_where_it_stands_behind_an_emoji(qapp: QApplication) -> None:
    run = Run("🩸 ingen blödning", marks=((2, 16),))
    paragraph = TextBlock([[run]], 500, LIGHT)._paragraph(0)
    marked = [f for f in paragraph.layout.formats() if f.format.background().style().value]
    assert [(f.start, f.length) for f in marked] == [(3, 14)]


_WORDS = st.text(
    st.sampled_from("aåäö W.,–-/µ1 2\u00a0\u00adfi→▲é\tя漢") | st.characters(), max_size=60
)
_RUNS = st.builds(Run, _WORDS, strong=st.booleans(), size=st.sampled_from([11, 12, 13, 17]))


@given(st.lists(_RUNS, max_size=4), st.integers(min_value=20, max_value=500))
def test_how_high_a_line_stands_is_the_same_asked_beforehand_and_drawn(
    qapp: QApplication, runs: list[Run], width: int
) -> None:
    block = TextBlock([runs], width, LIGHT)
    assert block.height == block._paragraph(0).height


def test_a_strong_run_is_kept_whole(qapp: QApplication) -> None:
    assert strong("1 tablett").keep
