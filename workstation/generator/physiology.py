"""A body over the years: what an analysis would show on a day, given age, sex and illness.

Each illness moves some analyses: most at its debut, less under treatment, and a little more
each year. Values that hang together (creatinine and eGFR, haemoglobin and its kin) are derived.
The curves are chosen to look believable; nothing here is a clinical model.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import exp, log

from workstation.generator.chance import Chance
from workstation.generator.people import Person
from workstation.generator.vocabulary import Analysis, analyses, vitals

_SETTLING_DAYS = 110.0
_WEIGHT = ((0, 3.5), (0.25, 6.1), (0.5, 7.8), (1, 9.8), (2, 12.6), (4, 17), (7, 24), (10, 33))
_LENGTH = ((0, 50), (0.25, 60), (0.5, 67), (1, 76), (2, 88), (4, 104), (7, 124), (10, 140))
# (least, most) that is compatible with a person who comes on their own feet or in a bed.
_BOUNDS = {
    "na": (118, 152),
    "k": (2.7, 6.4),
    "hb": (62, 182),
    "krea": (18, 780),
    "lpk": (1.4, 29),
    "neutro": (0.5, 24),
    "tpk": (28, 640),
    "hba1c": (27, 128),
    "glu": (3.1, 27),
    "tsh": (0.05, 60),
    "alb": (19, 47),
    "psa": (0.1, 400),
    "ldl": (0.7, 7),
    "ferritin": (5, 900),
}


@dataclass(frozen=True)
class _Effect:
    since: date
    debut: float
    treated: float
    per_year: float
    creeping: int

    def on(self, day: date) -> float:
        days = (day - self.since).days
        if days < 0:
            return self.debut * max(0.0, 1 + days / self.creeping)
        fading = (self.debut - self.treated) * exp(-days / _SETTLING_DAYS)
        return self.treated + fading + self.per_year * days / 365.25


class Physiology:
    """One person's values. Remembers the latest of each, for what is written about them."""

    def __init__(self, person: Person, chance: Chance) -> None:
        self._person = person
        self._chance = chance
        self._all: dict[str, Analysis] = {**analyses(), **vitals()}
        self._own: dict[str, float] = {}
        self._effects: dict[str, list[_Effect]] = {}
        self.latest: dict[str, float] = {}
        self._measured_on: dict[str, date] = {}

    def fall_ill(self, effects: dict[str, list[float]], since: date, *, creeping: int = 45) -> None:
        """Let an illness move analyses: ``[at debut, when treated, per year]`` for each.

        ``since`` is the day it is found; it has been coming for ``creeping`` days before.
        """
        for key, (debut, treated, per_year) in effects.items():
            self._effects.setdefault(key, []).append(
                _Effect(since, debut, treated, per_year, creeping)
            )

    def analysis(self, key: str) -> Analysis:
        """Return what is known of an analysis."""
        return self._all[key]

    def measure(self, key: str, day: date, acute: dict[str, float] | None = None) -> float:
        """Measure on a day, rounded as it is reported. ``acute`` is added for this day only."""
        acute = acute or {}
        raw = self._derived(key, day, acute)
        if raw is None:
            raw = self._level(key, day) + acute.get(key, 0.0)
            raw = self._bounded(key, raw + self._chance.normal(0, self._noise(key)))
        value = round(raw, self._all[key].decimals)
        self.latest[key] = value
        self._measured_on[key] = day
        return value

    def stands(self, key: str, day: date) -> bool:
        """May the latest value be quoted on ``day``? A vital sign only on the day it was taken."""
        if key not in self.latest:
            return False
        return key not in vitals() or self._measured_on[key] == day

    def _derived(self, key: str, day: date, acute: dict[str, float]) -> float | None:
        if key == "egfr":
            krea = self.latest.get("krea") or self.measure("krea", day, acute)
            return lund_malmo(krea, max(18, self._person.age_on(day)), female=self._person.female)
        if key in ("evf", "epk"):
            hb = self.latest.get("hb") or self.measure("hb", day, acute)
            evf = hb / 333
            return evf if key == "evf" else evf / self._level("mcv", day) * 1000
        if key == "kol":
            ldl, hdl, tg = (self.latest.get(k) or self.measure(k, day) for k in _LIPIDS)
            return ldl + hdl + tg * 0.45
        if key in ("vikt", "langd") and self._person.age_on(day) < 19:
            return self._growth(key, day)
        return None

    def _level(self, key: str, day: date) -> float:
        own = self._own.get(key)
        if own is None:
            own = self._own[key] = self._usual(key)
        level = own + _ageing(key, self._person.age_on(day))
        return level + sum(effect.on(day) for effect in self._effects.get(key, ()))

    def _usual(self, key: str) -> float:
        analysis = self._all[key]
        shift = _OF_SEX.get(key, 0.0) * (-1 if self._person.female else 1)
        return analysis.usual + shift + self._chance.normal(0, analysis.spread * 0.7)

    def _noise(self, key: str) -> float:
        if key in ("vikt", "langd", "midja"):
            return 0.4 if key == "vikt" else 0.1
        return self._all[key].spread * 0.45

    def _bounded(self, key: str, value: float) -> float:
        analysis = self._all[key]
        if key in vitals():
            low, high = analysis.limits[self._person.sex]
        else:
            low, high = _BOUNDS.get(key, (analysis.usual * 0.15, 1e9))
        if key == "be":
            low = -15.0
        if key == "sat":
            high = 99.0
        return min(high, max(low, value))

    def _growth(self, key: str, day: date) -> float:
        years = (day - self._person.born).days / 365.25
        curve = _WEIGHT if key == "vikt" else _LENGTH
        grown = (62 if self._person.female else 72) if key == "vikt" else 168
        if not self._person.female and key == "langd":
            grown = 180
        own = self._own.setdefault(f"growth {key}", self._chance.normal(1.0, 0.04))
        return _along((*curve, (18, grown)), years) * own


