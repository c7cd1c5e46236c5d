"""Tables as Sil and Janusmed have them: one interaction to a line, class A–D, evidence 0–4.

Separated by semicolons, with a heading; columns are known by name, in any order. Class D is avoided,
C adapted in dose, B of unclear meaning, A none.
"""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import Any

from workstation.content.intake.pairs import Brought, Pair, Severity, brought, is_atc
from workstation.content.intake.report import Report
from workstation.content.source import ContentProblem
from workstation.domain.texts import _

_CLASSES: dict[str, Severity] = {"A": "none", "B": "info", "C": "warning", "D": "critical"}
_NAMES = {
    "id": ("id", "interaktionsid"),
    "first": ("atc_a", "atckod1", "atc1", "lakemedel1_atc"),
    "second": ("atc_b", "atckod2", "atc2", "lakemedel2_atc"),
    "grade": ("klass", "klassificering", "class"),
    "text": ("konsekvens", "medicinsk_konsekvens", "consequence"),
    "handling": ("rekommendation", "atgard", "recommendation"),
    "situation": ("situation", "villkor", "condition"),
    "source": ("referens", "kalla", "source"),
}
_MOST_ROWS = 50_000
_NEEDED = ("first", "second", "grade")


def read_table(raw: bytes, name: str, report: Report, before: Brought | None = None) -> Brought:
    """Return the interactions of a table as rules. ``before``: what other files brought.

    Semicolons, commas or tabs part the columns: whichever the heading has most of.

    Raises:
        ContentProblem: It is no text in UTF-8, has no columns for two codes and a class, a quote
            is never closed, or it is longer than any register.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ContentProblem(
            _("{name} is not written in UTF-8.").format(name=name), _("Save the file in UTF-8.")
        ) from None
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=_parted(text), strict=True)
        columns = _columns(rows.fieldnames or (), name, report)
        pairs = [
            _pair(row, columns, f"{name}:{rows.line_num}", report)
            for row in islice(rows, _MOST_ROWS + 1)
        ]
    except csv.Error:
        raise ContentProblem(
            _("{name} is no table of text.").format(name=name), _("Choose another file.")
        ) from None
    if len(pairs) > _MOST_ROWS:
        raise ContentProblem(
            _("{name} has more than {count} rows.").format(name=name, count=_MOST_ROWS),
            _("Divide it into several files of content."),
        )
    whole = (one for one in pairs if one is not None)
    return brought(whole, origin="sil", owner="Sil", report=report, before=before)


def _parted(text: str) -> str:
    heading = text.partition("\n")[0]
    return max(";,\t", key=heading.count)


def _columns(headings: object, name: str, report: Report) -> dict[str, str]:
    given = [str(one) for one in headings] if isinstance(headings, list | tuple) else []
    found: dict[str, str] = {}
    for heading in given:
        plain = heading.strip().casefold().replace(" ", "_")
        ours = next((key for key, names in _NAMES.items() if plain in names), None)
        if ours is None:
            report.not_understood(name, f"column {heading.strip()}")
        elif ours in found:
            report.not_understood(name, f"column {heading.strip()}: {found[ours].strip()} is read")
        else:
            found[ours] = heading
    if any(key not in found for key in _NEEDED):
        raise ContentProblem(
            _("{name} has no columns for two codes and a class.").format(name=name),
            _("Choose another file."),
        )
    return found


def _pair(
    row: dict[str | None, Any], columns: dict[str, str], place: str, report: Report
) -> Pair | None:
    def of(key: str) -> str:
        return (row.get(columns[key]) or "").strip() if key in columns else ""

    grade = of("grade").upper()
    severity = _CLASSES.get(grade[:1])
    first, second = _codes(of("first")), _codes(of("second"))
    if severity is None or not first or not second:
        report.not_understood(place, "no known class, or a code that is none")
        return None
    if None in row:
        report.not_understood(place, "more cells than columns")
    if of("situation"):
        report.not_understood(place, "situation in free text: left as a draft")
    key = of("id") or f"{'-'.join(first)}.{'-'.join(second)}"
    return Pair(
        key=key.lower(),
        first=first,
        second=second,
        severity=severity,
        text=of("text"),
        handling=of("handling"),
        situation=of("situation"),
        source=of("source") or f"Sil {key}",
        grade=grade,
    )


def _codes(written: str) -> tuple[str, ...]:
    codes = [one.strip().upper() for one in written.replace("|", ",").split(",") if one.strip()]
    return tuple(codes) if codes and all(is_atc(one) for one in codes) else ()
