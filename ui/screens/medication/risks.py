"""The summed risks of the whole list: what it adds up to, what each medicine and fact adds, the trend."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.decision_support.engine import Engine
from workstation.decision_support.risk import Part, Risk
from workstation.decision_support.view import Measured
from workstation.domain.texts import N_, _

_LEVELS = (N_("none"), N_("low"), N_("moderate"), N_("high"))
_MOST_RESULTS = 4


@dataclass(frozen=True, kw_only=True, repr=False)
class RiskLine:
    """One risk in words. ``level`` 0 to 3; ``trend`` is one line for each analysis."""

    key: str
    title: str
    level: int
    sum: str
    parts: tuple[str, ...]
    missing: str
    trend: tuple[str, ...]
    source: str


def risk_lines(risks: tuple[Risk, ...], engine: Engine) -> tuple[RiskLine, ...]:
    """Return every risk in words, the highest first; none is left out, zero is told too."""
    return tuple(
        RiskLine(
            key=f"risk:{risk.kind}",
            title=risk.title,
            level=risk.level,
            sum=_("{level} ({points} points)").format(
                level=_(_LEVELS[min(risk.level, 3)]), points=risk.points
            ),
            parts=tuple(_part(part) for part in risk.parts),
            missing=", ".join(_missing(name, risk, engine) for name in risk.missing),
            trend=tuple(_trend(code, results, engine) for code, results in risk.trend),
            source=risk.source,
        )
        for risk in risks
    )


def _part(part: Part) -> str:
    what = part.text or ", ".join(used.value or used.code for used in part.used)
    return f"{what} {part.points:+d}".replace(" -", " \u2212")


def _missing(name: str, risk: Risk, engine: Engine) -> str:
    """Return what is not known, with the day of its last result where that is too old to count."""
    for code, results in risk.trend:
        analyte = engine.library.analytes.get(code)
        if name in (code, analyte.name if analyte is not None else code):
            latest = _("latest {date}").format(date=results[0].lab.date.isoformat())
            return f"{name} ({latest})"
    return name


def _trend(code: str, results: tuple[Measured, ...], engine: Engine) -> str:
    """Return the newest results, oldest first: where it is going is read from left to right."""
    analyte = engine.library.analytes.get(code)
    name = analyte.name if analyte is not None else code
    shown = [f"{one.lab.value:f}".replace(".", ",") for one in reversed(results[:_MOST_RESULTS])]
    unit = results[0].lab.unit
    return f"{name} {' → '.join(shown)} {unit} ({results[0].lab.date.isoformat()})"
