"""The summed risks in words: what is not known says when it last was."""

from __future__ import annotations

from datetime import date

from ui.screens.medication.risks import risk_lines
from workstation.content.cases import facts_from
from workstation.content.shipped import engine
from workstation.decision_support.risk import risks


def test_a_result_too_old_to_count_is_told_with_its_day_beside_what_is_not_known() -> None:
    case = {
        "patient": {"age": 81, "sex": "F"},
        "medications": [{"atc": "N05AN01", "name": "Litium", "route": "oral"}],
        "labs": [{"code": "P-Kreatinin", "value": 88, "unit": "µmol/L", "date": "2023-02-20"}],
    }
    found = risks(engine(), facts_from(case, as_of=date(2026, 3, 2), name="case"))
    said = [line.missing for line in risk_lines(found, engine()) if "P-Kreatinin" in line.missing]
    assert said
    assert all("P-Kreatinin (senast 2023-02-20)" in line for line in said)
