"""What the Riktlinjer place shows: guidelines, versions of the content, or figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log
from typing import Literal, get_args

from ui.shell.people import list_name, shown_number
from workstation.domain.texts import _
from workstation.operations.concerning import Concerning
from workstation.operations.guidance import ContentVersion, GuidelineText, RuleFigures, Volume
from workstation.operations.ports import PatientLine

Shown = Literal["guidelines", "versions", "figures"]
SHOWN: tuple[Shown, ...] = get_args(Shown)
_WORDS = re.compile(r"\w{4,}|[A-ZÅÄÖ]{3}")
_SAY_LITTLE = frozenset(
    "under utan över eller inte risk kontra använd ökad ökar rekomm annat dagar dygn gånger "
    "kräver behand särski bara enda sedan efter innan finns minska höjer sänker".split()
)
_STANDS_OUT, _LEAST_SHARED = 1.2, 1.0


@dataclass(frozen=True, kw_only=True)
class GuidelinesState:
    """``today``: ISO date. ``rule``: the rule somebody came from, whose passage is shown.

    ``versions`` and ``figures`` are None until they have been had. ``volume``: how much the
    version that is tried unseen would have shown. ``judging``: what was said of a version is on
    its way to the server. ``patient``: whose record is open, and ``concerning`` which guidelines
    are about them.
    """

    shown: Shown = "guidelines"
    guidelines: tuple[GuidelineText, ...] = ()
    versions: tuple[ContentVersion, ...] | None = None
    figures: tuple[RuleFigures, ...] | None = None
    sees_figures: bool = False
    search: str = ""
    chosen: str = ""
    rule: str = ""
    today: str = ""
    label: str = ""
    patient: PatientLine | None = None
    concerning: tuple[Concerning, ...] = ()
    volume: Volume | None = None
    judging: bool = False

    @property
    def found(self) -> tuple[GuidelineText, ...]:
        """The guidelines that hold every word searched for."""
        words = self.search.casefold().split()
        return tuple(g for g in self.guidelines if all(word in searchable(g) for word in words))

    def why(self, guideline: str) -> tuple[str, ...]:
        """Return the facts for which a guideline concerns the open patient."""
        return next((one.why for one in self.concerning if one.guideline == guideline), ())

    @property
    def whose(self) -> str:
        """Who the first guidelines concern, with name and number; empty with no record open."""
        if self.patient is None or not self.concerning or self.shown != "guidelines":
            return ""
        who = f"{list_name(self.patient)} {shown_number(self.patient)}".strip()
        return _("Open record: {patient}").format(patient=who)

    @property
    def guideline(self) -> GuidelineText | None:
        """The guideline that is read."""
        return next((g for g in self.guidelines if g.id == self.chosen), None)

    @property
    def rule_figures(self) -> RuleFigures | None:
        """The rule whose figures are read."""
        return next((f for f in self.figures or () if f"{f.rule} {f.version}" == self.chosen), None)

    @property
    def version(self) -> ContentVersion | None:
        """The version that is read."""
        return next((v for v in self.versions or () if v.digest == self.chosen), None)

    def is_late(self, guideline: GuidelineText) -> bool:
        """Whether its day of review has passed: it stays in force, and says so."""
        return bool(self.today) and guideline.review_by < self.today

    def is_expired(self, guideline: GuidelineText) -> bool:
        """Whether the last day it is valid has passed."""
        return (
            bool(self.today) and bool(guideline.valid_until) and guideline.valid_until < self.today
        )


def searchable(guideline: GuidelineText) -> str:
    """Return everything of a guideline that a search looks in."""
    rules = " ".join(f"{rule.id} {rule.text}" for rule in guideline.rules)
    parts = (guideline.title, guideline.key_message, guideline.changes, guideline.text, rules)
    return " ".join((*parts, *guideline.codes)).casefold()


def paragraphs(text: str) -> tuple[tuple[str, str], ...]:
    """Return the text as (heading, paragraph); a paragraph without a heading has an empty one."""
    found: list[tuple[str, str]] = []
    heading = ""
    for block in re.split(r"\n\s*\n|\n(?=#)", text.strip()):
        first, _newline, rest = block.strip().partition("\n")
        if first.startswith("#"):
            heading, body = first.lstrip("# ").strip(), rest.strip()
        else:
            body = block.strip()
        if body:
            found.append((heading, body))
    return tuple(found)


def best_guideline(guidelines: Iterable[GuidelineText], wanted: str, rule: str) -> str:
    """Return the guideline to read for a rule: the one wanted, unless only another has a passage."""
    having = [one.id for one in guidelines if passage_of(one, rule) is not None]
    return wanted if wanted in having or not having else having[0]


def passage_of(guideline: GuidelineText, rule: str) -> int | None:
    """Return which paragraph a rule belongs to: the one that shares what is rare of its words.

    A word counts by how few of the paragraphs hold it, twice in the rule's first sentence: what
    it warns of comes there, and what to do instead after it. None where the rule is not one of
    the guideline's, or no paragraph stands out: a mark at the wrong passage is worse than none.
    """
    said = next((linked.text for linked in guideline.rules if linked.id == rule), "")
    first, _stop, rest = said.partition(". ")
    weights = Counter(_stems(rest)) | Counter(dict.fromkeys(_stems(first), 2))
    held = [_stems(f"{heading} {body}") for heading, body in paragraphs(guideline.text)]
    scores = [
        sum(
            weights[stem] * log(len(held) / number)
            for stem in weights.keys() & stems
            if (number := sum(stem in one for one in held))
        )
        for stems in held
    ]
    best = sorted(scores, reverse=True)[:2]
    if len(best) < 2 or best[0] < _STANDS_OUT * best[1] or best[0] < _LEAST_SHARED:
        return None
    return scores.index(best[0])


def _stems(text: str) -> frozenset[str]:
    """Return the words that say something, endings taken off."""
    words = (word.casefold()[:6] for word in _WORDS.findall(text))
    return frozenset(words) - _SAY_LITTLE
