"""Content written back as the folder that authors read: the inverse of ``source.read``."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import msgspec
import yaml

from workstation.content.source import Content

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""libyaml where PyYAML has it: ten times as fast."""


def files_of(content: Content) -> dict[str, str]:
    """Return the folder's files by name. Guidelines and tables of allergies are not written."""
    told = content.manifest.name
    rules = [msgspec.to_builtins(rule) | {"tests": []} for rule in content.rules]
    tests = {rule.id: msgspec.to_builtins(rule.tests) for rule in content.rules if rule.tests}
    found = {
        "manifest.yaml": _yaml(msgspec.to_builtins(content.manifest)),
        "sets.yaml": _yaml(msgspec.to_builtins(content.sets)),
        "laboratory.yaml": _yaml(msgspec.to_builtins(list(content.laboratory))),
        "catalogue.csv": _table(
            ("atc", "name", "form", "strength", "route", "usual", "ingredients", "source"),
            [msgspec.to_builtins(row) for row in content.catalogue],
        ),
        "products.csv": _table(
            ("atc", "brand", "form", "strengths", "route", "usual", "source"),
            [msgspec.to_builtins(row) for row in content.products],
        ),
        "recommended.csv": _table(
            ("group", "first", "then", "area", "source"),
            [msgspec.to_builtins(row) for row in content.recommended],
        ),
        "moved.csv": _table(
            ("old_code", "new_codes", "source"), [msgspec.to_builtins(row) for row in content.moved]
        ),
    }
    if content.deadlines is not None:
        found["deadlines.yaml"] = _yaml(msgspec.to_builtins(content.deadlines))
    if content.limits:
        limits = [msgspec.to_builtins(row) for row in content.limits]
        found["limits.yaml"] = _yaml([_short(row) for row in limits])
    if content.dose_times:
        found["dose_times.yaml"] = _yaml([msgspec.to_builtins(row) for row in content.dose_times])
    if rules:
        found[f"rules/{told}.yaml"] = _yaml([_short(rule) for rule in rules])
    if tests:
        found[f"tests/{told}.yaml"] = _yaml(tests)
    return found


def write(content: Content, folder: Path) -> None:
    """Write a folder of content; files of those names are replaced."""
    for name, text in files_of(content).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty: a row of twelve defaults is no easier to read."""
    return {key: value for key, value in row.items() if value not in ("", [], {})}


def _yaml(value: Any) -> str:
    """Rows one by one: the whole as one document takes a hundred times its size in memory."""
    if isinstance(value, list) and value:
        return "".join(_dumped([row]) for row in value)
    if isinstance(value, dict) and value:
        return "".join(_dumped({key: row}) for key, row in value.items())
    return _dumped(value)


def _dumped(value: Any) -> str:
    return yaml.dump(value, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=100)


def _table(columns: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