_LIPIDS = ("ldl", "hdl", "tg")
_OF_SEX = {"hb": 7, "krea": 9, "langd": 6.5, "vikt": 7, "hdl": -0.15, "ferritin": 30, "pef": 70}


def _along(curve: tuple[tuple[float, float], ...], at: float) -> float:
    for (x0, y0), (x1, y1) in pairwise(curve):
        if at <= x1:
            return y0 + (y1 - y0) * (at - x0) / (x1 - x0)
    return curve[-1][1]


# How far below (or above) grown people's values a child's are, for each year under sixteen.
_GROWING = {
    "sbt": -2.3,
    "dbt": -1.3,
    "puls": 2.6,
    "af": 0.7,
    "hb": -1.1,
    "krea": -2.4,
    "pef": -24.0,
}


def _ageing(key: str, age: int) -> float:
    """What the years alone do to a value, from the age of fifty."""
    over = max(0, age - 50)
    if age < 16 and key in _GROWING:
        return _GROWING[key] * (16 - age)
    return {"sbt": 0.22, "krea": 0.28, "hb": -0.15, "bnp": 4.5, "tnt": 0.12, "langd": -0.08}.get(
        key, 0.0
    ) * over


def lund_malmo(creatinine_umol_l: float, age_years: int, *, female: bool) -> float:
    """Return relative eGFR in mL/min/1.73 m², at most 110, by the revised Lund-Malmö formula.

    Source: Björk J, et al. Scand J Clin Lab Invest 2011;71:232-9.
    """
    limit, base, slope = (150, 2.50, 0.0121) if female else (180, 2.56, 0.00968)
    if creatinine_umol_l < limit:
        x = base + slope * (limit - creatinine_umol_l)
    else:
        x = base - 0.926 * log(creatinine_umol_l / limit)
    return min(110.0, exp(x - 0.0158 * age_years + 0.438 * log(age_years)))
