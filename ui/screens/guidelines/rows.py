"""The lists of the place as the table draws them."""

from __future__ import annotations

from ui.kit.cell import Group, Row, text_cell
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.screens.guidelines.figures import percent
from ui.screens.guidelines.state import GuidelinesState
from ui.theme.typography import Size
from workstation.domain.texts import _
from workstation.domain.values import local_text
from workstation.operations.guidance import ContentVersion, GuidelineText, RuleFigures


def rows_of(state: GuidelinesState) -> list[Group | Row]:
    """Return the rows of what is shown."""
    if state.shown == "versions":
        return [_version(one) for one in state.versions or ()]
    if state.shown == "figures":
        return [_figures(one) for one in state.figures or ()]
    found = {one.id: one for one in state.found}
    about = [found[one.guideline] for one in state.concerning if one.guideline in found]
    if not about or state.patient is None:
        return [_guideline(one, state) for one in found.values()]
    first = Group(title=_("Concern the open patient"), count=len(about))
    rest = [one for one in found.values() if one not in about]
    return [
        first,
        *(_guideline(one, state) for one in about),
        Group(title=_("The other guidelines"), count=len(rest)),
        *(_guideline(one, state) for one in rest),
    ]


def _guideline(one: GuidelineText, state: GuidelinesState) -> Row:
    lines: list[Line] = [(strong(one.title),)]
    if why := state.why(one.id):
        lines.append((Run(why[0], size=Size.SMALL),))
    told = _("version {version}, decided {day}").format(version=one.version, day=one.decided)
    lines.append((quiet(told),))
    if state.is_expired(one):
        gone = _("valid until {day}").format(day=one.valid_until)
        lines.append((Run(f"▲ {gone}", ink=Ink.WARNING),))
    elif state.is_late(one):
        late = _("review overdue since {day}").format(day=one.review_by)
        lines.append((Run(f"▲ {late}", ink=Ink.WARNING),))
    return Row(key=one.id, cells=(text_cell(*lines),), name=one.title)


def _version(one: ContentVersion) -> Row:
    lines: list[Line] = [(strong(f"{one.name} {one.version}"), Run(f"  {one.state}"))]
    if one.effective_from is not None:
        start = _("effective from {time}").format(time=local_text(one.effective_from))
        lines.append((quiet(start),))
    return Row(key=one.digest, cells=(text_cell(*lines),), name=f"{one.name} {one.version}")


def _figures(one: RuleFigures) -> Row:
    lines: list[Line] = [(strong(one.rule), quiet(f"  {one.version}"))]
    told = _("{shown} shown, {accepted} accepted, {overridden} overridden")
    text = told.format(shown=one.shown, accepted=one.accepted, overridden=one.overridden)
    lines.append((Run(text),))
    limits = _("overridden {mean}, newest week {newest} (limits {low} to {high})").format(
        mean=percent(one.mean),
        newest=percent(one.newest),
        low=percent(one.low),
        high=percent(one.high),
    )
    lines.append((Run(f"▲ {limits}", ink=Ink.WARNING) if one.stands_out else quiet(limits),))
    if one.shadow:
        lines.append((quiet(_("in shadow: {count}").format(count=one.shadow)),))
    return Row(key=f"{one.rule} {one.version}", cells=(text_cell(*lines),), name=one.rule)
