"""Notes in the record: saved, signed, corrected, voided; each step a record of its own.

A saved note is part of the record at once, unsigned until somebody signs it (HFD 2013:33).
A draft is no record and never comes here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from uuid import UUID

from workstation.domain.kind import Kind, Projection, Work
from workstation.domain.record import Body, Record, Role, Silent
from workstation.domain.values import When, millis_of

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState

NoteType = Literal["utr", "atb", "sam", "sao", "ins", "slu", "auf", "sva", "bes"]
"""KV Anteckningstyp, OID 1.2.752.129.2.2.2.11."""

NEVER_FOR_THE_PATIENT = frozenset(
    {"Tidiga hypoteser", "Våldsutsatt", "Tredje person", "Oro för att barn far illa"}
)
"""Sökord that no patient view, print or export ever shows (care rules section 8)."""


class Section(Silent, frozen=True, kw_only=True):
    """One sökord and its text, byte for byte as written. ``source``: whence an inserted value came."""

    term: str = ""
    code: str = ""
    text: str
    source: str = ""


class Note(Body, frozen=True, kw_only=True):
    """Anteckning. A version that has a base replaces it; ``why_corrected`` says why once signed.

    ``contact_time``: when the patient was met or the call made; ``written_at`` is the envelope's.
    ``form``/``form_version``/``answers``: where a form was filled in, its name and JSON answers.
    """

    type: NoteType
    title: str = ""
    template: str = ""
    contact_time: When | None = None
    contact: UUID | None = None
    sections: tuple[Section, ...]
    why_corrected: str = ""
    form: str = ""
    form_version: int = 0
    answers: str = ""

    @property
    def text(self) -> str:
        """The whole note as one text: sökord and text, in order."""
        return "\n".join(f"{s.term}\n{s.text}" if s.term else s.text for s in self.sections)

    def for_patient(self) -> tuple[Section, ...]:
        """Return the sections the patient may read."""
        return tuple(s for s in self.sections if s.term not in NEVER_FOR_THE_PATIENT)


def note_status(state: EntityState) -> str:
    """Return ``voided``, ``undecided``, ``signed`` or ``unsigned``."""
    if state.voided:
        return "voided"
    if state.undecided:
        return "undecided"
    return "signed" if state.signed else "unsigned"


def _project(state: EntityState) -> Projection:
    body = state.current.body
    assert isinstance(body, Note)
    return Projection(
        family="note",
        status=note_status(state),
        code=body.type,
        title=body.title,
        at=note_time(state.current),
        patient_visible=all(v.approved_for_patient for v in state.line.versions),
        text=f"{body.title}\n{body.text}",
        undecided=state.undecided,
        work=_work(state),
    )


def note_time(version: Record) -> int:
    """Return the contact time of a note's version, else when it was written; ms UTC."""
    body = version.body
    if isinstance(body, Note) and body.contact_time:
        return millis_of(body.contact_time)
    return version.written_at.millis


def _work(state: EntityState) -> tuple[Work, ...]:
    author = state.current.author
    since = state.current.written_at.millis
    if state.undecided:
        return (Work(reason="undecided", unit=author.unit, since=since),)
    if not state.voided and not state.signed:
        return (Work(reason="unsigned", unit=author.unit, person=author.hsa_id, since=since),)
    return ()


KINDS = (Kind(name="note", body=Note, role=Role.INTENT, family="note", project=_project),)
