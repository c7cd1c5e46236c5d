"""What was read from others put together as a folder of content that can be checked and built."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

import msgspec

from workstation.content.intake.pairs import Brought
from workstation.content.intake.report import Report
from workstation.content.library import library_of
from workstation.content.proposing import proposed
from workstation.content.source import Content, Manifest, Product, SetRow
from workstation.decision_support.rows import Rule

_READ_AGAIN = datetime.timedelta(days=365)
STATUS = "importerat, ej granskat"


def package_of(
    name: str,
    *,
    beside: Content,
    today: datetime.date,
    report: Report,
    found: Brought | None = None,
    products: Iterable[Product] = (),
) -> Content:
    """Return a package of what was brought in, with tests proposed for every rule that is asked.

    ``beside`` lends its moved codes and its laboratory list; a code that has moved is mapped, and
    told in ``report``.
    """
    found = found or Brought()
    moved = {row.old_code: row.new_codes.split("|") for row in beside.moved}
    sets = {key: _living(key, row, moved, report) for key, row in found.sets.items()}
    content = Content(
        manifest=Manifest(
            name=name,
            version=1,
            title=name,
            status=STATUS,
            effective_from=today.isoformat(),
            review_by=(today + _READ_AGAIN).isoformat(),
        ),
        catalogue=tuple(products),
        moved=beside.moved,
        laboratory=beside.laboratory,
        sets=sets,
        rules=tuple(found.rules),
    )
    library = library_of(content)

    def tried(rule: Rule) -> Rule:
        if rule.status != "active":
            return rule
        return msgspec.structs.replace(rule, tests=proposed(rule, library))

    return msgspec.structs.replace(content, rules=tuple(map(tried, content.rules)))


def _living(name: str, row: SetRow, moved: Mapping[str, list[str]], report: Report) -> SetRow:
    if not any(code in moved for code in row.atc):
        return row
    for code in (one for one in row.atc if one in moved):
        report.not_understood(name, f"{code} has moved: {'/'.join(moved[code])} is taken instead")
    codes = {new for code in row.atc for new in moved.get(code, [code])}
    return msgspec.structs.replace(row, atc=sorted(codes))
