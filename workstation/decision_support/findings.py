"""What the engine answers: findings, and one card for one clinical problem."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Tier = Literal["info", "warning", "critical"]
RANK: dict[str, int] = {"info": 0, "warning": 1, "critical": 2}
CHOICE = "recommended-choice"
"""The problem of the rows that say what the region chooses first."""


@dataclass(frozen=True, kw_only=True)
class Used:
    """A fact a finding rests on: its code, what it said, and when."""

    code: str
    value: str = ""
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One rule's answer. ``problem`` names the clinical problem it is about.

    ``line`` is the id of the row that decided the tier, where that is another row than ``rule``.
    """

    category: str
    problem: str
    severity: Tier
    interruptive: bool
    used: tuple[Used, ...]
    text: str
    rule: str
    version: str
    source: str
    line: str = ""
    grade: str = ""
    suggestions: tuple[str, ...] = ()
    guidelines: tuple[str, ...] = ()
    unknown: bool = False

    @property
    def about(self) -> tuple[str, ...]:
        """The codes it rests on, each once."""
        return tuple(dict.fromkeys(used.code for used in self.used if used.code))


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is shown: the worst finding first, the others of the same problem with it."""

    findings: tuple[Finding, ...]

    @property
    def lead(self) -> Finding:
        return self.findings[0]

    @property
    def key(self) -> str:
        """The clinical problem, the same however the facts change."""
        return f"{self.lead.category}/{self.lead.problem}"

    @property
    def basis(self) -> str:
        """A digest of the facts, rules and tier it rests on: another one is another situation."""
        facts = sorted(
            f"{fact.code}={fact.value}@{fact.on or ''}"
            for finding in self.findings
            for fact in finding.used
        )
        rules = sorted(f"{finding.rule}:{finding.severity}" for finding in self.findings)
        return hashlib.sha256("\n".join([*rules, *facts]).encode()).hexdigest()[:32]

    @property
    def guidelines(self) -> tuple[str, ...]:
        """The guidelines its rules belong to, by id."""
        return tuple(dict.fromkeys(one for f in self.findings for one in f.guidelines))

    @property
    def interruptive(self) -> bool:
        return any(finding.interruptive for finding in self.findings)

    @property
    def about(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for finding in self.findings for code in finding.about))

    @property
    def text(self) -> str:
        return " ".join(dict.fromkeys(finding.text for finding in self.findings))


def grouped(findings: Iterable[Finding]) -> tuple[Card, ...]:
    """Return one card for each clinical problem, the most serious first.

    Findings of one problem and category are one card, and what is milder in another category
    is told on the card of the same problem that is more serious. An unanswered question is
    dropped where the same problem has an answer already, and what to choose instead stands on
    the card that stops the order.
    """
    problems: dict[str, dict[str, list[Finding]]] = {}
    for finding in findings:
        categories = problems.setdefault(finding.problem, {})
        categories.setdefault(finding.category, []).append(finding)
    cards = [card for categories in problems.values() for card in _of_problem(categories.values())]
    cards.sort(key=lambda card: (-_weight(card.lead), card.lead.rule))
    return tuple(_with_choice(cards))


def _with_choice(cards: list[Card]) -> list[Card]:
    """Say on the card that stops an order what to choose instead, not on one of its own."""
    choices = [card for card in cards if card.lead.problem == CHOICE]
    if not choices or not cards[0].interruptive:
        return cards
    instead = tuple(finding for card in choices for finding in card.findings)
    first = Card(findings=(*cards[0].findings, *instead))
    return [first, *(card for card in cards[1:] if card not in choices)]


def _of_problem(categories: Iterable[list[Finding]]) -> list[Card]:
    """Return the cards of one problem: the milder categories stand on the most serious one."""
    cards = [Card(findings=tuple(_worth_saying(group))) for group in categories]
    cards.sort(key=lambda card: (-_weight(card.lead), card.lead.rule))
    first, *others = cards
    milder = [one for one in others if RANK[one.lead.severity] < RANK[first.lead.severity]]
    whole = Card(findings=tuple(f for card in (first, *milder) for f in card.findings))
    return [whole, *(card for card in others if card not in milder)]


def _worth_saying(group: list[Finding]) -> list[Finding]:
    known = [finding for finding in group if not finding.unknown]
    return sorted(known or group, key=lambda finding: (-_weight(finding), finding.rule))


def _weight(finding: Finding) -> int:
    return 2 * RANK[finding.severity] + finding.interruptive
