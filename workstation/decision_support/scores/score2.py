"""SCORE2 and SCORE2-OP: ten-year risk of fatal and non-fatal cardiovascular disease.

Source: SCORE2 working group. Eur Heart J 2021;42:2439-54; for older persons SCORE2-OP working
group. Eur Heart J 2021;42:2455-67. Smoking is a main effect as well as
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


@dataclass(frozen=True, kw_only=True)
class _Older:
    age: float
    diabetes: float
    smoking: float
    sbp: float
    cholesterol: float
    hdl: float
    diabetes_age: float
    smoking_age: float
    sbp_age: float
    cholesterol_age: float
    hdl_age: float
    survival: float
    mean: float
    scale: tuple[float, float]


_OLDER: dict[Sex, _Older] = {
    "M": _Older(
        age=0.0634,
        diabetes=0.4245,
        smoking=0.3524,
        sbp=0.0094,
        cholesterol=0.0850,
        hdl=-0.3564,
        diabetes_age=-0.0174,
        smoking_age=-0.0247,
        sbp_age=-0.0005,
        cholesterol_age=0.0073,
        hdl_age=0.0091,
        survival=0.7576,
        mean=0.0929,
        scale=(0.01, 1.25),
    ),
    "F": _Older(
        age=0.0789,
        diabetes=0.6010,
        smoking=0.4921,
        sbp=0.0102,
        cholesterol=0.0605,
        hdl=-0.3040,
        diabetes_age=-0.0107,
        smoking_age=-0.0255,
        sbp_age=-0.0004,
        cholesterol_age=-0.0009,
        hdl_age=0.0154,
        survival=0.8082,
        mean=0.2290,
        scale=(-0.10, 1.10),
    ),
}


def score2_op(
    *,
    age_years: int,
    sex: Sex,
    smoker: bool,
    diabetes: bool,
    systolic_mmhg: float,
    cholesterol_mmol_l: float,
    hdl_mmol_l: float,
) -> float:
    """Return the risk of an older person in per cent, for a moderate-risk region.

    Args:
        age_years: 70 to 89.

    Raises:
        ValueError: The age lies outside the model.
    """
    if not 70 <= age_years <= 89:
        raise ValueError("SCORE2-OP covers 70 to 89 years")
    m = _OLDER[sex]
    age, sbp = age_years - 73, systolic_mmhg - 150
    cholesterol, hdl = cholesterol_mmol_l - 6, hdl_mmol_l - 1.4
    main = m.age * age + m.sbp * sbp + m.cholesterol * cholesterol + m.hdl * hdl
    with_age = age * (m.sbp_age * sbp + m.cholesterol_age * cholesterol + m.hdl_age * hdl)
    smoking = (m.smoking + m.smoking_age * age) if smoker else 0.0
    ill = (m.diabetes + m.diabetes_age * age) if diabetes else 0.0
    risk = 1 - m.survival ** exp(main + with_age + smoking + ill - m.mean)
    first, second = m.scale
    return 100 * (1 - exp(-exp(first + second * log(-log(1 - risk)))))
