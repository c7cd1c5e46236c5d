"""Every limit of kidney function in the published table, from both sides, in people of all sizes.

The limits stand here as the sources have them, and body surface is counted here too: up to a fifth
more than the standard lifts nobody over a limit.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workstation.content.shipped import engine
from workstation.decision_support.facts import Amount, Diagnosis, Facts, Lab, Medication, Patient
from workstation.decision_support.findings import RANK

AS_OF = date(2026, 3, 2)
BARELY = 0.01
RELATIVE, ABSOLUTE = "mL/min/1.73m2", "mL/min"


class Limit(NamedTuple):
    """Under ``gfr`` (mL/min) the rule answers with this tier to this dose (mg); over it, milder."""

    rule: str
    atc: str
    kind: str
    gfr: float
    severity: str
    interrupts: bool
    dose: str
    dx: str = ""


LIMITS = (
    Limit("renal.metformin", "A10BA02", "either", 30, "critical", True, "500"),
    Limit("renal.metformin", "A10BD08", "either", 30, "critical", True, "1000"),
    Limit("renal.metformin", "A10BA02", "absolute", 45, "warning", False, "1500"),
    Limit("renal.nitrofurantoin", "J01XE01", "absolute", 40, "critical", True, "150"),
    Limit("renal.dabigatran", "B01AE07", "clearance", 30, "critical", True, "220"),
    Limit("renal.faktor-xa", "B01AF01", "clearance", 15, "critical", True, "15"),
    Limit("renal.faktor-xa", "B01AF02", "clearance", 15, "critical", True, "5"),
    Limit("renal.apixaban-dos", "B01AF02", "clearance", 30, "warning", False, "10"),
    Limit("renal.rivaroxaban-dos", "B01AF01", "clearance", 50, "warning", False, "20", "I48.9"),
    Limit("renal.edoxaban", "B01AF03", "clearance", 15, "critical", True, "30"),
    Limit("renal.edoxaban", "B01AF03", "clearance", 50, "warning", False, "60"),
    Limit("renal.nsaid", "M01AE01", "relative", 30, "critical", True, "1200"),
    Limit("renal.nsaid", "M01AE02", "relative", 45, "warning", True, "500"),
    Limit("renal.nsaid", "M01AB05", "relative", 50, "info", False, "75"),
    Limit("renal.digoxin", "C01AA05", "relative", 30, "warning", False, "0.25"),
    Limit("renal.kolkicin", "M04AC01", "relative", 10, "critical", True, "1"),
    Limit("renal.metotrexat", "L04AX03", "clearance", 30, "critical", True, "15"),
    Limit("renal.gabapentin", "N02BF01", "clearance", 15, "warning", False, "600"),
    Limit("renal.gabapentin", "N02BF01", "clearance", 30, "warning", False, "900"),
    Limit("renal.gabapentin", "N02BF01", "clearance", 50, "warning", False, "1800"),
    Limit("renal.gabapentin", "N02BF01", "clearance", 80, "info", False, "3600"),
    Limit("renal.pregabalin", "N02BF02", "clearance", 15, "warning", False, "150"),
    Limit("renal.pregabalin", "N02BF02", "clearance", 30, "warning", False, "300"),
    Limit("renal.pregabalin", "N02BF02", "clearance", 60, "warning", False, "600"),
    Limit("renal.alendronat", "M05BA04", "clearance", 35, "warning", False, "70"),
    Limit("renal.litium", "N05AN01", "clearance", 30, "critical", True, "84"),
    Limit("renal.spironolakton", "C03DA01", "relative", 30, "critical", True, "25"),
    Limit("renal.enoxaparin", "B01AB05", "clearance", 15, "critical", False, "120"),
    Limit("renal.enoxaparin", "B01AB05", "clearance", 30, "warning", False, "120"),
    Limit("renal.sotalol", "C07AA07", "clearance", 30, "critical", True, "160"),
    Limit("renal.sotalol", "C07AA07", "clearance", 60, "warning", False, "160"),
    Limit("renal.allopurinol", "M04AA01", "relative", 60, "info", False, "300"),
    Limit("renal.baklofen", "M03BX01", "relative", 15, "critical", True, "15"),
    Limit("renal.baklofen", "M03BX01", "relative", 60, "warning", False, "15"),
    Limit("renal.morfin-tramadol", "N02AX02", "relative", 30, "warning", False, "150"),
    Limit("renal.morfin-tramadol", "N02AA01", "relative", 30, "warning", False, "20"),
)


def surface(weight: int, height: int) -> float:
    """Return body surface in m², by Du Bois and Du Bois (1916)."""
    return float(0.007184 * weight**0.425 * height**0.725)


def reported(limit: Limit, gfr: float, unit: str, size: float) -> float:
    """Return what the laboratory reports, in ``unit``, where the kind the rule asks for is ``gfr``."""
    share = size / 1.73
    lifts = share if unit == ABSOLUTE or share > 1.2 else min(share, 1)  # somewhat larger: nothing
    relative = {
        "relative": gfr,
        "absolute": gfr / lifts,
        "clearance": gfr / lifts,
        "either": gfr / min(share, 1),
    }[limit.kind]
    return relative if unit == RELATIVE else relative * share


def said(limit: Limit, gfr: float, unit: str, weight: int, height: int) -> tuple[int, bool]:
    """Return how serious the rule's answer is (-1: silent), and whether it interrupts."""
    value = Decimal(f"{reported(limit, gfr, unit, surface(weight, height)):.6f}")
    facts = Facts(
        as_of=AS_OF,
        patient=Patient(
            age=Decimal(60), sex="F", weight_kg=Decimal(weight), height_cm=Decimal(height)
        ),
        diagnoses=(Diagnosis(icd10=limit.dx),) if limit.dx else (),
        labs=(Lab(code="eGFR", value=value, unit=unit, date=date(2026, 2, 20)),),
        new_order=Medication(
            atc=limit.atc,
            route="oral",
            schedule="weekly",
            dose_per_day=Amount(value=Decimal(limit.dose), unit="mg"),
        ),
    )
    found = [one for one in engine().findings(facts) if one.rule == limit.rule and not one.unknown]
    worst = max(found, key=lambda one: RANK[one.severity], default=None)
    return (-1, False) if worst is None else (RANK[worst.severity], worst.interruptive)


@pytest.mark.parametrize("limit", LIMITS, ids=lambda one: f"{one.rule}-{one.atc}-{one.gfr}")
@given(
    weight=st.integers(40, 130),
    height=st.integers(148, 198),
    unit=st.sampled_from((RELATIVE, ABSOLUTE)),
)
@settings(max_examples=8)
def test_just_under_a_limit_it_speaks_and_just_over_it_says_less(
    limit: Limit, weight: int, height: int, unit: str
) -> None:
    under = said(limit, limit.gfr - BARELY, unit, weight, height)
    over = said(limit, limit.gfr + BARELY, unit, weight, height)
    assert under == (RANK[limit.severity], limit.interrupts)
    assert over < under
