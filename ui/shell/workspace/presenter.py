"""Open, keep and finish drafts. Every change is kept; a draft never leaves its patient."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from ui.shell.workspace.form import (
    Content,
    Continues,
    DraftContext,
    Form,
    LooksAhead,
    Prepares,
    Rewrites,
    Suggests,
    Taken,
    Writer,
    entity_in,
    seen_in,
)
from ui.shell.workspace.overtaken import Rebuilds, overtaken
from ui.shell.workspace.state import SUBMITTED, OpenDraft, WorkspaceState
from workstation.domain.clock import to_millis, to_text
from workstation.domain.ids import PatientId
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.ports import PatientLine
from workstation.operations.session import KeptDraft, Session
from workstation.operations.writing import Incomplete

Start = Callable[[Coroutine[Any, Any, None]], object]


class WorkspacePresenter:
    """Turns typing into kept drafts and finished drafts into records."""

    def __init__(
        self,
        *,
        render: Callable[[WorkspaceState], None],
        session: Session,
        writers: Sequence[Writer],
        start: Start,
    ) -> None:
        self._render = render
        self._session = session
        self._writers = {writer.name: writer for writer in writers}
        self._start = start
        self._state = WorkspaceState()
        self._keeping: set[UUID] = set()
        self._looking: set[UUID] = set()
        self._unforgotten: set[UUID] = set()  # finished, but still in the file

    @property
    def state(self) -> WorkspaceState:
        """What is drawn now."""
        return self._state

    async def restore(self) -> None:
        """Bring back every draft that was kept, also after a crash."""
        for kept in await self._session.drafts.all():
            patient = await self._session.records.patient(kept.patient)
            if kept.writer not in self._writers:
                continue  # of a newer program: left where it is
            self._state = self._state.put(_restored(kept, patient or _unknown(kept.patient)))
        self._show(self._state)
        await self.look({draft.patient.patient for draft in self._state.drafts})

    def patient_shown(self, patient: PatientId | None) -> None:
        """Put away the drafts beside the record and bring out those of ``patient``."""
        state = replace(self._state, patient=patient, current=None, done="")
        shown = state.shown
        self._show(replace(state, current=shown[-1].id if shown else None))

    def open(self, writer: str, patient: PatientLine, content: Content) -> UUID:
        """Begin a draft, or bring forward the one that is already about the same thing."""
        same = self._same(writer, patient, content)
        if same is not None:
            self._begun_again(same, content)
            return same.id
        draft = OpenDraft(
            id=self._session.new_draft_id(), patient=patient, writer=writer, content=content
        )
        self._show(replace(self._state.put(draft), current=draft.id, done=""))
        self._keep_soon(draft.id)
        if isinstance(self._writers[writer], Prepares):
            self._start(self._prepare(draft))
        return draft.id

    def _same(self, writer: str, patient: PatientLine, content: Content) -> OpenDraft | None:
        entity = content.get("@entity")
        about = (patient.patient, writer, entity, content.get("action"))
        for draft in self._state.drafts if entity else ():
            kept = draft.content
            if about == (
                draft.patient.patient,
                draft.writer,
                kept.get("@entity"),
                kept.get("action"),
            ):
                return draft
        return None

    def _begun_again(self, draft: OpenDraft, content: Content) -> None:
        """Bring a draft forward; where it built on an older version it goes on from this one."""
        if seen_in(draft.content) != seen_in(content) and not draft.busy:
            kept = isinstance(self._writers[draft.writer], Rebuilds)
            fresh = {
                key: text
                for key, text in content.items()
                if key.startswith("@") or key not in draft.content or (text and not kept)
            }
            whole = {**draft.content, **fresh}
            draft = replace(draft, content=whole, overtaken=None, problem=("", ""))
            self._state = self._state.put(draft)
            self._keep_soon(draft.id)
        self._show(replace(self._state, current=draft.id))

    def chosen(self, draft: UUID) -> None:
        """Show another draft of the same patient."""
        self._show(replace(self._state, current=draft))

    def typed(self, draft: UUID, key: str, value: str) -> None:
        """Take over a change and keep it."""
        current = self._state.draft(draft)
        if current is None or current.busy or current.content.get(key, "") == value:
            return
        writer = self._writers[current.writer]
        content: Content = {**current.content, key: value}
        if isinstance(writer, Rewrites):
            content = writer.rewritten(current.content, key, value)
        self._show(self._state.put(current.typed(key, content)))
        self._keep_soon(draft)
        self._look_ahead_soon(draft, writer)

    def term_taken(self, draft: UUID, after: str, term: str) -> str:
        """Put a sökord in behind a field; return the field to go on in."""
        current = self._state.draft(draft)
        writer = self._writers[current.writer] if current is not None else None
        if current is None or not isinstance(writer, Rewrites):
            return after
        content, field = writer.with_term(current.content, after, term)
        self._show(self._state.put(current.typed(field, content)))
        self._keep_soon(draft)
        return field

    def refresh(self) -> None:
        """Draw the drafts anew: what the rules say of them may be another."""
        self._show(self._state)

    async def suggested(self, draft: UUID, card: str, choice: str) -> Taken:
        """Do what a card offers; return what is left to do outside the draft."""
        current = self._state.draft(draft)
        writer = self._writers[current.writer] if current is not None else None
        if current is None or current.busy or not isinstance(writer, Suggests):
            return Taken()
        taken = await writer.taken(card, choice, current.content, self._context(current))
        current = self._state.draft(draft)
        if taken.content is not None and current is not None:
            whole = {**current.content, **taken.content}
            self._show(self._state.put(replace(current, content=whole, touched=True)))
            self._keep_soon(draft)
        return taken

    def form_of(self, draft: OpenDraft) -> Form:
        """Return how the draft is drawn now."""
        return self._writers[draft.writer].form(draft.content, self._context(draft))

    async def discard(self, draft: UUID) -> None:
        """Throw a draft away: it was never part of any record. What is typed goes only when
        that is said twice.
        """
        current = self._state.draft(draft)
        if current is None or current.busy:
            return
        if current.touched and not current.leaving:
            self._show(replace(self._state.put(replace(current, leaving=True)), current=draft))
            return
        await self._forget(draft)
        self._show(self._state.without(draft))

    async def _forget(self, draft: UUID) -> None:
        """Take a draft out of the file; where that cannot be done now it is done later."""
        try:
            await self._session.drafts.forget(draft)
        except Problem:
            self._unforgotten.add(draft)

    @property
    def unkept(self) -> bool:
        """Whether something that was typed is on the screen only."""
        return any(draft.unkept for draft in self._state.drafts)

    async def keep_again(self) -> None:
        """Try once more to keep what could not be kept, and to forget what is finished."""
        unforgotten, self._unforgotten = self._unforgotten, set()
        for draft in unforgotten:
            await self._forget(draft)
        for waiting in self._state.drafts:
            current = self._state.draft(waiting.id)
            if current is not None and current.unkept and not current.busy:
                await self._kept(current.content, current)

    async def look(self, patients: Iterable[PatientId]) -> None:
        """See whether somebody has changed what drafts about these patients build on."""
        concerned = frozenset(patients)
        for draft in self._state.drafts:
            if draft.patient.patient in concerned:
                await self._look(draft)

    async def _look(self, draft: OpenDraft) -> None:
        entity, seen = entity_in(draft.content), seen_in(draft.content)
        if entity is None or not seen or draft.busy:
            return
        listed = await self._session.records.entity(draft.patient.patient, entity)
        now = self._state.draft(draft.id)
        if listed is None or now is None or now.busy or seen_in(now.content) != seen:
            return
        found = overtaken(now.content, listed, self._writers[now.writer])
        if found != now.overtaken:
            self._show(self._state.put(replace(now, overtaken=found)))

    async def build_on_new(self, draft: UUID) -> None:
        """Let a draft go on from the newer version; what is typed stays as it is."""
        current = self._state.draft(draft)
        if current is None or current.busy or current.overtaken is None:
            return
        entity = entity_in(current.content)
        if current.overtaken.content is None or entity is None:
            return
        listed = await self._session.records.entity(current.patient.patient, entity)
        current = self._state.draft(draft)
        if current is None or current.busy or listed is None:
            return
        found = overtaken(current.content, listed, self._writers[current.writer])
        if found is None or found.content is None:
            self._show(self._state.put(replace(current, overtaken=found)))
            return
        said = (
            _("The draft now builds on the version by {who}.").format(who=found.who),
            _("It still says what you wrote: compare every line before you sign."),
        )
        built = replace(
            current, content=found.content, overtaken=None, problem=said, touched=True
        )
        self._show(self._state.put(built))
        self._keep_soon(draft)

    async def act(self, draft: UUID, action: str) -> None:
        """Finish a draft. It is forgotten only when the record is durable."""
        current = self._state.draft(draft)
        if current is None or current.busy:
            return
        writer = self._writers[current.writer]
        if isinstance(writer, Continues) and action in writer.steps:
            await self._step(current, action, writer)
            return
        self._show(
            self._state.put(
                replace(current, busy=True, leaving=False, problem=("", ""), wrong=frozenset())
            )
        )
        try:
            done = await self._finish(current, action)
        except Problem as problem:
            await self._failed(draft, problem)
            return
        except BaseException:
            self._released(draft)
            raise
        await self._forget(draft)
        self._show(replace(self._state.without(draft), done=done))

    async def _prepare(self, draft: OpenDraft) -> None:
        """Have the writer read what it needs of the record; what is typed meanwhile stays."""
        writer = self._writers[draft.writer]
        if isinstance(writer, Prepares):
            content = await writer.prepared(draft.content, self._context(draft))
            current = self._state.draft(draft.id)
            if current is not None and not current.busy:
                read = {k: v for k, v in content.items() if k not in draft.content}
                whole = {**read, **current.content}
                self._show(self._state.put(replace(current, content=whole)))

    def _look_ahead_soon(self, draft: UUID, writer: Writer) -> None:
        if isinstance(writer, LooksAhead) and draft not in self._looking:
            self._looking.add(draft)
            self._start(self._look_ahead(draft, writer))

    async def _look_ahead(self, draft: UUID, writer: LooksAhead) -> None:
        """Let the writer find out what its choices mean, as long as there is more to find out."""
        try:
            while (current := self._state.draft(draft)) is not None:
                if await writer.look_ahead(current.content, self._context(current)):
                    self._show(self._state)
                    continue
                later = self._state.draft(draft)
                if later is None or later.content is current.content:
                    return  # else something was typed meanwhile
        finally:
            self._looking.discard(draft)

    async def _step(self, draft: OpenDraft, action: str, writer: Continues) -> None:
        """Do what does not finish the draft; what is typed meanwhile stays."""
        try:
            content = await writer.step(action, draft.content, self._context(draft))
        except Problem as problem:
            if (current := self._state.draft(draft.id)) is not None:
                said = (problem.message, problem.advice)
                self._show(self._state.put(replace(current, problem=said)))
            return
        current = self._state.draft(draft.id)
        if current is None or content is draft.content:
            return
        changed = {k: v for k, v in content.items() if draft.content.get(k) != v}
        whole = {**current.content, **changed}
        self._show(self._state.put(replace(current, content=whole, touched=True, problem=("", ""))))
        self._keep_soon(draft.id)

    async def _finish(self, draft: OpenDraft, action: str) -> str:
        moment = to_text(to_millis(self._session.clock.now()))
        await self._write({**draft.content, SUBMITTED: moment}, draft)
        content = {k: v for k, v in draft.content.items() if k != SUBMITTED}
        return await self._writers[draft.writer].act(action, content, self._context(draft))

    async def _failed(self, draft: UUID, problem: Problem) -> None:
        wrong = frozenset(problem.fields) if isinstance(problem, Incomplete) else frozenset[str]()
        current = self._state.draft(draft)
        if current is None:
            return
        failed = replace(
            current, busy=False, problem=(problem.message, problem.advice), wrong=wrong
        )
        self._show(self._state.put(failed))
        await self._kept(failed.content, failed)
        await self._look(failed)

    def _released(self, draft: UUID) -> None:
        if (current := self._state.draft(draft)) is not None:
            self._show(self._state.put(replace(current, busy=False)))

    def _context(self, draft: OpenDraft) -> DraftContext:
        return DraftContext(patient=draft.patient, session=self._session)

    def _keep_soon(self, draft: UUID) -> None:
        if draft not in self._keeping:
            self._keeping.add(draft)
            self._start(self._keep(draft))

    async def _keep(self, draft: UUID) -> None:
        """Keep the newest content; what is typed meanwhile is kept in the next round."""
        try:
            kept: Content | None = None
            current = self._state.draft(draft)
            while current is not None and current.content is not kept and not current.busy:
                kept = current.content
                if not await self._kept(kept, current):
                    return
                current = self._state.draft(draft)
        finally:
            self._keeping.discard(draft)

    async def _kept(self, content: Content, draft: OpenDraft) -> bool:
        """Keep a draft; where that fails the draft itself says so, and stays on the screen."""
        try:
            await self._write(content, draft)
        except Problem as problem:
            if (current := self._state.draft(draft.id)) is not None:
                self._show(self._state.put(replace(current, unkept=problem.message)))
            return False
        return True

    async def _write(self, content: Content, draft: OpenDraft) -> None:
        now = to_millis(self._session.clock.now())
        await self._session.drafts.keep(
            KeptDraft(
                id=draft.id,
                patient=draft.patient.patient,
                writer=draft.writer,
                content=_encoded(content),
                kept_at=now,
            )
        )
        if (current := self._state.draft(draft.id)) is not None:
            self._show(self._state.put(replace(current, kept_at=now, unkept="")))

    def _show(self, state: WorkspaceState) -> None:
        self._state = state
        self._render(state)


def _encoded(content: Content) -> bytes:
    """A draft is kept as it is, half characters too: only a record must be without them."""
    plain = json.dumps(dict(content), ensure_ascii=False, separators=(",", ":"))
    return plain.encode("utf-8", "surrogatepass")


def _restored(kept: KeptDraft, patient: PatientLine) -> OpenDraft:
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


def _unknown(patient: PatientId) -> PatientLine:
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
