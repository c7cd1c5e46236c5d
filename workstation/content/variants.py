"""Cases around a rule's own limits: each predicate just true, just false, and not to be said."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import islice, product
from typing import Any

from workstation.content import scored
from workstation.content.patches import AS_OF, Case, Patch, nothing, numbers, plain, values
from workstation.decision_support.conditions import flattened
from workstation.decision_support.drugs import DrugSet
from workstation.decision_support.rows import Rule
from workstation.decision_support.situation import limits, strings
from workstation.decision_support.view import Library

_KIND_UNITS = {"relative": "mL/min/1.73m2", "absolute": "mL/min", "clearance": "mL/min"}
_LATE = {"score": 1, "new": 2}
_MOST_CASES = 3000
_ONE_VALUE = frozenset(
    "age weight week dose_per_kg single_per_kg single_dose days taken_days route schedule form".split()
)


def around(rule: Rule, library: Library) -> Iterator[Case]:
    """Yield cases in which each thing the rule asks is true, false or not known."""
    choices = dimensions(rule, library)
    seen: set[tuple[int, ...]] = set()
    meant = _as_meant(rule)
    for picked in (*_whole(choices), *_one_at_a_time(choices, meant)):
        if picked not in seen:
            seen.add(picked)
            yield made(rule, library, [choices[n][k] for n, k in enumerate(picked)])
    yield from _of_drugs(rule, library, [options[0] for options in choices])
    yield from _of_open_questions(rule, library)


def dimensions(rule: Rule, library: Library) -> list[list[Patch]]:
    """Return what a rule asks, each thing once, with the answers it may have."""
    asked: dict[tuple[str, str], list[Any]] = {}
    for condition in (rule.when, *(level.if_ for level in rule.levels)):
        for name, spec in flattened(condition):
            specs = asked.setdefault(dimension(name, spec), [])
            if spec not in specs:
                specs.append(spec)
    # Points are put on whoever the patient has become; being new moves the order, so it comes last.
    ordered = sorted(asked.items(), key=lambda one: _LATE.get(one[0][0], 0))
    return [[*_of_predicate(name, specs, library)] for (name, _of), specs in ordered]


def every(rule: Rule, library: Library) -> Iterator[Case]:
    """Yield a case for every combination of what the rule asks, all of it known."""
    choices = [
        [one for one in options if one.known and not one.minor]
        for options in dimensions(rule, library)
    ]
    total = math.prod(len(options) for options in choices)
    picks = product(*choices) if total <= _MOST_CASES else islice(product(*choices), _MOST_CASES)
    for patches in picks:
        yield made(rule, library, patches)


def _whole(choices: Sequence[Sequence[Patch]]) -> Iterator[tuple[int, ...]]:
    numbers = [[n for n, one in enumerate(options) if not one.minor] for options in choices]
    if math.prod(len(one) for one in numbers) <= _MOST_CASES:
        yield from product(*numbers)


def _as_meant(rule: Rule) -> tuple[int, ...]:
    """Return the answers that the rule waits for: true, and false for what it excepts."""
    asked: dict[tuple[str, str], int] = {}
    for condition in (rule.when, *(level.if_ for level in rule.levels)):
        excepted = {dimension(*one) for one in _excepted(condition)}
        for name, spec in flattened(condition):
            key = dimension(name, spec)
            asked.setdefault(key, int(key in excepted))
    ordered = sorted(asked.items(), key=lambda one: _LATE.get(one[0][0], 0))
    return tuple(answer for _key, answer in ordered)


def _excepted(spec: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(spec, Mapping):
        for name, part in spec.items():
            yield from flattened(part) if name == "not" else _excepted(part)
    elif isinstance(spec, Sequence) and not isinstance(spec, str):
        for part in spec:
            yield from _excepted(part)


def _one_at_a_time(
    choices: Sequence[Sequence[Patch]], meant: tuple[int, ...]
) -> Iterator[tuple[int, ...]]:
    size = len(choices)
    starts = [(0,) * size, (1,) * size, meant]
    starts += [tuple(int(at == n) for at in range(size)) for n in range(size)]
    starts += [tuple(int(at != n) for at in range(size)) for n in range(size)]
    for start in starts:
        fitting = [min(k, len(choices[n]) - 1) for n, k in enumerate(start)]
        for at, options in enumerate(choices):
            for number in range(len(options)):
                yield (*fitting[:at], number, *fitting[at + 1 :])


def dimension(name: str, spec: Any) -> tuple[str, str]:
    """Return what a predicate is about: comparisons with one value are one dimension."""
    plain = name.removeprefix("partner_")
    if plain in ("dose", "dose_total"):
        return name.replace("dose_total", "dose"), ""
    if plain in _ONE_VALUE:
        return name, ""
    if name == "score":
        return name, str(spec["name"])
    if name in ("lab", "lab_change", "lab_missing"):
        return name, str(spec["code"])
    if name == "gfr":  # one result answers for every kind
        return name, ""
    return name, repr(spec)


def made(rule: Rule, library: Library, patches: Sequence[Patch]) -> Case:
    """Return the rule's own drugs in a patient of whom little is known, with patches put on."""
    case: Case = {"patient": {"age": 50, "sex": "M"}}
    if not rule.drug:  # what is lacking is looked for in a list that has something else on it
        listed = [{"atc": atc, "route": "oral"} for atc in ("N02BE01", "H03AA01")]
        case |= {"hook": "patient-view", "medications": listed}
        for patch in patches:
            patch.apply(case)
        return case
    drug = sample(library.sets[rule.drug], library)
    if rule.with_:
        case["medications"] = [sample(library.sets[rule.with_], library, but=drug["atc"])]
    case["new_order"] = drug
    for patch in patches:
        patch.apply(case)
    return case


