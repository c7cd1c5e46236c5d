"""Finding a medicine by what is typed: every name by its beginning, near misses, never the wrong first."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workstation.content import shipped
from workstation.content.source import Product
from workstation.decision_support.formulary import Formulary, Preparation, Recommended, choices_of
from workstation.decision_support.spelling import folded, likeness
from workstation.domain.dosage import parse_dosage

CONTENT = shipped.content()
FORMULARY = shipped.engine().library.formulary


@given(st.sampled_from(CONTENT.catalogue), st.integers(2, 30))
def test_every_substance_is_found_by_the_beginning_of_its_name(row: Product, length: int) -> None:
    found = FORMULARY.find(row.name[:length], limit=10_000)
    assert row.atc in {choice.atc for choice in found.choices}
    assert found.total == sum(not choice.offered for choice in found.choices)


@given(st.sampled_from(CONTENT.catalogue))
def test_every_substance_is_found_by_its_code(row: Product) -> None:
    found = FORMULARY.find(row.atc.lower(), limit=100)
    assert {choice.atc for choice in found.choices if not choice.offered} == {row.atc}


@given(
    st.sampled_from([row for row in CONTENT.catalogue if len(folded(row.name.split("/")[0])) >= 8]),
    st.data(),
)
def test_one_letter_left_out_still_finds_it(row: Product, data: st.DataObject) -> None:
    word = row.name.split("/")[0].split()[0].strip(",").lower()
    at = data.draw(st.integers(1, len(word) - 1))
    wrong = word[:at] + word[at + 1 :]
    assume(len(folded(wrong)) == len(folded(word)) - 1)  # it does not sound quite another
    found = FORMULARY.find(wrong, limit=10_000)
    exact = any(not choice.alike for choice in found.choices)
    assert exact or row.atc in {choice.atc for choice in found.choices}


@pytest.mark.parametrize(
    ("typed", "word", "mistakes"),
    [
        ("metoporlol", "metoprolol", 1),
        ("parasetmol", "parasetamol", 1),
        ("war", "varfarin", None),
        ("varf", "varfarin", 0),
        ("xyz", "ksilometasolin", None),
        ("simvaststin", "simvastatin", 1),
        ("digoksin", "digitoksin", 2),
    ],
)
def test_how_alike_two_words_are(typed: str, word: str, mistakes: int | None) -> None:
    assert likeness(typed, word) == mistakes


def test_what_is_recommended_stands_first_among_what_fits_and_apart_where_it_does_not() -> None:
    titles = {"C10AA05": "Atorvastatin", "C10AA07": "Rosuvastatin", "C10AA01": "Simvastatin"}
    rows = [
        Preparation(atc=code, form="tablett", strengths="10 mg|20 mg", route="peroralt")
        for code in ("C10AA01", "C10AA07", "C10AA05")
    ]
    region = [Recommended(group="C10AA", first="C10AA05", then="C10AA07")]
    formulary = Formulary(lambda: choices_of(rows, region, titles))
    by_code = formulary.find("c10aa", limit=10)
    assert [c.name for c in by_code.choices] == [
        *["Atorvastatin"] * 2,
        *["Rosuvastatin"] * 2,
        *["Simvastatin"] * 2,
    ]
    by_name = formulary.find("simva 20", limit=10)
    assert [(c.name, c.strength, c.offered) for c in by_name.choices] == [
        ("Simvastatin", "20 mg", False),
        ("Atorvastatin", "10 mg", True),
    ]
    assert by_name.choices[0].better == ("Atorvastatin",)
    assert by_name.total == 1


def test_every_usual_dosing_can_be_read_and_every_code_is_known() -> None:
    known = {row.atc for row in CONTENT.catalogue}
    for row in CONTENT.products:
        assert row.atc in known
        assert row.source
        for line in (line for line in row.usual.split("|") if line):
            parse_dosage(line, unit="tablett")
    for listed in CONTENT.recommended:
        codes = [*listed.first.split("|"), *(c for c in listed.then.split("|") if c)]
        assert set(codes) <= known, listed.group
    assert len({choice.key for choice in FORMULARY.choices}) == len(FORMULARY.choices)


def test_the_name_of_a_group_is_that_of_its_first_member() -> None:
    library = shipped.engine().library
    groups = {code[:length] for code in library.titles for length in (1, 3, 4, 5, 7)}
    for group in groups:
        first = next(name for code, name in library.titles.items() if code.startswith(group))
        assert library.title(group) == (library.titles.get(group) or first)
    assert library.title("Z99ZZ99") == ""
