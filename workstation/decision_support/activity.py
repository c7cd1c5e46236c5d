"""Which medication counts, and when: stopped, planned, replaced and finished treatment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from workstation.decision_support.facts import Facts, Medication

_ENDED = frozenset(
    "stopped completed cancelled canceled ended entered-in-error voided draft not-taken "
    "discontinued on-hold paused inactive revoked".split()
)
_WAITING = frozenset({"planned", "scheduled", "future"})
_SOON = timedelta(days=7)
"""What starts within a week is weighed with the order of today: nobody else will ask before then."""


def moment_of(facts: Facts) -> date:
    """Return the day the new order takes effect: today, or its later start."""
    order = facts.new_order
    if order is not None and order.start is not None:
        return max(order.start, facts.as_of)
    return facts.as_of


def is_active(medication: Medication, on: date) -> bool:
    """Is this taken on the day ``on``? A course ends with its last planned day."""
    status = medication.status.strip().lower()
    if status in _ENDED or (medication.stop is not None and medication.stop <= on):
        return False
    if medication.planned_stop is not None and medication.planned_stop < on:
        return False
    if status in _WAITING and medication.start is None:
        return False
    return medication.start is None or medication.start <= on


def ended_days_ago(medication: Medication, on: date) -> int | None:
    """Return how many days ago it ended, None when it goes on or nobody wrote when."""
    ends = [day for day in (medication.stop, medication.planned_stop) if day is not None]
    past = [day for day in ends if day <= on]
    return (on - min(past)).days if past else None


def replaced_by(newer: Medication, older: Medication) -> bool:
    """Does ``newer`` say that it takes over from ``older``: a renewal or a planned switch?"""
    named = newer.replaces
    if named is None or named is False:
        return False
    if named is True:
        return newer.atc == older.atc
    names = [named] if isinstance(named, str) else named
    wanted = {name.strip().casefold() for name in names}
    return older.atc.casefold() in wanted or (
        bool(older.name) and older.name.strip().casefold() in wanted
    )


def taken(facts: Facts) -> tuple[Medication, ...]:
    """Return the listed medication in use when the order takes effect, replaced ones left out."""
    return tuple(m for m, gone in _running(facts) if not gone)


def taken_over(facts: Facts) -> tuple[Medication, ...]:
    """Return the listed medication that another order says it takes over from."""
    return tuple(m for m, gone in _running(facts) if gone)


def _running(facts: Facts) -> Iterator[tuple[Medication, bool]]:
    on = moment_of(facts)
    running = [m for m in facts.medications if is_active(m, on)]
    newer = [m for m in (*running, facts.new_order) if m is not None and m.replaces]
    for m in running:
        yield m, any(n is not m and replaced_by(n, m) for n in newer)


def starting_soon(facts: Facts) -> tuple[Medication, ...]:
    """Return listed medication that starts within a week, while the new order still lasts."""
    on, order = moment_of(facts), facts.new_order
    last = on + _SOON
    if order is not None and order.planned_stop is not None:
        last = min(last, order.planned_stop)
    return tuple(
        m
        for m in facts.medications
        if m.start is not None
        and on < m.start <= last
        and is_active(m, m.start)
        and not (order is not None and replaced_by(order, m))
    )


def recently_ended(facts: Facts) -> Iterator[tuple[Medication, int]]:
    """Yield listed medication that has ended, with the number of days since."""
    on = moment_of(facts)
    for medication in facts.medications:
        days = ended_days_ago(medication, on)
        if days is not None and not is_active(medication, on):
            yield medication, days