def sample(drugs: DrugSet, library: Library, but: str = "") -> Case:
    """Return a medicine of the set, one of the catalogue where it has one, another than ``but``."""
    atc = library.example(drugs, but)
    route = drugs.routes[0] if drugs.routes else "oral"
    if drugs.use in ("local", "any") and not drugs.routes:
        route = {"R": "inhalation", "S": "ocular", "D": "cutaneous"}.get(atc[0], "oral")
    return {"atc": atc, "route": route}


def _of_drugs(rule: Rule, library: Library, patches: Sequence[Patch]) -> Iterator[Case]:
    """Yield the drugs given another way: not there, ended, local, and the other one new."""
    whole = made(rule, library, patches)
    if not rule.drug:
        yield whole | {"medications": whole["medications"][:1]}
        return
    drug = library.sets[rule.drug]
    if whole.get("new_order") and drug.use == "systemic" and not drug.routes:
        yield _with_order(whole, route="cutaneous")
    if not rule.with_ or not whole.get("medications"):
        return
    partner, order = whole["medications"][0], whole["new_order"]
    yield whole | {"medications": whole["medications"][1:]}
    stopped = partner | {"status": "stopped", "stop": "2025-06-01"}
    yield whole | {"medications": [stopped, *whole["medications"][1:]]}
    yield whole | {"medications": [order, *whole["medications"][1:]], "new_order": partner}
    for side, days in rule.washout.items():
        old, new = (partner, order) if side == "with" else (order, partner)
        for ago in (days - 1, days):
            ended = old | {"status": "stopped", "stop": _before(ago)}
            yield whole | {"medications": [ended, *whole["medications"][1:]], "new_order": new}


def _of_open_questions(rule: Rule, library: Library) -> Iterator[Case]:
    """Yield patients of whom nothing is known but what decides whether the question is told."""
    asked: dict[tuple[str, str], list[Any]] = {}
    for name, spec in flattened(rule.unknown_if):
        asked.setdefault(dimension(name, spec), []).append(spec)
    if asked:
        choices = [[*_of_predicate(name, specs, library)] for (name, _of), specs in asked.items()]
        for patches in product(*choices):
            yield made(rule, library, patches)


def _with_order(case: Case, **more: Any) -> Case:
    return case | {"new_order": case["new_order"] | more}


def _before(days: int) -> str:
    return (AS_OF - timedelta(days=days)).isoformat()


