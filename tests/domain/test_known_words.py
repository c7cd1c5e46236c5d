"""Words of closed lists: what nobody's list knows never gets into a record."""

import pytest

from workstation.domain.known_words import known_word, one_of
from workstation.domain.medication import ORDER_SOURCES


def test_a_word_of_the_list_is_that_word_and_any_other_is_what_was_said_instead() -> None:
    assert one_of("ward", ORDER_SOURCES, "prescription") == "ward"
    assert one_of("Ward", ORDER_SOURCES, "prescription") == "prescription"
    assert one_of("", ORDER_SOURCES, "prescription") == "prescription"


def test_where_nothing_can_be_said_instead_a_foreign_word_stops_it_and_is_not_repeated() -> None:
    assert known_word("otc", ORDER_SOURCES) == "otc"
    with pytest.raises(ValueError) as raised:
        known_word("19121212-1212", ORDER_SOURCES)
    assert "1912" not in str(raised.value)
