"""A unit's figures: lead times by kind and other unit, late ones, returned ones; CSV that a spreadsheet opens."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_cache.referral_cases import cases
from tests.builders import CLINIC, GRACE, LABORATORY, WARD, a_patient, a_referral
from tests.ward import Ward
from workstation.domain.clock import HybridTime
from workstation.domain.record import Record
from workstation.domain.referral import Event, ReferralAnswer, ReferralEvent
from workstation.operations.acknowledge import acknowledge
from workstation.operations.answer_referral import answer_referral
from workstation.operations.ports import Desk
from workstation.operations.record_referral_event import record_referral_event
from workstation.operations.referral_statistics import (
    DAY_MS,
    Case,
    as_csv,
    by_month,
    figures,
    median,
    quantile,
)

A_CASE = Case(
    type="consultation", sender="Vc Gårda", receiver="Avd 12", direction="in", sent=0,
    received=None, assessed=None, answered=None, acknowledged=None, completions=0,
    rejected=False, ended=False, overdue=False,
)  # fmt: skip


@pytest.fixture
def lab(ward: Ward) -> Desk:
    return ward.desk(
        "Falk, Lena", profession="biomedical_analyst", hsa_id="SE2321000016-P007",
        unit=LABORATORY, unit_name="Laboratoriet",
    )  # fmt: skip


async def steps(ward: Ward, lab: Desk, record: Record, *events: Event) -> None:
    for event in events:
        ward.clock.forward(minutes=24 * 60)
        body = ReferralEvent(event=event, reason="mer" if event in ("KOM", "AVV") else "")
        await record_referral_event(
            body, patient=GRACE, entity=record.entity, seen=await ward.seen(record),
            records=ward.cache, desk=lab,
        )  # fmt: skip


async def test_each_stage_is_counted_in_days_from_when_it_was_sent(
    ward: Ward, anna: Desk, lab: Desk
) -> None:
    sent = HybridTime(ward.clock.millis)
    record = a_referral(author=anna.author, written_at=sent, type="laboratory")
    await ward.put(a_patient(), record)
    await steps(ward, lab, record, "BEK", "accepted")
    about: dict[str, Any] = {
        "patient": GRACE, "entity": record.entity, "records": ward.cache,
    }  # fmt: skip
    ward.clock.forward(minutes=24 * 60)
    await answer_referral(
        ReferralAnswer(answer="SSV", text="Hb 118"), seen=await ward.seen(record), desk=lab, **about
    )
    ward.clock.forward(minutes=12 * 60)
    await acknowledge(seen=await ward.seen(record), desk=anna, **about)

    (out,) = figures(await cases(ward.cache, WARD, since=0), "out")
    (received,) = figures(await cases(ward.cache, LABORATORY, since=0), "in")

    assert (out.to_received, out.to_assessed, out.to_answered) == (1.0, 2.0, 3.0)
    assert out.to_acknowledged == 0.5
    assert (out.count, out.open, out.overdue) == (1, 0, 0)
    assert (received.count, received.to_answered) == (1, 3.0)


async def test_what_was_returned_rejected_or_is_late_is_counted_apart(
    ward: Ward, anna: Desk, lab: Desk
) -> None:
    sent = HybridTime(ward.clock.millis)
    referrals = [
        a_referral(author=anna.author, written_at=sent, type="laboratory", due="2026-03-05")
        for _ in range(3)
    ]
    await ward.put(a_patient(), *referrals)
    await steps(ward, lab, referrals[0], "KOM")
    await steps(ward, lab, referrals[1], "AVV")
    ward.clock.forward(minutes=30 * 24 * 60)

    (row,) = figures(await cases(ward.cache, WARD, since=0), "out")
    assert (row.count, row.completions, row.rejected, row.overdue) == (3, 1, 1, 2)


async def test_a_unit_that_has_nothing_to_do_with_it_counts_nothing(ward: Ward, anna: Desk) -> None:
    await ward.put(a_patient(), a_referral(author=anna.author))
    assert await cases(ward.cache, CLINIC, since=0) == ()


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=50))
def test_half_are_not_above_the_median_and_nine_of_ten_not_above_the_late_one(
    values: list[float],
) -> None:
    middle, late = median(values), quantile(values, 0.9)
    assert middle is not None
    assert late is not None
    assert sum(v <= middle for v in values) * 2 >= len(values)
    assert sum(v <= late for v in values) * 10 >= len(values) * 9
    assert late in values


def test_the_lead_time_over_time_is_by_the_month_it_was_sent() -> None:
    first = replace(A_CASE, sent=1_767_225_600_000, answered=1_767_225_600_000 + 4 * DAY_MS)
    second = replace(first, answered=first.sent + 8 * DAY_MS)
    (point,) = by_month([first, second, A_CASE], "consultation", "in")
    assert (point.month.isoformat(), point.days, point.count) == ("2026-01-01", 6.0, 2)


def test_the_csv_opens_in_a_swedish_spreadsheet_and_runs_nothing() -> None:
    case = replace(A_CASE, sender="=1+1", answered=int(2.5 * DAY_MS))
    raw = as_csv(figures([case], "in"))
    assert raw.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";")
    assert head[:4] == ["Riktning", "Sort", "Motpart", "Antal"]
    assert row[2] == "'=1+1"
    assert row[10] == "2,5"
