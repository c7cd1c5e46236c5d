"""Summed risks of one patient: what all medicines together add up to, and what each adds.

One picture of a risk says more than warnings about pairs. Each row gives points to drugs and
to facts of the patient; the sum falls into one of four levels (0 to 3). What could not be
answered is told and adds nothing. The points are the content's, never the program's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workstation.decision_support.conditions import condition
from workstation.decision_support.engine import Engine
from workstation.decision_support.facts import Facts
from workstation.decision_support.findings import Used
from workstation.decision_support.rows import RiskRow
from workstation.decision_support.situation import Situation
from workstation.decision_support.truth import Truth
from workstation.decision_support.view import Measured, View


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one medicine or one fact adds. ``text`` is empty where the medicine speaks."""

    points: int
    used: tuple[Used, ...]
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Risk:
    """One risk: ``level`` 0 to 3 by ``points``, the largest part first.

    ``missing`` names facts that would have been asked, ``trend`` the results to follow, the
    newest first, by laboratory code.
    """

    kind: str
    title: str
    points: int
    level: int
    parts: tuple[Part, ...]
    missing: tuple[str, ...]
    trend: tuple[tuple[str, tuple[Measured, ...]], ...]
    source: str
    verified: bool
    version: str


def risks(engine: Engine, facts: Facts) -> tuple[Risk, ...]:
    """Return every risk the package knows, the highest first; those at zero are told too.

    An order being written counts as taken, so that it can be shown what it adds.
    """
    view = View(facts, engine.library)
    found = (_risk(row, view) for row in engine.risk_rows if row.id not in engine.off)
    return tuple(sorted(found, key=lambda risk: (-risk.level, -risk.points, risk.title)))


def _risk(row: RiskRow, view: View) -> Risk:
    missing: list[str] = []
    parts = [*_of_drugs(row, view), *_of_facts(row, view, missing)]
    points = sum(part.points for part in parts)
    trend = ((code, view.series(code)) for code in row.monitor)
    return Risk(
        kind=row.kind,
        title=row.title,
        points=points,
        level=sum(1 for limit in row.limits if points >= limit),
        parts=tuple(sorted(parts, key=lambda part: -part.points)),
        missing=tuple(dict.fromkeys(missing)),
        trend=tuple((code, results) for code, results in trend if results),
        source=row.source,
        verified=row.verified,
        version=row.version,
    )


def _of_drugs(row: RiskRow, view: View) -> Iterator[Part]:
    """Yield each medicine once, by the most points any of its sets gives."""
    for taken in view.everything:
        points = max(
            (
                points
                for name, points in row.drugs.items()
                if view.members(view.library.sets[name], [taken])
            ),
            default=0,
        )
        if points:
            medication = taken.medication
            used = Used(code=medication.atc, value=medication.name, on=medication.start)
            yield Part(points=points, used=(used,))


def _of_facts(row: RiskRow, view: View, missing: list[str]) -> Iterator[Part]:
    situation = Situation(view=view)
    for add in row.adds:
        answer = condition(add.if_, view.library)(situation)
        if answer.truth is Truth.TRUE:
            yield Part(points=add.points, used=answer.used, text=add.text)
        elif answer.truth is Truth.UNKNOWN:
            missing.extend(answer.missing)
