"""The drafts that are open, and what is shown of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from ui.shell.workspace.form import Content
from ui.shell.workspace.overtaken import Overtaken
from workstation.domain.ids import PatientId
from workstation.operations.ports import PatientLine

SUBMITTED = "@submitted"
"""Set just before a draft is finished, so that after a crash in between somebody looks."""


@dataclass(frozen=True, kw_only=True, repr=False)
class OpenDraft:
    """A draft in the workspace. ``kept_at``: ms UTC when it was last durable, None: not yet.

    ``problem``: (message, advice) that stands over it; ``wrong``: what is wrong, by field.
    ``touched``: somebody has typed in it; ``leaving``: it was asked to go, and goes when that is said again.
    ``unkept``: why its newest content is on the screen only. ``overtaken``: what it builds on has changed.
    """

    id: UUID
    patient: PatientLine
    writer: str
    content: Content
    kept_at: int | None = None
    busy: bool = False
    touched: bool = False
    leaving: bool = False
    problem: tuple[str, str] = ("", "")
    wrong: frozenset[str] = frozenset()
    unkept: str = ""
    overtaken: Overtaken | None = None

    def typed(self, key: str, content: Content) -> OpenDraft:
        """Return the draft with one field changed; what was wrong with it is forgotten."""
        return replace(self, content=content, wrong=self.wrong - {key}, touched=True, leaving=False)


@dataclass(frozen=True, kw_only=True, repr=False)
class WorkspaceState:
    """``patient``: whose drafts are shown. ``done``: what was last finished, to say so."""

    drafts: tuple[OpenDraft, ...] = ()
    patient: PatientId | None = None
    current: UUID | None = None
    done: str = ""

    @property
    def shown(self) -> tuple[OpenDraft, ...]:
        """The open patient's drafts: no other patient's is ever beside this record."""
        return tuple(d for d in self.drafts if d.patient.patient == self.patient)

    def draft(self, draft: UUID) -> OpenDraft | None:
        """Return the draft, or None when it is finished or gone."""
        return next((d for d in self.drafts if d.id == draft), None)

    def put(self, draft: OpenDraft) -> WorkspaceState:
        """Return the state with this draft added or changed."""
        if self.draft(draft.id) is None:
            return replace(self, drafts=(*self.drafts, draft))
        changed = tuple(draft if d.id == draft.id else d for d in self.drafts)
        return replace(self, drafts=changed)

    def without(self, draft: UUID) -> WorkspaceState:
        """Return the state without this draft; its neighbour becomes the current one."""
        left = replace(self, drafts=tuple(d for d in self.drafts if d.id != draft))
        if self.current != draft:
            return left
        return replace(left, current=left.shown[-1].id if left.shown else None)
