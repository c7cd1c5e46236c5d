"""Scores that a form calculates while it is filled in: NEWS2 and BMI.

Source of NEWS2: Royal College of Physicians. National Early Warning Score (NEWS) 2. London:
RCP, 2017, chart 1. Reproduced with acknowledgement, as the College asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Consciousness = Literal["alert", "confusion", "voice", "pain", "unresponsive"]
_Bands = tuple[tuple[Decimal | None, int], ...]
"""(highest value of the band, points), in ascending order; the last band has no highest."""


def _bands(*pairs: tuple[str | None, int]) -> _Bands:
    return tuple((Decimal(high) if high else None, points) for high, points in pairs)


_RESPIRATION = _bands(("8", 3), ("11", 1), ("20", 0), ("24", 2), (None, 3))
_SPO2_SCALE_1 = _bands(("91", 3), ("93", 2), ("95", 1), (None, 0))
_SPO2_SCALE_2_ON_AIR = _bands(("83", 3), ("85", 2), ("87", 1), (None, 0))
_SPO2_SCALE_2_ON_OXYGEN = _bands(
    ("83", 3), ("85", 2), ("87", 1), ("92", 0), ("94", 1), ("96", 2), (None, 3)
)
_SYSTOLIC = _bands(("90", 3), ("100", 2), ("110", 1), ("219", 0), (None, 3))
_PULSE = _bands(("40", 3), ("50", 1), ("90", 0), ("110", 1), ("130", 2), (None, 3))
_TEMPERATURE = _bands(("35.0", 3), ("36.0", 1), ("38.0", 0), ("39.0", 1), (None, 2))


@dataclass(frozen=True, kw_only=True)
class News2:
    """The score and what it is made of. ``clinical_risk`` as in the College's chart 2."""

    points: dict[str, int]

    @property
    def total(self) -> int:
        """0 to 20."""
        return sum(self.points.values())

    @property
    def clinical_risk(self) -> Literal["low", "low_medium", "medium", "high"]:
        """Aggregate 7 or more high, 5–6 medium, any single 3 low–medium, else low."""
        if self.total >= 7:
            return "high"
        if self.total >= 5:
            return "medium"
        return "low_medium" if 3 in self.points.values() else "low"


def news2(
    *,
    respiration_per_min: Decimal,
    spo2_percent: Decimal,
    on_oxygen: bool,
    systolic_mmhg: Decimal,
    pulse_per_min: Decimal,
    consciousness: Consciousness,
    temperature_celsius: Decimal,
    hypercapnic: bool = False,
) -> News2:
    """Score one set of observations of somebody aged 16 or more and not pregnant.

    Args:
        hypercapnic: SpO₂ scale 2, only on a competent clinician's decision (target 88–92 %).
    """
    scale = _SPO2_SCALE_1
    if hypercapnic:
        scale = _SPO2_SCALE_2_ON_OXYGEN if on_oxygen else _SPO2_SCALE_2_ON_AIR
    return News2(
        points={
            "respiration": _points(_RESPIRATION, respiration_per_min),
            "spo2": _points(scale, spo2_percent),
            "oxygen": 2 if on_oxygen else 0,
            "systolic": _points(_SYSTOLIC, systolic_mmhg),
            "pulse": _points(_PULSE, pulse_per_min),
            "consciousness": 0 if consciousness == "alert" else 3,
            "temperature": _points(_TEMPERATURE, temperature_celsius),
        }
    )


def points_of(
    item: Literal["respiration", "spo2", "spo2_2", "systolic", "pulse", "temperature"],
    value: Decimal,
    *,
    on_oxygen: bool = False,
) -> int:
    """Return what one value adds to NEWS2; ``spo2_2`` is SpO₂ by scale 2."""
    scale_2 = _SPO2_SCALE_2_ON_OXYGEN if on_oxygen else _SPO2_SCALE_2_ON_AIR
    bands = {
        "respiration": _RESPIRATION,
        "spo2": _SPO2_SCALE_1,
        "spo2_2": scale_2,
        "systolic": _SYSTOLIC,
        "pulse": _PULSE,
        "temperature": _TEMPERATURE,
    }
    return _points(bands[item], value)


def bmi(*, weight_kg: Decimal, height_cm: Decimal) -> Decimal:
    """Return body mass index in kg/m², one decimal.

    Raises:
        ValueError: Height is not above zero.
    """
    if height_cm <= 0:
        raise ValueError("height must be above zero")
    metres = height_cm / 100
    return (weight_kg / (metres * metres)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _points(bands: _Bands, value: Decimal) -> int:
    """The chart has whole numbers, and tenths of a degree: what is finer is rounded to them."""
    finer = 10 if bands is _TEMPERATURE else 1
    value = (value * finer).to_integral_value(ROUND_HALF_UP) / finer
    return next(points for high, points in bands if high is None or value <= high)
