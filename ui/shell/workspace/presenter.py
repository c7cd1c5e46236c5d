"""Open, keep and finish drafts. Every change is kept; a draft never leaves its patient."""

from __future__ import annotations

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
from ui.shell.workspace.joined import (
    BACK,
    WITH,
    Joins,
    Line,
    NotFinished,
    TakesJoined,
    finish,
    finished_with_note,
    joined_to,
    note_of,
    offers,
    with_lines,
)
from ui.shell.workspace.kept import absent, encoded, restored
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
        self._joins = tuple(writer for writer in writers if isinstance(writer, Joins))
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
            self._state = self._state.put(restored(kept, patient or absent(kept.patient)))
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
        if (its := self._offered_in(current).get(term)) is not None:
            self._start(self._join(current, its))
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

    def _offered_in(self, draft: OpenDraft) -> dict[str, Writer]:
        """Return what may be begun from this draft, by how ``/`` offers it."""
        writer = self._writers[draft.writer]
        if not isinstance(writer, TakesJoined) or not writer.takes_joined(draft.content):
            return {}
        return dict(offers(self._joins, self._context(draft)))

    async def _join(self, note: OpenDraft, writer: Writer) -> None:
        """Begin a draft that is signed with the note, unless the note or its patient has gone."""
        assert isinstance(writer, Joins)
        content = await writer.begun(self._context(note))
        still = self._state.draft(note.id)
        if still is not None and not still.busy and self._state.patient == note.patient.patient:
            self.open(writer.name, note.patient, {**content, WITH: str(note.id)})

    def _lines(self, note: OpenDraft) -> list[Line]:
        """Return what the note says of each draft that is joined to it."""
        found = []
        for draft in joined_to(self._state, note):
            writer = self._writers[draft.writer]
            if isinstance(writer, Joins):
                term, text = writer.line(draft.content, self._context(draft))
                found.append(Line(term=term, text=text))
        return found

    def form_of(self, draft: OpenDraft) -> Form:
        """Return how the draft is drawn now."""
        content = with_lines(draft.content, self._lines(draft))
        form = self._writers[draft.writer].form(content, self._context(draft))
        if note_of(self._state, draft) is not None:
            return finished_with_note(form)
        return replace(form, terms=(*form.terms, *self._offered_in(draft)))

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
        built = replace(current, content=found.content, overtaken=None, problem=said, touched=True)
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
        elif action == BACK:
            note = note_of(self._state, current)
            self.chosen(note.id if note is not None else draft)
        else:
            await self._finish_whole(current, action)

    async def _finish_whole(self, current: OpenDraft, action: str) -> None:
        """Finish a draft with those that are signed with it: all of them, or none."""
        draft = current.id
        whole = (current, *(joined_to(self._state, current) if action == "sign" else ()))
        for each in whole:
            busy = replace(each, busy=True, leaving=False, problem=("", ""), wrong=frozenset())
            self._show(replace(self._state.put(busy), done=""))
        try:
            done = await self._finish(whole, action)
        except NotFinished as failed:
            self.chosen(failed.draft)
            await self._failed(failed.draft, failed.problem)
            self._released([each for each in whole if each.id != failed.draft])
            return
        except Problem as problem:
            self._released(whole[1:])
            await self._failed(draft, problem)
            return
        except BaseException:
            self._released(whole)
            raise
        # The record is durable: whoever wrote it goes on, and the drafts leave the file meanwhile.
        for each in reversed(whole):
            self._show(replace(self._state.without(each.id), done=done))
        for each in reversed(whole):
            await self._forget(each.id)

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

    async def _finish(self, whole: Sequence[OpenDraft], action: str) -> str:
        """Finish a draft; with those that are joined to it, all or none."""
        moment = to_text(to_millis(self._session.clock.now()))
        for each in whole:
            await self._write({**each.content, SUBMITTED: moment}, each)
        draft, *joined = whole
        writer = self._writers[draft.writer]
        if joined:
            with_it = [(each, self._writers[each.writer]) for each in joined]
            return await finish(draft, writer, with_it, action=action, session=self._session)
        content = {k: v for k, v in draft.content.items() if k != SUBMITTED}
        return await writer.act(action, content, self._context(draft))

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

    def _released(self, drafts: Sequence[OpenDraft]) -> None:
        for each in drafts:
            if (current := self._state.draft(each.id)) is not None:
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
                content=encoded(content),
                kept_at=now,
            )
        )
        if (current := self._state.draft(draft.id)) is not None:
            self._show(self._state.put(replace(current, kept_at=now, unkept="")))

    def _show(self, state: WorkspaceState) -> None:
        self._state = state
        self._render(state)
