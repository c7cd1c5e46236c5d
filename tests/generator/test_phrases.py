"""What is promised about the phrases notes are made from, every single one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from string import Formatter
from typing import Any

import pytest

from tests.generator.test_content import ENGLISH
from workstation.generator.chance import Chance
from workstation.generator.vocabulary import analyses, phrases, vitals
from workstation.generator.words import in_order, one_variant

FILES = ("conditions_body", "conditions_mind", "acute", "care", "lives", "status")
_PERSON = {"han", "Han", "honom", "hans", "alder"}
_GIVEN = {"orsak", "anamnes", "lungor", "bedomning", "lakemedel", "bor", "rok", "news", "vecka"}
_KNOWN = {*_PERSON, *_GIVEN, "manader", *analyses(), *vitals()}


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)


def _phrases(file: str) -> list[str]:
    return [text for text in _strings(phrases(file)) if " " in text]


@pytest.mark.parametrize("file", FILES)
def test_a_phrase_refers_only_to_what_is_known_of_the_patient(file: str) -> None:
    for text in _phrases(file):
        names = {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}
        assert names <= _KNOWN, text


@pytest.mark.parametrize("file", FILES)
def test_a_phrase_is_swedish(file: str) -> None:
    for text in _phrases(file):
        assert not ENGLISH.search(text), text


@pytest.mark.parametrize("file", FILES)
def test_a_sentence_ends_and_begins_as_sentences_do(file: str) -> None:
    for text in _phrases(file):
        if re.search(r"[.?]$", text):
            assert text[0].isupper() or text[0] in "{0123456789" or text.startswith("eGFR"), text
        assert "  " not in text
        assert not re.search(r"\d\.\d", text.replace("{", "")), text
        assert text == text.strip()


def test_sokord_stand_in_the_order_clinicians_write_them() -> None:
    mixed: dict[str, Any] = {
        term: [] for term in ("Åtgärd", "Lungor", "Aktuellt", "Fötter", "Bedömning")
    }

    assert list(in_order(mixed)) == ["Aktuellt", "Lungor", "Fötter", "Bedömning", "Åtgärd"]


def test_of_variants_exactly_one_is_used() -> None:
    template = {"Status": [], "varianter": [{"Aktuellt": ["a"]}, {"Aktuellt": ["b"]}]}

    chosen = {str(one_variant(template, Chance(str(n)))) for n in range(20)}

    assert chosen == {
        "{'Status': [], 'Aktuellt': ['a']}",
        "{'Status': [], 'Aktuellt': ['b']}",
    }


def test_chance_of_the_same_name_gives_the_same_draws() -> None:
    first, second = Chance("a").named("b"), Chance("a/b")

    assert [first.whole(1, 99) for _n in range(9)] == [second.whole(1, 99) for _n in range(9)]
    assert first.bytes(16) == second.bytes(16)


def test_draws_stay_within_what_was_asked_for() -> None:
    chance = Chance("bounds")
    days = [chance.between(date(2024, 2, 28), date(2024, 3, 1)) for _n in range(200)]

    assert {min(days), max(days)} == {date(2024, 2, 28), date(2024, 3, 1)}
    assert all(7 <= chance.normal(10, 1) <= 13 for _n in range(500))
    assert {chance.whole(1, 3) for _n in range(99)} == {1, 2, 3}
    assert chance.weighted([("never", 0.0), ("always", 1.0)]) == "always"
