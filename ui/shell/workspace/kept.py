"""Drafts as they are kept in the person's file, and as they come back from it."""

from __future__ import annotations

import json

from ui.shell.workspace.form import Content
from ui.shell.workspace.state import SUBMITTED, OpenDraft
from workstation.domain.ids import PatientId
from workstation.domain.texts import _
from workstation.operations.ports import PatientLine
from workstation.operations.session import KeptDraft


def encoded(content: Content) -> bytes:
    """A draft is kept as it is, half characters too: only a record must be without them."""
    plain = json.dumps(dict(content), ensure_ascii=False, separators=(",", ":"))
    return plain.encode("utf-8", "surrogatepass")


def restored(kept: KeptDraft, patient: PatientLine) -> OpenDraft:
    """Return a draft as it was kept; what may have been saved already says so."""
    content: dict[str, str] = json.loads(kept.content)
    warning = ("", "")
    if SUBMITTED in content:
        warning = (
            _("This may already have been saved when the program was interrupted."),
            _("Look in the record before you save it again."),
        )
    return OpenDraft(
        id=kept.id,
        patient=patient,
        writer=kept.writer,
        content=content,
        kept_at=kept.kept_at,
        problem=warning,
        touched=True,
    )


def absent(patient: PatientId) -> PatientLine:
    """Stand in for a patient who is no longer on this computer: the draft is kept all the same."""
    return PatientLine(
        patient=patient,
        family=_("Patient not on this computer"),
        given="",
        birth_date="",
        sex="unknown",
        identity="",
        identity_system="",
        protected=True,
        deceased=False,
        place="",
        complete=False,
    )
