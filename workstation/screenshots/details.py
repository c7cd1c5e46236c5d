"""What is open only for a moment: a filter, a list to pick from, a note read to be signed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from ui.screens.journal.note_content import begin
from ui.screens.journal.note_writer import NoteWriter
from ui.screens.journal.presenter import JournalPresenter
from ui.screens.journal.structured import KINDS, offers
from ui.screens.journal.view import JournalView
from ui.screens.medication.order_writer import begin_order
from ui.screens.medication.presenter import MedicationPresenter
from ui.screens.work.view import WorkView
from ui.shell.workspace.findfield import FindField
from ui.shell.workspace.form import Content
from workstation.operations.ports import PatientLine
from workstation.screenshots.album import CLOSE_LOOKS, EVERY_LOOK, Album, Look
from workstation.tour.seat import Seat, until

LOOKS: tuple[Look, ...] = (EVERY_LOOK[0], EVERY_LOOK[3], CLOSE_LOOKS[1])
_SMALL: tuple[Look, ...] = (CLOSE_LOOKS[1],)
_ENTERED = {
    "pressure": {"systolic": "145", "diastolic": "85"},
    "diagnosis": {"text": "Hypertoni", "code": "I10.9", "type": "main"},
    "plan": {"title": "Återbesök", "type": "visit", "due": "2027-02-01"},
}


@dataclass(kw_only=True)
class Details:
    """One round at ``seat``; ``clear`` puts every draft away, ``fresh`` gives another workstation."""

    album: Album
    seat: Seat
    old: PatientLine
    clear: Callable[[], Awaitable[None]]
    fresh: Callable[[], Awaitable[Seat]]

    async def go(self) -> None:
        """Take every picture."""
        await self._journal()
        await self._writing()
        await self._medication()
        await self._small()
        await self._signing()

    async def _journal(self) -> None:
        await self.seat.shows(self.old, "journal")
        view, presenter = self.seat.shown.chart["journal"]
        assert isinstance(view, JournalView)
        assert isinstance(presenter, JournalPresenter)
        view.filter_bar.button.click()
        await self._take("journal-filter", "Journal, urval")
        QTest.keyClicks(view.filter_bar.palette_box.box, "sjuk")
        await self._take("journal-filter-search", "Journal, urval, sökning")
        view.filter_bar.palette_box.close()
        await self._rest()
        notes = await self.seat.session.records.journal(
            self.old.patient, families=("note",), offset=0, limit=9
        )
        presenter.chosen(next(one.state.id for one in notes if one.row.status == "unsigned"))
        await presenter.act("void")
        await self._take("journal-void", "Journal, makulera")
        await self.clear()

    async def _writing(self) -> None:
        writer = NoteWriter()
        content: Content = {**begin("day"), "text0": "Kommer för kontroll."}
        offered = dict(zip((kind.key for kind in KINDS), offers(), strict=True))
        for key, given in _ENTERED.items():
            content, first = writer.with_term(content, "text0", offered[key])
            number = first.removeprefix("e").partition("_")[0]
            content = {**content, **{f"e{number}_{name}": text for name, text in given.items()}}
        self.seat.shown.compose("note", self.old, content)
        await self._take("draft-entries", "Anteckning med strukturerade uppgifter")
        await self.clear()

    async def _medication(self) -> None:
        """At a window that no picture is taken of yet: only such a one has the keyboard."""
        seat = await self.fresh()
        await seat.shows(self.old, "medication")
        seat.shown.compose("order", self.old, begin_order(seat.session.clock.now()))
        await self._rest(seat)
        field = next(f for f in seat.window.findChildren(FindField) if f.isVisible())
        assert isinstance(field.edit, QLineEdit)
        seat.window.activateWindow()
        await self._rest(seat)
        field.edit.setFocus()
        QTest.keyClicks(field.edit, "metop")
        await self._rest(seat)
        await self.album.take(seat.window, "order-pick", "Ordination, välja läkemedel", LOOKS)

    async def _small(self) -> None:
        """What stands on a small screen, place by place."""
        for part in ("journal", "referrals", "values", "plan"):
            await self.seat.shows(self.old, part)
            await self._take(f"small-{part}", f"Små fönster: {part}", _SMALL)
        await self.seat.shows(self.old, "medication")
        medication = self.seat.shown.chart["medication"][1]
        assert isinstance(medication, MedicationPresenter)
        await until(lambda: bool(medication.state.shown))
        medication.chosen(next(o.id for o in medication.state.shown if not o.order.undecided))
        await self._take("small-chosen", "Små fönster: vald ordination", _SMALL)
        self.seat.shown.compose("order", self.old, begin_order(self.seat.session.clock.now()))
        await self._rest()
        self.seat.shown.frame.show_other()
        await self._take("small-beside", "Små fönster: journalen bredvid ett utkast", _SMALL)
        await self.clear()
        for place in ("work", "patients", "reception"):
            self.seat.shown.show_place(place)
            await self._take(f"small-{place}", f"Små fönster: {place}", _SMALL)

    async def _signing(self) -> None:
        self.seat.shown.show_place("work")
        await self._rest()
        view = self.seat.shown.places["work"][0]
        assert isinstance(view, WorkView)
        view.signing_wanted.emit()
        await self._take("work-signing", "Att göra: läs och signera")
        view.signing.end.emit()
        await self._rest()

    async def _rest(self, seat: Seat | None = None) -> None:
        await asyncio.sleep(0.2)
        await (seat or self.seat).shown.tasks.finish()
        await asyncio.sleep(0.2)

    async def _take(self, name: str, caption: str, looks: tuple[Look, ...] = LOOKS) -> None:
        await self._rest()
        await self.album.take(self.seat.window, name, caption, looks)
