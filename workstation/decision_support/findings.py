"""What the engine answers: findings, and one card for one clinical problem."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Tier = Literal["info", "warning", "critical"]
RANK: dict[str, int] = {"info": 0, "warning": 1, "critical": 2}
MONITORING = "monitoring-"
"""What the problems begin with that are a test which was not taken."""


@dataclass(frozen=True, kw_only=True)
class Used:
    """A fact a finding rests on: its code, what it said, and when. ``told``: in its text too."""

    code: str
    value: str = ""
    on: date | None = None
    told: bool = False


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

    All that is said of one problem is one card, whatever the categories. So is all that is said
    of one pair of drugs. An unanswered question is dropped where the same problem has an answer
    already, and what to choose instead, or to remember with an order that is stopped, stands on
    the card that stops it.
    """
    problems: dict[str, dict[str, list[Finding]]] = {}
    for finding in findings:
        categories = problems.setdefault(finding.problem, {})
        categories.setdefault(finding.category, []).append(finding)
    cards = [_of_problem(categories.values()) for categories in problems.values()]
    whole = _one_for_each_pair(sorted(cards, key=_order))
    whole.sort(key=lambda card: (-_weight(card.lead), card.lead.rule))
    return tuple(_with_the_rest(_with_the_sum(whole)))


def _with_the_sum(cards: list[Card]) -> list[Card]:
    """Say that a substance is hidden in a combination on the card that says what it adds up to.

    That it is taken twice comes first where the sum is no more serious: it is what to mend.
    """
    for first in [card for card in cards if card.lead.category == "dose"]:
        told = [
            card
            for card in cards
            if card.lead.category == "duplicate"
            and len(card.about) > 1
            and _weight(card.lead) <= _weight(first.lead)
            and set(card.about) <= set(first.about)
        ]
        if told:
            parts = sorted((*told, first), key=_order)
            whole = Card(findings=tuple(finding for part in parts for finding in part.findings))
            cards = [whole if one is first else one for one in cards if one not in told]
    return cards


def _of_problem(categories: Iterable[list[Finding]]) -> Card:
    """Return the card of one problem: the most serious category leads, and the others follow."""
    parts = sorted((Card(findings=tuple(_worth_saying(group))) for group in categories), key=_order)
    first = parts[0]
    for part in parts[1:]:
        as_serious = _weight(part.lead) == _weight(first.lead)
        if as_serious and set(part.lead.about) > set(first.lead.about):
            first = part  # it rests on all that the other rests on, and on more
    others = [part for part in parts if part is not first]
    return Card(findings=tuple(finding for part in (first, *others) for finding in part.findings))


def _one_for_each_pair(cards: list[Card]) -> list[Card]:
    """Put what else is said of the same two drugs on the card that is most serious about them."""
    kept: list[Card] = []
    for card in cards:
        pairs = _pairs(card) if card.lead.category == "interaction" else frozenset()
        for place, other in enumerate(kept):
            if pairs and pairs <= _pairs(other):
                kept[place] = Card(findings=(*other.findings, *card.findings))
                break
        else:
            kept.append(card)
    return kept


def _pairs(card: Card) -> frozenset[frozenset[str]]:
    """Return the pairs of drugs it is about; a finding on two drugs names them first."""
    two = (one for one in card.findings if one.category in ("interaction", "duplicate"))
    return frozenset(frozenset(one.about[:2]) for one in two)


def _with_the_rest(cards: list[Card]) -> list[Card]:
    """Say on the card that stops an order what to choose instead, and what would go with it.

    To choose another drug, to add a laxative, to take a blood count, a check that could not be
    made: none is a problem of its own while the order is not to be given.
    """
    rest = [card for card in cards[1:] if _goes_with_the_order(card.lead)]
    if not rest or not cards[0].interruptive:
        return cards
    also = tuple(finding for card in rest for finding in card.findings)
    first = Card(findings=(*cards[0].findings, *also))
    return [first, *(card for card in cards[1:] if card not in rest)]


def _goes_with_the_order(finding: Finding) -> bool:
    later = finding.category == "guideline" or finding.problem.startswith(MONITORING)
    return later or finding.unknown


def _worth_saying(group: list[Finding]) -> list[Finding]:
    known = [finding for finding in group if not finding.unknown]
    return sorted(known or group, key=lambda finding: (-_weight(finding), finding.rule))


_BEFORE = ("renal", "contraindication", "allergy", "duplicate", "interaction", "lab", "pregnancy")
"""Which category names a card where several are as serious: the patient's own facts first."""


def _order(card: Card) -> tuple[int, int, str]:
    lead = card.lead
    early = lead.category in _BEFORE
    return -_weight(lead), _BEFORE.index(lead.category) if early else len(_BEFORE), lead.rule


def _weight(finding: Finding) -> int:
    return 2 * RANK[finding.severity] + finding.interruptive
