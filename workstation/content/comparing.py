"""What changed between two versions of content, row by row."""

from __future__ import annotations

import msgspec

from workstation.content.source import Content


def difference(older: Content, newer: Content) -> dict[str, list[str]]:
    """Return the ids of rows added (+), changed (~) and taken away (-)."""
    before, after = _rows(older), _rows(newer)
    return {
        "+": sorted(after.keys() - before.keys()),
        "~": sorted(name for name in after.keys() & before.keys() if after[name] != before[name]),
        "-": sorted(before.keys() - after.keys()),
    }


def _rows(content: Content) -> dict[str, bytes]:
    found: dict[str, bytes] = {"manifest": msgspec.json.encode(content.manifest)}
    sourced = (*content.rules, *content.allergy_groups, *content.allergy_levels)
    found |= {row.id: msgspec.json.encode(row) for row in sourced}
    found |= {f"catalogue:{row.atc}": msgspec.json.encode(row) for row in content.catalogue}
    found |= {f"moved:{row.old_code}": msgspec.json.encode(row) for row in content.moved}
    found |= {f"set:{name}": msgspec.json.encode(row) for name, row in content.sets.items()}
    found |= {f"lab:{row.code}": msgspec.json.encode(row) for row in content.laboratory}
    if content.duplicates is not None:
        found["duplicates"] = msgspec.json.encode(content.duplicates)
    return found
