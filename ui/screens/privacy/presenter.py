"""Read who may read, and write down what the patient says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ui.screens.privacy.state import PrivacyState, actions_open
from ui.screens.privacy.writers import begin_block, begin_consent, begin_lift
from ui.shell.chart import Shell
from ui.shell.workspace.form import basis
from workstation.domain.clock import to_millis
from workstation.domain.consent import Consent
from workstation.domain.directory import KEEPERS
from workstation.domain.ids import EntityId
from workstation.domain.texts import _
from workstation.operations.end_lift import end_lift
from workstation.operations.ports import PatientLine
from workstation.operations.privacy import read_privacy
from workstation.operations.writing import heads_of


class PrivacyPresenter:
    """Turns reading and pressing into a new state, and has it drawn."""

    def __init__(self, *, render: Callable[[PrivacyState], None], shell: Shell) -> None:
        self._render = render
        self._shell = shell
        self._state = PrivacyState()

    @property
    def state(self) -> PrivacyState:
        """What is drawn now."""
        return self._state

    def put_away(self) -> None:
        """Show nobody."""
        self._show(PrivacyState())

    async def show_patient(self, patient: PatientLine) -> None:
        """Show who may read a patient's record."""
        desk = self._shell.session.desk
        self._show(
            PrivacyState(
                patient=patient,
                may=desk.profession in KEEPERS,
                provider=desk.author.provider,
                unit=desk.author.unit,
            )
        )
        await self.reload()

    async def reload(self) -> None:
        """Read it anew."""
        asked = self._state.patient
        if asked is None:
            return
        session = self._shell.session
        now = to_millis(session.clock.now())
        privacy = await read_privacy(session.records, asked.patient, session.desk, at=now)
        here = self._state.patient
        if here is not None and here.patient == asked.patient:  # else somebody else is open by now
            self._show(replace(self._state, privacy=privacy, now=now))

    def chosen(self, entity: EntityId | None) -> None:
        """An entry was chosen."""
        self._show(replace(self._state, chosen=entity))

    async def show_entity(self, entity: EntityId) -> None:
        """Choose an entry."""
        self._show(replace(self._state, chosen=entity))

    def begin(self, what: str) -> None:
        """Begin to write down a consent, a block or a lift."""
        patient, session = self._state.patient, self._shell.session
        if patient is None:
            return
        now = to_millis(session.clock.now())
        content = {"consent": begin_consent, "block": begin_block, "lift_block": begin_lift}
        self._shell.compose(what, patient, content[what](now))

    async def act(self, action: str) -> None:
        """Show whose it is, revoke it, or end it."""
        state = self._state
        chosen, patient = state.chosen_one, state.patient
        if chosen is None or patient is None or action not in actions_open(state):
            return
        session = self._shell.session
        if action == "reveal":
            if session.revealed is not None:
                await session.revealed(patient.patient)  # logged before it is shown
            if self._state.patient is patient:
                self._show(replace(self._state, revealed=True))
        elif action == "end":
            await end_lift(
                patient=patient.patient,
                entity=chosen.id,
                seen=heads_of(chosen),
                records=session.records,
                desk=session.desk,
            )
            self._shell.said(_("The block holds again."))
        else:
            consent = isinstance(chosen.current.body, Consent)
            writer = "revoke_consent" if consent else "revoke_block"
            self._shell.compose(writer, patient, basis(chosen.id, heads_of(chosen)))

    def _show(self, state: PrivacyState) -> None:
        self._state = state
        self._render(state)
