"""FEST: the interactions of the Norwegian prescription register, message M30.

``KatInteraksjon/OppfInteraksjon`` holds an ``Interaksjon`` (relevance 1 avoid, 2 precautions,
3 no action; consequence, mechanism, handling, situation criteria, references, and two or more
``Substansgruppe``) or an ``InteraksjonIkkeVurdert``: not evaluated is not the same as none.
Source: FEST implementation guide of the Norwegian Medical Products Agency, chapter 8.
"""

from __future__ import annotations

from itertools import combinations
from xml.etree.ElementTree import Element

from workstation.content.intake.pairs import Brought, Pair, Severity, brought, is_atc
from workstation.content.intake.report import Report, child, inside, local, text_of, xml_root

_RELEVANCE: dict[str, Severity] = {"1": "critical", "2": "warning", "3": "none"}
_KNOWN = frozenset(
    "Id Relevans KliniskKonsekvens Interaksjonsmekanisme Kildegrunnlag Handtering "
    "SituasjonsKriterium Situasjonskriterium Referanse Substansgruppe Visningsregel".split()
)


def read_fest(
    raw: bytes, name: str, report: Report, before: Brought | None = None
) -> tuple[Brought, list[str]]:
    """Return the interactions as rules, and the ATC codes that FEST has not evaluated.

    ``before``: what other files brought.

    Raises:
        ContentProblem: It is no XML.
    """
    pairs: list[Pair] = []
    unevaluated: list[str] = []
    for entry in inside(xml_root(raw, name), "OppfInteraksjon"):
        interaction = child(entry, "Interaksjon")
        open_one = child(entry, "InteraksjonIkkeVurdert")
        if interaction is not None:
            pairs += _pairs(interaction, report)
        elif open_one is not None:
            unevaluated.append(_attribute(open_one, "Atc", "V"))
            report.kept("not evaluated by FEST")
        else:
            report.not_understood(text_of(entry, "Id") or name, "an entry without interaction")
    found = brought(pairs, origin="fest", owner="DMP (FEST)", report=report, before=before)
    return found, sorted(filter(None, unevaluated))


def _pairs(element: Element, report: Report) -> list[Pair]:
    key = text_of(element, "Id").removeprefix("ID_").lower()
    severity = _RELEVANCE.get(_attribute(element, "Relevans", "V"))
    if not key or severity is None:
        report.not_understood(key or "?", "an interaction without id or known relevance")
        return []
    for one in element:
        if local(one.tag) not in _KNOWN:
            report.not_understood(key, f"element {local(one.tag)}")
    groups = [_codes(group, key, report) for group in inside(element, "Substansgruppe")]
    if len(groups) < 2 or not all(groups):
        report.not_understood(key, "a group of substances without ATC code")
        return []
    situation = text_of(element, "SituasjonsKriterium") or text_of(element, "Situasjonskriterium")
    if situation:
        report.not_understood(key, "situation in free text: left as a draft")
    found = list(combinations(groups, 2))
    return [
        Pair(
            key=key if len(found) == 1 else f"{key}-{number}",
            first=first,
            second=second,
            severity=severity,
            text=text_of(element, "KliniskKonsekvens"),
            handling=text_of(element, "Handtering"),
            situation=situation,
            source=f"FEST {key}",
            grade=_attribute(element, "Kildegrunnlag", "DN"),
        )
        for number, (first, second) in enumerate(found, 1)
    ]


def _codes(group: Element, key: str, report: Report) -> tuple[str, ...]:
    codes = []
    for substance in (one for one in group if local(one.tag) == "Substans"):
        atc = _attribute(substance, "Atc", "V").upper()
        if is_atc(atc):
            codes.append(atc)
        else:
            report.not_understood(key, f"substance without ATC: {text_of(substance, 'Substans')}")
    return tuple(dict.fromkeys(codes))


def _attribute(element: Element, name: str, attribute: str) -> str:
    found = child(element, name)
    return "" if found is None else found.get(attribute, "").strip()
