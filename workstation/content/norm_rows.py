"""Deadlines of referrals and results, and limits of analyses, as authors write them.

Nothing has a default that means something: what a package says, it says itself, and a newer program
reads the same from it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Priority = Literal["immediate", "urgent", "soon", "routine"]
Late = Literal["received", "assessed", "completed", "booked", "answered", "unacknowledged"]


class ByPriority(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A number for each priority; hours or days, as its place says."""

    immediate: int
    urgent: int
    soon: int
    routine: int


class Told(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """Minutes late until the deputy, then the unit's head is told."""

    deputy: int
    head: int


class DeadlineTest(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """After so many hours in a stage, at a priority: is it late?"""

    stage: Late
    priority: Priority
    hours: int
    late: bool


class Deadlines(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """When each stage of a referral or a result is late, as ``workstation.domain.watching`` means it.

    Stages are in hours, ``usual`` and ``target`` in days, escalations in minutes.
    """

    id: str
    version: str
    owner: str
    source: str
    received: ByPriority
    assessed: ByPriority
    completed: ByPriority
    booked: ByPriority
    answered: ByPriority
    unacknowledged: ByPriority
    usual: ByPriority
    target: ByPriority
    escalation: Told
    urgent_escalation: Told
    critical_escalation: Told
    tests: list[DeadlineTest] = []


class LimitTest(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A value and what it must be flagged with: ``LL``, ``HH`` or nothing; ``U``/``D`` as change.

    ``unit``: empty for the row's own. ``earlier``: a value ``days_ago``, in the row's own unit.
    """

    value: str
    unit: str = ""
    earlier: str = ""
    days_ago: int = 1
    flag: Literal["", "LL", "HH"] = ""
    change: Literal["", "U", "D"] = ""


class LimitRow(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """Limits of one analysis, in ``unit``: critical under and over, and a change worth a mark.

    ``change``: an amount, or with a per cent sign a share of the earlier value, within ``days``.
    ``molar_mass``: g/mol, where mass and amount of substance convert.
    """

    code: str
    name: str
    unit: str
    under: str = ""
    over: str = ""
    change: str = ""
    days: int = 0
    molar_mass: str = ""
    version: str = ""
    owner: str = ""
    source: str = ""
    tests: list[LimitTest] = []

    @property
    def id(self) -> str:
        """What checks and comparisons call it."""
        return f"limit:{self.code}"
