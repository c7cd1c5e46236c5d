"""Bedside scores in infection: qSOFA, CRB-65 and Centor."""

from __future__ import annotations


def qsofa(*, respiration_per_min: int, systolic_mmhg: int, altered_mentation: bool) -> int:
    """Return 0 to 3; 2 or more calls for assessment of organ failure.

    Source: Singer M, et al. JAMA 2016;315:801-10.
    """
    return sum((respiration_per_min >= 22, systolic_mmhg <= 100, altered_mentation))


def crb_65(
    *,
    confusion: bool,
    respiration_per_min: int,
    systolic_mmhg: int,
    diastolic_mmhg: int,
    age_years: int,
) -> int:
    """Return 0 to 4 in community-acquired pneumonia.

    Source: Lim WS, et al. Thorax 2003;58:377-82.
    """
    low_pressure = systolic_mmhg < 90 or diastolic_mmhg <= 60
    return sum((confusion, respiration_per_min >= 30, low_pressure, age_years >= 65))


def centor(
    *, fever_above_38_5: bool, tender_nodes: bool, tonsillar_coating: bool, no_cough: bool
) -> int:
    """Return 0 to 4 in sore throat; the Swedish criteria put fever at 38.5 °C or more.

    Source: Centor RM, et al. Med Decis Making 1981;1:239-46.
    """
    return sum((fever_above_38_5, tender_nodes, tonsillar_coating, no_cough))
