"""AllergyIntolerance and Flag: attention information (uppmärksamhetsinformation)."""

from __future__ import annotations

from workstation.domain.attention import (
    CATEGORIES,
    CERTAINTIES,
    SEVERITIES,
    Attention,
    Category,
    Certainty,
    Reaction,
    Severity,
    Standing,
)
from workstation.domain.known_words import one_of
from workstation.domain.values import Concept
from workstation.interop.fhir.attention_out import (
    ABSENT,
    CATEGORY_SYSTEM,
    DETAIL,
    LEVEL_EXTENSION,
    LEVELS,
    NO_KNOWN,
)
from workstation.interop.fhir.links import Links
from workstation.interop.fhir.made import IN_ERROR, Made
from workstation.interop.fhir.node import Node
from workstation.interop.fhir.source import Resource
from workstation.interop.fhir.values import (
    coded_as,
    concept_at,
    concepts_at,
    moment,
    notes_of,
    own_words,
    period_at,
    start_of,
)

_CLINICAL = {"active": "active", "inactive": "inactive", "resolved": "resolved"}
_VERIFIED = ("confirmed", "unconfirmed", "presumed", "refuted", IN_ERROR)
_CERTAINTY: dict[str, Certainty] = {
    "confirmed": "confirmed",
    "presumed": "probable",
    "unconfirmed": "suspected",
}
_NO_KNOWN_ALLERGY = frozenset({"716186003", "409137002", "428607008", "429625007", "428197003"})
_FLAG: dict[str, Standing] = {"active": "active", "inactive": "inactive", IN_ERROR: "inactive"}
_HIGH: dict[str, Severity] = {"high": "life_threatening"}
_LEVELS = {code: severity for severity, (code, _display) in LEVELS.items()} | _HIGH


def allergy(node: Node, links: Links, of: Resource) -> Made:
    """Hypersensitivity: attention information of category C."""
    verification = coded_as(node, "verificationStatus", {c: c for c in _VERIFIED}, "")
    concept = concept_at(node, "code") or Concept()
    clinical = coded_as(node, "clinicalStatus", _CLINICAL, "active")
    status: Standing = "refuted" if verification == "refuted" else "active"
    if status == "active" and clinical in ("inactive", "resolved"):
        status = "inactive"
    recorded, own = node.when("recordedDate"), own_words(node, "attention")
    severity = one_of(own.get("severity", ""), SEVERITIES, "")
    level = node.code("criticality", _HIGH, "")
    if severity:
        node.read_all("criticality")
    kind = " ".join(word for word in (node.text("type"), ", ".join(node.texts("category"))) if word)
    body = Attention(
        category="C",
        concept=_without_absence(concept),
        none_known=_none_known(concept),
        severity=severity or level,
        certainty=_CERTAINTY.get(verification, ""),
        status=status,
        kind=own.get("kind", "") or kind,
        reactions=tuple(_reactions(node)),
        valid_from=start_of(node, "onset"),
        valid_to=moment(own.get("until", "")),
        verified=recorded,
        comment=notes_of(node),
    )
    return Made(kind="attention", body=body, written=recorded, voided=verification == IN_ERROR)


def _none_known(concept: Concept) -> bool:
    return concept.code_in(ABSENT) == NO_KNOWN or any(
        code.code in _NO_KNOWN_ALLERGY for code in concept.codings
    )


def _without_absence(concept: Concept) -> Concept:
    """Return the concept without the code that only says that there is none."""
    return Concept(
        text=concept.text,
        codings=tuple(
            one for one in concept.codings if (one.system, one.code) != (ABSENT, NO_KNOWN)
        ),
    )


def _reactions(node: Node) -> list[Reaction]:
    return [
        Reaction(
            manifestation=found,
            severity=own_words(inner, "reaction").get("severity", "") or inner.text("severity"),
            onset=inner.when("onset"),
        )
        for inner in node.children("reaction")
        for found in concepts_at(inner, "manifestation")
    ]


def flag(node: Node, links: Links, of: Resource) -> Made | None:
    """Attention information of a known category.

    None where the flag only points to a hypersensitivity that is in the document itself, or says
    of no category of the Swedish guide that it is one.
    """
    category = _category(node)
    if category is None or _points_to_allergy(node, links, of):
        return None
    status, period = node.plain().get("status"), period_at(node, "period")
    own = own_words(node, "attention")
    flagged = node.code("status", _FLAG, "active")
    verified = moment(own.get("verified", ""))
    begins = period.start if period else None
    body = Attention(
        category=category,
        concept=concept_at(node, "code") or Concept(),
        severity=_level(node),
        certainty=one_of(own.get("certainty", ""), CERTAINTIES, ""),
        status="refuted" if own.get("status") == "refuted" else flagged,
        kind=own.get("kind", ""),
        valid_from=begins,
        valid_to=period.end if period else None,
        verified=verified,
        comment=own.get("comment", ""),
    )
    return Made(kind="attention", body=body, written=verified or begins, voided=status == IN_ERROR)


def _category(node: Node) -> Category | None:
    """Return A to E; the guide's finer codes (``A3``) by their first letter."""
    for place in node.children("category"):
        for inner in place.children("coding"):
            code = str(inner.plain().get("code", ""))
            if inner.plain().get("system") != CATEGORY_SYSTEM:
                continue
            category = next((each for each in CATEGORIES if code[:1] == each), None)
            if category is not None:
                inner.read_all("system", "display")
                if len(code) == 1:
                    inner.read_all("code")
                return category
    return None


def _points_to_allergy(node: Node, links: Links, of: Resource) -> bool:
    for inner in node.children("extension"):
        if inner.plain().get("url") == DETAIL:
            meant = inner.child("valueReference")
            target = links.target(meant, of=of) if meant is not None else None
            if target is not None and target.plain().get("resourceType") == "AllergyIntolerance":
                return True
    return False


def _level(node: Node) -> Severity:
    for inner in node.children("extension"):
        if inner.plain().get("url") == LEVEL_EXTENSION:
            inner.read_all("url")
            return coded_as(inner, "valueCodeableConcept", _LEVELS, "")
    return ""
