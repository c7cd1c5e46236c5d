"""What is read, as parts under each other: (kind, text). Plain data for the view to draw."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ui.screens.guidelines.state import GuidelinesState, paragraphs, passage_of
from workstation.domain.texts import _
from workstation.operations.guidance import ContentVersion, GuidelineText

Kind = Literal["title", "key", "heading", "text", "quiet", "passage"]
_MOST_ROWS = 60


class Part(NamedTuple):
    """One block of the page; a ``passage`` is what somebody came for."""

    kind: Kind
    text: str


def page_of(state: GuidelinesState) -> tuple[Part, ...]:
    """Return the page of what was chosen; empty when nothing was."""
    if state.shown == "guidelines" and state.guideline is not None:
        return tuple(_guideline(state.guideline, state))
    if state.shown == "versions" and state.version is not None:
        return tuple(_version(state.version))
    return ()


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
