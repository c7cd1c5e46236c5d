"""SCORE2: ten-year risk of fatal and non-fatal cardiovascular disease.

Source: SCORE2 working group. Eur Heart J 2021;42:2439-54. Smoking is a main effect as well as
an interaction with age; both are kept apart here because public copies confuse them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Literal

Sex = Literal["M", "F"]
Region = Literal["low", "moderate", "high", "very_high"]


@dataclass(frozen=True, kw_only=True)
class _Model:
    age: float
    smoking: float
    sbp: float
    cholesterol: float
    hdl: float
    smoking_age: float
    sbp_age: float
    cholesterol_age: float
    hdl_age: float
    survival: float


_MODELS: dict[Sex, _Model] = {
    "M": _Model(
        age=0.3742,
        smoking=0.6012,
        sbp=0.2777,
        cholesterol=0.1458,
        hdl=-0.2698,
        smoking_age=-0.0755,
        sbp_age=-0.0255,
        cholesterol_age=-0.0281,
        hdl_age=0.0426,
        survival=0.9605,
    ),
    "F": _Model(
        age=0.4648,
        smoking=0.7744,
        sbp=0.3131,
        cholesterol=0.1002,
        hdl=-0.2606,
        smoking_age=-0.1088,
        sbp_age=-0.0277,
        cholesterol_age=-0.0226,
        hdl_age=0.0613,
        survival=0.9776,
    ),
}
_SCALES: dict[tuple[Region, Sex], tuple[float, float]] = {
    ("low", "M"): (-0.5699, 0.7476),
    ("low", "F"): (-0.7380, 0.7019),
    ("moderate", "M"): (-0.1565, 0.8009),
    ("moderate", "F"): (-0.3143, 0.7701),
    ("high", "M"): (0.3207, 0.9360),
    ("high", "F"): (0.5710, 0.9369),
    ("very_high", "M"): (0.5836, 0.8294),
    ("very_high", "F"): (0.9412, 0.8329),
}


def score2(
    *,
    age_years: int,
    sex: Sex,
    smoker: bool,
    systolic_mmhg: float,
    cholesterol_mmol_l: float,
    hdl_mmol_l: float,
    region: Region = "moderate",
) -> float:
    """Return the risk in per cent. Sweden is a moderate-risk region.

    Args:
        age_years: 40 to 69; older people have SCORE2-OP.

    Raises:
        ValueError: The age lies outside the model.
    """
    if not 40 <= age_years <= 69:
        raise ValueError("SCORE2 covers 40 to 69 years")
    m = _MODELS[sex]
    age = (age_years - 60) / 5
    sbp = (systolic_mmhg - 120) / 20
    cholesterol = cholesterol_mmol_l - 6
    hdl = (hdl_mmol_l - 1.3) / 0.5
    main = m.age * age + m.sbp * sbp + m.cholesterol * cholesterol + m.hdl * hdl
    with_age = age * (m.sbp_age * sbp + m.cholesterol_age * cholesterol + m.hdl_age * hdl)
    smoking = (m.smoking + m.smoking_age * age) if smoker else 0.0
    risk = 1 - m.survival ** exp(main + with_age + smoking)
    first, second = _SCALES[region, sex]
    return 100 * (1 - exp(-exp(first + second * log(-log(1 - risk)))))