def _of_predicate(name: str, specs: list[Any], library: Library) -> Iterator[Patch]:
    """Yield the answers a predicate may have: true first, then false, then the rest."""
    plain = name.removeprefix("partner_")
    make = _PATCHES.get(name) or _PATCHES.get(plain)
    if make is None:
        yield Patch(lambda case: None)
    elif name in _PATCHES:
        yield from make(specs, library)
    else:
        yield from (one._replace(apply=_on_partner(one.apply)) for one in make(specs, library))


def _on_partner(apply: Callable[[Case], None]) -> Callable[[Case], None]:
    def on_partner(case: Case) -> None:
        inner: Case = {"new_order": case["medications"][0]}
        apply(inner)
        case["medications"][0] = inner["new_order"]

    return on_partner


def _person(field: str) -> Callable[[list[Any], Library], Iterator[Patch]]:
    def make(specs: list[Any], library: Library) -> Iterator[Patch]:
        yield from values(specs, lambda case, v: case["patient"].__setitem__(field, v))
        yield Patch(lambda case: case["patient"].pop(field, None) and None, known=False)

    return make


def _state(name: str) -> Callable[[list[Any], Library], Iterator[Patch]]:
    def make(specs: list[Any], library: Library) -> Iterator[Patch]:
        woman = {"sex": "F", "age": 30}
        yield Patch(lambda case: case["patient"].update(woman | {name: True}))
        yield Patch(lambda case: case["patient"].update(woman | {name: False}))
        yield Patch(lambda case: case["patient"].update(woman), known=False)
        yield Patch(nothing)

    return make


def _week(specs: list[Any], library: Library) -> Iterator[Patch]:
    woman = {"sex": "F", "age": 30, "pregnant": True}
    yield from values(
        specs, lambda case, v: case["patient"].update(woman | {"gestational_week": v})
    )
    yield Patch(lambda case: case["patient"].update(woman), known=False)
    yield Patch(lambda case: case["patient"].update({"sex": "F", "age": 30, "pregnant": False}))


def _fertile(specs: list[Any], library: Library) -> Iterator[Patch]:
    for age, sex in ((30, "F"), (60, "F"), (50, "F"), (51, "F"), (13, "F"), (12, "F"), (30, "M")):
        yield Patch(
            lambda case, age=age, sex=sex: case["patient"].update(  # type: ignore[misc]
                {"age": age, "sex": sex}
            )
        )


def _sex(specs: list[Any], library: Library) -> Iterator[Patch]:
    for sex in ("F", "M") if specs[0] == "F" else ("M", "F"):
        yield Patch(lambda case, sex=sex: case["patient"].__setitem__("sex", sex))  # type: ignore[misc]


def _diagnosis(specs: list[Any], library: Library) -> Iterator[Patch]:
    first, *others = strings(specs[0])
    yield _adding("diagnoses", {"icd10": first})
    yield Patch(nothing)
    for code in others:
        yield _adding("diagnoses", {"icd10": code}, minor=True)
    for more in ({"status": "resolved"}, {"status": "refuted"}, {"subject": "family"}):
        yield _adding("diagnoses", {"icd10": first} | more, minor=True)


def _allergic(specs: list[Any], library: Library) -> Iterator[Patch]:
    first = strings(specs[0])[0]
    yield _adding("allergies", {"substance_atc": first})
    yield Patch(nothing)
    yield _adding("allergies", {"substance_atc": first, "verification": "refuted"}, minor=True)


def _adding(where: str, entry: Case, *, known: bool = True, minor: bool = False) -> Patch:
    def add(case: Case) -> None:
        case.setdefault(where, []).append(copy.deepcopy(entry))

    return Patch(add, known, minor)


def _on_drug(specs: list[Any], library: Library) -> Iterator[Patch]:
    first, *others = [library.sets[name] for name in strings(specs[0])]

    def adding(drugs: DrugSet, *, minor: bool, **more: str) -> Patch:
        def add(case: Case) -> None:
            listed = [one["atc"] for one in case.get("medications", [])]
            entry = sample(drugs, library, but=listed[0] if listed else "")
            case.setdefault("medications", []).append(entry | more)

        return Patch(add, minor=minor)

    yield adding(first, minor=False)
    yield Patch(nothing)
    for other in others:
        yield adding(other, minor=True)
    yield adding(first, minor=True, status="stopped", stop="2025-06-01")


