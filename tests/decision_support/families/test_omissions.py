"""What is not on the list: told quietly, of a whole list, and never where it should not be taken."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from workstation.content import shipped
from workstation.content.cases import facts_from
from workstation.content.shipped import engine
from workstation.decision_support.engine import engine as compiled
from workstation.decision_support.rows import Level, Tables
from workstation.decision_support.situation import ContentError

DAY = date(2026, 3, 2)
RULE = "start.antikoagulantia-flimmer"
WITHOUT = {
    "patient": {"age": 80, "sex": "F"},
    "diagnoses": [{"icd10": "I48.9"}],
    "medications": [{"atc": "C07AB07", "route": "oral"}, {"atc": "N02BE01", "route": "oral"}],
    "hook": "patient-view",
}


def told(**more: Any) -> list[tuple[str, bool]]:
    """Return tier and interruption of the recommendation in the patient, changed by ``more``."""
    facts = facts_from(WITHOUT | more, as_of=DAY, name="omission")
    return [
        (one.severity, one.interruptive) for one in engine().findings(facts) if one.rule == RULE
    ]


def test_a_medicine_that_is_lacking_is_told_quietly_when_the_list_is_reviewed() -> None:
    assert told() == [("info", False)]


def test_nothing_is_said_of_it_while_something_else_is_ordered() -> None:
    assert told(hook="order-select", new_order={"atc": "A06AD65", "route": "oral"}) == []


def test_a_list_that_nobody_may_have_written_yet_lacks_nothing() -> None:
    assert told(medications=None) == []


def test_whoever_is_said_to_take_nothing_lacks_what_is_missing() -> None:
    assert told(medications=[]) == [("info", False)]


def test_a_list_of_one_medicine_is_a_list() -> None:
    assert told(medications=[{"atc": "N02BE01", "route": "oral"}]) == [("info", False)]


@pytest.mark.parametrize(
    "reason",
    [
        {"medications": [*WITHOUT["medications"], {"atc": "B01AF02", "route": "oral"}]},
        {"diagnoses": [{"icd10": "I48.9"}, {"icd10": "Z51.5"}]},
        {"diagnoses": [{"icd10": "I48.9"}, {"icd10": "K92.2"}]},
        {"allergies": [{"substance": "apixaban", "reaction": "anafylaxi"}]},
    ],
)
def test_it_is_not_recommended_to_whoever_has_it_or_should_not_take_it(
    reason: dict[str, Any],
) -> None:
    assert told(**reason) == []


def test_a_hypersensitivity_that_was_refuted_is_no_reason() -> None:
    refuted = {"substance_atc": "B01AF02", "verification": "refuted"}
    assert told(allergies=[refuted]) == [("info", False)]


@pytest.mark.parametrize(
    "changes",
    [
        {"levels": [Level(severity="warning")]},
        {"levels": [Level(severity="info", interrupts=True)]},
        {"when": {}},
        {"with_": "nsaid_systemic"},
    ],
)
def test_a_loud_or_unconditional_one_cannot_be_compiled(changes: dict[str, Any]) -> None:
    rule = next(one for one in shipped.content().rules if one.id == RULE)
    library = engine().library
    with pytest.raises(ContentError, match=RULE):
        compiled(Tables(rules=(msgspec.structs.replace(rule, **changes),)), library)
