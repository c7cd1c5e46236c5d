"""A unit's referrals in figures: how long each stage took, what is late, what came back for more.

Pure: it counts what the referrals' records say. Nothing in a figure names a patient.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Literal

from workstation.domain import csv_text
from workstation.domain.entity import EntityState
from workstation.domain.record import Record
from workstation.domain.referral import (
    RULES,
    ReferralAnswer,
    ReferralEvent,
    ReferralState,
    Standing,
    WatchRules,
    answer_due,
    referral_state,
)
from workstation.domain.referral_words import TYPES
from workstation.domain.texts import _
from workstation.domain.values import local_date

DAY_MS = 24 * 60 * 60 * 1000
Direction = Literal["in", "out"]
_ASSESSING = frozenset({"accepted", "prioritised", "booked", "planned", "started", "VID", "AVV"})


@dataclass(frozen=True, kw_only=True, repr=False)
class Case:
    """One referral, in times (ms UTC, None: has not come) and counts.

    ``overdue``: no answer, and its day has passed. ``completions``: how often more was asked for.
    """

    type: str
    sender: str
    receiver: str
    direction: Direction
    sent: int
    received: int | None
    assessed: int | None
    answered: int | None
    acknowledged: int | None
    completions: int
    rejected: bool
    ended: bool
    overdue: bool


def case_of(state: EntityState, *, unit: str, now: int, rules: WatchRules = RULES) -> Case | None:
    """Return a referral as a case of ``unit``'s; None where the unit neither sent nor received it."""
    if state.voided or not any(not r.bases for r in state.line.versions):
        return None
    referral = referral_state(state)
    sender = referral.request_record.author
    received_here = referral.receiver == unit
    if not received_here and unit not in (sender.unit, referral.owner_unit):
        return None
    counting = [t.record for t in referral.taken if t.standing is not Standing.ILLEGAL]
    answers = [r for r in counting if _is_final(r)]
    waits = not referral.closed and not answers and not _is_rejected(referral)
    return Case(
        type=referral.request.type,
        sender=_("the patient") if referral.request.by == "patient" else sender.unit_name,
        receiver=referral.receiver_name or referral.receiver,
        direction="in" if received_here else "out",
        sent=counting[0].written_at.millis,
        received=_first(counting, frozenset({"BEK"}) | _ASSESSING),
        assessed=_first(counting, _ASSESSING),
        answered=answers[0].written_at.millis if answers else None,
        acknowledged=_acknowledged(state, answers),
        completions=sum(1 for r in counting if _event(r) == "KOM"),
        rejected=_is_rejected(referral),
        ended=referral.closed or bool(answers),
        overdue=waits and answer_due(referral, rules) < now,
    )


def _event(record: Record) -> str:
    return record.body.event if isinstance(record.body, ReferralEvent) else ""


def _is_final(record: Record) -> bool:
    return isinstance(record.body, ReferralAnswer) and record.body.answer == "SSV"


def _is_rejected(referral: ReferralState) -> bool:
    return referral.status == "rejected"


def _first(records: Sequence[Record], events: frozenset[str]) -> int | None:
    return next((r.written_at.millis for r in records if _event(r) in events), None)


def _acknowledged(state: EntityState, answers: Sequence[Record]) -> int | None:
    for answer in answers:
        if (seen := state.acknowledged(answer.id)) is not None:
            return seen.written_at.millis
    return None


@dataclass(frozen=True, kw_only=True, repr=False)
class Figures:
    """One row of the table. Times are medians in days, None where nothing has come.

    ``late_answer``: nine of ten were answered within so many days.
    """

    type: str
    other: str
    direction: Direction
    count: int
    open: int
    overdue: int
    completions: int
    rejected: int
    to_received: float | None
    to_assessed: float | None
    to_answered: float | None
    late_answer: float | None
    to_acknowledged: float | None


