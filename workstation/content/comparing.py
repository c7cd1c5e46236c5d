"""What changed between two versions of content, row by row."""

from __future__ import annotations

import msgspec

from workstation.content.source import Content
from workstation.decision_support.formulary import Preparation


def difference(older: Content, newer: Content) -> dict[str, list[str]]:
    """Return the ids of rows added (+), changed (~) and taken away (-)."""
    before, after = _rows(older.bare()), _rows(newer.bare())
    return {
        "+": sorted(after.keys() - before.keys()),
        "~": sorted(name for name in after.keys() & before.keys() if after[name] != before[name]),
        "-": sorted(before.keys() - after.keys()),
    }


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
