"""What somebody wrote of a reaction, as a clinician reads it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from workstation.content.cases import facts_from
from workstation.content.shipped import engine


def told(
    reaction: str, *, drug: str = "J01CA04", allergen: str = "J01CE02", substance: str = ""
) -> tuple[str, bool]:
    """Return tier and interruption for a drug when the allergen is a code, or a name."""
    named = {"substance": substance} if substance else {"substance_atc": allergen}
    case: dict[str, Any] = {
        "patient": {"age": 40, "sex": "F"},
        "allergies": [{**named, "reaction": reaction}],
        "new_order": {"atc": drug, "route": "oral"},
    }
    cards = engine().evaluate(facts_from(case, as_of=date(2026, 3, 2), name="allergy"))
    found = [card for card in cards if card.lead.category == "allergy"]
    return (found[0].lead.severity, found[0].interruptive) if found else ("none", False)


SEVERE = (
    "anafylaxi",
    "Andnöd och blodtrycksfall",
    "svullnad i tungan",
    "biverkning: angioödem",
    "inget utom anafylaxi",
    "inga utslag men larynxödem",
    "SJS",
)
NO_ALLERGY = (
    "illamående",
    "Magont, diarré",
    "inga utslag, bara illamående",
    "yrsel, ingen andnöd eller svullnad i tungan",
)


@pytest.mark.parametrize("reaction", SEVERE)
def test_a_reaction_that_could_kill_is_severe_whatever_the_record_s_own_grade(
    reaction: str,
) -> None:
    # A shared side chain interrupts only after a severe reaction.
    assert told(reaction, drug="J01DB05", allergen="J01CA04") == ("critical", True)


@pytest.mark.parametrize("reaction", NO_ALLERGY)
def test_an_effect_on_the_stomach_or_the_head_is_no_allergy(reaction: str) -> None:
    assert told(reaction) == ("none", False)


@pytest.mark.parametrize("reaction", ["illamående och utslag", "kräktes, nässelutslag", ""])
def test_nausea_beside_a_rash_is_an_allergy_all_the_same(reaction: str) -> None:
    assert told(reaction) == ("critical", True)


@pytest.mark.parametrize("reaction", ["utslag, ingen andnöd", "hittills bara klåda", "vita utslag"])
def test_what_is_denied_or_only_looks_like_it_is_not_severe(reaction: str) -> None:
    assert told(reaction, drug="J01DB05", allergen="J01CA04") == ("warning", False)


@pytest.mark.parametrize(
    ("written", "drug"),
    [("Dalacin", "J01FF01"), ("Ciproxin", "J01MA02"), ("Bactrim", "J01EA01")],
)
def test_a_brand_is_the_substance_in_it_and_every_part_of_a_combination(
    written: str, drug: str
) -> None:
    assert told("anafylaxi", drug=drug, substance=written) == ("critical", True)
