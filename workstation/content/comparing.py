"""What changed between two versions of content, row by row."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from workstation.content.source import Content
from workstation.decision_support.formulary import Preparation

_LONG_TEXT = 160


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One field of a row, as it was and as it is; empty where it was or is not there."""

    field: str
    before: str
    after: str


def difference(older: Content, newer: Content) -> dict[str, list[str]]:
    """Return the ids of rows added (+), changed (~) and taken away (-)."""
    before, after = _rows(older.bare()), _rows(newer.bare())
    return {
        "+": sorted(after.keys() - before.keys()),
        "~": sorted(name for name in after.keys() & before.keys() if after[name] != before[name]),
        "-": sorted(before.keys() - after.keys()),
    }


def details(older: Content, newer: Content) -> dict[str, tuple[Changed, ...]]:
    """Return what changed, field by field, of every row that is not the same in both."""
    before, after = _rows(older.bare()), _rows(newer.bare())
    return {
        name: tuple(_fields(before.get(name, b"{}"), after.get(name, b"{}")))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }


def _fields(before: bytes, after: bytes) -> Iterator[Changed]:
    old: dict[str, Any] = msgspec.json.decode(before)
    new: dict[str, Any] = msgspec.json.decode(after)
    for field in dict.fromkeys((*new, *old)):
        was, now = _plain(old.get(field)), _plain(new.get(field))
        if was != now:
            yield _shortened(field, was, now)


def _plain(value: Any) -> str:
    if value is None or value in ([], {}, ""):
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _shortened(field: str, was: str, now: str) -> Changed:
    """Of two long texts only the lines that differ are told."""
    if was and now and max(len(was), len(now)) > _LONG_TEXT and "\n" in was + now:
        lines = list(difflib.unified_diff(was.splitlines(), now.splitlines(), n=0, lineterm=""))[2:]
        was = "\n".join(line[1:] for line in lines if line.startswith("-"))
        now = "\n".join(line[1:] for line in lines if line.startswith("+"))
    return Changed(field=field, before=was, after=now)


def _bytes(row: object) -> bytes:
    return msgspec.json.encode(row, order="sorted")


def _product(row: Preparation) -> str:
    return ":".join((row.atc, row.brand, row.form, row.strengths))


def _rows(content: Content) -> dict[str, bytes]:
    found: dict[str, bytes] = {"manifest": _bytes(content.manifest)}
    sourced = (*content.rules, *content.allergy_groups, *content.allergy_levels)
    found |= {row.id: _bytes(row) for row in sourced}
    found |= {f"catalogue:{row.atc}": _bytes(row) for row in content.catalogue}
    found |= {f"product:{_product(row)}": _bytes(row) for row in content.products}
    found |= {f"recommended:{row.group}": _bytes(row) for row in content.recommended}
    found |= {f"moved:{row.old_code}": _bytes(row) for row in content.moved}
    found |= {f"set:{name}": _bytes(row) for name, row in content.sets.items()}
    found |= {f"lab:{row.code}": _bytes(row) for row in content.laboratory}
    found |= {row.id: _bytes(row) for row in content.risks}
    found |= {row.id: _bytes(row) for row in content.limits}
    found |= {row.id: _bytes(row) for row in content.dose_times}
    found |= {f"guideline:{row.id}": _bytes(row) for row in content.guidelines}
    if content.deadlines is not None:
        found["deadlines"] = _bytes(content.deadlines)
    if content.duplicates is not None:
        found["duplicates"] = _bytes(content.duplicates)
    return found
