"""The region's guidelines and content versions, as the Riktlinjer place reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class LinkedRule:
    """A rule that belongs to a guideline: what it says, in which version."""

    id: str
    version: str
    text: str


@dataclass(frozen=True, kw_only=True)
class GuidelineText:
    """A guideline as it is read. Days are ISO dates; ``text`` is Markdown with ``##`` headings."""

    id: str
    title: str
    version: int
    key_message: str
    changes: str
    text: str
    decided: str
    decided_by: str
    valid_until: str
    review_by: str
    sources: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    rules: tuple[LinkedRule, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RowChange:
    """A row of content that is not as in the one in force: (field, before, after) of each field."""

    row: str
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Volume:
    """What a version that is being tried unseen would have shown, and what was shown meanwhile.

    ``since``: ISO date it was handed in. ``days``: on how many days anything was counted.
    """

    since: str
    days: int
    would_show: int
    shown: int


@dataclass(frozen=True, kw_only=True)
class ContentVersion:
    """A package on this computer: where it stands, and what it changes of the one in force.

    ``in_force``: it is what the rules say now. ``tried``: it runs unseen beside the one in force.
    ``why_not``: why this person may not approve it, empty where they may or it waits for nobody.
    """

    digest: str
    name: str
    version: int
    title: str
    state: str
    effective_from: int | None = None
    author: str = ""
    approver: str = ""
    decision: str = ""
    reason: str = ""
    added: tuple[RowChange, ...] = ()
    changed: tuple[RowChange, ...] = ()
    removed: tuple[RowChange, ...] = ()
    may_approve: bool = False
    why_not: str = ""
    in_force: bool = False
    tried: bool = False


@dataclass(frozen=True, kw_only=True)
class WeekFigures:
    """A week of a rule, as ``2026-48``; ``low`` and ``high``: limits of the share overridden."""

    week: str
    shown: int
    overridden: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share overridden, 0 where nothing was shown."""
        return self.overridden / self.shown if self.shown else 0.0

    @property
    def stands_out(self) -> bool:
        """Whether the share lies outside its limits."""
        return self.shown > 0 and not self.low <= self.share <= self.high


@dataclass(frozen=True, kw_only=True)
class RuleFigures:
    """What became of a rule. Limits are shares of cards overridden (p-chart, three sigma).

    ``stands_out``: the newest week lies outside its limits. ``first``, ``last``: ISO dates
    between which it was counted. ``week``: the newest one, as ``2026-48``. ``reasons``: codes with
    how often, an empty code where none was given. ``weeks``: the oldest first.
    """

    rule: str
    version: str
    shown: int
    accepted: int
    overridden: int
    shadow: int
    reasons: tuple[tuple[str, int], ...]
    mean: float
    newest: float
    low: float
    high: float
    stands_out: bool
    first: str = ""
    last: str = ""
    week: str = ""
    weeks: tuple[WeekFigures, ...] = ()


class Guidance(Protocol):
    """What the place reads and does. Reading never waits for the network."""

    def guidelines(self) -> Sequence[GuidelineText]:
        """Return every guideline of the content in force, by title."""
        ...

    async def versions(self) -> Sequence[ContentVersion]:
        """Return every package here, the newest first."""
        ...

    async def approve(self, digest: str, decision: str) -> None:
        """Approve a package that another person has handed in. ``decision``: its number, or empty.

        What others have said meanwhile is asked for first: nobody is told "approved" of what is
        withdrawn, returned or approved already.

        Raises:
            workstation.domain.problem.Problem: It may not be done, or there is no contact.
        """
        ...

    async def give_back(self, digest: str, reason: str) -> None:
        """Return a package that waits for approval to its author; ``reason`` is shown to them.

        Raises:
            workstation.domain.problem.Problem: No reason, it may not be done, or no contact.
        """
        ...

    async def volume(self, digest: str) -> Volume | None:
        """Return what a version that is tried unseen would have shown; None where it is not tried.

        Raises:
            workstation.domain.problem.Problem: It may not be seen, or there is no contact.
        """
        ...

    async def figures(self) -> Sequence[RuleFigures]:
        """Return what became of each rule in the region.

        Raises:
            workstation.domain.problem.Problem: It may not be seen, or there is no contact.
        """
        ...

    @property
    def sees_figures(self) -> bool:
        """Whether this person answers for content."""
        ...
