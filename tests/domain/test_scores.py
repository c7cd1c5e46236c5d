"""NEWS2 at every border of the College's chart 1, and the risk of chart 2."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from workstation.domain.scores import News2, news2

CALM: dict[str, Any] = {
    "respiration_per_min": Decimal(16),
    "spo2_percent": Decimal(97),
    "on_oxygen": False,
    "systolic_mmhg": Decimal(120),
    "pulse_per_min": Decimal(70),
    "consciousness": "alert",
    "temperature_celsius": Decimal("37.0"),
}
CHART_1: dict[str, dict[str, int]] = {
    "respiration_per_min": {"8": 3, "9": 1, "11": 1, "12": 0, "20": 0, "21": 2, "24": 2, "25": 3},
    "spo2_percent": {"91": 3, "92": 2, "93": 2, "94": 1, "95": 1, "96": 0},
    "systolic_mmhg": {"90": 3, "91": 2, "100": 2, "101": 1, "110": 1, "111": 0, "219": 0, "220": 3},
    "pulse_per_min": {"40": 3, "41": 1, "50": 1, "51": 0, "90": 0, "91": 1, "111": 2, "131": 3},
    "temperature_celsius": {"35.0": 3, "35.1": 1, "36.1": 0, "38.0": 0, "38.1": 1, "39.1": 2},
}
SCALE_2 = {
    False: {"83": 3, "84": 2, "86": 1, "88": 0, "93": 0, "97": 0},
    True: {"83": 3, "85": 2, "87": 1, "88": 0, "92": 0, "93": 1, "95": 2, "97": 3},
}


def scored(**changed: Any) -> News2:
    return news2(**(CALM | changed))


@pytest.mark.parametrize("measured", CHART_1)
def test_each_measurement_scores_at_its_borders_as_in_the_chart(measured: str) -> None:
    found = {text: scored(**{measured: Decimal(text)}).total for text in CHART_1[measured]}
    assert found == CHART_1[measured]


@pytest.mark.parametrize("on_oxygen", [False, True])
def test_the_second_scale_is_for_those_with_a_lower_target(*, on_oxygen: bool) -> None:
    found = {
        text: scored(spo2_percent=Decimal(text), hypercapnic=True, on_oxygen=on_oxygen).points[
            "spo2"
        ]
        for text in SCALE_2[on_oxygen]
    }
    assert found == SCALE_2[on_oxygen]


def test_one_three_is_urgent_and_seven_an_emergency() -> None:
    assert scored().clinical_risk == "low"
    assert scored(consciousness="confusion").clinical_risk == "low_medium"
    worse = scored(on_oxygen=True, spo2_percent=Decimal(91))
    assert (worse.total, worse.clinical_risk) == (5, "medium")
    worst = scored(on_oxygen=True, spo2_percent=Decimal(91), pulse_per_min=Decimal(115))
    assert (worst.total, worst.clinical_risk) == (7, "high")
