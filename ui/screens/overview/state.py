"""The patient on one page: every part says whether it could be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ui.shell.value_words import kind_of
from workstation.domain.ids import EntityId
from workstation.domain.observation import Observation
from workstation.domain.values import Quantity
from workstation.operations.concerning import Concerning
from workstation.operations.ports import Listed, PatientLine

NOTES = 6
EACH, CODES = 6, 16
"""How many values of each kind are read, and how many kinds: some of them may be voided."""


@dataclass(frozen=True, kw_only=True, repr=False)
class RuleLine:
    """What the rules observe about the medication. ``serious``: a warning; ``stops``: one that
    interrupts whoever orders.
    """

    title: str
    text: str
    serious: bool
    stops: bool = False
    order: EntityId | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class OverviewState:
    """None stands for what has not been read yet; ``failed`` names parts that could not be.
    ``news``: what others have written since this person last looked at ``since`` (ms UTC); None
    before that is known, and at somebody's first look. ``looked``: this look has been noted.
    ``drawn``: the lines of parts as they were last drawn; they go with the patient.
    """

    patient: PatientLine | None = None
    attention: tuple[Listed, ...] | None = None
    diagnoses: tuple[Listed, ...] | None = None
    orders: tuple[Listed, ...] | None = None
    values: tuple[Listed, ...] | None = None
    referrals: tuple[Listed, ...] | None = None
    actions: tuple[Listed, ...] | None = None
    contacts: tuple[Listed, ...] | None = None
    notes: tuple[Listed, ...] | None = None
    rules: tuple[RuleLine, ...] | None = None
    guidelines: tuple[Concerning, ...] = ()
    news: tuple[Listed, ...] | None = None
    since: int | None = None
    looked: bool = False
    failed: tuple[str, ...] = ()
    complete: bool = True
    drawn: dict[str, tuple[object, Any]] = field(default_factory=dict, compare=False)


def earlier_of(values: tuple[Listed, ...]) -> dict[str, Listed]:
    """Return the value before the newest of each kind."""
    found: dict[str, list[Listed]] = {}
    for value in sorted(values, key=lambda v: -v.row.at):
        if not value.state.voided:
            found.setdefault(kind_of(value), []).append(value)
    return {code: two[1] for code, two in found.items() if len(two) > 1}


def course_of(values: tuple[Listed, ...]) -> dict[str, tuple[Observation, ...]]:
    """Return the values of each kind that can be drawn as a line, from the oldest to the newest.

    Only numbers in the newest one's unit: what is measured otherwise is not on the same line.
    """
    found: dict[str, list[Observation]] = {}
    for value in sorted(values, key=lambda v: -v.row.at):
        body = value.state.current.body
        if isinstance(body, Observation) and not value.state.voided:
            found.setdefault(kind_of(value), []).append(body)
    return {code: tuple(reversed(_alike(bodies))) for code, bodies in found.items()}


def leading(body: Observation) -> Quantity | None:
    """Return the number that a value's line is drawn by: of a blood pressure the systolic one."""
    parts = [part.quantity for part in body.components if part.quantity is not None]
    return body.quantity or (parts[0] if parts else None)


def _alike(bodies: list[Observation]) -> list[Observation]:
    newest = leading(bodies[0])
    if newest is None:
        return []
    return [
        body
        for body in bodies
        if (number := leading(body)) is not None
        and number.unit == newest.unit
        and not number.comparator
    ]


def newest_of_each(values: tuple[Listed, ...], *, most: int) -> tuple[Listed, ...]:
    """Return one value of each kind, the newest days first."""
    seen: set[str] = set()
    found = []
    for value in sorted(values, key=lambda v: -v.row.at):
        code = kind_of(value)
        if code not in seen and not value.state.voided:
            seen.add(code)
            found.append(value)
    return tuple(found[:most])