def _lately_on(specs: list[Any], library: Library) -> Iterator[Patch]:
    """Yield a list with the drug on it, without it, and with one that ended on either side."""
    within = int(specs[0]["within"])
    entry = sample(library.sets[specs[0]["drugs"]], library)
    yield _adding("medications", entry)
    yield Patch(nothing)
    for ago in (within, within + 1):
        ended = entry | {"status": "stopped", "stop": _before(ago)}
        yield _adding("medications", ended, minor=True)


def _lab(specs: list[Any], library: Library) -> Iterator[Patch]:
    code = specs[0]["code"]
    entry = {"code": code, "unit": library.analytes[code].unit, "date": _before(1)}

    def put(case: Case, value: Any) -> None:
        _adding("labs", entry | {"value": value}).apply(case)

    yield from values([spec["is"] for spec in specs], put)
    yield Patch(nothing, known=False)
    true = plain(numbers([specs[0]["is"]])[0])
    for within in {int(spec.get("within", 365)) for spec in specs}:
        for ago in (within, within + 1):
            old = entry | {"value": true, "date": _before(ago)}
            yield _adding("labs", old, known=False, minor=True)
    yield _adding("labs", entry | {"value": true, "unit": "okänd"}, known=False, minor=True)


def _lab_missing(specs: list[Any], library: Library) -> Iterator[Patch]:
    code, within = specs[0]["code"], int(specs[0].get("within", 365))
    entry = {"code": code, "unit": library.analytes[code].unit, "value": 1}
    yield Patch(nothing)
    for ago in (within, within + 1):
        yield _adding("labs", entry | {"date": _before(ago)})


def _lab_change(specs: list[Any], library: Library) -> Iterator[Patch]:
    code, over = specs[0]["code"], int(specs[0]["over"])
    entry = {"code": code, "unit": library.analytes[code].unit}

    def put(case: Case, value: Any) -> None:
        _adding("labs", entry | {"value": 100, "date": _before(over + 1)}).apply(case)
        _adding("labs", entry | {"value": 100 + value, "date": _before(1)}).apply(case)

    yield from values([spec["is"] for spec in specs], put)
    yield Patch(nothing, known=False)


def _gfr(specs: list[Any], library: Library) -> Iterator[Patch]:
    unit = _KIND_UNITS[specs[0].get("kind", "absolute")]
    entry = {"code": "eGFR", "unit": unit, "date": _before(10)}

    def put(case: Case, value: Any) -> None:
        case["labs"] = [one for one in case.get("labs", []) if one["code"] != "eGFR"]
        _adding("labs", entry | {"value": value}).apply(case)

    def large(case: Case, value: Any) -> None:  # half as much again when it is absolute
        case["patient"] |= {"weight_kg": 130, "height_cm": 200}
        _adding("labs", entry | {"unit": _KIND_UNITS["relative"], "value": value}).apply(case)

    yield from values([spec["is"] for spec in specs], put)
    if len({spec.get("kind", "absolute") == "relative" for spec in specs}) == 2:
        yield from values([spec["is"] for spec in specs if spec.get("kind") == "relative"], large)
    true = plain(numbers([specs[0]["is"]])[0])
    yield Patch(nothing, known=False)
    within = int(specs[0].get("within", 365))
    old = entry | {"value": true, "date": _before(within + 1)}
    yield _adding("labs", old, known=False, minor=True)


def _dose(field: str) -> Callable[[list[Any], Library], Iterator[Patch]]:
    def make(specs: list[Any], library: Library) -> Iterator[Patch]:
        unit = limits(specs[0])[0].unit

        def put(case: Case, value: Any) -> None:
            case["new_order"][field] = {"value": value, "unit": unit}

        yield from values(specs, put)
        yield Patch(nothing, known=False)

    return make


def _per_kg(field: str) -> Callable[[list[Any], Library], Iterator[Patch]]:
    def make(specs: list[Any], library: Library) -> Iterator[Patch]:
        unit = limits(specs[0])[0].unit

        def put(case: Case, value: Any) -> None:
            kilograms = Decimal(str(case["patient"].setdefault("weight_kg", 20)))
            whole = plain(Decimal(str(value)) * kilograms)
            case["new_order"][field] = {"value": whole, "unit": unit}

        yield from values(specs, put)
        yield Patch(nothing, known=False)

    return make


