"""NEWS2 at every border of the College's chart 1, and the risk of chart 2."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from workstation.domain.scores import News2, news2, points_of

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


WHOLE_CHART: dict[str, dict[int, tuple[range, ...]]] = {
    # Royal College of Physicians 2017, chart 1, column by column; temperatures in tenths.
    "respiration": {
        3: (range(9), range(25, 80)), 2: (range(21, 25),), 1: (range(9, 12),), 0: (range(12, 21),),
    },
    "spo2": {3: (range(50, 92),), 2: (range(92, 94),), 1: (range(94, 96),), 0: (range(96, 101),)},
    "systolic": {
        3: (range(30, 91), range(220, 300)), 2: (range(91, 101),), 1: (range(101, 111),),
        0: (range(111, 220),),
    },
    "pulse": {
        3: (range(41), range(131, 250)), 2: (range(111, 131),),
        1: (range(41, 51), range(91, 111)), 0: (range(51, 91),),
    },
    "temperature": {
        3: (range(250, 351),), 2: (range(391, 440),), 1: (range(351, 361), range(381, 391)),
        0: (range(361, 381),),
    },
}  # fmt: skip
SCALE_2_WHOLE: dict[bool, dict[int, tuple[range, ...]]] = {
    False: {3: (range(50, 84),), 2: (range(84, 86),), 1: (range(86, 88),), 0: (range(88, 101),)},
    True: {
        3: (range(50, 84), range(97, 101)), 2: (range(84, 86), range(95, 97)),
        1: (range(86, 88), range(93, 95)), 0: (range(88, 93),),
    },
}  # fmt: skip


@pytest.mark.parametrize("item", WHOLE_CHART)
def test_every_cell_of_the_chart(item: Any) -> None:
    tenth = Decimal("0.1") if item == "temperature" else Decimal(1)
    for expected, bands in WHOLE_CHART[item].items():
        for value in (value for band in bands for value in band):
            assert points_of(item, value * tenth) == expected, value


@pytest.mark.parametrize("on_oxygen", [False, True])
def test_every_cell_of_the_second_scale(*, on_oxygen: bool) -> None:
    for expected, bands in SCALE_2_WHOLE[on_oxygen].items():
        for value in (value for band in bands for value in band):
            assert points_of("spo2_2", Decimal(value), on_oxygen=on_oxygen) == expected, value


@pytest.mark.parametrize(
    ("item", "value", "expected"),
    [
        ("spo2", "95.4", 1),
        ("spo2", "95.5", 0),
        ("spo2", "91.4", 3),
        ("temperature", "35.04", 3),
        ("temperature", "38.04", 0),
        ("temperature", "38.05", 1),
        ("pulse", "90.4", 0),
        ("pulse", "130.5", 3),
        ("respiration", "24.5", 3),
        ("systolic", "90.4", 3),
        ("systolic", "219.5", 3),
    ],
)
def test_a_value_between_two_cells_is_read_as_the_chart_is_written(
    item: Any, value: str, expected: int
) -> None:
    """The chart has whole numbers and tenths of a degree: what is finer is rounded to them."""
    assert points_of(item, Decimal(value)) == expected


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
