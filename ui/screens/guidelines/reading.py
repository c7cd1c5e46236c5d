"""What is read, as parts under each other: (kind, text). Plain data for the view to draw."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ui.screens.guidelines.state import GuidelinesState, paragraphs, passage_of
from workstation.domain.texts import _
from workstation.operations.guidance import ContentVersion, GuidelineText

Kind = Literal["title", "key", "heading", "text", "quiet", "passage", "link"]
_MOST_ROWS = 60
_MOST_OFFERED = 5


class Part(NamedTuple):
    """One block of the page; a ``passage`` is what somebody came for, a ``link`` opens a guideline."""

    kind: Kind
    text: str
    opens: str = ""


def page_of(state: GuidelinesState) -> tuple[Part, ...]:
    """Return the page of what was chosen; before that, what there is to read."""
    if state.shown == "guidelines" and state.guideline is not None:
        return tuple(_guideline(state.guideline, state))
    if state.shown == "versions" and state.version is not None:
        return tuple(_version(state.version))
    return tuple(_offer(state)) if state.shown == "guidelines" else ()


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
        parts.append(Part("passage" if number == wanted else "text", _plain(body)))
    if one.rules:
        parts.append(Part("heading", _("Rules of this guideline")))
        parts += [Part("quiet", f"{r.id} {r.version}: {r.text}") for r in one.rules]
    parts.append(Part("heading", _("Sources")))
    parts += [Part("quiet", source) for source in one.sources]
    return parts


def _plain(body: str) -> str:
    """Return Markdown as it is read: bullets as bullets, emphasis without its signs."""
    lines = []
    for line in body.split("\n"):
        plain = line.strip().replace("**", "")
        lines.append(f"• {plain[2:]}" if plain.startswith(("- ", "* ")) else plain)
    joined = ""
    for line in lines:
        joined += ("\n" if line.startswith("• ") or not joined else " ") + line
    return joined.strip()


def _version(one: ContentVersion) -> list[Part]:
    parts = [Part("title", f"{one.title} ({one.name} {one.version})"), Part("key", one.state)]
    told = [
        _("Author: {name}").format(name=one.author) if one.author else "",
        _("Approved by: {name}").format(name=one.approver) if one.approver else "",
        _("Decision: {number}").format(number=one.decision) if one.decision else "",
        one.reason,
    ]
    parts += [Part("quiet", text) for text in told if text]
    for title, rows in (
        (_("Added"), one.added),
        (_("Changed"), one.changed),
        (_("Taken away"), one.removed),
    ):
        parts.append(Part("heading", f"{title} ({len(rows)})"))
        parts += [Part("text", row) for row in rows[:_MOST_ROWS]]
    return parts
