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
class ContentVersion:
    """A package on this computer: where it stands, and what it changes of the one in force."""

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
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    may_approve: bool = False


@dataclass(frozen=True, kw_only=True)
class RuleFigures:
    """What became of a rule. Limits are shares of cards overridden (p-chart, three sigma).

    ``stands_out``: the newest week lies outside its limits. ``first``, ``last``: ISO dates
    between which it was counted. ``week``: the newest one, as ``2026-48``. ``reasons``: codes with
    how often, an empty code where none was given.
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


class Guidance(Protocol):
    """What the place reads and does. Reading never waits for the network."""

    def guidelines(self) -> Sequence[GuidelineText]:
        """Return every guideline of the content in force, by title."""
        ...

    async def versions(self) -> Sequence[ContentVersion]:
        """Return every package here, the newest first."""
        ...

    async def approve(self, digest: str, decision: str) -> None:
        """Approve a package that another person has handed in.

        Raises:
            workstation.domain.problem.Problem: It may not be done, or there is no contact.
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
