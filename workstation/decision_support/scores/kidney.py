"""Estimated kidney function. Which estimate a rule needs is said in the rule.

Relative values are in mL/min/1.73 m², absolute ones and clearance in mL/min. Nothing is rounded.
For adults with stable kidney function.
"""

from __future__ import annotations

from math import exp, log
from typing import Literal

Sex = Literal["M", "F"]
_UMOL_PER_MG_DL = 88.4


def lm_revised(*, age_years: float, sex: Sex, creatinine_umol_l: float) -> float:
    """Estimate relative GFR by the revised Lund–Malmö equation.

    Args:
        age_years: 18 or more.
        creatinine_umol_l: Plasma creatinine by an IDMS-traceable method.

    Raises:
        ValueError: An argument lies outside what the equation covers.

    Source: Björk J, et al. Scand J Clin Lab Invest 2011;71:232-9.
    """
    _adult(age_years)
    _positive(creatinine_umol_l)
    base, limit, slope = (2.50, 150.0, 0.0121) if sex == "F" else (2.56, 180.0, 0.00968)
    if creatinine_umol_l < limit:
        x = base + slope * (limit - creatinine_umol_l)
    else:
        x = base - 0.926 * log(creatinine_umol_l / limit)
    return exp(x - 0.0158 * age_years + 0.438 * log(age_years))


def capa(*, age_years: float, cystatin_c_mg_l: float) -> float:
    """Estimate relative GFR from cystatin C (ERM-DA471/IFCC), by CAPA.

    The equation goes below zero where there is no kidney function left: that is zero.

    Source: Grubb A, et al. Clin Chem 2014;60:974-86.
    """
    _positive(age_years)
    _positive(cystatin_c_mg_l)
    return max(0.0, 130 * float(cystatin_c_mg_l**-1.069) * float(age_years**-0.117) - 7)


def mean_of(creatinine_based: float, cystatin_based: float) -> float:
    """Return the mean of LM-rev and CAPA, generally the best estimate in adults (egfr.se)."""
    return (creatinine_based + cystatin_based) / 2


def ckd_epi_2021(*, age_years: float, sex: Sex, creatinine_umol_l: float) -> float:
    """Estimate relative GFR by CKD-EPI 2021 (creatinine).

    Source: Inker LA, et al. N Engl J Med 2021;385:1737-49.
    """
    _adult(age_years)
    _positive(creatinine_umol_l)
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "F" else (0.9, -0.302, 1.0)
    ratio = creatinine_umol_l / _UMOL_PER_MG_DL / kappa
    low, high = float(min(ratio, 1.0) ** alpha), float(max(ratio, 1.0) ** -1.2)
    return 142 * low * high * float(0.9938**age_years) * factor


def cockcroft_gault(
    *, age_years: float, sex: Sex, weight_kg: float, creatinine_umol_l: float
) -> float:
    """Estimate creatinine clearance in mL/min; actual body weight.

    Source: Cockcroft DW, Gault MH. Nephron 1976;16:31-41.
    """
    _adult(age_years)
    _positive(weight_kg)
    _positive(creatinine_umol_l)
    mg_dl = creatinine_umol_l / _UMOL_PER_MG_DL
    clearance = (140 - age_years) * weight_kg / (72 * mg_dl)
    return clearance * 0.85 if sex == "F" else clearance


def body_surface_m2(*, weight_kg: float, height_cm: float) -> float:
    """Return the body surface in m². Source: Du Bois D, Du Bois EF. Arch Intern Med 1916."""
    _positive(weight_kg)
    _positive(height_cm)
    return 0.007184 * float(weight_kg**0.425) * float(height_cm**0.725)


def absolute_from_relative(relative: float, *, weight_kg: float, height_cm: float) -> float:
    """Return absolute GFR in mL/min, the one to dose by, from a relative one."""
    return relative * body_surface_m2(weight_kg=weight_kg, height_cm=height_cm) / 1.73


def relative_from_absolute(absolute: float, *, weight_kg: float, height_cm: float) -> float:
    """Return relative GFR in mL/min/1.73 m² from an absolute one."""
    return absolute * 1.73 / body_surface_m2(weight_kg=weight_kg, height_cm=height_cm)


def _adult(age_years: float) -> None:
    if not 18 <= age_years <= 120:
        raise ValueError("the equation is for adults of 18 to 120 years")


def _positive(value: float) -> None:
    if value <= 0:
        raise ValueError("must be above zero")
