"""Deadlines and limits of a package: what ships is what the program falls back on, and nonsense is named."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from workstation.content import norms, shipped
from workstation.content.norm_rows import LimitTest
from workstation.content.packages import build, unchecked
from workstation.content.source import Content
from workstation.content.writing import files_of
from workstation.domain.norms import STANDARD, norms_from, norms_text

put = msgspec.structs.replace


def test_the_shipped_deadlines_and_limits_are_those_that_count_where_nothing_is_published() -> None:
    assert norms.norms_of(shipped.content()) == STANDARD
    assert [*norms.faults(shipped.content())] == []


def test_a_package_says_its_deadlines_itself_and_carries_no_tests() -> None:
    opened = unchecked(build(shipped.content()))
    assert norms.norms_of(opened) == STANDARD
    assert opened.deadlines is not None
    assert opened.deadlines.tests == []
    assert {"deadlines.yaml", "limits.yaml"} <= files_of(opened).keys()


def test_kept_norms_are_read_back_and_a_damaged_text_counts_for_nothing() -> None:
    assert norms_from(norms_text(STANDARD)) == STANDARD
    assert norms_from("{") == STANDARD


def changed_limit(**fields: Any) -> Content:
    content = shipped.content()
    first = put(content.limits[0], **fields)
    return put(content, limits=(first, *content.limits[1:]))


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"over": "2.0"}, "under is not below over"),
        ({"over": "6,5"}, "6,5 is no amount"),
        ({"over": "7.0"}, "test 2 got another answer"),
        ({"unit": "kg"}, "kg does not convert into mmol/L of laboratory.yaml"),
        ({"code": "K"}, "K is no NPU code"),
        ({"days": 0}, "a change and its days go together"),
        ({"source": ""}, "no source"),
        ({"tests": [LimitTest(value="4.0")]}, "no test with flag HH"),
    ],
)
def test_a_limit_that_makes_no_sense_is_named(fields: dict[str, Any], fault: str) -> None:
    found = [*norms.faults(changed_limit(**fields))]
    assert any(fault in line for line in found), found


@pytest.mark.parametrize(
    ("stage", "hours", "fault"),
    [
        ("booked", {"urgent": 9999}, "what is more urgent waits longer"),
        ("answered", {"immediate": 0}, "is not within"),
        ("received", {"urgent": 60, "soon": 61}, "expects"),
    ],
)
def test_a_deadline_that_makes_no_sense_is_named(
    stage: str, hours: dict[str, int], fault: str
) -> None:
    content = shipped.content()
    assert content.deadlines is not None
    other = put(getattr(content.deadlines, stage), **hours)
    tests = [put(one, hours=25) if one.late else one for one in content.deadlines.tests]
    broken = put(content, deadlines=put(content.deadlines, tests=tests, **{stage: other}))
    found = [*norms.faults(broken)]
    assert any(fault in line for line in found), found
