"""Hypersensitivity: the same substance, its class, a shared side chain, a looser relation.

Severity and certainty move the tier; a refuted or resolved entry says nothing, and nausea is
no allergy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workstation.decision_support.allergens import stands
from workstation.decision_support.facts import Allergy
from workstation.decision_support.findings import Finding, Used
from workstation.decision_support.rows import AllergyGroup, AllergyLevel
from workstation.decision_support.view import Library, Taken, View
from workstation.domain.texts import N_, _

_SEVERE = re.compile(
    r"anafyla|anaphyla|angio?ödem|angioedem|angioneurot|quincke|stevens|johnson|toxisk|toxic|epiderm"
    r"|chock|shock|bronkospasm|bronchospasm|larynx|laryng|agranulocyt|trombocytopeni|andnöd|andningssv"
    r"|dyspn|astma|asthma|blodtrycksfall|medvets|svullnad i (hals|svalg|tung|ansikt)|svullen tunga|svullna läppar"
    r"|svalgsvull|tungsvull|läppsvull|ansiktssvull|\b(hit|dress|sjs|ten|agep)\b"
)
_INTOLERANCE = re.compile(
    r"illamående|nausea|kräk|vomit|diarr|magbesvär|magont|magsmärt|magknip|gastro|huvudvärk|headache|yrsel|dizz"
    r"|trött|intolerans|intolerance|biverkning|muntorrhet|förstoppning|hosta|cough|svamp"
)
_OF_ALLERGY = re.compile(
    r"utslag|urtik|nässel|klåd|exantem|svull|svälln|rodnad|eksem|rash|hives|itch|swell"
    r"|erytem|blåsor|allerg"
)
_WORD = r"(?!(?:eller|och|men|utom|förutom|än)\b)\w+"
_DENIED = re.compile(
    rf"\b(?:ej|inte|ingen|inga|inget|utan|aldrig|no|not|without)\s+{_WORD}(?:\s+{_WORD})?"
    rf"(?:\s+(?:eller|or)\s+{_WORD}(?:\s+i\s+\w+)?)*"
)
"""What somebody wrote was not there: "utslag, ingen andnöd" is no difficulty in breathing."""
_DOUBTFUL = frozenset({"misstänkt", "suspected", "möjlig", "possible", "osäker", "unlikely", "low"})


@dataclass(frozen=True, kw_only=True)
class AllergyFamily:
    """The rows of the package with the names its drugs go by."""

    groups: tuple[AllergyGroup, ...]
    levels: tuple[AllergyLevel, ...]
    library: Library

    def about(self, view: View, taken: Taken) -> Iterator[Finding]:
        """Yield what the recorded hypersensitivities say about one medicine."""
        for allergy in view.facts.allergies:
            if stands(allergy):
                finding = self._between(allergy, taken)
                if finding is not None:
                    yield finding

    def _between(self, allergy: Allergy, taken: Taken) -> Finding | None:
        allergens = self.library.allergens.of(allergy)
        best: Finding | None = None
        for relation, group in self._relations(allergens, taken):
            level = self._level(relation, allergy)
            if level is not None and level.severity != "none" and best is None:
                best = _finding(level, group, allergy, taken)
        return best

    def _relations(
        self, allergens: tuple[str, ...], taken: Taken
    ) -> Iterator[tuple[str, AllergyGroup | None]]:
        """Yield how the medicine relates to the allergen, the closest first."""
        if any(code.startswith(allergens) for code in taken.codes if allergens):
            yield "same", None
        for relation in ("class", "side-chain", "related"):
            for group in self.groups:
                if group.relation == relation and _cross(group, allergens, taken):
                    yield relation, group

    def _level(self, relation: str, allergy: Allergy) -> AllergyLevel | None:
        reaction, certain = _reaction(allergy), _certain(allergy)
        for level in self.levels:
            fits = level.certain is None or level.certain is certain
            if level.relation == relation and reaction in level.reaction and fits:
                return level
        return None


def _cross(group: AllergyGroup, allergens: tuple[str, ...], taken: Taken) -> bool:
    from_group = tuple(group.allergens or group.members)
    but = tuple(group.but)
    if not any(_overlap(allergen, from_group) for allergen in allergens):
        return False
    return any(
        code.startswith(tuple(group.members)) and not (but and code.startswith(but))
        for code in taken.codes
    )


def _overlap(allergen: str, prefixes: tuple[str, ...]) -> bool:
    return allergen.startswith(prefixes)


def _reaction(allergy: Allergy) -> str:
    """Return how bad the reaction was; nausea with a rash is no mere intolerance."""
    text = _DENIED.sub(" ", (allergy.reaction or "").casefold())
    if allergy.severity == "severe" or _SEVERE.search(text):
        return "severe"
    if _INTOLERANCE.search(text) and not _OF_ALLERGY.search(text):
        return "intolerance"
    return allergy.severity or "unspecified"


def _certain(allergy: Allergy) -> bool:
    doubtful = (allergy.certainty or "").strip().casefold() in _DOUBTFUL
    return allergy.verification == "confirmed" and not doubtful


_SEVERITY = {"mild": N_("mild"), "moderate": N_("moderate"), "severe": N_("severe")}


def _severity(allergy: Allergy) -> str:
    return _(_SEVERITY[allergy.severity]) if allergy.severity else ""


def _finding(
    level: AllergyLevel, group: AllergyGroup | None, allergy: Allergy, taken: Taken
) -> Finding:
    verified = level.verified and (group is None or group.verified)
    allergen = allergy.substance_atc or allergy.substance
    said = ", ".join(part for part in (allergy.reaction, _severity(allergy)) if part)
    name = taken.medication.name or taken.medication.atc
    return Finding(
        category="allergy",
        problem=f"allergy:{taken.medication.atc}",
        severity="info" if level.severity == "none" else level.severity,
        interruptive=level.interrupts and verified,
        used=(
            Used(code=taken.medication.atc, value=taken.medication.name),
            Used(code=allergen, value=said, on=allergy.recorded),
        ),
        text=_("Hypersensitivity to {substance} is recorded{said}: {name}, {why}.").format(
            substance=allergy.substance or allergen,
            said=f" ({said})" if said else "",
            name=name,
            why=_("same substance") if group is None else (group.text or group.id),
        ),
        rule=level.id if group is None else group.id,
        version=level.version if group is None else group.version,
        source=level.source if group is None else group.source,
        line=level.id,
        guidelines=tuple(group.guidelines) if group is not None else tuple(level.guidelines),
        suggestions=("replace",),
    )
