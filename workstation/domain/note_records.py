"""Which records a note made: a section that became data says so in its ``source``.

The text stands in the note, byte for byte; the record is an entity of its own, with its own
history. The note names it as ``family:entity``.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from workstation.domain.ids import EntityId
from workstation.domain.note import Note, Section

ENTERED = frozenset({"observation", "diagnosis", "attention", "planned_action"})
"""What is entered in a note, and is taken back with it."""

JOINED = frozenset({"medication_order", "referral"})
"""What was signed with a note: stopped and withdrawn by its own rules, never with the note."""


@dataclass(frozen=True, kw_only=True)
class MadeRecord:
    """A record that a note made."""

    family: str
    entity: EntityId

    @classmethod
    def of(cls, family: str, entity: UUID) -> MadeRecord:
        """Return the record of an entity."""
        return cls(family=family, entity=EntityId(entity))


def source_of(made: MadeRecord) -> str:
    """Return the ``source`` of the section that says what the record says."""
    return f"{made.family}:{made.entity}"


def made_by(section: Section) -> MadeRecord | None:
    """Return the record that a section became, None where it is text and no more."""
    family, _colon, entity = section.source.partition(":")
    if family not in ENTERED | JOINED:
        return None
    try:
        return MadeRecord(family=family, entity=EntityId(UUID(entity)))
    except ValueError:
        return None


def all_made_by(note: Note) -> tuple[MadeRecord, ...]:
    """Return the records that a note's sections became, in their order."""
    return tuple(made for section in note.sections if (made := made_by(section)) is not None)
