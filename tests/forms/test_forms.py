"""A form's one declaration is enough to ask, check, calculate, tell and export."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.answers import asked, calculated, faults
from forms.load import BadForm, form_from, shipped
from forms.questionnaire import questionnaire, response
from forms.schema import Form
from forms.text import sections
from tests.house.tree import ROOT
from workstation.domain.scores import bmi, news2
from workstation.domain.texts import in_language

_WELL = {
    "respiration": "16", "scale": "1", "spo2": "97", "oxygen": "false", "systolic": "128",
    "pulse": "72", "consciousness": "alert", "temperature": "36.8",
}  # fmt: skip


def _form(items: str, checks: str = "[]") -> Form:
    return form_from(
        f"{{name: f, version: 1, title: F, item: {items}, check: {checks}}}", place="f"
    )


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_form_asks_something_and_exports(name: str) -> None:
    form = shipped()[name]
    assert asked(form, {})
    assert json.loads(json.dumps(questionnaire(form)))["item"]


def test_the_news2_table_is_the_published_one() -> None:
    path = ROOT.parent / "shared" / "data" / "facts" / "news2_table.json"
    if not path.exists():
        pytest.skip("the facts to compare with are not beside the checkout: ../shared/data/facts")
    table = json.loads(path.read_text(encoding="utf-8"))
    names = {
        "respiration_rate": ("respiration", "respiration"),
        "spo2_scale1": ("spo2", "spo2"),
        "systolic_bp": ("systolic", "systolic"),
        "pulse": ("pulse", "pulse"),
        "temperature": ("temperature", "temperature"),
    }
    compared = 0
    for key, (question, part) in names.items():
        for low, high, points in table.get(key, []):
            for edge in (low, high):
                if edge is not None:
                    compared += 1
                    assert _points(question, part, str(edge)) == points, (key, edge)
    assert compared > 20


def _points(question: str, part: str, value: str) -> int:
    given_now = _WELL | {question: value}
    score = news2(
        respiration_per_min=Decimal(given_now["respiration"]),
        spo2_percent=Decimal(given_now["spo2"]),
        on_oxygen=False,
        systolic_mmhg=Decimal(given_now["systolic"]),
        pulse_per_min=Decimal(given_now["pulse"]),
        consciousness="alert",
        temperature_celsius=Decimal(given_now["temperature"]),
    )
    return score.points[part]


def test_news2_is_scored_when_all_of_it_is_known_and_not_before() -> None:
    form = shipped()["news2"]
    assert calculated(form, _WELL)["news2"] == "0"
    assert calculated(form, _WELL | {"oxygen": "true", "spo2": "91"})["news2"] == "5"
    assert "news2" not in calculated(form, {n: v for n, v in _WELL.items() if n != "pulse"})
    assert "news2" not in calculated(form, _WELL | {"news2": "0", "pulse": "sjuttio"})


def test_a_value_half_typed_earlier_never_leaves_an_old_score_standing() -> None:
    form = shipped()["news2"]
    scored = calculated(form, _WELL)
    assert "news2" not in calculated(form, scored | {"temperature": ""})


def test_bmi_is_rounded_half_up() -> None:
    assert bmi(weight_kg=Decimal("72.25"), height_cm=Decimal(170)) == Decimal("25.0")
    with pytest.raises(ValueError, match="above zero"):
        bmi(weight_kg=Decimal(70), height_cm=Decimal(0))


def test_a_question_is_required_only_when_it_is_asked() -> None:
    form = shipped()["pain"]
    assert not faults(form, {"pain": "false"})
    assert [fault.path for fault in faults(form, {"pain": "true"})] == ["at_rest"]


def test_an_implausible_value_asks_for_a_second_look_and_a_wrong_order_stops() -> None:
    form = shipped()["vital_signs"]
    high = faults(form, {"systolic": "310", "diastolic": "80"})
    assert [(f.path, f.stops) for f in high] == [("systolic", False)]
    swapped = faults(form, {"systolic": "80", "diastolic": "120"})
    assert [(f.path, f.stops) for f in swapped] == [("diastolic", True)]


@pytest.mark.parametrize("typed", [".5", "5.", "05", "1e2", "+5", "5 mg", "٣", "-5", "99999999"])
def test_what_no_record_takes_or_nobody_measures_is_stopped_while_it_can_be_mended(
    typed: str,
) -> None:
    found = faults(
        shipped()["vital_signs"], {"systolic": "120", "diastolic": "80", "weight": typed}
    )
    assert [(f.path, f.stops) for f in found] == [("weight", True)]


def test_what_is_usual_is_told_with_a_decimal_comma() -> None:
    with in_language("sv"):
        (found,) = faults(
            shipped()["vital_signs"], {"systolic": "120", "diastolic": "80", "weight": "0.1"}
        )
    assert "0,3" in found.message
    assert not found.stops


def test_what_was_typed_stands_in_the_note_byte_for_byte() -> None:
    text = "Ingen blödning.\n\tÅ ä ö 👩‍⚕️ \u202eabc\u202c  slut "
    told = sections(shipped()["visit"], {"reason": text, "assessment": "x"})
    assert told[0].text == text


def test_numbers_are_told_with_a_comma_and_their_unit_and_exported_with_their_digits() -> None:
    form = shipped()["vital_signs"]
    answers = {"systolic": "128", "diastolic": "74", "temperature": "37.50"}
    assert [s.text for s in sections(form, answers)] == ["128 mmHg", "74 mmHg", "37,50 °C"]
    exported = response(form, answers, authored="2026-11-22T14:02:03Z")
    assert exported["item"][2]["answer"] == [{"valueQuantity": {"value": "37.50", "unit": "°C"}}]


def test_a_group_may_repeat_and_each_repetition_is_checked() -> None:
    form = _form(
        "[{linkId: wound, text: Sår, type: group, repeats: true, item: ["
        "{linkId: place, text: Plats, type: string, required: true},"
        "{linkId: size, text: Storlek, type: quantity, unit: cm}]}]"
    )
    found = faults(form, {"wound/0/place": "höger häl", "wound/1/size": "två"})
    assert [fault.path for fault in found] == ["wound/1/place", "wound/1/size"]


_HEAD = "name: f, version: 1, title: F"
_A, _B = "linkId: a, text: A, type", "linkId: a, text: B, type"
_ASKS_NOTHING = "enableWhen: [{question: b, operator: exists, answer: true}]"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: [", "line"),
        (f"{{{_HEAD}, item: [], chekc: []}}", "chekc"),
        (f"{{{_HEAD}, item: [{{{_A}: svar}}]}}", "type"),
        (f"{{{_HEAD}, item: [{{{_A}: choice}}]}}", "answerOption"),
        (f"{{{_HEAD}, item: [{{{_A}: quantity}}]}}", "unit"),
        (f"{{{_HEAD}, item: [{{{_A}: text}}, {{{_B}: text}}]}}", "twice"),
        (f"{{{_HEAD}, item: [], check: [{{that: a ~ b, else: x}}]}}", "compares"),
        (f"{{{_HEAD}, item: [{{{_A}: text, {_ASKS_NOTHING}}}]}}", "not in the form"),
    ],
)
def test_a_form_that_could_not_work_is_refused_with_the_place(text: str, fault: str) -> None:
    with in_language("en"), pytest.raises(BadForm, match=fault) as refused:
        form_from(text, place="fel.yaml")
    assert "fel.yaml" in str(refused.value)


@given(st.dictionaries(st.sampled_from(list(_WELL)), st.text(max_size=8)))
def test_no_answer_whatever_makes_checking_or_calculating_fail(answers: dict[str, str]) -> None:
    form = shipped()["news2"]
    whole = calculated(form, answers)
    faults(form, whole)
    sections(form, whole)
