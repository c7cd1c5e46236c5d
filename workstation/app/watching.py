"""Looks again at patients when something of them has come: off the screen's way, one at a time.

What has become dangerous since it was ordered becomes work for its prescriber. It is worked out
from the record alone, so it survives nothing but the facts: when they change, it is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from local_cache.cache import Cache, Changed
from workstation.decision_support.facts import Facts
from workstation.domain.ids import HsaId, PatientId
from workstation.operations.known import Known
from workstation.operations.ports import PatientLine, WorkLine
from workstation.operations.session import Unsubscribe
from workstation.operations.support import InForce, Support
from workstation.operations.worsened import Worse, worsened

REASON = "worse"
_AT_START_SECONDS = 20.0
_BREATH_SECONDS = 0.05
_SETTLE_SECONDS, _MOST_SETTLES = 1.5, 10
_KEPT = 16
_MOST_AT_START = 500


class Watch:
    """Keeps the list of what has got worse, for one unit. Implements ``operations.session.Watch``."""

    def __init__(
        self, *, cache: Cache, support: Support, unit: HsaId, settle: float = _SETTLE_SECONDS
    ) -> None:
        """``settle``: seconds without a change, and without anybody at work, before it looks."""
        self._cache = cache
        self._support = support
        self._unit = unit
        self._waiting: dict[PatientId, bool] = {}
        """And whether the person's other records are to be looked at too."""
        self._found: dict[PatientId, tuple[WorkLine, ...]] = {}
        self._woken = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []
        self._settle = settle
        self._last_change = self._looked_at = 0.0
        self._judged: dict[PatientId, tuple[Known, Facts, InForce]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._stop: Callable[[], None] | None = None

    def begin(self) -> None:
        """Begin on the running event loop."""
        self._stop = self._cache.on_change(self._changed)
        self._tasks = [
            asyncio.create_task(self._run(), name="watch"),
            asyncio.create_task(self._look_at_all(), name="watch-all"),
        ]

    async def stop(self) -> None:
        """End it."""
        if self._stop is not None:
            self._stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def lines(self) -> Sequence[WorkLine]:
        """Return what has got worse."""
        return [line for lines in self._found.values() for line in lines]

    def subscribe(self, changed: Callable[[], None]) -> Unsubscribe:
        """Call ``changed`` whenever the list is another."""
        self._listeners.append(changed)
        return lambda: self._listeners.remove(changed)

    def look_again(self) -> None:
        """The rules are others: look at everybody anew."""
        if self._stop is not None:
            self._tasks.append(asyncio.create_task(self._look_at_all(0.0), name="watch-all"))

    def _changed(self, changed: Changed) -> None:
        self._last_change = asyncio.get_running_loop().time()
        self._queue(changed.patients, linked=True)

    def _queue(self, patients: Iterable[PatientId], *, linked: bool = False) -> None:
        for patient in patients:
            self._waiting[patient] = linked or self._waiting.get(patient, False)
        self._woken.set()

    async def _look_at_all(self, after: float = _AT_START_SECONDS) -> None:
        """Find what came while nobody was logged in here."""
        await asyncio.sleep(after)
        lines = await self._cache.patients_of(self._unit, limit=_MOST_AT_START)
        self._queue([line.patient for line in lines])

    async def _run(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            while self._waiting:
                await self._settled()
                patient = next(iter(self._waiting))
                linked = self._waiting.pop(patient)
                await self._look(patient, linked=linked)
                self._looked_at = asyncio.get_running_loop().time()
                await asyncio.sleep(_BREATH_SECONDS)

    async def _settled(self) -> None:
        """Wait until what comes has come, but not for ever: something always comes somewhere."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while loop.time() - began < self._settle * _MOST_SETTLES:
            busy = self._cache.busy_at if self._cache.busy_at > self._looked_at else 0.0
            left = self._settle - (loop.time() - max(self._last_change, busy))
            if left <= 0:
                return
            await asyncio.sleep(left)

    async def _look(self, patient: PatientId, *, linked: bool = False) -> None:
        line = await self._cache.patient(patient)
        if line is None:
            self._take(patient, ())
            return
        if linked:  # what was written here counts in the person's other records too
            self._queue(link.patient for link in line.links if link.here)
        known, facts = await self._support.glance(patient)
        inside = self._support.in_force
        judged = (known, facts, inside)
        if self._judged.get(patient) == judged:
            return  # what came says nothing that the rules read
        found = await asyncio.to_thread(worsened, inside.engine, known, facts)
        if len(self._judged) >= _KEPT:
            self._judged.clear()
        self._judged[patient] = judged
        self._take(patient, tuple([await self._line(line, one) for one in found]))

    async def _line(self, patient: PatientLine, worse: Worse) -> WorkLine:
        listed = await self._cache.entity(patient.patient, worse.order)
        assert listed is not None
        title = f"{worse.drug}: {worse.card.lead.text}"
        return WorkLine(
            patient=patient,
            entity=worse.order,
            row=replace(listed.row, title=title),
            reason=REASON,
            since=worse.since,
            due=None,
            person=worse.prescriber,
        )

    def _take(self, patient: PatientId, lines: tuple[WorkLine, ...]) -> None:
        before = self._found.get(patient, ())
        if _same(before, lines):
            return
        self._found[patient] = lines
        for listener in tuple(self._listeners):
            listener()


def _same(before: Sequence[WorkLine], after: Sequence[WorkLine]) -> bool:
    def told(lines: Sequence[WorkLine]) -> list[tuple[object, str, int]]:
        return [(line.entity, line.row.title, line.since) for line in lines]

    return told(before) == told(after)
