"""One picture of a risk: what adds to it, what takes from it, what could not be asked."""

from __future__ import annotations

from datetime import date
from typing import Any

from workstation.content.cases import facts_from
from workstation.content.shipped import engine
from workstation.decision_support.changes import compared, on_stopping
from workstation.decision_support.facts import Facts
from workstation.decision_support.risk import Risk, risks
from workstation.decision_support.suggestions import suggested


def facts(**case: Any) -> Facts:
    whole = {"patient": {"age": 60, "sex": "M"}} | case
    return facts_from(whole, as_of=date(2026, 3, 2), name="case")


def of(kind: str, **case: Any) -> Risk:
    return next(risk for risk in risks(engine(), facts(**case)) if risk.kind == kind)


def drug(atc: str, **more: Any) -> dict[str, Any]:
    return {"atc": atc, "route": "oral", **more}


def lab(code: str, value: float, unit: str, day: str = "2026-02-20") -> dict[str, Any]:
    return {"code": code, "value": value, "unit": unit, "date": day}


def test_all_nine_risks_are_told_also_where_nothing_adds_to_them() -> None:
    found = risks(engine(), facts(labs=[lab("eGFR", 90, "mL/min/1.73m2")]))
    assert {risk.kind for risk in found} == {
        "bleeding", "qt", "sedation", "anticholinergic", "kidney", "potassium",
        "serotonergic", "constipation", "orthostatism",
    }  # fmt: skip
    assert {risk.level for risk in found} == {0}


def test_each_medicine_counts_once_and_is_named() -> None:
    risk = of("bleeding", medications=[drug("B01AA03"), drug("M01AE01"), drug("N06AB06")])
    assert [(part.used[0].code, part.points) for part in risk.parts] == [
        ("B01AA03", 3), ("M01AE01", 2), ("N06AB06", 1)
    ]  # fmt: skip
    assert (risk.points, risk.level) == (6, 3)


def test_protection_takes_from_it_and_old_age_adds() -> None:
    listed = [drug("B01AA03"), drug("M01AE01")]
    protected = of("bleeding", medications=[*listed, drug("A02BC02")])
    old = of("bleeding", medications=listed, patient={"age": 80, "sex": "M"})
    assert of("bleeding", medications=listed).points == 5
    assert (protected.points, old.points) == (4, 6)


def test_what_is_stopped_or_put_on_the_skin_adds_nothing() -> None:
    gone = drug("B01AA03", status="stopped", stop="2025-01-01")
    gel = {"atc": "M01AB05", "route": "cutaneous"}
    assert of("bleeding", medications=[gone, gel]).points == 0


def test_an_order_being_written_counts() -> None:
    before = of("qt", medications=[drug("N06AB04")])
    after = of("qt", medications=[drug("N06AB04")], new_order=drug("J01FA09"))
    assert after.points == before.points + 3


def test_what_could_not_be_asked_is_told_and_adds_nothing() -> None:
    risk = of("kidney", medications=[drug("M01AE01")])
    assert "eGFR" in risk.missing
    assert of("kidney", labs=[lab("eGFR", 25, "mL/min/1.73m2")]).points == 3


def test_the_results_to_follow_come_with_it_the_newest_first() -> None:
    labs = [lab("P-Kalium", 4.1, "mmol/L", "2025-12-01"), lab("P-Kalium", 5.3, "mmol/L")]
    ((code, results),) = list(of("potassium", medications=[drug("C09AA02")], labs=labs).trend)
    assert code == "P-Kalium"
    assert [float(result.lab.value) for result in results] == [5.3, 4.1]


def test_a_withdrawn_row_is_not_counted() -> None:
    found = risks(engine().without(["risk.qt"]), facts())
    assert "qt" not in {risk.kind for risk in found}


def test_stopping_a_protection_is_told() -> None:
    listed = [drug("M01AE01"), drug("N06AB06"), drug("A02BC02")]
    whole = facts(medications=listed, patient={"age": 70, "sex": "F"})
    worse = on_stopping(engine(), whole, whole.medications[2])
    assert any("M01AE01" in card.about for card in worse)
    assert on_stopping(engine(), whole, whole.medications[1]) == ()


def test_a_new_result_that_makes_it_worse_is_found_and_the_same_situation_is_the_same() -> None:
    before = engine().evaluate(facts(hook="patient-view", medications=[drug("C03DA01")]))
    labs = [lab("P-Kalium", 5.8, "mmol/L")]
    after = engine().evaluate(facts(hook="patient-view", medications=[drug("C03DA01")], labs=labs))
    assert [card.lead.category for card in compared(before, after).worse] == ["lab"]
    assert compared(after, after).worse == ()
    again = engine().evaluate(facts(hook="patient-view", medications=[drug("C03DA01")], labs=labs))
    assert [card.basis for card in again] == [card.basis for card in after]


def test_another_dose_is_another_situation() -> None:
    def basis(amount: int) -> str:
        dose = {"value": amount, "unit": "mg"}
        listed = [drug("C10AA01", dose_per_day=dose)]
        (card,) = engine().evaluate(facts(medications=listed, new_order=drug("C08CA01")))
        return card.basis

    assert basis(40) != basis(30)
    assert basis(40) == basis(40)


def test_a_card_offers_what_can_be_done_in_words() -> None:
    order = drug("M01AE01")
    (card,) = engine().evaluate(facts(medications=[drug("B01AA03")], new_order=order))
    offered = suggested(card, engine().library)
    assert [(one.verb, one.code) for one in offered] == [("replace", "N02BE01"), ("add", "A02BC")]
    assert offered[0].text == "Välj paracetamol i stället"
