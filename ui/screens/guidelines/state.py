"""What the Riktlinjer place shows: guidelines, versions of the content, or figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from ui.shell.people import list_name, shown_number
from workstation.domain.texts import _
from workstation.operations.concerning import Concerning
from workstation.operations.guidance import ContentVersion, GuidelineText, RuleFigures
from workstation.operations.ports import PatientLine

Shown = Literal["guidelines", "versions", "figures"]
SHOWN: tuple[Shown, ...] = get_args(Shown)
_WORDS = re.compile(r"\w{4,}")


@dataclass(frozen=True, kw_only=True)
class GuidelinesState:
    """``today``: ISO date. ``rule``: the rule somebody came from, whose passage is shown.

    ``problem``: why figures or versions could not be had. ``patient``: whose record is open, and
    ``concerning`` which guidelines are about them.
    """

    shown: Shown = "guidelines"
    guidelines: tuple[GuidelineText, ...] = ()
    versions: tuple[ContentVersion, ...] = ()
    figures: tuple[RuleFigures, ...] = ()
    sees_figures: bool = False
    search: str = ""
    chosen: str = ""
    rule: str = ""
    today: str = ""
    label: str = ""
    patient: PatientLine | None = None
    concerning: tuple[Concerning, ...] = ()

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
        if self.patient is None or not self.concerning:
            return ""
        who = f"{list_name(self.patient)} {shown_number(self.patient)}".strip()
        return _("Open record: {patient}").format(patient=who)

    @property
    def guideline(self) -> GuidelineText | None:
        """The guideline that is read."""
        return next((g for g in self.guidelines if g.id == self.chosen), None)

    @property
    def version(self) -> ContentVersion | None:
        """The version that is read."""
        return next((v for v in self.versions if v.digest == self.chosen), None)

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


def passage_of(guideline: GuidelineText, rule: str) -> int | None:
    """Return which paragraph a rule belongs to: the one that shares most of its words.

    None where the rule is not one of the guideline's, or shares nothing with any paragraph.
    """
    said = next((linked.text for linked in guideline.rules if linked.id == rule), "")
    wanted = {word[:6] for word in _WORDS.findall(said.casefold())}
    shares = [
        len(wanted & {word[:6] for word in _WORDS.findall(f"{heading} {body}".casefold())})
        for heading, body in paragraphs(guideline.text)
    ]
    best = max(shares, default=0)
    return shares.index(best) if best else None
