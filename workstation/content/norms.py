"""Deadlines and limits of a package: as the domain uses them, and what is wrong with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from workstation.content.norm_rows import (
    ByPriority,
    Deadlines,
    DeadlineTest,
    LimitRow,
    LimitTest,
    Told,
)
from workstation.content.source import Content, ContentProblem
from workstation.domain.clock import from_millis
from workstation.domain.norms import STANDARD, Norms
from workstation.domain.observation import NPU, Observation
from workstation.domain.results import Analysis, factor, flagged
from workstation.domain.texts import _
from workstation.domain.values import Coding, Concept, Quantity, millis_of, utc_text
from workstation.domain.watching import DAY, HOUR, URGENCY, Escalation, Stage, WatchRules, deadline

_VERSION = re.compile(r"^\d+\.\d+\.\d+$")
_NPU = re.compile(r"^(NPU|SWE)\d{5}$")
_STAGES = ("received", "assessed", "completed", "booked", "answered", "unacknowledged")
_IN_DAYS = ("usual", "target")
_ESCALATIONS = ("escalation", "urgent_escalation", "critical_escalation")
_LONGEST_HOURS = 2 * 365 * 24
_TODAY = "2026-06-15T10:00:00Z"


def norms_of(content: Content) -> Norms:
    """Return the deadlines and limits of a package; what it says nothing of is the standard.

    Raises:
        ContentProblem: A number cannot be read; the message names the row.
    """
    rules = _rules(content.deadlines) if content.deadlines is not None else STANDARD.watching
    analyses = STANDARD.analyses
    if content.limits:
        analyses = {row.code: _analysis(row) for row in content.limits}
    return Norms(watching=rules, analyses=analyses)


def _rules(row: Deadlines) -> WatchRules:
    return WatchRules(
        received=_stage(row.received),
        assessed=_stage(row.assessed),
        completed=_stage(row.completed),
        booked=_stage(row.booked),
        answered=_stage(row.answered),
        unacknowledged=_stage(row.unacknowledged),
        usual=_four(row.usual),
        target=_four(row.target),
        escalation=_escalation(row.escalation),
        urgent_escalation=_escalation(row.urgent_escalation),
        critical_escalation=_escalation(row.critical_escalation),
    )


def _four(row: ByPriority) -> tuple[int, int, int, int]:
    return (row.immediate, row.urgent, row.soon, row.routine)


def _stage(row: ByPriority) -> Stage:
    return Stage(hours=_four(row))


def _escalation(row: Told) -> Escalation:
    return Escalation(deputy=row.deputy, head=row.head)


def _analysis(row: LimitRow) -> Analysis:
    share = row.change.endswith("%")
    change = _number(row, row.change.removesuffix("%").strip())
    return Analysis(
        unit=row.unit,
        below=_number(row, row.under),
        above=_number(row, row.over),
        delta=change / 100 if share and change is not None else change,
        relative=share,
        days=row.days,
        molar_mass=_number(row, row.molar_mass),
    )


def _number(row: LimitRow, text: str) -> Decimal | None:
    if not text:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found < 0:
        raise ContentProblem(
            _("{place}: {error}").format(place=row.id, error=f"{text} is no amount"),
            _("Correct the row."),
        )
    return found


def faults(content: Content) -> Iterator[str]:
    """Yield what must be mended before a package can be built, one line each."""
    yield from _of_deadlines(content.deadlines)
    codes = Counter(row.code for row in content.limits)
    yield from (f"limit:{code}: stands {n} times" for code, n in codes.items() if n > 1)
    units = {
        alias: row.unit for row in content.laboratory for alias in row.aliases if _NPU.match(alias)
    }
    for row in content.limits:
        try:
            yield from _of_limit(row, units.get(row.code, row.unit))
        except ContentProblem as problem:
            yield problem.message


def _of_deadlines(row: Deadlines | None) -> Iterator[str]:
    if row is None:
        return
    yield from _of_provenance(row.id, row)
    for name in (*_STAGES, *_IN_DAYS):
        four, most = _four(getattr(row, name)), _LONGEST_HOURS // (24 if name in _IN_DAYS else 1)
        if not all(0 < one <= most for one in four):
            yield f"{row.id}: {name}: a number is not within 1 to {most}"
        if sorted(four) != [*four]:
            yield f"{row.id}: {name}: what is more urgent waits longer"
    for name in _ESCALATIONS:
        told = getattr(row, name)
        if not 0 < told.deputy < told.head:
            yield f"{row.id}: {name}: the head is told before the deputy"
    if row.critical_escalation.head > row.urgent_escalation.head:
        yield f"{row.id}: a critical result is told later than an urgent referral"
    yield from _of_deadline_tests(row)


def _of_deadline_tests(row: Deadlines) -> Iterator[str]:
    rules = _rules(row)
    for name in _STAGES:
        if {test.late for test in row.tests if test.stage == name} != {True, False}:
            yield f"{row.id}: {name}: no test on either side"
    for number, test in enumerate(row.tests, 1):
        if _is_late(rules, test) is not test.late:
            yield f"{row.id}: test {number} expects {'late' if test.late else 'not late'}"


def _is_late(rules: WatchRules, test: DeadlineTest) -> bool:
    stage: Stage = getattr(rules, test.stage)
    return deadline(stage, since=0, urgency=URGENCY[test.priority]) < test.hours * HOUR


def _of_limit(row: LimitRow, unit: str) -> Iterator[str]:
    yield from _of_provenance(row.id, row)
    known = _analysis(row)
    if _NPU.match(row.code) is None:
        yield f"{row.id}: {row.code} is no NPU code"
    if factor(unit, row.unit, molar_mass=known.molar_mass) is None:
        yield f"{row.id}: {row.unit} does not convert into {unit} of laboratory.yaml"
    if known.below is not None and known.above is not None and known.below >= known.above:
        yield f"{row.id}: under is not below over"
    if (known.delta is None) != (row.days == 0) or row.days < 0:
        yield f"{row.id}: a change and its days go together"
    wanted = [("LL", row.under), ("HH", row.over), ("", "always")]
    told = {test.flag for test in row.tests}
    yield from (
        f"{row.id}: no test with flag {flag or 'none'}"
        for flag, why in wanted
        if why and flag not in told
    )
    if row.change and not {"U", "D"} & {test.change for test in row.tests}:
        yield f"{row.id}: no test of a change"
    for number, test in enumerate(row.tests, 1):
        if _said(row, known, test) != (test.flag, test.change):
            yield f"{row.id}: test {number} got another answer"


def _said(row: LimitRow, known: Analysis, test: LimitTest) -> tuple[str, str]:
    earlier = []
    if test.earlier:
        before = utc_text(from_millis(millis_of(_TODAY) - test.days_ago * DAY))
        earlier = [_value(row, test.earlier, row.unit, before)]
    value = _value(row, test.value, test.unit or row.unit, _TODAY)
    found = flagged(value, earlier, {row.code: known})
    return found.interpretation, found.delta


def _value(row: LimitRow, amount: str, unit: str, when: str) -> Observation:
    return Observation(
        concept=Concept(codings=(Coding(system=NPU, code=row.code),)),
        effective=when,
        quantity=Quantity(value=amount, unit=unit),
    )


def _of_provenance(name: str, row: Deadlines | LimitRow) -> Iterator[str]:
    if not row.source.strip():
        yield f"{name}: no source"
    if not row.owner.strip():
        yield f"{name}: no owner"
    if _VERSION.match(row.version) is None:
        yield f"{name}: {row.version!r} is no version"
