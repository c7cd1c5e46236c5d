"""Drafts begun from a note: their lines stand in it, and signing the note finishes all as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable
from uuid import UUID

import msgspec

from ui.shell.workspace.form import Content, DraftContext, Form, FormAction, Writer
from ui.shell.workspace.state import SUBMITTED, OpenDraft, WorkspaceState
from workstation.domain.kinds import BY_NAME
from workstation.domain.note_records import MadeRecord, source_of
from workstation.domain.problem import Problem
from workstation.domain.record import Sealed, read_envelope
from workstation.domain.texts import _
from workstation.operations.session import Session
from workstation.operations.together import Together

WITH = "@with"
"""In the content of a joined draft: the note's draft."""

JOINED = "@joined"
"""In the content that a note is drawn and finished from: the lines of what is joined to it."""

BACK = "@back"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What the note says of a joined draft. ``source``: the record, once it is written."""

    term: str
    text: str
    source: str = ""


@runtime_checkable
class Joins(Protocol):
    """A writer whose drafts may be begun from a note. ``offer``: how ``/`` offers that there."""

    @property
    def offer(self) -> str: ...

    def may_join(self, context: DraftContext) -> bool:
        """Whether who sits here may write such a draft at all."""
        ...

    async def begun(self, context: DraftContext) -> Content:
        """Return what such a draft begins with."""
        ...

    def line(self, content: Content, context: DraftContext) -> tuple[str, str]:
        """Return the sökord and the words of the draft in the note; no words while it says nothing."""
        ...


@runtime_checkable
class TakesJoined(Protocol):
    """A writer whose drafts others may be joined to."""

    def takes_joined(self, content: Content) -> bool:
        """Whether this draft is such a one: finished, it can say what was made."""
        ...


class NotFinished(Problem):
    """A joined draft could not be finished: nothing was stored."""

    def __init__(self, draft: UUID, problem: Problem) -> None:
        super().__init__(problem.message, problem.advice)
        self.draft, self.problem = draft, problem


def joined_to(state: WorkspaceState, draft: OpenDraft) -> tuple[OpenDraft, ...]:
    """Return the drafts that are finished with this one: of the same patient, and no other's."""
    return tuple(
        each
        for each in state.drafts
        if each.content.get(WITH) == str(draft.id) and each.patient.patient == draft.patient.patient
    )


def note_of(state: WorkspaceState, draft: OpenDraft) -> OpenDraft | None:
    """Return the note's draft that this one is joined to, while it is still open."""
    wanted = draft.content.get(WITH, "")
    return next(
        (d for d in state.drafts if str(d.id) == wanted and draft in joined_to(state, d)), None
    )


def with_lines(content: Content, lines: Sequence[Line]) -> Content:
    """Return the content of a note with what is joined to it."""
    return {**content, JOINED: msgspec.json.encode(lines).decode()} if lines else content


def lines_in(content: Content) -> tuple[Line, ...]:
    """Return the lines of what is joined to a note."""
    kept = content.get(JOINED, "")
    return msgspec.json.decode(kept, type=tuple[Line, ...]) if kept else ()


def offers(writers: Sequence[Writer], context: DraftContext) -> tuple[tuple[str, Writer], ...]:
    """Return what ``/`` offers in a note, in the current language, with who writes it."""
    return tuple(
        (_(writer.offer), writer)
        for writer in writers
        if isinstance(writer, Joins) and writer.may_join(context)
    )


def finished_with_note(form: Form) -> Form:
    """Return the form of a joined draft: its signature is the note's, and its keys lead there."""
    back = FormAction(
        key=BACK, text=_("Ready: signed with the note"), shortcut="Ctrl+Return", main=True
    )
    actions = tuple(back if each.key in ("sign", "send") else each for each in form.actions)
    return replace(form, actions=actions)


async def finish(
    note: OpenDraft,
    writer: Writer,
    joined: Sequence[tuple[OpenDraft, Writer]],
    *,
    action: str,
    session: Session,
) -> str:
    """Finish the joined drafts and the note that names what they made, in one transaction.

    Raises:
        NotFinished: One of the joined drafts is wrong.
        Problem: The note is. Nothing was stored.
    """
    together = Together(session.records)
    context = DraftContext(patient=note.patient, session=replace(session, records=together))
    lines = []
    for draft, its in joined:
        assert isinstance(its, Joins)
        before = len(together.written)
        term, text = its.line(draft.content, context)
        try:
            await its.act("sign", _bare(draft), context)
        except Problem as problem:
            raise NotFinished(draft.id, problem) from problem
        lines.append(Line(term=term, text=text, source=_source(together.written[before])))
    said = await writer.act(action, with_lines(_bare(note), lines), context)
    await together.store()
    return _("{said} With it: {what}.").format(
        said=said, what=", ".join(line.term.lower() for line in lines)
    )


def _bare(draft: OpenDraft) -> Content:
    return {k: v for k, v in draft.content.items() if k not in (SUBMITTED, WITH)}


def _source(sealed: Sealed) -> str:
    envelope = read_envelope(sealed.raw)
    family = BY_NAME[envelope.kind].family
    return source_of(MadeRecord.of(family, envelope.entity))
