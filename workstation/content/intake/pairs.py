"""Interactions of others as our rows: a pair of substances, a tier, what to do, and its tests.

The tier is the other's, never ours: what is brought in is not verified here, is a draft while
its situation stands only in free text, and never interrupts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from workstation.content.source import SetRow
from workstation.decision_support.rows import Level, Rule

Severity = Literal["none", "info", "warning", "critical"]
_ATC = re.compile(r"^[A-Z]\d{2}([A-Z]([A-Z](\d{2})?)?)?$")


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One interaction as it was read. ``situation``: when it counts, in words, not yet typed."""

    key: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    severity: Severity
    text: str
    handling: str = ""
    situation: str = ""
    source: str = ""
    grade: str = ""


@dataclass(kw_only=True)
class Brought:
    """Rules with the drug sets they name."""

    rules: list[Rule] = field(default_factory=list)
    sets: dict[str, SetRow] = field(default_factory=dict)


def is_atc(code: str) -> bool:
    """Is it an ATC code of some level?"""
    return _ATC.match(code) is not None


def brought(pairs: Iterable[Pair], *, origin: str, owner: str) -> Brought:
    """Return rules and sets. ``origin`` begins every id: ``fest``, ``sil``."""
    found = Brought()
    for pair in pairs:
        drug = _set(found, origin, pair.first)
        partner = _set(found, origin, pair.second)
        words = (pair.text, pair.handling, pair.situation)
        text = " ".join(part.rstrip(".") + "." for part in words if part)
        found.rules.append(
            Rule(
                id=f"{origin}.{pair.key}",
                category="interaction",
                problem=f"{origin}:{'+'.join(sorted((drug, partner)))}",
                drug=drug,
                with_=partner,
                text=text or pair.key,
                source=pair.source or origin,
                grade=pair.grade or "importerad",
                owner=owner,
                status="draft" if pair.situation else "active",
                verified=False,
                suggest=["replace"] if pair.severity in ("warning", "critical") else [],
                levels=[Level(severity=pair.severity)],
            )
        )
    return found


def _set(found: Brought, origin: str, codes: tuple[str, ...]) -> str:
    name = f"{origin}_{'_'.join(sorted(codes))}".lower()
    found.sets.setdefault(name, SetRow(atc=sorted(codes)))
    return name
