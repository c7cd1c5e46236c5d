"""Interactions of others as our rows: a pair of substances, a tier, what to do, and its tests.

The tier is the other's, never ours: what is brought in is not verified here, is a draft while
its situation stands only in free text, and never interrupts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from workstation.content.intake.report import Report
from workstation.content.source import SetRow
from workstation.decision_support.rows import Level, Rule

Severity = Literal["none", "info", "warning", "critical"]
_LONGEST_KEY = 80
_NO_ID = re.compile(r"[^\w.-]+|\.\.+|_+")
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


def brought(
    pairs: Iterable[Pair], *, origin: str, owner: str, report: Report, before: Brought | None = None
) -> Brought:
    """Return rules and sets. ``origin`` begins every id: ``fest``, ``sil``.

    ``before``: what other files brought; what they have already is told and left out.
    """
    found = Brought() if before is None else before
    ids = {rule.id for rule in found.rules}
    known: set[tuple[object, ...]] = {(rule.problem, rule.status) for rule in found.rules}
    for pair in pairs:
        names = (_name(origin, pair.first), _name(origin, pair.second))
        problem = f"{origin}:{'+'.join(sorted(names))}"
        asks = (problem, "active") if not pair.situation else (problem, pair.situation)
        if names[0] == names[1] and len(pair.first) == 1:
            report.not_understood(pair.key, "a substance with itself")
            continue
        if asks in known:
            report.not_understood(pair.key, "the same substances once more")
            continue
        known.add(asks)
        key = _key(pair.key, origin, ids, report)
        ids.add(f"{origin}.{key}")
        drug, partner = _set(found, names[0], pair.first), _set(found, names[1], pair.second)
        report.kept("interaction")
        words = tuple(_clean(one) for one in (pair.text, pair.handling, pair.situation))
        text = " ".join(part.rstrip(".") + "." for part in words if part)
        found.rules.append(
            Rule(
                id=f"{origin}.{key}",
                category="interaction",
                problem=problem,
                drug=drug,
                with_=partner,
                text=text or key,
                source=_clean(pair.source) or origin,
                grade=_clean(pair.grade) or "importerad",
                owner=owner,
                status="draft" if pair.situation else "active",
                verified=False,
                suggest=["replace"] if pair.severity in ("warning", "critical") else [],
                levels=[Level(severity=pair.severity)],
            )
        )
    return found


def _key(written: str, origin: str, taken: Collection[str], report: Report) -> str:
    """Return an id that nobody has: letters, digits and hyphens of what was written."""
    plain = _NO_ID.sub("-", written.casefold()).strip("-.")[:_LONGEST_KEY] or "rad"
    if f"{origin}.{plain}" not in taken:
        return plain
    report.not_understood(written, "an id that is taken: given another")
    others = (f"{plain}-{number}" for number in count(2))
    return next(key for key in others if f"{origin}.{key}" not in taken)


def _clean(text: str) -> str:
    """Return a text without control characters: lines become one."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _name(origin: str, codes: tuple[str, ...]) -> str:
    """Return the name of a set: its codes, or of many the first with what tells it from others."""
    whole = "_".join(sorted(codes))
    if len(whole) > _LONGEST_KEY:
        whole = f"{min(codes)}_{len(codes)}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"
    return f"{origin}_{whole}".lower()


def _set(found: Brought, name: str, codes: tuple[str, ...]) -> str:
    found.sets.setdefault(name, SetRow(atc=sorted(codes)))
    return name
