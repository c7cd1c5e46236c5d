"""A small mistake in the content or in the logic makes a test of the content fail."""

from __future__ import annotations

import msgspec
import pytest

from workstation.content import checking, shipped
from workstation.content.coverage import alike, faults
from workstation.content.library import library_of
from workstation.content.mutants import mutants
from workstation.content.proposing import proposed, survivors
from workstation.content.source import Content, ContentProblem
from workstation.decision_support.predicates import laboratory, order, person, score
from workstation.decision_support.rows import Level, Rule
from workstation.decision_support.situation import NO

CONTENT = shipped.content()
LIBRARY = library_of(CONTENT)
RULE = next(rule for rule in CONTENT.rules if rule.id == "renal.metformin")


def test_every_row_carries_tests_that_it_answers_to_and_tests_that_it_lets_pass() -> None:
    assert checking.complaints(CONTENT) == []
    counted = {row.id: len(row.tests) for row in CONTENT.rows()}
    assert min(counted.values()) >= 1
    assert sum(counted.values()) >= 1000


@pytest.mark.parametrize("part", range(8))
def test_no_dropped_line_swapped_comparison_or_lost_diagnosis_goes_unnoticed(part: int) -> None:
    unnoticed = {
        rule.id: left for rule in CONTENT.rules[part::8] if (left := survivors(rule, LIBRARY))
    }
    assert unnoticed == {}
    assert all(
        any(True for _one in mutants(rule)) or rule.levels for rule in CONTENT.rules[part::8]
    )


def test_a_dropped_row_leaves_its_tests_behind() -> None:
    tests = {row.id: row.tests for row in CONTENT.rows()}
    for dropped in CONTENT.rules[::40]:
        others = tuple(rule for rule in CONTENT.rules if rule is not dropped)
        with pytest.raises(ContentProblem):
            msgspec.structs.replace(CONTENT, rules=others).with_tests(tests)


def test_unknown_taken_for_false_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (laboratory, order, person, score):
        monkeypatch.setattr(module, "unknown", lambda *missing: NO)
    failing = {line.split(":")[0] for line in checking.complaints(CONTENT)}
    asks = {rule.id for rule in CONTENT.rules if rule.unknown == "show"}
    assert asks
    assert asks <= failing


def _with(*levels: Level) -> Rule:
    return msgspec.structs.replace(RULE, levels=list(levels))


def _gfr(limit: str) -> Level:
    return Level(severity="warning", if_={"gfr": {"is": limit}})


def test_a_table_with_a_gap_or_a_line_that_never_decides_is_refused() -> None:
    assert [*faults(_with(_gfr("<30"), _gfr(">30")), LIBRARY)] == [
        "a gap: a patient of whom all is known may fit no line"
    ]
    covered = [*faults(_with(_gfr("<45"), _gfr("<30"), Level(severity="none")), LIBRARY)]
    assert covered == ["line 2 never decides: the lines before it cover it"]
    assert [*faults(_with(_gfr("<30"), _gfr(">=30")), LIBRARY)] == []
    assert [*alike([RULE, msgspec.structs.replace(RULE, id="another")])] == [
        "another: asks the same of the same drugs as renal.metformin"
    ]


def test_tests_are_proposed_around_a_rule_s_own_limits() -> None:
    found = proposed(RULE, LIBRARY)
    assert {"none", "unknown", "warning", "critical"} == {one.expect for one in found}
    assert survivors(msgspec.structs.replace(RULE, tests=found), LIBRARY) == []


def _changed(**fields: object) -> Content:
    first, *others = CONTENT.rules[:20]  # enough for a complaint about the first
    rules = (msgspec.structs.replace(first, **fields), *others)
    return msgspec.structs.replace(CONTENT, rules=rules)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"source": " "}, "no source"),
        ({"owner": ""}, "no owner"),
        ({"grade": ""}, "no evidence grade"),
        ({"version": "two"}, "is no version"),
        ({"suggest": []}, "suggests nothing"),
        ({"suggest": ["replace:X99XX99"]}, "nobody knows this code"),
        ({"suggest": ["order_lab"]}, "needs a code"),
        ({"suggest": ["pray"]}, "no such suggestion"),
        ({"tests": []}, "no positive test"),
        ({"guidelines": ["no-such"]}, "no such guideline"),
        ({"when": {"dx": ["asthma"]}}, "is no ICD-10 code"),
    ],
)
def test_a_row_that_lacks_something_cannot_be_built(fields: dict[str, object], said: str) -> None:
    assert any(said in line for line in checking.complaints(_changed(**fields)))


def test_a_dead_code_cannot_be_built() -> None:
    moved = CONTENT.sets["gabapentin"]
    dead = msgspec.structs.replace(moved, atc=["N03AX12"])
    content = msgspec.structs.replace(CONTENT, sets=CONTENT.sets | {"gabapentin": dead})
    assert any("has moved" in line for line in checking.complaints(content))
