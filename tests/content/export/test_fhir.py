"""What is exported is whole, and an engine that is not ours gives the same answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fhirpathpy import compile as parsed

from workstation.cli import main
from workstation.content import shipped
from workstation.content.cases import facts_from
from workstation.content.export import patient
from workstation.content.export.fhirpath import NotSaid
from workstation.content.export.plan import OWN_LANGUAGE, bundle_of, expression, plan_of
from workstation.content.patches import AS_OF
from workstation.decision_support.conditions import condition
from workstation.decision_support.rows import Rule
from workstation.decision_support.situation import Situation
from workstation.decision_support.truth import Truth, all_of
from workstation.decision_support.view import Taken, View

CONTENT, LIBRARY = shipped.content(), shipped.engine().library
EXPORTED, UNSAID = bundle_of(CONTENT, LIBRARY)
RESOURCES = [entry["resource"] for entry in EXPORTED["entry"]]
ANSWERS = {(True,): Truth.TRUE, (False,): Truth.FALSE, (): Truth.UNKNOWN}


def test_every_rule_is_a_plan_every_set_a_value_set_and_there_is_one_library() -> None:
    kinds = [resource["resourceType"] for resource in RESOURCES]
    assert kinds.count("PlanDefinition") == len(CONTENT.rules)
    assert kinds.count("Library") == 1
    assert kinds.count("ValueSet") >= 150
    assert len({entry["fullUrl"] for entry in EXPORTED["entry"]}) == len(EXPORTED["entry"])
    assert all(resource["experimental"] for resource in RESOURCES)


def test_a_plan_carries_version_source_tier_and_whether_it_interrupts() -> None:
    rule = next(rule for rule in CONTENT.rules if rule.id == "ddi.vka-nsaid")
    plan, lost = plan_of(rule, CONTENT, LIBRARY)
    lines = plan["action"][0]["action"]
    assert lost == []
    assert (plan["version"], plan["relatedArtifact"][0]["citation"]) == (rule.version, rule.source)
    assert [line["priority"] for line in lines] == ["stat"] * 4 + ["urgent"] * 2
    assert [line["extension"][0]["valueBoolean"] for line in lines] == [True] * 4 + [False, True]
    assert plan["action"][0]["selectionBehavior"] == "at-most-one"


def test_what_fhirpath_cannot_say_is_counted_and_carried_in_our_own_words() -> None:
    rule = next(rule for rule in CONTENT.rules if rule.id == "renal.metformin")
    plan, lost = plan_of(rule, CONTENT, LIBRARY)
    assert lost == ["gfr"]
    assert f"{rule.id}: gfr" in UNSAID
    conditions = [line["condition"][0]["expression"] for line in plan["action"][0]["action"]]
    assert {one["language"] for one in conditions} == {OWN_LANGUAGE}
    assert json.loads(conditions[0]["expression"])["levels"] == [
        {"any": [{"gfr": {"is": "<30"}}, {"gfr": {"kind": "relative", "is": "<30"}}]}
    ]


def _pick(view: View, name: str, but: Taken | None = None) -> Taken | None:
    found = view.members(LIBRARY.sets[name], view.everything, but=but)
    return found[0] if found else None


def _situations(rule: Rule) -> Iterator[tuple[Situation, dict[str, Any]]]:
    for test in rule.tests:
        facts = facts_from(test.case, as_of=AS_OF, name=rule.id)
        view = View(facts, LIBRARY)
        subject = _pick(view, rule.drug) if rule.drug else None
        partner = _pick(view, rule.with_, but=subject) if rule.with_ else None
        if view.new is None or subject is None or (rule.with_ and partner is None):
            continue
        situation = Situation(view=view, subject=subject, partner=partner)
        yield situation, patient.bundle_of(facts, LIBRARY)


def _ours(rule: Rule, number: int, situation: Situation) -> Truth:
    lines = [condition(level.if_, LIBRARY)(situation).truth for level in rule.levels]
    common = condition(rule.when, LIBRARY)(situation).truth
    return all_of([common, lines[number], *(~truth for truth in lines[:number])])


def _said(rule: Rule) -> dict[int, Callable[..., list[Any]]]:
    """Return what each level says in FHIRPath, parsed once; those it cannot say are left out."""
    said = {}
    for number in range(len(rule.levels)):
        with suppress(NotSaid):
            said[number] = parsed(expression(rule, number, LIBRARY))
    return said


@pytest.mark.parametrize("part", range(4))
def test_an_independent_engine_gives_the_same_three_answers(part: int) -> None:
    compared: set[Truth] = set()
    differing = []
    for rule in CONTENT.rules[part::32]:
        said = _said(rule)
        for situation, bundle in _situations(rule) if said else ():
            variables = {"asOf": AS_OF.isoformat(), "bundle": bundle}
            for number, theirs_of in said.items():
                ours = _ours(rule, number, situation)
                theirs = ANSWERS.get(tuple(theirs_of(bundle, variables)))
                compared.add(ours)
                if theirs is not ours:
                    differing.append((rule.id, number, ours, theirs))
    assert differing == []
    assert {Truth.TRUE, Truth.FALSE} <= compared


def test_an_author_exports_from_the_command_line(tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    main(["content", "export", "--out", str(out)])
    bundle = json.loads(out.read_text("utf-8"))
    assert bundle["type"] == "collection"
    assert len(bundle["entry"]) == len(EXPORTED["entry"])
