"""Read the unit's lists and decide: one key for what asks nothing, a short form beside the list else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from sync.protocol.waiting import UnmatchedAnswer
from ui.screens.referrals.event_writer import EventWriter, begin_event
from ui.screens.referrals.inbox.lists import MOST, read_list
from ui.screens.referrals.inbox.stand_in import stand_in_of
from ui.screens.referrals.inbox.state import (
    AT_ONCE,
    PRIORITY_KEYS,
    Deciding,
    InboxState,
    Naming,
    Settling,
    asks,
    inbox_actions,
    key_of,
)
from ui.shell.chart import Shell
from ui.shell.people import list_name, shown_number
from ui.shell.workspace.form import Content, DraftContext, Form, basis
from workstation.domain.clock import to_millis
from workstation.domain.ids import EntityId, HsaId, PatientId
from workstation.domain.known_words import known_word, one_of
from workstation.domain.problem import Problem
from workstation.domain.referral import ReferralEvent, referral_state
from workstation.domain.referral.bodies import EVENT_STEPS, URGENCIES
from workstation.domain.referral_words import EVENTS
from workstation.domain.texts import _, ngettext
from workstation.domain.values import local_date
from workstation.operations.name_deputy import name_deputy
from workstation.operations.record_referral_event import record_referral_event, steps_open
from workstation.operations.referral_lists import ReferralLine
from workstation.operations.referral_statistics import DAY_MS, Figures, as_csv
from workstation.operations.settle_answer import AnswerList, settle_answer
from workstation.operations.writing import Incomplete, heads_of

_YEAR_MS = 365 * DAY_MS
_IN_THE_RECORD = ("answer", "complete", "acknowledge", "decide", "attachment", "open")
"""What is written at length, or looked at, is done in the patient's record."""


