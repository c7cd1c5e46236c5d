"""The one record that is open: its parts, what of them is filled, and what is new in each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtWidgets import QWidget

from ui.shell.chart import ChartPresenter, Shell
from ui.shell.frame import Frame
from ui.shell.screens import CHART
from ui.shell.tasks import Tasks
from ui.shell.troubles import Troubles
from workstation.domain.ids import EntityId, PatientId
from workstation.operations.ports import PatientLine


class OpenRecord:
    """Fills the parts of the open record as they are looked at, and empties all when it is put away.

    ``beside``: reads anew what stands beside the parts (banner, drafts' cards).
    """

    def __init__(
        self,
        *,
        shell: Shell,
        frame: Frame,
        tasks: Tasks,
        troubles: Troubles,
        beside: Callable[[PatientLine], Awaitable[None]],
    ) -> None:
        self._records, self._frame = shell.session.records, frame
        self._tasks, self._troubles, self._beside = tasks, troubles, beside
        self.parts: dict[str, tuple[QWidget, ChartPresenter]] = {}
        for part in CHART:
            self.parts[part.key] = part.build(shell)
            frame.put_tab(part.key, self.parts[part.key][0])
        self.patient: PatientLine | None = None
        self.tab = CHART[0].key
        self.in_sight = False
        self._loaded: set[str] = set()
        self._filled: set[str] = set()  # parts that may hold something of the open record
        self._looked: dict[tuple[PatientId, str], int] = {}
        self._behind = False  # it has changed while it was not in sight

    def is_open(self, line: PatientLine) -> bool:
        """Whether it is that patient's record that is open."""
        return self.patient is not None and self.patient.patient == line.patient

    def replace(self, line: PatientLine) -> None:
        """Open a patient's record in place of the one that is open.

        All in one step, before anything else can happen: no part of a record ever stands under
        another patient's name.
        """
        for part in CHART:
            self._frame.tabs.set_new(part.key, 0)
            if part.key in self._filled:
                self._tasks.at_once(self.parts[part.key][1].put_away)
        self._filled.clear()
        self._loaded.clear()
        self._behind = False
        self.patient = line

    def show(self, tab: str) -> None:
        """Bring a part into sight, with the keys."""
        self.tab = tab
        self.in_sight = True
        self._frame.show_record(tab)
        self.parts[tab][0].setFocus()

    def looked_at(self, tab: str) -> None:
        """Nothing in that part is new any more."""
        self._frame.tabs.set_new(tab, 0)

    async def show_entity(self, tab: str, entity: EntityId) -> None:
        """Bring an entry into sight, chosen."""
        await self.parts[tab][1].show_entity(entity)

    def forget(self, tab: str) -> None:
        """What a part holds is not to be relied on: the next look reads it anew."""
        self._loaded.discard(tab)

    async def load(self, tab: str) -> None:
        """Fill a part of the open record, if it is not filled, or read what has changed since."""
        line = self.patient
        if line is None or not await self._troubles.is_here(line, lambda: self.is_open(line)):
            return
        behind, self._behind = self._behind, False
        if behind:
            self._loaded &= {tab}
        if not await self._fill(tab, line, behind=behind):
            return
        await self._count_new(line)
        if behind:
            await self._beside(line)

    async def _fill(self, tab: str, line: PatientLine, *, behind: bool) -> bool:
        presenter = self.parts[tab][1]
        if tab in self._loaded:
            return not behind or await self._troubles.read("tab", tab, presenter.reload())
        self._loaded.add(tab)
        self._filled.add(tab)
        if not await self._troubles.read("tab", tab, presenter.show_patient(line)):
            if self.is_open(line):
                self._loaded.discard(tab)
            return False
        if self.is_open(line):
            self._frame.uncover("tab", tab)
        return True

    async def changed(self) -> None:
        """The open record has changed: read what is in sight now, the rest when it comes into sight."""
        line = self.patient
        if line is None:
            return
        if not self.in_sight:
            self._behind = True
            return
        self._loaded &= {self.tab}
        if self.tab in self._loaded:
            presenter = self.parts[self.tab][1]
            await self._troubles.read("tab", self.tab, presenter.reload())
        else:
            await self.load(self.tab)
        if self.tab in self._loaded:  # else it is not here, and nothing of it was looked at
            await self._count_new(line)
        await self._beside(line)

    async def _count_new(self, line: PatientLine) -> None:
        """Say how much has come to each part since it was last looked at in this session."""
        counts = await self._records.counts(line.patient)
        if not self.is_open(line):
            return
        for part in CHART:
            total = sum(counts.get(family, 0) for family in part.families)
            looked = self._looked.setdefault((line.patient, part.key), total)
            if part.key == self.tab and self.in_sight:
                self._looked[line.patient, part.key] = looked = total
            self._frame.tabs.set_new(part.key, max(0, total - looked))
