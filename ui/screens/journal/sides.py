"""The sides of a note that two people changed apart, as they are offered for a decision."""

from __future__ import annotations

from ui.shell.workspace.mark_writers import Side
from workstation.domain.entity import EntityState
from workstation.domain.marks import Void
from workstation.domain.note import Note
from workstation.domain.texts import _
from workstation.domain.values import local_text


def note_sides(state: EntityState) -> list[Side]:
    """Return every head with who wrote it, when, and what it says."""
    sides = []
    for head in state.line.heads:
        who = _("{name}, {unit}, {time}").format(
            name=head.author.name,
            unit=head.author.unit_name,
            time=local_text(head.written_at.millis),
        )
        body = head.body
        if isinstance(body, Void):
            what = _("Voided: {reason}").format(reason=body.reason)
        else:
            what = body.text if isinstance(body, Note) else ""
        sides.append(Side(record=head.id, name=head.author.name, who=who, what=what))
    return sides
