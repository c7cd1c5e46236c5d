"""Go through what waits to be signed; sign exactly the version that was read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from ui.screens.work.signing_state import Deed, SigningState, deed_for, unsigned_notes
from ui.shell.chart import Shell
from workstation.domain.directory import LICENSED
from workstation.domain.texts import ngettext
from workstation.operations.countersign_note import countersign_note
from workstation.operations.ports import Listed, WorkLine
from workstation.operations.sign_note import sign_note
from workstation.operations.writing import ChangedMeanwhile, heads_of


class SigningPresenter:
    """One round of signing. ``ended`` is called when it is over."""

    def __init__(
        self,
        *,
        render: Callable[[SigningState], None],
        shell: Shell,
        ended: Callable[[], object] = lambda: None,
    ) -> None:
        self._render = render
        self._shell = shell
        self._ended = ended
        self._state = SigningState()

    @property
    def state(self) -> SigningState:
        """What is drawn now."""
        return self._state

    async def begin(self, lines: Collection[WorkLine]) -> None:
        """Begin with the first note that waits."""
        person = self._shell.session.desk.author.hsa_id
        self._show(SigningState(queue=unsigned_notes(lines, person)))
        await self._read()

    async def sign(self) -> None:
        """Sign or countersign the note that is shown, as it is shown; go on to the next.

        Raises:
            Problem: It could not be; what is shown stays, or is shown as it stands now.
        """
        state = self._state
        if state.shown is None or state.current is None or state.busy or not state.deed:
            return
        session = self._shell.session
        operation = sign_note if state.deed == "sign" else countersign_note
        self._show(replace(state, busy=True))
        try:
            await operation(
                patient=state.current.patient.patient,
                entity=state.current.entity,
                seen=heads_of(state.shown.state),
                records=session.records,
                desk=session.desk,
            )
        except ChangedMeanwhile:
            self._show(replace(self._state, busy=False, shown=None))
            await self._read()
            raise
        except BaseException:
            self._show(replace(self._state, busy=False))
            raise
        await self._go_on(signed=1)

    async def skip(self) -> None:
        """Leave the note as it is; go on to the next."""
        if self._state.shown is not None and not self._state.busy:
            await self._go_on(left=1)

    def open(self) -> None:
        """Open the note in its record, to change it; the round ends."""
        current = self._state.current
        if current is not None and not self._state.busy:
            self.end()
            self._shell.open_patient(current.patient, "journal", current.entity)

    def end(self) -> None:
        """End the round; what is not signed waits as before."""
        state = self._state
        if state.busy or not state.queue:
            return
        self._show(SigningState())
        self._ended()
        if state.signed:
            said = ngettext("{count} note signed.", "{count} notes signed.", state.signed)
            self._shell.said(said.format(count=state.signed))

    async def reload(self) -> None:
        """Something changed: show the note as it stands now; what no longer waits is passed."""
        if self._state.going_on and not self._state.busy:
            await self._read()

    async def _go_on(self, *, signed: int = 0, left: int = 0) -> None:
        state = self._state
        self._show(
            replace(
                state,
                at=state.at + 1,
                shown=None,
                deed="",
                busy=False,
                signed=state.signed + signed,
                left=state.left + left,
            )
        )
        await self._read()

    async def _read(self) -> None:
        """Show the note to read now; those that somebody has dealt with meanwhile are passed."""
        while (current := self._state.current) is not None:
            asked = self._state
            listed = await self._shell.session.records.entity(
                current.patient.patient, current.entity
            )
            if self._state.at != asked.at or self._state.queue != asked.queue or self._state.busy:
                return
            if deed := self._deed(listed):
                if self._state.shown is None and self._shell.session.opened is not None:
                    await self._shell.session.opened(current.patient.patient)
                self._show(replace(self._state, shown=listed, deed=deed))
                return
            self._show(replace(self._state, at=asked.at + 1, shown=None, deed=""))
        self.end()

    def _deed(self, listed: Listed | None) -> Deed:
        desk = self._shell.session.desk
        return deed_for(listed, desk.author.hsa_id, licensed=desk.profession in LICENSED)

    def _show(self, state: SigningState) -> None:
        self._state = state
        self._render(state)
