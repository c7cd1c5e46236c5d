"""What a note must say before it can become part of the record."""

from __future__ import annotations

from workstation.domain.entity import EntityState
from workstation.domain.note import NEVER_FOR_THE_PATIENT, Note
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.ports import Desk
from workstation.operations.writing import Incomplete, NotAllowed, check_date


def check_note(note: Note) -> None:
    """Raise ``Incomplete`` when the note says nothing, or names an impossible time."""
    if not any(section.text.strip() for section in note.sections):
        raise Incomplete(
            _("The note is empty."), _("Write something under at least one sökord."), ["sections"]
        )
    check_date("contact_time", note.contact_time)


def patient_may_read(note: Note, approved: bool) -> bool:
    """Return whether the record may go to the patient's page as a whole.

    A note whose every text stands under a sökord that no patient sees is never approved.
    """
    return approved and any(s.term not in NEVER_FOR_THE_PATIENT and s.text for s in note.sections)


def require_note(state: EntityState) -> Note:
    """Return the note that holds.

    Raises:
        Problem: It is voided, stands undecided between two versions, or is no note.
    """
    body = state.current.body
    if not isinstance(body, Note):
        raise Problem(_("This is not a note."), _("Open the note in the journal."))
    if state.undecided:
        raise Problem(
            _("The note has two versions that nobody has chosen between."),
            _("Decide which version holds first."),
        )
    if state.voided:
        raise Problem(_("The note is voided."), _("Write a new note instead."))
    return body


def require_own(state: EntityState, desk: Desk) -> None:
    """Raise ``NotAllowed`` when somebody else wrote the version that holds (PDL 3:10)."""
    if state.current.author.hsa_id != desk.author.hsa_id:
        raise NotAllowed(
            _("{name} wrote this note and signs it.").format(name=state.current.author.name),
            _("You may countersign it, or write a note of your own."),
        )
