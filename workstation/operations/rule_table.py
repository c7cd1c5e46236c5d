"""What became of each rule as a table: counts, reasons, period and control limits, nobody's record."""

from __future__ import annotations

from collections.abc import Iterable

from workstation.domain.csv_text import SWEDISH, Cell, Style, as_csv
from workstation.domain.override_reasons import OVERRIDE_REASONS
from workstation.domain.texts import _
from workstation.operations.guidance import RuleFigures

_CODES = tuple(code for code, _text in OVERRIDE_REASONS)


def table_of_rules(figures: Iterable[RuleFigures], style: Style = SWEDISH) -> bytes:
    """Return one row for each rule and version as CSV; shares and limits are between 0 and 1."""
    return as_csv([headings(), *(_row(one) for one in figures)], style)


def headings() -> list[str]:
    """Return the table's headings."""
    why = _("Ordered anyway: {reason}")
    return [
        _("Rule"),
        _("Version"),
        _("First day"),
        _("Last day"),
        _("Shown"),
        _("Followed"),
        _("Ordered anyway"),
        *(why.format(reason=_(text)) for _code, text in OVERRIDE_REASONS),
        why.format(reason=_("no reason told")),
        _("In shadow"),
        _("Share ordered anyway"),
        _("Newest week"),
        _("Share ordered anyway in the newest week"),
        _("Lower control limit"),
        _("Upper control limit"),
        _("Outside its limits"),
    ]


def _row(one: RuleFigures) -> list[Cell]:
    known = dict(one.reasons)
    untold = sum(count for code, count in one.reasons if code not in _CODES)
    return [
        one.rule,
        one.version,
        one.first,
        one.last,
        one.shown,
        one.accepted,
        one.overridden,
        *(known.get(code, 0) for code in _CODES),
        untold,
        one.shadow,
        one.mean,
        one.week,
        one.newest,
        one.low,
        one.high,
        _("yes") if one.stands_out else _("no"),
    ]
