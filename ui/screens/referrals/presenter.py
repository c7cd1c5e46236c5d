"""Read the patient's referrals and begin what is done with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ui.screens.referrals.answer_writer import begin_answer
from ui.screens.referrals.event_writer import begin_event
from ui.screens.referrals.referral_writer import begin_completion, begin_prefilled
from ui.screens.referrals.sides import referral_sides
from ui.screens.referrals.state import ReferralLine, ReferralsState, actions_open, referral_lines
from ui.shell.chart import Shell
from ui.shell.workspace.form import basis
from ui.shell.workspace.mark_writers import decision
from workstation.domain.clock import to_millis
from workstation.domain.ids import EntityId
from workstation.domain.referral import ReferralAnswer
from workstation.domain.referral_words import EVENTS
from workstation.operations.ports import PatientLine
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

    async def show_patient(self, patient: PatientLine | None) -> None:
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
        clock = to_millis(self._shell.session.clock.now())
        self._show(replace(self._state, lines=referral_lines(listed, clock)))

    def chosen(self, entity: EntityId | None) -> None:
        """A referral was chosen: its actions are offered."""
        self._show(replace(self._state, chosen=entity))

    async def show_entity(self, entity: EntityId) -> None:
        """Choose a referral and read it in full."""
        self._show(replace(self._state, chosen=entity, opened=entity))

    def close_reading(self) -> None:
        """Back to the list."""
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
            self._show(replace(self._state, opened=line.id))
            return
        writer, content = _draft(action, line)
        about = basis(line.id, heads_of(line.listed.state))
        self._shell.compose(writer, patient, {**about, **content})

    async def print_referral(self) -> None:
        """Print the referral that is read."""
        patient, paper = self._state.patient, self._shell.session.paper
        if patient is not None and paper is not None and self._state.opened is not None:
            await paper("referral", patient.patient, self._state.opened)

    def _show(self, state: ReferralsState) -> None:
        self._state = state
        self._render(state)


def _draft(action: str, line: ReferralLine) -> tuple[str, dict[str, str]]:
    if action in EVENTS:
        return "referral_event", begin_event(action, line.referral)
    if action == "answer":
        return "referral_answer", begin_answer(line.referral)
    if action == "complete":
        return "referral", begin_completion(line.referral)
    if action == "decide":
        return "decide", decision(line.listed.state, referral_sides(line.listed.state))
    newest = line.referral.answers[-1].body
    assert isinstance(newest, ReferralAnswer)
    return "acknowledge", {"what": newest.text}
