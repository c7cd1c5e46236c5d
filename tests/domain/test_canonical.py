"""A record's bytes are the same wherever they are made."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain.canonical import NotCanonical, canonical, check_canonical

_names = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
_texts = st.text(st.characters(codec="utf-8"))
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=20,
)


@given(_values)
def test_the_bytes_are_those_an_independent_rfc_8785_implementation_makes(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(_values)
def test_what_was_made_canonical_is_accepted_as_canonical(value: object) -> None:
    check_canonical(canonical(value))


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b'{"b":1,"a":2}', "form"),
        (b'{"a":1, "b":2}', "form"),
        (b'{"a":1,"a":2}', "form"),
        (b'{"a":"\\u0041"}', "form"),
        (b'{"a":1.5}', "fraction"),
        (b'{"a":1e3}', "fraction"),
        (b'{"a":9007199254740993}', "2\\^53"),
        ('{"å":1}'.encode(), "ASCII"),
        (b'{"a":', "JSON"),
        (b'{"a":"\xff"}', "JSON"),
        (b"[" * 100_000, "JSON"),
    ],
)
def test_any_other_bytes_for_the_same_meaning_are_refused(raw: bytes, fault: str) -> None:
    with pytest.raises(NotCanonical, match=fault):
        check_canonical(raw)


def test_half_a_surrogate_pair_is_refused_rather_than_replaced() -> None:
    with pytest.raises(NotCanonical, match="surrogate"):
        canonical({"text": "blödning \ud83d"})
