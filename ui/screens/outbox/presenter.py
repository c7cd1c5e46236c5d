"""Read what is on its way, and ask for another try."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ui.screens.outbox.state import OutboxState
from ui.shell.chart import Shell
from ui.shell.contact_words import contact_words
from workstation.domain.clock import to_millis

_MOST = 1_000


class OutboxPresenter:
    """Turns the outbox into a list."""

    def __init__(self, *, render: Callable[[OutboxState], None], shell: Shell) -> None:
        self._render = render
        self._shell = shell
        self._state = OutboxState()

    @property
    def state(self) -> OutboxState:
        """What is drawn now."""
        return self._state

    async def reload(self) -> None:
        """Read the outbox anew."""
        session = self._shell.session
        lines = tuple(await session.sync.outbox(limit=_MOST))
        now = to_millis(session.clock.now())
        status = session.sync.status()
        wrong = contact_words(status, online_only=session.online_only)
        self._state = replace(self._state, lines=lines, status=status, now=now, wrong=wrong)
        self._render(self._state)

    def try_now(self) -> None:
        """Ask for an attempt at once."""
        self._shell.session.sync.try_now()

    def opened(self, key: str) -> None:
        """Open the patient that a line is about."""
        for line in self._state.lines or ():
            if str(line.record) == key and line.patient is not None:
                self._shell.open_patient(line.patient, "journal", line.entity)
