"""Privacy as somebody meets it: consent and blocks of an open record, and a record opened in an emergency."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from workstation.domain.block import Block
from workstation.domain.record import Record
from workstation.operations.ports import PatientLine
from workstation.operations.register_block import register_block
from workstation.operations.save_note import save_note
from workstation.screenshots.album import CLOSE_LOOKS, EVERY_LOOK, Album, Look
from workstation.screenshots.ward import Ward
from workstation.tour import written
from workstation.tour.seat import Seat, came, settle, until

LOOKS: tuple[Look, ...] = (*EVERY_LOOK, CLOSE_LOOKS[1])
_CLOSED = "Samtal som patienten inte vill att andra enheter läser."
_REASON = "Medvetslös på akuten, behöver läkemedelslistan"


@dataclass(kw_only=True)
class Privacy:
    """One round. ``seat_of`` gives a workstation by name, ``comes_in`` logs somebody in there."""

    album: Album
    ward: Ward
    seat_of: Callable[..., Seat]
    comes_in: Callable[[Seat, str], Awaitable[None]]

    async def go(self) -> None:
        """Take every picture."""
        self.seat = self.seat_of("x")
        await self.comes_in(self.seat, self.ward.second.username)
        found = await self.seat.session.records.patient(self.ward.who["multisjuk äldre"])
        assert found is not None
        self.old: PatientLine = found
        await self.in_emergency(await self._somebody_elsewhere())
        await self.blocked()

    async def _somebody_elsewhere(self) -> PatientLine:
        """Return a patient whom this unit does not care for, found in the region."""
        here, region = set(self.ward.who.values()), self.seat.session.region
        assert region is not None
        numbers = (n for patient, n in self.ward.numbers.items() if patient not in here)
        (line,) = await region(next(numbers))
        return line

    async def blocked(self) -> None:
        """What another unit has blocked, and a consent: in the banner, the panel and the lists."""
        block = await self._blocks_at_the_centre()
        if block is not None:
            await came(self.seat.having(block))
        await self.seat.shows(self.old, "overview")
        await self._take("consent-missing", "Samtycke saknas")
        self.seat.shown.privacy.consents.spoken()
        await self._take("consent-given", "Muntligt samtycke med en tangent")
        await self._take("blocked-overview", "Spärrade uppgifter: översikt")
        for tab in ("journal", "medication"):
            await self.seat.shows(self.old, tab)
            await self._take(f"blocked-{tab}", f"Spärrade uppgifter: {tab}")
        self.seat.shown.privacy.open()
        await self._take("privacy", "Samtycke och spärr")
        self.seat.shown.privacy.lift()
        await self._take("privacy-lift", "Samtycke och spärr: häv tillfälligt")
        await self._discard()
        await self.seat.shows(self.old, "overview")
        await self._without_contact("blocked-offline", "Spärrade uppgifter utan kontakt")
        await self._discard()

    async def in_emergency(self, line: PatientLine) -> None:
        """A record that is not here is opened in an emergency, read, and closed."""
        desk = self.seat.shown
        await self.seat.shows(line, "overview")
        await self._without_contact("emergency-offline", "Nödöppning utan kontakt")
        (draft,) = desk.workspace.state.drafts
        desk.drafts.bodies[str(draft.id)].set_text("reason", _REASON)
        await self._take("emergency-reason", "Nödöppning: steg 1")
        await desk.workspace.act(draft.id, "go_on")
        await self._take("emergency-sure", "Nödöppning: steg 2")
        await desk.workspace.act(draft.id, "open")
        emergency = self.seat.opened.emergency
        await until(lambda: emergency.of(line.patient) is not None)
        await self._take("emergency-opened", "Nödöppnad journal")
        await emergency.close(line.patient)
        await self._take("emergency-closed", "Nödöppningen stängd")

    async def _without_contact(self, name: str, caption: str) -> None:
        """What is said where nothing can be opened; the draft goes on when there is contact again."""
        sync = self.seat.session.sync
        self.seat.line.is_up = False
        await until(lambda: not sync.status().connected)
        await self._take(f"{name}-before", f"{caption}: innan")
        self.seat.shown.privacy.emergency()
        await self._take(name, caption)
        self.seat.line.is_up = True
        sync.try_now()
        await until(lambda: sync.status().connected)
        await self._rest()

    async def _blocks_at_the_centre(self) -> Record | None:
        centre = self.seat_of("w")
        await self.comes_in(centre, self.ward.centre_physician.username)
        author = centre.desk.author
        said = written.a_note(_CLOSED, title="Mottagningsbesök", when=datetime.now(UTC))
        await save_note(
            said, patient=self.old.patient, records=centre.session.records, desk=centre.desk
        )
        block = Block(
            type="inner",
            unit=author.unit,
            unit_name=author.unit_name,
            provider=author.provider,
            provider_name=author.provider_name,
            how="in_person",
        )
        return await register_block(
            block, patient=self.old.patient, records=centre.session.records, desk=centre.desk
        )

    async def _discard(self) -> None:
        workspace = self.seat.shown.workspace
        for draft in workspace.state.drafts:
            for _twice in range(2):
                await workspace.discard(draft.id)

    async def _rest(self) -> None:
        await settle()
        await self.seat.shown.tasks.finish()
        await asyncio.sleep(0.3)

    async def _take(self, name: str, caption: str) -> None:
        await self._rest()
        await self.album.take(self.seat.window, name, caption, LOOKS)
