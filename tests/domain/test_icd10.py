"""A diagnosis code has the form of ICD-10-SE, or it is said what is wrong and where."""

from __future__ import annotations

import csv

import pytest

from tests.house.tree import ROOT
from workstation.domain.diagnosis import ICD10SE, typed_diagnosis
from workstation.domain.icd10 import NotAnIcd10Code, icd10se, is_icd10, is_stem

CODES = {
    "I50.9": "I50.9", " i509 ": "I50.9", "I50,9": "I50.9", "I50": "I50", "F43.8A": "F43.8A",
    "f438a": "F43.8A", "S72.00": "S72.00", "s7200": "S72.00", "I10-": "I10-", "E11-p": "E11-P",
    "U07.1": "U07.1",
}  # fmt: skip

WRONG = {
    "hjärtsvikt": (1, "Tecken 2, ”J”: där ska stå en siffra"),
    "150.9": (0, "Tecken 1, ”1”: där ska stå en bokstav"),
    "Å50.9": (0, "Tecken 1"),
    "I5O.9": (2, "Tecken 3, ”O”: där ska stå en siffra"),
    "I50.": (4, "inte färdig: en siffra saknas"),
    "I5": (2, "inte färdig: en siffra saknas"),
    "I50.A": (4, "Tecken 5, ”A”"),
    "I50X": (3, "Tecken 4, ”X”: där ska stå en punkt och en siffra"),
    "I50 9": (3, "Tecken 4"),
    "G30.1*": (5, "Tecken 6, ”*”"),
    "I50.99B": (6, "Tecken 7, ”B”: där ska stå inget mer"),
    "I50.9 I48.9": (5, "Tecken 6"),
    "I10-X": (3, "Tecken 4"),
    "I٥٠.9": (1, "Tecken 2"),
}


@pytest.mark.parametrize(("typed", "code"), CODES.items())
def test_a_code_is_stored_in_one_form_however_it_is_typed(typed: str, code: str) -> None:
    assert icd10se(typed) == code
    assert icd10se(code) == code
    assert is_icd10(code)


@pytest.mark.parametrize(("typed", "said"), WRONG.items())
def test_another_form_is_refused_and_says_what_and_where(typed: str, said: tuple[int, str]) -> None:
    with pytest.raises(NotAnIcd10Code) as caught:
        icd10se(typed)

    at, words = said
    assert caught.value.at == at
    assert words in caught.value.message
    assert typed.upper() in caught.value.message


def test_every_code_the_generated_region_uses_has_the_form() -> None:
    path = ROOT / "workstation" / "generator" / "data" / "diagnoses.csv"
    with path.open(encoding="utf-8") as rows:
        codes = [row["code"] for row in csv.DictReader(rows, delimiter=";")]
    assert len(codes) > 200
    assert [code for code in codes if icd10se(code) != code or not is_stem(code)] == []


def test_what_is_typed_is_never_lost() -> None:
    assert typed_diagnosis("i5o9", " Hjärtsvikt ").code_in(ICD10SE) == "I5O9"
    assert typed_diagnosis("i509", "Hjärtsvikt").code_in(ICD10SE) == "I50.9"
    assert typed_diagnosis(" ", "Hjärtsvikt").codings == ()
