"""Guidelines as authors write them, read as plain text: tables, links, lists, script, other scripts."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.screens.guidelines.plain import plain


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("en rad\nsom fortsätter", "en rad som fortsätter"),
        ("Gör så:\n1. Ta prov\n2. Sätt in", "Gör så:\n1. Ta prov\n2. Sätt in"),
        ("- a\n  - b\n* c\n+ d", "• a\n   • b\n• c\n• d"),
        (
            "| eGFR | Dos |\n|:-----|----:|\n| <30 | 2,5 mg |\n| ≥30 | |",
            "• eGFR: <30 · Dos: 2,5 mg\n• eGFR: ≥30 · Dos: –",
        ),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |", "• a: 1 · b: 2 · 3"),
        ("a | b\n--- | ---\nx \\| y | z", "• a: x | y · b: z"),
        ("5 mg | 10 mg utan rubrik", "5 mg | 10 mg utan rubrik"),
        (
            "se [Kloka listan](https://klokalistan.se/x)",
            "se Kloka listan (https://klokalistan.se/x)",
        ),
        ("![bild](http://x/y.png) text", "bild (http://x/y.png) text"),
        ("**viktigt** och *betonat* `kod`", "viktigt och betonat kod"),
        ("| 5 mg |\n|---|", "| 5 mg |"),
        ("2*3 mg, 5 * 2 * 1 och a*b*c", "2*3 mg, 5 * 2 * 1 och a*b*c"),
        ("före\n\n---\nefter", "före efter"),
        ("-5 grader\n- 5 mg", "-5 grader\n• 5 mg"),
        ("<script>alert(1)</script><b>x</b>", "<script>alert(1)</script><b>x</b>"),
        ("جرعة ١٠ ملغ", "جرعة ١٠ ملغ"),
    ],
)
def test_what_was_written_is_read_whole(written: str, read: str) -> None:
    assert plain(written) == read


@given(st.text(alphabet="0123456789 ,.mg<>≥|-*\n[]()#`", max_size=80))
def test_no_figure_is_ever_lost(written: str) -> None:
    before, after = (Counter(s for s in text if s.isdigit()) for text in (written, plain(written)))
    assert before <= after
