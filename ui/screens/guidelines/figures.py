"""What became of one rule, as it is read: counts, reasons, and week by week with its limits."""

from __future__ import annotations

from collections.abc import Iterator

from ui.screens.guidelines.part import Part
from workstation.domain.override_reasons import OVERRIDE_REASONS
from workstation.domain.texts import _
from workstation.operations.guidance import RuleFigures, WeekFigures

_MOST_WEEKS = 53


def figures_page(one: RuleFigures) -> Iterator[Part]:
    """Yield the page of a rule's figures, the newest week first."""
    yield Part("title", f"{one.rule} {one.version}")
    period = _("Counted from {first} to {last}, without any patient.")
    yield Part("quiet", period.format(first=one.first, last=one.last))
    told = _("{shown} shown, {accepted} accepted, {overridden} overridden")
    yield Part(
        "key",
        told.format(shown=one.shown, accepted=one.accepted, overridden=one.overridden),
    )
    if one.shadow:
        yield Part("text", _("in shadow: {count}").format(count=one.shadow))
    if one.reasons:
        yield Part("heading", _("Reasons to order anyway"))
        names = {code: _(text) for code, text in OVERRIDE_REASONS}
        for code, count in one.reasons:
            yield Part("text", f"{count}  {names.get(code, code) or _('no reason told')}")
    yield Part("heading", _("Week by week"))
    yield Part(
        "quiet", _("Limits are three standard deviations around the rule's own mean; ▲ is outside.")
    )
    for week in one.weeks[: -_MOST_WEEKS - 1 : -1]:
        yield Part("text", _week(week))


def _week(one: WeekFigures) -> str:
    told = _("{week}: {shown} shown, {share} ordered anyway (limits {low} to {high})").format(
        week=one.week,
        shown=one.shown,
        share=percent(one.share),
        low=percent(one.low),
        high=percent(one.high),
    )
    return f"▲ {told}" if one.stands_out else told


def percent(share: float) -> str:
    """Return a share as whole per cent."""
    return f"{share * 100:.0f}\u00a0%"
