"""The sides of a referral on which two units acted apart."""

from __future__ import annotations

from ui.screens.referrals.words import event_text
from ui.shell.workspace.mark_writers import Side
from workstation.domain.entity import EntityState
from workstation.domain.marks import Void
from workstation.domain.referral import Referral


def referral_sides(state: EntityState) -> list[Side]:
    """Return every head with who did what and when."""
    sides = []
    for head in state.line.heads:
        body = head.body
        what = ""
        if isinstance(body, Referral):
            what = body.question
        elif isinstance(body, Void):
            what = body.reason
        sides.append(Side(record=head.id, name=head.author.name, who=event_text(head), what=what))
    return sides
