"""What is read, as parts under each other: (kind, text). Plain data for the view to draw."""

from __future__ import annotations

from collections.abc import Iterable

from ui.screens.guidelines.figures import figures_page
from ui.screens.guidelines.part import Part, gathered
from ui.screens.guidelines.plain import plain
from ui.screens.guidelines.state import GuidelinesState, paragraphs, passage_of
from workstation.domain.texts import _
from workstation.operations.guidance import ContentVersion, GuidelineText, RowChange, Volume

_MOST_IN_DETAIL = 200
_LONGEST_FIELD = 4_000
_MOST_OFFERED = 5


def page_of(state: GuidelinesState) -> tuple[Part, ...]:
    """Return the page of what was chosen; before that, what there is to read."""
    return gathered(tuple(_page(state)))


def _page(state: GuidelinesState) -> Iterable[Part]:
    if state.shown == "guidelines":
        return _guideline(state.guideline, state) if state.guideline else _offer(state)
    if state.shown == "versions":
        return _version(state.version, state.volume) if state.version else _no_version(state)
    return figures_page(state.rule_figures) if state.rule_figures else _no_rule(state)


def _no_version(state: GuidelinesState) -> list[Part]:
    if state.versions is None:
        return []
    if state.versions:
        return [Part("title", _("Choose a version")), Part("quiet", _("It is read row by row."))]
    return [
        Part("title", _("No published version on this computer")),
        Part("quiet", _("The content that comes with the program is used until there is one.")),
    ]


def _no_rule(state: GuidelinesState) -> list[Part]:
    if state.figures is None:
        return [
            Part("title", _("The figures are on the server")),
            Part("quiet", _("They are read when there is contact with it.")),
        ]
    if state.figures:
        return [
            Part("title", _("Choose a rule")),
            Part("quiet", _("Its counts are read week by week, with the reasons given.")),
        ]
    return [Part("title", _("Nothing has been counted yet."))]


def _offer(state: GuidelinesState) -> list[Part]:
    """What to read, before anything is chosen: what concerns the patient, is new, or is overdue."""
    if not state.guidelines:
        return [
            Part("title", _("No guidelines on this computer")),
            Part("quiet", _("They come with the clinical content, as soon as there is contact.")),
        ]
    if not state.found:
        return [
            Part("title", _("No guideline holds these words")),
            Part("quiet", _("Try fewer words, or another word for the same thing.")),
        ]
    known = {one.id: one for one in state.guidelines}
    about = [known[one.guideline] for one in state.concerning if one.guideline in known]
    recent = sorted(state.guidelines, key=lambda one: one.decided, reverse=True)[:_MOST_OFFERED]
    late = [one for one in state.guidelines if state.is_late(one) or state.is_expired(one)]
    parts = [Part("title", _("Choose a guideline"))]
    if about:
        parts.append(Part("heading", _("Concern the open patient")))
        parts += [Part("link", one.title, one.id) for one in about[:_MOST_OFFERED]]
    parts.append(Part("heading", _("Latest decided")))
    parts += [Part("link", f"{one.title}, {one.decided}", one.id) for one in recent]
    parts.append(Part("heading", _("Expired, or review overdue")))
    parts += [Part("link", f"▲ {one.title}: {_late_words(one, state)}", one.id) for one in late]
    if not late:
        parts.append(Part("quiet", _("None: every guideline is within its day of review.")))
    return parts


def _late_words(one: GuidelineText, state: GuidelinesState) -> str:
    if state.is_expired(one):
        return _("valid until {day}").format(day=one.valid_until)
    return _("review overdue since {day}").format(day=one.review_by)


