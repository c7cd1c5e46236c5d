"""Guidelines as they are read: whether one is complete, its rules, and whether it is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from workstation.content.source import Content, Guideline

LONGEST_VALID = timedelta(days=2 * 366)
"""A guideline is valid for two years from its decision at the most."""


def faults(content: Content) -> list[str]:
    """Return what must be mended before the guidelines can be published, one line each."""
    return [f"{row.id}: {what}" for row in content.guidelines for what in _of(row)]


def rules_of(content: Content, guideline: str) -> tuple[str, ...]:
    """Return the ids of the rows that belong to a guideline."""
    return tuple(row.id for row in content.rows() if guideline in row.guidelines)


def overdue(guideline: Guideline, today: date) -> bool:
    """Has the day of review passed? It stays readable and is marked."""
    return today > date.fromisoformat(guideline.review_by)


def _of(row: Guideline) -> Iterator[str]:
    for field in ("title", "key_message", "changes", "text", "decided_by", "owner"):
        if not str(getattr(row, field)).strip():
            yield f"no {field.replace('_', ' ')}"
    if not any(source.strip() for source in row.sources):
        yield "no sources"
    if row.version < 1:
        yield "no version"
    try:
        decided, until, review = (
            date.fromisoformat(day) for day in (row.decided, row.valid_until, row.review_by)
        )
    except ValueError:
        yield "a day is no ISO date"
        return
    if not decided < review <= until <= decided + LONGEST_VALID:
        yield "decided, reviewed and valid in no possible order, or for more than two years"
