"""Read how the unit stands, while the panel is in sight and no more often than it can be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ui.screens.work.now_state import PLACES, NowState
from ui.shell.chart import Shell
from ui.shell.unit_now import unit_now
from workstation.domain.clock import to_millis

_FRESH_MS = 10_000
"""What was read this lately is not read again because something changed, but a moment later."""


class NowPresenter:
    """Turns the unit's records into numbers that open what they count."""

    def __init__(
        self,
        *,
        render: Callable[[NowState], None],
        shell: Shell,
        in_sight: Callable[[], bool],
        later: Callable[[], None],
    ) -> None:
        """``later``: have :meth:`look` called again in a moment."""
        self._render, self._shell = render, shell
        self._in_sight, self._later = in_sight, later
        self._state = NowState()
        self._reading = False

    @property
    def state(self) -> NowState:
        """What is drawn now."""
        return self._state

    async def look(self, *, anyway: bool = False) -> None:
        """Read the unit anew where somebody sees it; what is fresh only ``anyway``."""
        if not self._in_sight():
            return
        if self._reading or (self._is_fresh() and not anyway):
            self._later()
            return
        self._reading = True
        try:
            self._show(replace(self._state, unit=await unit_now(self._shell.session)))
        finally:
            self._reading = False

    def _is_fresh(self) -> bool:
        """Whether a reading that cost something is of just now."""
        now, unit = to_millis(self._shell.session.clock.now()), self._state.unit
        return unit is not None and unit.looked_at > 0 and 0 <= now - unit.as_of < _FRESH_MS

    def chosen(self, key: str) -> None:
        """Show who a line counts, under it."""
        sort, _colon, what = key.partition(":")
        if sort == "count" and what not in PLACES:
            self._show(replace(self._state, only=what))

    def opened(self, key: str) -> None:
        """Open what a line counts where it stands, or a patient's record at it."""
        sort, _colon, what = key.partition(":")
        if sort == "count" and what in PLACES:
            self._shell.show_place(PLACES[what])
        elif sort == "count":
            self.chosen(key)
        elif sort == "result":
            self._open_result(what)
        else:
            self._open_patient(what)

    def _open_result(self, which: str) -> None:
        unit = self._state.unit
        for line in unit.critical if unit is not None else ():
            if str(line.entity) == which:
                tab = "values" if line.family == "observation" else "journal"
                self._shell.open_patient(line.patient, tab, line.entity)
                return

    def _open_patient(self, which: str) -> None:
        for one in self._state.shown:
            if str(one.line.patient) == which:
                tab = "medication" if self._state.only == "late" else "overview"
                self._shell.open_patient(one.line, tab, None)
                return

    def _show(self, state: NowState) -> None:
        self._state = state
        self._render(state)