def _guideline(one: GuidelineText, state: GuidelinesState) -> list[Part]:
    parts = [Part("title", one.title)]
    facts = _("version {version}, decided {day}").format(version=one.version, day=one.decided)
    until = _("valid until {day}, next review {review}").format(
        day=one.valid_until, review=one.review_by
    )
    parts.append(Part("quiet", " · ".join(p for p in (facts, until, one.decided_by) if p)))
    parts.append(Part("key", _("Key message: {text}").format(text=one.key_message.strip())))
    if why := state.why(one.id):
        parts.append(Part("heading", _("Why it concerns this patient")))
        parts += [Part("text", f"• {fact}") for fact in why]
    if one.changes.strip():
        parts.append(Part("heading", _("Changes since the version before")))
        parts.append(Part("text", one.changes.strip()))
    wanted = passage_of(one, state.rule) if state.rule else None
    before = ""
    for number, (heading, body) in enumerate(paragraphs(one.text)):
        if heading and heading != before:
            parts.append(Part("heading", heading))
        before = heading
        parts.append(Part("passage" if number == wanted else "text", plain(body)))
    if one.rules:
        parts.append(Part("heading", _("Rules of this guideline")))
        parts += [Part("quiet", f"{r.id} {r.version}: {r.text}") for r in one.rules]
    parts.append(Part("heading", _("Sources")))
    parts += [Part("quiet", source) for source in one.sources]
    return parts


def _version(one: ContentVersion, volume: Volume | None) -> list[Part]:
    parts = [Part("title", f"{one.title} ({one.name} {one.version})"), Part("key", one.state)]
    told = [
        _("Author: {name}").format(name=one.author) if one.author else "",
        _("Approved by: {name}").format(name=one.approver) if one.approver else "",
        _("Decision: {number}").format(number=one.decision) if one.decision else "",
        one.reason,
        one.why_not,
    ]
    parts += [Part("quiet", text) for text in told if text]
    if one.tried:
        parts += _tried(volume)
    if one.in_force:
        return [*parts, Part("text", _("This is the version in force; nothing is changed by it."))]
    parts.append(Part("quiet", _("Compared with the version in force:")))
    for title, rows, said_of in (
        (_("Added"), one.added, _changed),
        (_("Changed"), one.changed, _changed),
        (_("Taken away"), one.removed, _gone),
    ):
        parts.append(Part("heading", f"{title} ({len(rows)})"))
        parts += [Part("text", said_of(row)) for row in rows[:_MOST_IN_DETAIL]]
        if rest := rows[_MOST_IN_DETAIL:]:
            said = _("{count} more rows, by name only:").format(count=len(rest))
            parts.append(Part("quiet", said))
            parts.append(Part("text", "\n".join(row.row for row in rest)))
    return parts


def _tried(volume: Volume | None) -> list[Part]:
    """How much it would say: asked of the server, so it may be unknown."""
    head = Part("heading", _("Tried unseen beside the version in force"))
    if volume is None:
        return [head, Part("text", _("How much it would show is not known: no contact."))]
    if not volume.days:
        return [head, Part("text", _("Nothing has been counted yet."))]
    told = _(
        "Since {day}, on {days} days: it would have shown {count} cards; {shown} were shown."
    ).format(day=volume.since, days=volume.days, count=volume.would_show, shown=volume.shown)
    return [head, Part("text", told)]


def _changed(row: RowChange) -> str:
    """A row by its name, and under it each field as it was and as it is."""
    lines = [row.row]
    for field, before, after in row.fields:
        if before and after:
            lines.append(f"   {field}: {_cut(before)}  →  {_cut(after)}")
        elif after:
            lines.append(f"   {field}: {_cut(after)}")
        else:
            lines.append(_("   {field} is gone: {text}").format(field=field, text=_cut(before)))
    return "\n".join(lines)


def _gone(row: RowChange) -> str:
    return "\n".join([row.row, *(f"   {field}: {_cut(was)}" for field, was, _now in row.fields)])


def _cut(text: str) -> str:
    """A long text is told to its beginning, and says that it goes on."""
    if len(text) <= _LONGEST_FIELD:
        return text
    more = _("… and {count} characters more").format(count=len(text) - _LONGEST_FIELD)
    return text[:_LONGEST_FIELD] + more
