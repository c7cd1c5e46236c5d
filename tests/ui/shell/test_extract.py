"""The beginning of a text says nothing that the whole text does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.shell.extract import beginning


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        (
            "Sveda sedan två dagar. Ingen feber, ingen flanksmärta.",
            42,
            "Sveda sedan två dagar. […]",
        ),
        (
            "Sveda och täta trängningar, ingen flanksmärta alls",
            36,
            "Sveda och täta trängningar, […]",
        ),
        ("Hjärta och lungor ua. Inga ödem på benen.", 28, "Hjärta och lungor ua. […]"),
        ("Ingen feber.", 40, "Ingen feber."),
        ("Ingen flanksmärta", 8, "Ingen […]"),
    ],
)
def test_an_extract_never_ends_in_a_negation_of_what_is_left_out(
    text: str, most: int, shown: str
) -> None:
    assert beginning(text, most) == shown


@given(st.text(alphabet="ab. ,", max_size=80), st.integers(5, 60))
def test_an_extract_is_how_the_text_begins_and_marks_what_is_left_out(text: str, most: int) -> None:
    words = " ".join(text.split())
    shown = beginning(text, most)
    assert words.startswith(shown.removesuffix(" […]"))
    assert shown.endswith(" […]") is (shown != words)
    assert len(shown.removesuffix(" […]")) <= most