def _score(specs: list[Any], library: Library) -> Iterator[Patch]:
    """Yield scores on each side of every limit; not known: nothing was measured."""
    name, wanted = specs[0]["name"], [spec["is"] for spec in specs]
    for value in numbers(wanted):
        yield Patch(scored.put(name, value, library, AS_OF))
    yield Patch(nothing, known=False)


def _score_begun(specs: list[Any], library: Library) -> Iterator[Patch]:
    begun = scored.begun(str(specs[0]["name"]), int(specs[0].get("least", 0)), AS_OF)
    yield from map(Patch, begun)
    yield Patch(nothing)


def _word(field: str, other: str) -> Callable[[list[Any], Library], Iterator[Patch]]:
    def make(specs: list[Any], library: Library) -> Iterator[Patch]:
        firsts = [strings(spec)[0] for spec in specs]
        more = [word for spec in specs for word in strings(spec)[1:]]
        words = [*((one, False) for one in (*firsts, other)), *((one, True) for one in more)]
        for word, minor in words:
            yield Patch(
                lambda case, word=word: case["new_order"].__setitem__(field, word),  # type: ignore[misc]
                minor=minor,
            )
        yield Patch(lambda case: case["new_order"].pop(field, None) and None, known=False)

    return make


def _days(specs: list[Any], library: Library) -> Iterator[Patch]:
    """Yield treatments that end on each side of the limit, and one whose end nobody wrote."""

    def put(case: Case, value: Any) -> None:
        case["new_order"]["planned_stop"] = (AS_OF + timedelta(days=value - 1)).isoformat()

    yield from values(specs, put)
    yield Patch(nothing, known=False)


def _taken_days(specs: list[Any], library: Library) -> Iterator[Patch]:
    def put(case: Case, value: Any) -> None:
        (case.get("new_order") or {})["start"] = _before(value)

    yield from values(specs, put)
    yield Patch(nothing, known=False)


def _prn(specs: list[Any], library: Library) -> Iterator[Patch]:
    for prn in (bool(specs[0]), not specs[0]):
        yield Patch(lambda case, prn=prn: case["new_order"].__setitem__("prn", prn))  # type: ignore[misc]
    yield Patch(nothing, known=False)


def _new(specs: list[Any], library: Library) -> Iterator[Patch]:
    def listed(case: Case) -> None:
        _adding("medications", case["new_order"]).apply(case)
        case["new_order"] = None
        case["hook"] = "patient-view"

    def renewed(case: Case) -> None:
        _adding("medications", case["new_order"]).apply(case)
        case["new_order"] = case["new_order"] | {"replaces": case["new_order"]["atc"]}

    for apply in (nothing, renewed, listed) if specs[0] else (listed, nothing, renewed):
        yield Patch(apply)


_PATCHES: Mapping[str, Callable[[list[Any], Library], Iterator[Patch]]] = {
    "age": _person("age"),
    "weight": _person("weight_kg"),
    "sex": _sex,
    "pregnant": _state("pregnant"),
    "breastfeeding": _state("breastfeeding"),
    "week": _week,
    "fertile": _fertile,
    "dx": _diagnosis,
    "dx_ever": _diagnosis,
    "on_drug": _on_drug,
    "lately_on": _lately_on,
    "allergic": _allergic,
    "lab": _lab,
    "lab_missing": _lab_missing,
    "lab_change": _lab_change,
    "gfr": _gfr,
    "dose": _dose("dose_per_day"),
    "single_dose": _dose("single_dose"),
    "dose_per_kg": _per_kg("dose_per_day"),
    "single_per_kg": _per_kg("single_dose"),
    "score": _score,
    "score_begun": _score_begun,
    "route": _word("route", "subcutaneous"),
    "schedule": _word("schedule", "monthly"),
    "form": _word("form", "tablett"),
    "prn": _prn,
    "days": _days,
    "taken_days": _taken_days,
    "new": _new,
}
