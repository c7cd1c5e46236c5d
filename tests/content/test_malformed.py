"""Whatever is in the file: an answer, or one line that names case and field, and exit 2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.content.test_corpus import cases
from workstation.cli import main
from workstation.content.cases import CaseProblem, answers, read_cases, remarks
from workstation.content.shipped import engine
from workstation.domain.texts import in_language

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
GOOD = [case for name in ("speaks", "silent") for case in cases(name)]


def _file(case: Any) -> bytes:
    return json.dumps({"as_of": "2026-03-02", "cases": [case]}).encode()


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, part in inner:
        found.append((*path, key))
        if isinstance(part, dict | list):
            found += _paths(part, (*path, key))
    return found


def _answered_or_told(raw: bytes) -> None:
    told = "Fall"
    try:
        answers(engine(), read_cases(raw))
    except CaseProblem as problem:
        told = problem.message
    assert len(told.splitlines()) == 1
    assert told.startswith("Fall")


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_case_with_anything_anywhere_is_answered_or_told_in_one_line(data: st.DataObject) -> None:
    case = json.loads(json.dumps(data.draw(st.sampled_from(GOOD))))
    path = data.draw(st.sampled_from(_paths(case)))
    holder = case
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = data.draw(JUNK)
    _answered_or_told(_file(case))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | JUNK.map(lambda one: json.dumps(one).encode()))
def test_a_file_of_anything_is_told_in_one_line(raw: bytes) -> None:
    _answered_or_told(raw)


MALFORMED: dict[str, tuple[Any, str]] = {
    "no id": ({"patient": {}}, "cases[0]"),
    "no case at all": (7, "cases[0]"),
    "age as a word": ({"id": "c1", "patient": {"age": "old"}}, "patient.age"),
    "sex": ({"id": "c1", "patient": {"sex": "X"}}, "patient.sex"),
    "hook": ({"id": "c1", "hook": "order-guess"}, "hook"),
    "a route that is none": (
        {"id": "c1", "new_order": {"atc": "N02BE01", "route": "telepathic"}},
        "new_order.route",
    ),
    "a result without its unit": (
        {"id": "c1", "labs": [{"code": "INR", "value": 2, "date": "2026-02-20"}]},
        "labs[0].unit",
    ),
    "pregnant": ({"id": "c1", "patient": {"pregnant": "perhaps"}}, "patient.pregnant"),
    "status of a diagnosis": (
        {"id": "c1", "diagnoses": [{"icd10": "I50", "status": "maybe"}]},
        "diagnoses[0].status",
    ),
    "subject": ({"id": "c1", "diagnoses": [{"icd10": "I50", "subject": "cat"}]}, "subject"),
    "empty diagnosis": ({"id": "c1", "diagnoses": [{"icd10": " "}]}, "diagnoses[0].icd10"),
    "no code": ({"id": "c1", "medications": [{"name": "x"}]}, "medications[0]"),
    "no ATC code": ({"id": "c1", "medications": [{"atc": "aspirin"}]}, "medications[0].atc"),
    "a day that is none": (
        {"id": "c1", "labs": [{"code": "INR", "value": 2, "unit": "1", "date": "2026-02-30"}]},
        "labs[0].date",
    ),
    "no value": (
        {"id": "c1", "labs": [{"code": "INR", "unit": "", "date": "2026-02-20"}]},
        "labs[0]",
    ),
    "negative dose": (
        {"id": "c1", "new_order": {"atc": "N02BE01", "dose_per_day": {"value": -1, "unit": "g"}}},
        "new_order.dose_per_day.value",
    ),
    "beyond all measure": (
        {"id": "c1", "labs": [{"code": "INR", "value": 1e300, "unit": "", "date": "2026-02-20"}]},
        "labs[0].value",
    ),
    "severity": ({"id": "c1", "allergies": [{"severity": "awful"}]}, "allergies[0].severity"),
    "a diagnosis in words": (
        {"id": "c1", "diagnoses": [{"icd10": "heart failure"}]},
        "diagnoses[0].icd10",
    ),
    "a height in metres": ({"id": "c1", "patient": {"height_cm": 1.8}}, "patient.height_cm"),
    "a weight of nothing": ({"id": "c1", "patient": {"weight_kg": 0}}, "patient.weight_kg"),
    "a day in the country's own order": (
        {"id": "c1", "labs": [{"code": "INR", "value": 2, "unit": "", "date": "1/2 2026"}]},
        "labs[0].date",
    ),
    "a value with its sign": (
        {"id": "c1", "labs": [{"code": "INR", "value": "<2", "unit": "", "date": "2026-02-01"}]},
        "labs[0].value",
    ),
    "a result of nothing": (
        {"id": "c1", "labs": [{"code": " ", "value": 2, "unit": "", "date": "2026-02-01"}]},
        "labs[0].code",
    ),
    "a dose without its unit": (
        {"id": "c1", "new_order": {"atc": "N02BE01", "dose_per_day": {"value": 1}}},
        "new_order.dose_per_day.unit",
    ),
    "an order without a code": ({"id": "c1", "new_order": {}}, "new_order.atc"),
    "pregnant in words": ({"id": "c1", "patient": {"pregnant": "yes"}}, "patient.pregnant"),
    "diagnoses no list": ({"id": "c1", "diagnoses": {}}, "diagnoses"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_one_line_names_case_and_field_and_the_exit_is_2(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, field = MALFORMED[name]
    file = tmp_path / "cases.json"
    file.write_bytes(_file(case))

    with pytest.raises(SystemExit) as stopped:
        main(["content", "evaluate", str(file), "--json"])

    lines = capsys.readouterr().err.strip().splitlines()
    assert (stopped.value.code, len(lines)) == (2, 1)
    assert field in lines[0]
    if isinstance(case, dict) and "id" in case:
        assert "c1" in lines[0]


def test_a_case_needs_a_name_and_a_byte_order_mark_is_no_harm() -> None:
    with pytest.raises(CaseProblem, match=r"cases\[0\].* id"):
        read_cases(_file({"id": " "}))
    assert list(read_cases(b"\xef\xbb\xbf" + _file({"id": "c1"}))) == ["c1"]


BROKEN = {
    "nothing": (b" ", ("file", "empty")),
    "cut off": (b'{"as_of": "2026-03-02", "cases": [{"id": "c1"', ("line 1, column",)),
    "of another encoding": ('{"as_of": "å"}'.encode("latin-1"), ("UTF-8", "byte 12")),
    "a list": (b"[]", ("file",)),
    "a number that is none": (
        b'{"as_of": "2026-03-02", "cases": [{"id": "c1", "labs": [{"value": NaN}]}]}',
        ("c1", "labs[0].value"),
    ),
    "a key twice": (
        b'{"as_of": "2026-03-02", "cases": [{"id": "c1", "patient": {"age": 7, "age": 70}}]}',
        ("c1", "patient.age"),
    ),
    "an age beyond all digits": (
        b'{"as_of": "2026-03-02", "cases": [{"id": "c1", "patient": {"age": 1e999}}]}',
        ("c1", "age"),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_says_where(name: str) -> None:
    raw, told = BROKEN[name]
    with in_language("en"), pytest.raises(CaseProblem) as refused:
        read_cases(raw)
    for part in told:
        assert part in refused.value.message


def test_what_no_rule_can_use_is_told_and_the_rest_is_answered() -> None:
    """A misspelt dose or an unknown unit must not look like an answered question."""
    case = {
        "id": "c1",
        "remark": "from the ward",
        "labs": [
            {"code": "P-Kalium", "value": 4, "unit": "km", "date": "2026-02-20"},
            {"code": "X-Ingenting", "value": 4, "unit": "", "date": "2026-02-20"},
            {"code": "TSH", "value": 2, "unit": "mE/L", "date": "2026-02-20"},
        ],
        "new_order": {"atc": "N02BE01", "dosis": {"value": 8, "unit": "g"}},
    }
    raw = _file(case)
    cases = read_cases(raw)
    lines = remarks(raw, cases, engine())
    assert [line.split(": ")[1].split()[0] for line in lines] == [
        "remark",
        "new_order.dosis",
        "ingen",
        "labs[0].unit",
        "labs[1].code",
    ]
    assert list(answers(engine(), cases)) == ["c1"]


def test_deep_nesting_and_half_a_surrogate_are_told(tmp_path: Path) -> None:
    _answered_or_told(b'{"as_of": "2026-03-02", "cases": [' + b"[" * 100_000)
    _answered_or_told(b'{"as_of": "2026-03-02", "cases": [{"id": "\\ud800"}]}')


def test_the_answer_has_the_contract_s_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.json"
    plain = [case for case in GOOD if "expect" in case]
    file.write_text(json.dumps({"as_of": "2026-03-02", "cases": plain}), encoding="utf-8")
    main(["content", "evaluate", str(file), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert list(told) == [case["id"] for case in plain]
    for card in (card for cards in told.values() for card in cards):
        assert set(card) == {
            "category", "severity", "interruptive", "about", "text", "rule", "version"
        }  # fmt: skip
        assert card["severity"] in ("info", "warning", "critical")
        assert card["about"]
        assert card["text"]
