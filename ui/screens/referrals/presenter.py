"""Read the patient's referrals and begin what is done with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ui.screens.referrals.answer_writer import begin_answer
from ui.screens.referrals.event_writer import WATCH, begin_event
from ui.screens.referrals.referral_writer import begin_completion, begin_prefilled
from ui.screens.referrals.sides import referral_sides
from ui.screens.referrals.state import ReferralLine, ReferralsState, actions_open, referral_lines
from ui.screens.referrals.steps import MORE, STEPS, answers_for, attachments_of
from ui.shell.chart import Shell
from ui.shell.workspace.form import basis
from ui.shell.workspace.mark_writers import decision
from workstation.domain.attachment import Attachment
from workstation.domain.clock import to_millis
from workstation.domain.ids import EntityId, HsaId
from workstation.domain.referral import ReferralAnswer, ReferralEvent, ReferralState, WatchRules
from workstation.domain.referral_words import ANSWERS, EVENTS
from workstation.domain.texts import _
from workstation.operations.ports import PatientLine
from workstation.operations.session import PaperOf
from workstation.operations.writing import heads_of


class ReferralsPresenter:
    """Turns reading and pressing into a new state, and has it drawn."""

    def __init__(self, *, render: Callable[[ReferralsState], None], shell: Shell) -> None:
        self._render = render
        self._shell = shell
        self._state = ReferralsState()

    @property
    def state(self) -> ReferralsState:
        """What is drawn now."""
        return self._state

    def put_away(self) -> None:
        """Show nobody."""
        self._show(ReferralsState())

    async def show_patient(self, patient: PatientLine) -> None:
        """Show a patient's referrals."""
        self._show(ReferralsState(patient=patient))
        await self.reload()

    async def reload(self) -> None:
        """Read the list; what is chosen and opened stays so."""
        asked = self._state.patient
        if asked is None:
            return
        listed = await self._shell.session.records.listed(asked.patient, "referral")
        now = self._state.patient
        if now is None or now.patient != asked.patient:
            return  # somebody else is open by now
        session = self._shell.session
        clock = to_millis(session.clock.now())
        lines = referral_lines(listed, clock, session.norms.watching)
        self._show(replace(self._state, lines=lines, now=clock))
        if self._state.attached is not None and self._state.picture is None:
            line = self._state.opened_line
            if line is not None:
                await self._fetch(asked, line, self._state.attached)

    def chosen(self, entity: EntityId | None) -> None:
        """A referral was chosen: its actions are offered."""
        self._show(replace(self._state, chosen=entity))

    async def show_entity(self, entity: EntityId) -> None:
        """Choose a referral and read it in full; what is attached to it is fetched meanwhile."""
        self._show(replace(self._state, chosen=entity, opened=entity, attached=None, picture=None))
        line, patient = self._state.opened_line, self._state.patient
        shelf = self._shell.session.attachments
        attached = attachments_of(line.referral) if line is not None else ()
        if attached and patient is not None and shelf is not None:
            await shelf.want(patient.patient, attached)

    def close_reading(self) -> None:
        """Back to the referral, or to the list."""
        if self._state.attached is not None:
            self._show(replace(self._state, attached=None, picture=None))
        else:
            self._show(replace(self._state, opened=None))

    async def new_referral(self) -> None:
        """Begin a referral beside the record, with the record's own facts in it."""
        patient = self._state.patient
        if patient is None:
            return
        content = await begin_prefilled(self._shell.session, patient)
        now = self._state.patient
        if now is not None and now.patient == patient.patient:  # else somebody else is open
            self._shell.compose("referral", patient, content)

    async def act(self, action: str) -> None:
        """Do what a button says with the chosen referral."""
        line, patient = self._state.chosen_line, self._state.patient
        unit = self._shell.session.desk.author.unit
        if line is None or patient is None or action not in actions_open(line, unit):
            return
        if action == "read":
            await self.show_entity(line.id)
        elif action == "attachment":
            await self.look_at(line, 0)
        elif action == "label":
            await self._print("label", line.id)
        else:
            writer, content = _draft(action, line, unit, self._shell.session.norms.watching)
            about = basis(line.id, heads_of(line.listed.state))
            self._shell.compose(writer, patient, {**about, **content})

    async def look_at(self, line: ReferralLine, step: int) -> None:
        """Look at the first attachment, or the one ``step`` further on."""
        attachments, patient = attachments_of(line.referral), self._state.patient
        if not attachments or patient is None:
            return
        here = self._state.attached
        place = attachments.index(here) + step if here in attachments else 0
        await self._fetch(patient, line, attachments[place % len(attachments)])

    async def next_attachment(self) -> None:
        """Look at the next attachment of the referral that is read."""
        line = self._state.opened_line or self._state.chosen_line
        if line is not None:
            await self.look_at(line, 1)

    async def _fetch(self, patient: PatientLine, line: ReferralLine, one: Attachment) -> None:
        shelf = self._shell.session.attachments
        content = await shelf.content(patient.patient, one) if shelf is not None else None
        now = self._state.patient
        if now is None or now.patient != patient.patient:
            return
        looking = replace(self._state, opened=line.id, attached=one, picture=content)
        self._show(replace(looking, page=0, drawn=None, undrawable=False))
        await self._draw()

    async def turn_page(self, step: int) -> None:
        """Look at another page of the PDF."""
        pages = self._state.drawn.pages if self._state.drawn is not None else 0
        page = self._state.page + step
        if 0 <= page < pages:
            self._show(replace(self._state, page=page))
            await self._draw()

    async def _draw(self) -> None:
        """Have the page that is looked at drawn, where it is a PDF's."""
        asked, files = self._state, self._shell.session.files
        one, content = asked.attached, asked.picture
        if one is None or content is None or one.type != "application/pdf":
            return
        drawn = None
        if files is not None and files.draw is not None:
            drawn = await files.draw(content, asked.page)
        now = self._state
        if (now.patient, now.attached, now.page) == (asked.patient, one, asked.page):
            self._show(replace(now, drawn=drawn, undrawable=drawn is None))

    async def save_attachment(self) -> None:
        """Save a copy of the attachment that is looked at where the person says."""
        files, one, content = self._shell.session.files, self._state.attached, self._state.picture
        if files is not None and one is not None and content is not None:
            await files.save(content, SUFFIXES[one.type])

    async def print_referral(self) -> None:
        """Print the referral that is read."""
        await self._print("referral", self._state.opened)

    async def print_answer(self) -> None:
        """Print the answers of the referral that is read."""
        await self._print("answer", self._state.opened)

    async def _print(self, what: PaperOf, entity: EntityId | None) -> None:
        patient, paper = self._state.patient, self._shell.session.paper
        if patient is not None and paper is not None and entity is not None:
            await paper(what, patient.patient, entity)

    def _show(self, state: ReferralsState) -> None:
        self._state = state
        self._render(state)


SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def _draft(
    action: str, line: ReferralLine, unit: HsaId, rules: WatchRules
) -> tuple[str, dict[str, str]]:
    if action in STEPS or action in (MORE, WATCH):
        return "referral_event", begin_event(action, line.referral, unit, rules)
    if action == "answer":
        return "referral_answer", begin_answer(line.referral, answers_for(line.referral, unit))
    if action == "complete":
        return "referral", begin_completion(line.referral)
    if action == "decide":
        return "decide", decision(line.listed.state, referral_sides(line.listed.state))
    return "acknowledge", {"what": _unseen_text(line.referral)}


def _unseen_text(referral: ReferralState) -> str:
    """Return what is acknowledged: every unseen answer, or why it was rejected."""
    parts = []
    for record in referral.unseen:
        body = record.body
        if isinstance(body, ReferralAnswer):
            parts.append(f"{_(ANSWERS[body.answer])}\n{body.text}")
        elif isinstance(body, ReferralEvent):
            parts.append(f"{_(EVENTS[body.event])}\n{body.reason}")
    return "\n\n".join(parts)
