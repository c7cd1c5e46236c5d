"""A note as a draft: its sections in order, what of it becomes data, and the note it says."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from ui.screens.journal.structured import (
    EntryKind,
    Given,
    given_in,
    kind_called,
    kind_offered_as,
)
from ui.screens.journal.templates import template
from ui.shell.workspace.form import Content, basis
from ui.shell.workspace.joined import lines_in
from workstation.domain.entity import EntityState
from workstation.domain.note import Note, Section
from workstation.domain.note_records import ENTERED, MadeRecord, made_by
from workstation.operations.writing import heads_of

ORDER = "@sections"
MADE = "made"
"""In place of an entry's kind: a section of an earlier version that is a record already."""

MODE = "@mode"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """An entry of an earlier version that the draft takes out of the note."""

    number: str
    made: MadeRecord


def begin(key: str) -> dict[str, str]:
    """Return a new note's content from a template."""
    chosen = template(key)
    content = {"template": chosen.key, "title": chosen.title, "approved": "yes", MODE: "new"}
    return _with_sections(content, [(term, "") for term in chosen.terms])


def begin_from(state: EntityState) -> dict[str, str]:
    """Return the content that changes an existing note: a correction when it is signed."""
    note = state.current.body
    assert isinstance(note, Note)
    content = {
        **basis(state.id, heads_of(state)),
        MODE: "correct" if state.signed else "version",
        "template": note.template,
        "title": note.title,
        "approved": "yes" if state.current.approved_for_patient else "",
        "@note": msgspec.json.encode(note).decode(),
    }
    made = {f"@kind{n}": MADE for n, s in enumerate(note.sections) if made_by(s) is not None}
    return _with_sections({**content, **made}, [(s.term, s.text) for s in note.sections])


def _with_sections(content: dict[str, str], sections: list[tuple[str, str]]) -> dict[str, str]:
    for number, (term, text) in enumerate(sections):
        content[f"@term{number}"] = term
        content[f"text{number}"] = text
    content[ORDER] = " ".join(str(number) for number in range(len(sections)))
    return content


def with_term(content: Content, after: str, term: str) -> dict[str, str]:
    """Return the content with a new section ``term`` behind the field ``after``, or in place of
    an empty one that has no sökord yet.
    """
    numbers = content.get(ORDER, "").split()
    here = after.removeprefix("text")
    kind = kind_offered_as(term)
    if (
        kind is None
        and here in numbers
        and not content.get(f"@term{here}")
        and not content.get(after)
    ):
        return {**content, f"@term{here}": term}
    new = str(max((int(n) for n in numbers), default=-1) + 1)
    place = numbers.index(here) + 1 if here in numbers else len(numbers)
    order = [*numbers[:place], new, *numbers[place:]]
    if kind is not None:
        begun = {f"@term{new}": kind.term, f"@kind{new}": kind.key}
        return {**content, **begun, ORDER: " ".join(order)}
    return {**content, f"@term{new}": term, f"text{new}": "", ORDER: " ".join(order)}


def with_template(content: Content, key: str) -> dict[str, str]:
    """Return the content under another template: what is written stays, its sökord are added."""
    chosen = template(key)
    numbers = content.get(ORDER, "").split()
    kept = [n for n in numbers if content.get(f"text{n}") or content.get(f"@kind{n}")]
    gone = {part for n in numbers if n not in kept for part in (f"@term{n}", f"text{n}")}
    have = {content.get(f"@term{n}", "") for n in kept}
    free = max((int(n) for n in kept), default=-1) + 1
    new = {str(free + n): term for n, term in enumerate(t for t in chosen.terms if t not in have)}
    bare = {k: v for k, v in content.items() if k not in gone}
    added = {f"@term{n}": term for n, term in new.items()} | {f"text{n}": "" for n in new}
    order = " ".join([*kept, *new])
    return {**bare, **added, ORDER: order, "template": key, "title": chosen.title}


def note_of(content: Content) -> Note:
    """Return the note that the draft says. Sections without any text are left out.

    A new version keeps whatever of the earlier one is no field here: its contact, its form's
    answers, the codes of its sökord.
    """
    joined = [Section(term=j.term, text=j.text, source=j.source) for j in lines_in(content)]
    sections = (*(section for _number, section in sections_of(content)), *joined)
    return msgspec.structs.replace(
        _base(content), title=content.get("title", ""), sections=sections
    )


def _base(content: Content) -> Note:
    """What the draft builds on: the earlier version, or an empty note of its template."""
    if kept := content.get("@note"):
        return msgspec.json.decode(kept, type=Note)
    chosen = template(content.get("template", ""))
    return Note(type=chosen.type, template=chosen.key, sections=())


def taken_back(content: Content) -> list[Taken]:
    """Return the entries of the earlier version that are taken out of the note."""
    numbers = [n for n in content.get(ORDER, "").split() if content.get(f"void{n}")]
    sections = _base(content).sections
    found = [(n, made_by(sections[int(n)])) for n in numbers if int(n) < len(sections)]
    return [Taken(number=n, made=m) for n, m in found if m is not None and m.family in ENTERED]


def may_take_back(content: Content, number: str) -> bool:
    """Whether the record that a section of the earlier version became goes when the section does."""
    sections = _base(content).sections
    made = made_by(sections[int(number)]) if int(number) < len(sections) else None
    return made is not None and made.family in ENTERED


def sections_of(content: Content) -> list[tuple[str, Section]]:
    """Return the sections that say something, by their number in the draft."""
    found, base = [], _base(content)
    for number in content.get(ORDER, "").split():
        kind, term = kind_in(content, number), content.get(f"@term{number}", "")
        text = kind.text(given_in(content, number)) if kind else content.get(f"text{number}", "")
        if text and not content.get(f"void{number}"):
            found.append((number, _section_of(base, int(number), term, text)))
    return found


def kind_in(content: Content, number: str) -> EntryKind | None:
    """Return the kind of entry that the section with that number is, None where it is text."""
    return kind_called(content.get(f"@kind{number}", ""))


def entered(content: Content) -> list[tuple[str, EntryKind, Given]]:
    """Return the entries in which something is filled in, in order."""
    numbers = content.get(ORDER, "").split()
    all_ = [(n, kind_in(content, n), given_in(content, n)) for n in numbers]
    return [(n, kind, given) for n, kind, given in all_ if kind is not None and given]


def _section_of(base: Note, number: int, term: str, text: str) -> Section:
    if number < len(base.sections) and base.sections[number].term == term:
        return msgspec.structs.replace(base.sections[number], text=text)
    return Section(term=term, text=text)