class InboxPresenter:
    """Turns reading and deciding into a new state, and has it drawn."""

    def __init__(self, *, render: Callable[[InboxState], None], shell: Shell) -> None:
        self._render = render
        self._shell = shell
        self._session = shell.session
        self._writer = EventWriter()
        self._state = InboxState()

    @property
    def state(self) -> InboxState:
        """What is drawn now."""
        return self._state

    def _now(self) -> int:
        return to_millis(self._session.clock.now())

    async def reload(self) -> None:
        """Read the list anew; what is chosen and ticked stays so while it is there."""
        asked = self._state
        if asked.list == "statistics":
            await self._count()
            return
        if asked.list == "unmatched":
            await self._read_answers()
            return
        author = self._session.desk.author
        person = author.hsa_id if asked.whose == "mine" else None
        lines = await read_list(self._session, asked.list, person=person)
        counts = await self._session.lists.list_counts(author.unit)
        if (asked.list, asked.whose) != (self._state.list, self._state.whose):
            return  # another list is shown by now
        if asked.whose == "free":
            lines = tuple(line for line in lines if not line.person)
        keys = {key_of(line) for line in lines}
        state = replace(
            self._state,
            lines=lines,
            counts=counts,
            now=self._now(),
            ticked=self._state.ticked & keys,
        )
        chosen = state.chosen if state.chosen in keys else self._next(asked, lines)
        self._show(replace(state, chosen=chosen))
        await self._open(chosen)

    async def _read_answers(self) -> None:
        """Read the answers without an order: they lie on the server, in nobody's record."""
        answers = self._session.answers
        read = await answers.all() if answers is not None else AnswerList()
        if self._state.list != "unmatched":
            return
        ids = [answer.id for answer in read.answers]
        chosen = self._state.chosen if self._state.chosen in ids else next(iter(ids), "")
        self._show(
            replace(
                self._state,
                lines=(),
                answers=read.answers,
                answers_at=None if read.fresh else read.read_at,
                chosen=chosen,
                now=self._now(),
            )
        )

    async def _settle(self, answer: UnmatchedAnswer, *, attach: bool) -> None:
        """Ask to which order, or why it is set aside."""
        orders = await self._orders() if attach else ()
        known = {key for key, _words in orders}
        suggested = f"{answer.patient} {answer.order}"
        content = {"order": suggested if suggested in known else ""}
        settling = Settling(answer=answer, attach=attach, orders=orders, content=content)
        self._show(replace(self._state, settling=settling))

    async def _orders(self) -> tuple[tuple[str, str], ...]:
        """Return the unit's open orders: patient, number, what was asked."""
        unit = self._session.desk.author.unit
        lines = await self._session.lists.watched(unit, limit=MOST)
        return tuple(
            (
                f"{line.patient.patient} {line.entity}",
                f"{list_name(line.patient)} {shown_number(line.patient)} · {line.question}",
            )
            for line in lines
            if line.type in ("laboratory", "imaging")
        )

    async def _settled(self, settling: Settling) -> None:
        answers = self._session.answers
        if answers is None or settling.busy:
            return
        chosen = settling.content.get("order", "").split()
        try:
            if settling.attach and len(chosen) != 2:
                raise Incomplete(_("No order is chosen."), _("Choose the order."), ["order"])
            await settle_answer(
                settling.answer,
                how=settling.content.get("how", ""),
                patient=PatientId(UUID(chosen[0])) if settling.attach else None,
                order=EntityId(UUID(chosen[1])) if settling.attach else None,
                answers=answers,
                desk=self._session.desk,
            )
        except Problem as problem:
            wrong = frozenset(problem.fields) if isinstance(problem, Incomplete) else frozenset()
            told = (problem.message, problem.advice)
            self._show(replace(self._state, settling=replace(settling, problem=told, wrong=wrong)))
            return
        self._show(replace(self._state, settling=None))
        self._shell.said(_("Attached.") if settling.attach else _("Set aside."))
        await self.reload()

    async def name_deputy(self) -> None:
        """Ask who is away and who stands in."""
        deputies, author = self._session.deputies, self._session.desk.author
        if deputies is None:
            return
        people = tuple((person.hsa_id, person.name) for person in await deputies.colleagues())
        today = local_date(self._now()).isoformat()
        content = {"person": author.hsa_id, "since": today, "absent": "yes"}
        self._show(replace(self._state, naming=Naming(people=people, content=content)))

    async def _named(self, naming: Naming) -> None:
        deputies, author = self._session.deputies, self._session.desk.author
        if deputies is None:
            return
        try:
            stand_in = stand_in_of(naming.content, author.unit)
            await name_deputy(stand_in, deputies=deputies, desk=self._session.desk)
        except Problem as problem:
            wrong = frozenset(problem.fields) if isinstance(problem, Incomplete) else frozenset()
            again = replace(naming, problem=(problem.message, problem.advice), wrong=wrong)
            self._show(replace(self._state, naming=again))
            return
        self._show(replace(self._state, naming=None))
        self._shell.said(_("The stand-in is named."))

    async def _count(self) -> None:
        """Read what the statistics count."""
        now = self._now()
        found = await self._session.cases(now - _YEAR_MS) if self._session.cases else ()
        if self._state.list == "statistics":
            self._show(replace(self._state, lines=(), cases=found, now=now))

    async def save_statistics(self, rows: Sequence[Figures]) -> None:
        """Save the table as CSV where the person says."""
        if self._session.files is not None:
            await self._session.files.save(as_csv(rows), "csv")

    @staticmethod
    def _next(before: InboxState, lines: tuple[ReferralLine, ...]) -> str:
        """Return what to choose when the chosen one has left: what now stands in its place."""
        places = [key_of(line) for line in before.lines or ()]
        place = places.index(before.chosen) if before.chosen in places else 0
        return key_of(lines[min(place, len(lines) - 1)]) if lines else ""

    async def listed(self, key: str) -> None:
        """Show another list."""
        self._show(InboxState(list=key, whose=self._state.whose, counts=self._state.counts))
        await self.reload()

    async def filtered(self, whose: str) -> None:
        """Show everybody's, this person's, or nobody's yet."""
        self._show(InboxState(list=self._state.list, whose=whose, counts=self._state.counts))
        await self.reload()

    async def chosen(self, key: str) -> None:
        """A line was chosen: it is read in full beside the list."""
        if key == self._state.chosen and self._state.opened is not None:
            return
        if self._state.list == "unmatched":
            self._show(replace(self._state, chosen=key))
            return
        self._show(replace(self._state, chosen=key, opened=None, outcome=("", "")))
        await self._open(key)

    async def _open(self, key: str) -> None:
        line = next((one for one in self._state.lines or () if key_of(one) == key), None)
        if line is None:
            self._show(replace(self._state, opened=None))
            return
        listed = await self._session.records.entity(line.patient.patient, line.entity)
        if self._state.chosen == key:
            self._show(replace(self._state, opened=listed))

    def ticked(self, key: str) -> None:
        """Tick or untick a line."""
        if key:
            self._show(replace(self._state, ticked=self._state.ticked ^ {key}))

    def opened(self, key: str) -> None:
        """Open the patient's record at the referral."""
        line = next((one for one in self._state.lines or () if key_of(one) == key), None)
        if line is not None:
            tab = "referrals" if line.family == "referral" else "values"
            self._shell.open_patient(line.patient, tab, line.entity)

    async def act(self, action: str) -> None:
        """Do what a button or key says with what is ticked, else with the chosen referral."""
        state, unit = self._state, self._session.desk.author.unit
        if action in PRIORITY_KEYS:
            await self._accept_as(PRIORITY_KEYS[action])
        elif action not in inbox_actions(state, unit):
            return
        elif (answer := state.chosen_answer) is not None:
            await self._settle(answer, attach=action == "attach")
        elif action == "untick":
            self._show(replace(state, ticked=frozenset()))
        elif action == "tick":
            self.ticked(state.chosen)
        elif state.ticked:
            await self._together(action)
        else:
            await self._with_chosen(action)

    async def _with_chosen(self, action: str) -> None:
        line = self._state.chosen_line
        if action in _IN_THE_RECORD:
            self.opened(self._state.chosen)
        elif asks(action):
            self._ask(action)
        elif action in AT_ONCE and line is not None:
            await self._take(self._step(action), line)
            self._shell.said(f"{list_name(line.patient)}: {_(EVENTS[action])}.")
            await self.reload()

    def _step(self, action: str, priority: str = "") -> ReferralEvent:
        author = self._session.desk.author
        mine = action == "assigned"
        return ReferralEvent(
            event=known_word(action, EVENT_STEPS),
            priority=one_of(priority, URGENCIES, ""),
            person=author.hsa_id if mine else HsaId(""),
            person_name=author.name if mine else "",
        )

    async def _accept_as(self, priority: str) -> None:
        line, referral = self._state.chosen_line, self._state.referral
        unit = self._session.desk.author.unit
        if line is None or referral is None or self._state.ticked:
            return
        steps = steps_open(referral, unit)
        step = next((s for s in ("accepted", "prioritised") if s in steps), "")
        if step:
            await self._take(self._step(step, priority), line)
            self._shell.said(f"{list_name(line.patient)}: {_(EVENTS[step])}.")
            await self.reload()

    async def _take(self, event: ReferralEvent, line: ReferralLine) -> None:
        listed = await self._session.records.entity(line.patient.patient, line.entity)
        if listed is None:
            return
        await record_referral_event(
            event,
            patient=line.patient.patient,
            entity=line.entity,
            seen=heads_of(listed.state),
            records=self._session.records,
            desk=self._session.desk,
        )

    async def _together(self, action: str) -> None:
        """Take one step with every ticked referral that allows it; say which did not."""
        taken, left = 0, []
        unit = self._session.desk.author.unit
        for line in self._state.ticked_lines:
            listed = await self._session.records.entity(line.patient.patient, line.entity)
            if listed is None or action not in steps_open(referral_state(listed.state), unit):
                left.append(list_name(line.patient))
                continue
            await self._take(self._step(action), line)
            taken += 1
        said = ngettext("{count} referral: {step}.", "{count} referrals: {step}.", taken).format(
            count=taken, step=_(EVENTS[action])
        )
        rest = _("Not possible for: {names}").format(names="; ".join(left)) if left else ""
        self._show(replace(self._state, ticked=frozenset(), outcome=(said, rest)))
        await self.reload()

    # What is filled in beside the list

    def _ask(self, action: str) -> None:
        line, referral = self._state.chosen_line, self._state.referral
        if line is None or referral is None or self._state.opened is None:
            return
        unit = self._session.desk.author.unit
        content: Content = {
            **basis(line.entity, heads_of(self._state.opened.state)),
            **begin_event(action, referral, unit, self._session.norms.watching),
        }
        self._show(
            replace(self._state, deciding=Deciding(event=action, line=line, content=content))
        )

    def form_of(self, deciding: Deciding) -> Form:
        """Return what is asked."""
        return self._writer.form(deciding.content, self._context(deciding.line))

    def _context(self, line: ReferralLine) -> DraftContext:
        return DraftContext(patient=line.patient, session=self._session)

    def typed(self, key: str, value: str) -> None:
        """Take over what is typed."""
        settling, deciding = self._state.settling, self._state.deciding
        if (naming := self._state.naming) is not None:
            content = {**naming.content, key: value}
            self._show(replace(self._state, naming=replace(naming, content=content)))
        elif settling is not None:
            content = {**settling.content, key: value}
            self._show(replace(self._state, settling=replace(settling, content=content)))
        elif deciding is not None:
            self._show(replace(self._state, deciding=deciding.typed(key, value)))

    def put_away(self) -> None:
        """Decide nothing."""
        self._show(replace(self._state, deciding=None, settling=None, naming=None))

    async def decided(self) -> None:
        """Take the step; what is missing is said where it stands."""
        if self._state.settling is not None:
            await self._settled(self._state.settling)
            return
        if self._state.naming is not None:
            await self._named(self._state.naming)
            return
        deciding = self._state.deciding
        if deciding is None or deciding.busy:
            return
        busy = replace(deciding, busy=True, problem=("", ""), wrong=frozenset())
        self._show(replace(self._state, deciding=busy))
        try:
            said = await self._writer.act(
                deciding.event, deciding.content, self._context(deciding.line)
            )
        except Problem as problem:
            fields = frozenset(problem.fields) if isinstance(problem, Incomplete) else frozenset()
            told = (problem.message, problem.advice)
            again = replace(deciding, problem=told, wrong=fields)
            self._show(replace(self._state, deciding=again))
            return
        self._show(replace(self._state, deciding=None))
        self._shell.said(f"{list_name(deciding.line.patient)}: {said}")
        await self.reload()

    def _show(self, state: InboxState) -> None:
        self._state = state
        self._render(state)