def figures(cases: Iterable[Case], direction: Direction) -> tuple[Figures, ...]:
    """Return a row for every kind and other unit, the most frequent first.

    ``in``: by who sent it. ``out``: by who receives it.
    """
    groups: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        if case.direction == direction:
            other = case.sender if direction == "in" else case.receiver
            groups.setdefault((case.type, other), []).append(case)
    rows = [_row(kind, other, direction, found) for (kind, other), found in groups.items()]
    return tuple(sorted(rows, key=lambda row: (-row.count, row.type, row.other)))


def _row(kind: str, other: str, direction: Direction, cases: Sequence[Case]) -> Figures:
    answered = [_days(c.sent, c.answered) for c in cases if c.answered is not None]
    return Figures(
        type=kind,
        other=other,
        direction=direction,
        count=len(cases),
        open=sum(1 for c in cases if not c.ended),
        overdue=sum(1 for c in cases if c.overdue),
        completions=sum(1 for c in cases if c.completions),
        rejected=sum(1 for c in cases if c.rejected),
        to_received=median([_days(c.sent, c.received) for c in cases if c.received is not None]),
        to_assessed=median([_days(c.sent, c.assessed) for c in cases if c.assessed is not None]),
        to_answered=median(answered),
        late_answer=quantile(answered, 0.9),
        to_acknowledged=median(
            [
                _days(c.answered, c.acknowledged)
                for c in cases
                if c.acknowledged is not None and c.answered is not None
            ]
        ),
    )


def _days(first: int | None, last: int | None) -> float:
    assert first is not None
    assert last is not None
    return max(0, last - first) / DAY_MS


def median(values: Sequence[float]) -> float | None:
    """Return the middle value, of an even number the mean of the two in the middle."""
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def quantile(values: Sequence[float], share: float) -> float | None:
    """Return the smallest value that at least ``share`` of all are not above."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * share - 1e-9) - 1)]


@dataclass(frozen=True, kw_only=True)
class MonthPoint:
    """A month's median of days from sent to answered, by when they were sent."""

    month: date
    days: float
    count: int


def by_month(cases: Iterable[Case], kind: str, direction: Direction) -> tuple[MonthPoint, ...]:
    """Return the lead time of a kind over time; months without an answer are left out."""
    months: dict[date, list[float]] = {}
    for case in cases:
        if case.type == kind and case.direction == direction and case.answered is not None:
            month = local_date(case.sent).replace(day=1)
            months.setdefault(month, []).append(_days(case.sent, case.answered))
    return tuple(
        MonthPoint(month=month, days=median(values) or 0.0, count=len(values))
        for month, values in sorted(months.items())
    )


def as_csv(rows: Sequence[Figures]) -> bytes:
    """Return the table as CSV that a Swedish spreadsheet opens."""
    return csv_text.as_csv([headings(), *(_cells(row) for row in rows)])


def _cells(row: Figures) -> list[csv_text.Cell]:
    times = (
        row.to_received, row.to_assessed, row.to_answered, row.late_answer, row.to_acknowledged,
    )  # fmt: skip
    return [
        _("received") if row.direction == "in" else _("sent out"),
        _(TYPES[row.type]),
        row.other,
        row.count,
        row.open,
        row.overdue,
        row.completions,
        row.rejected,
        *(days_text(t) for t in times),
    ]


def headings() -> list[str]:
    """Return the table's headings."""
    return [
        _("Direction"), _("Kind"), _("Other unit"), _("Count"), _("Open"), _("Late"),
        _("Returned for completion"), _("Rejected"), _("Days to receipt, median"),
        _("Days to assessment, median"), _("Days to answer, median"),
        _("Days to answer, nine of ten"), _("Days to acknowledgement, median"),
    ]  # fmt: skip


def days_text(days: float | None) -> str:
    """Return days with one decimal, comma; empty where there are none."""
    return f"{days:.1f}".replace(".", ",") if days is not None else ""
