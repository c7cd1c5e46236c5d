"""Counting what becomes of rules: shown, accepted, overridden. No patient, no person, no unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import sqrt

from workstation.decision_support.findings import Card
from workstation.operations.guidance import RuleFigures, WeekFigures

Key = tuple[str, str, str, str, str, str]
"""Day (ISO), rule, version, hook, outcome, coded reason."""


class Tally:
    """Counts until somebody takes them away to be delivered."""

    def __init__(self) -> None:
        self._counts: dict[Key, int] = {}

    def count(self, day: str, card: Card, *, hook: str, outcome: str, reason: str = "") -> None:
        """Count one card by the rule that leads it."""
        key = (day, card.lead.rule, card.lead.version, hook, outcome, reason)
        self._counts[key] = self._counts.get(key, 0) + 1

    def put_back(self, counts: Mapping[Key, int]) -> None:
        """Take counts back, or over from where they were kept."""
        for key, number in counts.items():
            self._counts[key] = self._counts.get(key, 0) + number

    def take(self) -> dict[Key, int]:
        """Return everything counted and begin anew."""
        counts, self._counts = self._counts, {}
        return counts

    def __len__(self) -> int:
        return len(self._counts)


def figures(counts: Iterable[tuple[Key, int]]) -> tuple[RuleFigures, ...]:
    """Sum counts by rule, with a p-chart of the share overridden by week.

    A share outside three standard deviations of its own mean stands out: a rule that suddenly
    is overridden more, or no longer fires as it did, has something wrong with it or about it.

    Source: Shewhart p-chart; Kassakian et al. for alerts in decision support.
    """
    by_rule: dict[tuple[str, str], list[tuple[Key, int]]] = {}
    for key, number in counts:
        by_rule.setdefault((key[1], key[2]), []).append((key, number))
    found = [_figures(rule, version, rows) for (rule, version), rows in by_rule.items()]
    return tuple(sorted(found, key=lambda one: (not one.stands_out, -one.shown, one.rule)))


def _figures(rule: str, version: str, rows: list[tuple[Key, int]]) -> RuleFigures:
    totals: dict[str, int] = {}
    reasons: dict[str, int] = {}
    weeks: dict[str, list[int]] = {}
    for (day, _rule, _version, _hook, outcome, reason), number in rows:
        totals[outcome] = totals.get(outcome, 0) + number
        if outcome == "overridden":
            reasons[reason] = reasons.get(reason, 0) + number
        week = weeks.setdefault(_week(day), [0, 0])
        week[0] += number if outcome == "shown" else 0
        week[1] += number if outcome == "overridden" else 0
    shown, overridden = totals.get("shown", 0), totals.get("overridden", 0)
    mean = overridden / shown if shown else 0.0
    by_week = tuple(_of_week(week, *weeks[week], mean=mean) for week in sorted(weeks))
    newest, days = by_week[-1], [key[0] for key, _number in rows]
    return RuleFigures(
        rule=rule,
        version=version,
        shown=shown,
        accepted=totals.get("accepted", 0),
        overridden=overridden,
        shadow=totals.get("shadow", 0),
        reasons=tuple(sorted(reasons.items(), key=lambda pair: -pair[1])),
        mean=mean,
        newest=newest.share,
        low=newest.low,
        high=newest.high,
        stands_out=len(by_week) > 1 and newest.stands_out,
        first=min(days),
        last=max(days),
        week=newest.week,
        weeks=by_week,
    )


def _of_week(week: str, shown: int, overridden: int, *, mean: float) -> WeekFigures:
    spread = 3 * sqrt(mean * (1 - mean) / shown) if shown and 0 < mean < 1 else 0.0
    return WeekFigures(
        week=week,
        shown=shown,
        overridden=overridden,
        low=max(0.0, mean - spread),
        high=min(1.0, mean + spread),
    )


def _week(day: str) -> str:
    year, week, _day = date.fromisoformat(day).isocalendar()
    return f"{year}-{week:02}"
