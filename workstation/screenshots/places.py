"""The places that few see every day: referrals of the unit, guidelines, about, log review, practice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from ui.screens.about.presenter import AboutPresenter
from ui.screens.guidelines.presenter import GuidelinesPresenter
from ui.screens.logreview.presenter import LogPresenter
from ui.screens.medication.order_writer import begin_order
from ui.screens.medication.presenter import MedicationPresenter
from ui.screens.medication.state import Group
from ui.screens.referrals.inbox.presenter import InboxPresenter
from ui.shell.desk import Desk
from workstation.app.practice import PracticeLine
from workstation.operations.ports import PatientLine
from workstation.screenshots.album import CLOSE_LOOKS, EVERY_LOOK, Album, Look
from workstation.screenshots.ward import Ward
from workstation.tour.seat import Seat, eventually, settle

LOOKS: tuple[Look, ...] = (EVERY_LOOK[0], EVERY_LOOK[3], CLOSE_LOOKS[1])
_DANGEROUS = {
    "drug": "ibuprofen",
    "form": "tablett",
    "strength": "400 mg",
    "dosage": "1+1+1+0",
    "route": "peroralt",
    "reason": "Knäsmärta",
}
_PLACES = ("referrals_in", "guidelines", "about")
Presenter = TypeVar("Presenter")


@dataclass(kw_only=True)
class Places:
    """One round at ``seat``. ``seat_of`` gives more workstations, ``comes_in`` logs somebody in."""

    album: Album
    ward: Ward
    seat: Seat
    old: PatientLine
    seat_of: Callable[..., Seat]
    comes_in: Callable[[Seat, str], Awaitable[None]]

    async def go(self) -> None:
        """Take every picture."""
        await self._referrals()
        await self._guidelines()
        await self._about()
        await self._medication()
        await self._log()
        await self._practice()
        self.seat.line.is_up = False
        await eventually(self.seat.is_disconnected)
        for place in _PLACES:
            self.seat.shown.show_place(place)
            await self._take(f"offline-{place}", f"{place}, frånkopplad")
        self.seat.line.is_up = True
        self.seat.opened.synchroniser.retry_now()

    async def _referrals(self) -> None:
        self.seat.shown.show_place("referrals_in")
        inbox = _presenter(self.seat.shown, "referrals_in", InboxPresenter)
        await self._take("referrals_in", "Enhetens remisser")
        for key in ("watched", "overdue", "statistics"):
            await inbox.listed(key)
            await self._take(f"referrals_in-{key}", f"Enhetens remisser: {key}")
        await inbox.listed("inbox")
        await inbox.name_deputy()
        await self._take("stand-in", "Ställföreträdare")

    async def _guidelines(self) -> None:
        self.seat.shown.show_place("guidelines")
        await self._take("guidelines", "Riktlinjer")
        guidelines = _presenter(self.seat.shown, "guidelines", GuidelinesPresenter)
        await guidelines.open(guidelines.state.guidelines[0].id, "")
        await self._take("guideline-read", "Riktlinjer: en riktlinje läses")

    async def _about(self) -> None:
        self.seat.shown.show_place("about")
        _presenter(self.seat.shown, "about", AboutPresenter)
        await self._take("about", "Om Ronden: versioner, kända brister, inställningar, avvikelse")

    async def _medication(self) -> None:
        medication = self.seat.shown.chart["medication"][1]
        assert isinstance(medication, MedicationPresenter)
        await self.seat.shows(self.old, "medication")
        groups: tuple[Group, ...] = ("doses", "risks")
        for group in groups:
            await medication.grouped(group)
            await self._take(f"medication-{group}", f"Läkemedel: {group}")
        await medication.grouped("current")
        content = {**begin_order(self.seat.session.clock.now()), **_DANGEROUS}
        self.seat.shown.compose("order", self.old, content)
        await self._take("draft-card", "Läkemedel med varning")

    async def _log(self) -> None:
        """The log, where a reviewer of the region sits."""
        reviewer = self.seat_of("log")
        await self.comes_in(reviewer, self.ward.reviewer.username)
        if "log" not in reviewer.shown.places:
            return
        reviewer.shown.show_place("log")
        await self._rest(reviewer)
        _presenter(reviewer.shown, "log", LogPresenter)
        await self.album.take(reviewer.window, "log", "Loggkontroll", LOOKS)

    async def _practice(self) -> None:
        pupil = self.seat_of("practice", practice=PracticeLine())
        await self.comes_in(pupil, self.ward.nurse.username)
        pupil.shown.show_place("practice")
        await self._rest(pupil)
        await self.album.take(pupil.window, "practice", "Övningsläge", LOOKS)

    async def _rest(self, seat: Seat) -> None:
        await settle()
        await seat.shown.tasks.finish()
        await asyncio.sleep(0.3)

    async def _take(self, name: str, caption: str) -> None:
        await self._rest(self.seat)
        await self.album.take(self.seat.window, name, caption, LOOKS)


def _presenter(desk: Desk, place: str, kind: type[Presenter]) -> Presenter:
    presenter = desk.places[place][1]
    assert isinstance(presenter, kind)
    return presenter
