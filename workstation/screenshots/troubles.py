"""What somebody sees when something has gone wrong: each state brought about for real."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from keyring.backends.fail import Keyring

from local_cache.engine import CacheFile
from local_cache.machine import KeyringSecret
from ui.screens.journal.note_content import begin
from ui.screens.medication.order_writer import begin_order
from ui.screens.medication.presenter import MedicationPresenter
from ui.screens.patients.view import PatientsView
from workstation.domain.record import Record
from workstation.operations.change_order import change_order
from workstation.operations.prescribe import prescribe
from workstation.operations.writing import heads_of
from workstation.screenshots.album import CLOSE_LOOKS, EVERY_LOOK, Album, Look
from workstation.screenshots.ward import Ward
from workstation.tour import written
from workstation.tour.seat import Seat, came, eventually, settle, until

LOOKS: tuple[Look, ...] = (EVERY_LOOK[0], EVERY_LOOK[3], CLOSE_LOOKS[1])
_NOTE = {
    "text0": "Ringt upp av dottern. Mer andfådd sedan i går kväll, svullna ben.",
    "text1": "Ingen bröstsmärta. Ingen blödning. Fortsatt furosemid, ny kontroll i morgon.",
}
_ORDER = {
    "drug": "amlodipin",
    "form": "tablett",
    "strength": "5 mg",
    "dosage": "1+0+0+0 i 10 dagar",
    "route": "peroralt",
    "reason": "Högt blodtryck",
}
_PAGE_BYTES, _PATIENCE = 4096, 120  # bytes, seconds


@dataclass(kw_only=True)
class Troubles:
    """One round. ``seat`` gives a workstation by name, ``comes_in`` logs somebody in there."""

    album: Album
    ward: Ward
    seat: Callable[..., Seat]
    comes_in: Callable[[Seat, str], Awaitable[None]]

    async def go(self) -> None:
        """Take every picture."""
        await self._at_the_door()
        self.t = self.seat("t")
        await self.comes_in(self.t, self.ward.second.username)
        found = await self.t.session.records.patient(self.ward.who["multisjuk äldre"])
        assert found is not None
        self.old = found
        await self._overtaken()
        await self._not_allowed()
        await self._elsewhere()
        await self._refused()
        await self._full()
        await self._unread()

    # The way in

    async def _at_the_door(self) -> None:
        user = self.ward.physician.username
        stranger = self.seat("stranger")
        stranger.line.is_up = False
        await self._tries(stranger, user)
        await self._take(stranger, "door-first-time", "Inloggning första gången, utan nät")
        known = self.seat("known")
        await self.comes_in(known, user)
        path = known.opened.cache._file.path  # noqa: SLF001  what is damaged is the file itself
        own = known.opened.person_file._file.path  # noqa: SLF001
        await self._leaves(known)
        known.line.is_up = False
        await self._tries(known, user, "fel lösenord")
        await self._take(known, "door-wrong-offline", "Fel lösenord, utan nät")
        await asyncio.to_thread(_damage, path)
        await self._tries(known, user)
        await self._take(known, "door-damaged", "Enhetens uppgifter skadade")
        known.window.login.remedy_wanted.emit()
        await self._rest(known)
        await self._take(known, "door-damaged-offline", "Enhetens uppgifter skadade, utan nät")
        known.line.is_up = True
        await self._tries(known, user)
        known.window.login.remedy_wanted.emit()
        await until(lambda: known.window.desk is not None)
        await self._rest(known)
        await self._take(known, "door-fetched-anew", "Skadad fil undanlagd, allt hämtas igen")
        await self._leaves(known)
        await asyncio.to_thread(_damage, own)
        await self._tries(known, user)
        await self._take(known, "door-own-damaged", "Egna utkast skadade")
        await self._without_a_keyring()

    async def _without_a_keyring(self) -> None:
        nowhere = Keyring()  # type: ignore[no-untyped-call]
        bare = self.seat("bare", KeyringSecret(nowhere))
        await self.comes_in(bare, self.ward.nurse.username)
        bare.shown.show_place("outbox")
        await self._take(bare, "keyring-missing", "Nyckelring saknas")
        bare.line.is_up = False
        await eventually(bare.is_disconnected)
        await self._take(bare, "keyring-missing-offline", "Nyckelring saknas, utan nät")
        bare.window.lock()
        await self._tries(bare, self.ward.nurse.username)
        await self._take(bare, "keyring-missing-locked", "Nyckelring saknas, låst utan nät")

    # In the record

    async def _overtaken(self) -> None:
        """Somebody changes the order that a draft is about."""
        other = self.seat("u")
        await self.comes_in(other, self.ward.physician.username)
        order = await prescribe(
            written.an_order(datetime.now(UTC)),
            patient=self.old.patient,
            records=other.session.records,
            desk=other.desk,
        )
        await came(self.t.having(order))
        await self.t.shows(self.old, "medication", order.entity)
        await self._rest(self.t)
        await _medication(self.t).act("change")
        await self._rest(self.t)
        (draft,) = self.t.shown.workspace.state.drafts
        self.t.shown.workspace.typed(draft.id, "why", "Yrsel. Sänker till varannan dag.")
        changed = await self._changes(other, order)
        await came(self.t.having(changed))
        await self._rest(self.t)
        await self._take(self.t, "draft-overtaken", "Någon annan har ändrat medan jag skrev")
        await self.t.shown.workspace.build_on_new(draft.id)
        await self._rest(self.t)
        await self._take(self.t, "draft-rebuilt", "Utkastet bygger på den nya versionen")
        await self._discard()

    async def _changes(self, seat: Seat, order: Record) -> Record:
        state = await seat.state(order.patient, order.entity)
        assert state is not None
        return await change_order(
            written.an_order(datetime.now(UTC), dosing="2+0+0+0"),
            patient=order.patient,
            entity=order.entity,
            seen=heads_of(state),
            records=seat.session.records,
            desk=seat.desk,
        )

    async def _not_allowed(self) -> None:
        """A nurse tries to sign an order."""
        nurse = self.seat("v")
        await self.comes_in(nurse, self.ward.nurse.username)
        await nurse.shows(self.old, "medication")
        await self._rest(nurse)
        order = {**begin_order(nurse.session.clock.now()), **_ORDER}
        nurse.shown.compose("order", self.old, order)
        await self._rest(nurse)
        (draft,) = nurse.shown.workspace.state.drafts
        await nurse.shown.workspace.act(draft.id, "sign")
        await self._rest(nurse)
        await self._take(nurse, "not-allowed", "Saknar behörighet att ordinera")

    async def _elsewhere(self) -> None:
        """A patient of another unit, found in the region."""
        self.t.shown.show_place("patients")
        view = self.t.shown.places["patients"][0]
        assert isinstance(view, PatientsView)
        elsewhere = self._somebody_elsewhere()
        view.searched.emit(elsewhere)
        await self._rest(self.t)
        await asyncio.sleep(1)
        await self._take(self.t, "elsewhere-found", "Patient vid en annan enhet, funnen i regionen")
        view.submitted.emit(elsewhere)
        await self._rest(self.t)
        await asyncio.sleep(1)
        await self._take(self.t, "elsewhere-opened", "Patient vid en annan enhet, öppnad")

    def _somebody_elsewhere(self) -> str:
        """Return the number of somebody whom this unit does not care for."""
        here = set(self.ward.who.values())
        return next(number for patient, number in self.ward.numbers.items() if patient not in here)

    async def _refused(self) -> None:
        for code in ("not_allowed", "too_old_program"):
            await self._hears(code)
            self.t.shown.show_place("outbox")
            await self._rest(self.t)
            await self._take(self.t, f"refused-{code}", f"Servern nekar: {code}")
            await self._hears("")

    async def _hears(self, code: str) -> None:
        """Let the server say no with ``code``, or yes, and wait until that is noticed."""
        self.t.line.refusal = code
        for _second in range(_PATIENCE):
            self.t.opened.synchroniser.retry_now()
            await asyncio.sleep(1)
            if self.t.session.sync.status().refusal == code:
                return
        raise TimeoutError

    async def _full(self) -> None:
        """No room on the disk: for the draft, for the note, for what comes from others."""
        await self.t.shows(self.old, "journal")
        self.t.shown.compose("note", self.old, begin("day"))
        await self._rest(self.t)
        (draft,) = self.t.shown.workspace.state.drafts
        files = (self.t.opened.person_file._file, self.t.opened.cache._file)  # noqa: SLF001
        for file in files:
            await asyncio.to_thread(_fill, file)
        for key, text in _NOTE.items():
            self.t.shown.drafts.bodies[str(draft.id)].set_text(key, text * 40)
        await self._rest(self.t)
        for key, text in _NOTE.items():
            self.t.shown.drafts.bodies[str(draft.id)].set_text(key, text)
        await self._rest(self.t)
        await self._take(self.t, "disk-full-draft", "Disken full: utkastet sparas inte")
        self.t.window.close()
        await self._rest(self.t)
        await self._take(self.t, "disk-full-closing", "Disken full: någon vill stänga")
        for file in files:
            await asyncio.to_thread(_empty, file)
        await self.t.shown.workspace.keep_again()
        await self._rest(self.t)
        await self._take(self.t, "disk-room-again", "Plats på disken igen: utkastet sparat")
        await self._discard()

    async def _unread(self) -> None:
        """The file is damaged while somebody works."""
        await asyncio.to_thread(_damage, self.t.opened.cache._file.path)  # noqa: SLF001
        await self.t.shows(self.old, "values")
        await self._rest(self.t)
        self.t.shown.show_place("patients")
        await self._rest(self.t)
        await self._take(self.t, "unread-place", "Listan kunde inte läsas")
        for tab in ("overview", "journal", "medication"):
            await self.t.shows(self.old, tab)
            await self._rest(self.t)
            await self._take(self.t, f"unread-{tab}", f"Skadad fil under arbetet: {tab}")

    # How

    async def _discard(self) -> None:
        workspace = self.t.shown.workspace
        for draft in workspace.state.drafts:
            for _twice in range(2):
                await workspace.discard(draft.id)

    async def _tries(self, seat: Seat, user: str, password: str = "") -> None:
        seat.window.login.admitted.emit(user, password or seat.password)
        await asyncio.sleep(0.2)
        await until(lambda: not seat.window.way_in.state.busy)
        await self._rest(seat)

    async def _leaves(self, seat: Seat) -> None:
        """Another program start: the window is the same, nobody is in."""
        session = seat.session
        seat.window._end_desk()  # noqa: SLF001
        await seat.gate.leave(session)
        seat.window._stack.setCurrentWidget(seat.window.login)  # noqa: SLF001

    async def _rest(self, seat: Seat) -> None:
        await settle()
        if seat.window.desk is not None:
            await seat.shown.tasks.finish()
        await settle()

    async def _take(self, seat: Seat, name: str, caption: str) -> None:
        await self._rest(seat)
        await self.album.take(seat.window, name, caption, LOOKS)


def _medication(seat: Seat) -> MedicationPresenter:
    presenter = seat.shown.chart["medication"][1]
    assert isinstance(presenter, MedicationPresenter)
    return presenter


def _damage(path: Path) -> None:
    """Write over everything but the first page."""
    with path.open("r+b") as file:
        size = path.stat().st_size
        for at in range(_PAGE_BYTES, size, _PAGE_BYTES):
            file.seek(at + 100)
            file.write(b"\xff" * 64)


def _fill(file: CacheFile) -> None:
    """Let the file grow no further: what SQLite says then is what it says of a full disk."""
    with file.writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages:d}")


def _empty(file: CacheFile) -> None:
    with file.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")
