"""A drug is read the same everywhere: name, preparation, DOS, route, in that order and emphasis."""

import pytest

from workstation.domain.dosage import parse_dosage
from workstation.domain.medication import ATC, Dosage, DosageStep, Drug, MedicationOrder, Standing
from workstation.domain.medication_line import generic_name, line_runs, medication_line
from workstation.domain.runs import plain
from workstation.domain.values import Coding, Concept


def _order(drug: Drug | None, typed: str = "1x2") -> MedicationOrder:
    return MedicationOrder(
        action="prescribe", drug=drug, dosage=parse_dosage(typed, unit="tablett")
    )


def test_the_line_reads_generic_brand_form_strength_dose_route() -> None:
    drug = Drug(
        name="Apixaban", brand="Eliquis", form="Tablett", strength="2.5 mg", route="oral användning"
    )

    runs = line_runs(medication_line(_order(drug)))

    assert plain(runs) == (
        "apixaban ELIQUIS — tablett 2,5 mg — DOS 1 tablett 2 gånger dagligen — oral användning"
    )
    assert [r.text for r in runs if r.strong] == ["apixaban", "1 tablett"]
    assert [r.text for r in runs if r.emphasis == "label"] == ["DOS"]
    assert [r.text for r in runs if r.emphasis == "brand"] == ["ELIQUIS"]


def test_a_drug_in_another_systems_words_is_shown_in_those_words() -> None:
    name = "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet"
    order = MedicationOrder(action="prescribe", drug=Drug(name=name), dosage=Dosage())

    assert plain(line_runs(medication_line(order))) == f"{name} — DOS Dosering ej angiven"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Metoprolol", "metoprolol"),
        ("ACETYLSALICYLSYRA", "acetylsalicylsyra"),
        ("ASA", "ASA"),
        ("D-vitamin", "D-vitamin"),
        ("Östradiol", "östradiol"),
        ("vitamin B12", "vitamin B12"),
    ],
)
def test_generic_names_are_lower_case_and_abbreviations_stay(name: str, shown: str) -> None:
    coded = Drug(name=name, concept=Concept(codings=(Coding(system=ATC, code="X"),)))
    assert generic_name(coded) == shown


def test_an_order_without_drug_or_dosage_says_so() -> None:
    order = MedicationOrder(action="prescribe")
    assert (
        plain(line_runs(medication_line(order))) == "Läkemedel ej angivet — DOS Dosering ej angiven"
    )


@pytest.mark.parametrize(
    "step",
    [
        DosageStep(dose="10", unit="mg", frequency=1, weekdays=(1,)),
        DosageStep(amounts=("1", "0", "0", "0"), unit="tablett", frequency=1, period=2),
    ],
)
def test_a_dose_that_is_not_taken_every_day_is_never_compared_as_a_daily_dose(
    step: DosageStep,
) -> None:
    content = MedicationOrder(action="prescribe", dosage=Dosage(steps=(step,)))
    standing = Standing.__new__(Standing)
    object.__setattr__(standing, "content", content)
    assert standing.daily_amount is None
