"""A ward with a real encrypted cache: desks to sit at, and everything a session needs.

Drafts and delivery status stand here for files and a server that other parts own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from local_cache.cache import Cache, create_cache
from tests.builders import HOSPITAL, MORNING, WARD, next_number
from workstation.access.signing import Ed25519Signer
from workstation.app.bundled import BundledGuidance, bundled_support
from workstation.domain.clock import HybridClock, from_millis
from workstation.domain.directory import Assignment, Person, Profession, Unit
from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId, uuid7
from workstation.domain.record import Author, Record, seal
from workstation.operations.ports import Desk, Listed
from workstation.operations.session import (
    Admitted,
    Choice,
    KeptDraft,
    NotAdmitted,
    OutboxLine,
    Session,
    SyncStatus,
)
from workstation.operations.writing import heads_of

KEY = bytes(range(32))
SIGNER = Ed25519Signer(b"\x07" * 32)


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, millis: int = MORNING + 3_600_000) -> None:
        self.millis = millis

    def now(self) -> datetime:
        return from_millis(self.millis)

    def forward(self, minutes: float) -> None:
        """Let time pass."""
        self.millis += round(minutes * 60_000)


class DraftShelf:
    """Keeps drafts as a person's file would: what was kept is there after a crash."""

    def __init__(self) -> None:
        self.kept: dict[UUID, KeptDraft] = {}

    async def keep(self, draft: KeptDraft) -> None:
        self.kept[draft.id] = draft

    async def forget(self, draft: UUID) -> None:
        self.kept.pop(draft, None)

    async def all(self) -> Sequence[KeptDraft]:
        return tuple(self.kept.values())


class SyncBoard:
    """Says what a test wants said about delivery."""

    def __init__(self) -> None:
        self.now_status = SyncStatus(connected=True, contact_at=MORNING)
        self.lines: tuple[OutboxLine, ...] = ()
        self.tries = 0
        self._listeners: list[Callable[[], None]] = []

    def status(self) -> SyncStatus:
        return self.now_status

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(changed)
        return lambda: self._listeners.remove(changed)

    async def outbox(self, *, limit: int) -> Sequence[OutboxLine]:
        return self.lines[:limit]

    def try_now(self) -> None:
        self.tries += 1

    def say(self, status: SyncStatus) -> None:
        """Change the status and tell whoever listens."""
        self.now_status = status
        for listener in tuple(self._listeners):
            listener()


@dataclass
class UnitBook:
    """The cached directory."""

    known: tuple[Unit, ...] = ()

    def unit(self, hsa_id: HsaId) -> Unit | None:
        return next((unit for unit in self.known if unit.hsa_id == hsa_id), None)

    def units(self) -> Sequence[Unit]:
        return self.known

    def person(self, hsa_id: HsaId) -> Person | None:
        return None


@dataclass
class CacheChanges:
    """The cache's news as screens want them."""

    cache: Cache

    def subscribe(self, changed: Callable[[frozenset[PatientId]], None]) -> Callable[[], None]:
        return self.cache.on_change(lambda news: changed(news.patients))


@dataclass
class Ward:
    """One cache, and whoever sits at it."""

    cache: Cache
    clock: SetClock
    drafts: DraftShelf = field(default_factory=DraftShelf)
    sync: SyncBoard = field(default_factory=SyncBoard)
    book: UnitBook = field(default_factory=UnitBook)

    def desk(
        self,
        name: str = "Lind, Anna",
        *,
        profession: Profession = "physician",
        title: str = "Läkare",
        hsa_id: str = "SE2321000016-P001",
        unit: HsaId = WARD,
        unit_name: str = "Avd 12, Sahlgrenska",
        device: str = "PC-17",
    ) -> Desk:
        """Return a desk for somebody."""
        author = Author(
            hsa_id=HsaId(hsa_id),
            name=name,
            title=title,
            assignment=HsaId("SE2321000016-M001"),
            unit=unit,
            unit_name=unit_name,
            provider=HOSPITAL,
            provider_name="Sahlgrenska",
        )
        return Desk(
            author=author,
            profession=profession,
            device=device,
            signer=SIGNER,
            new_id=self.new_id,
            now=HybridClock(self.clock).next,
        )

    def new_id(self) -> RecordId:
        """Return an id nobody has had."""
        number = next_number()
        return RecordId(uuid7(self.clock.millis, lambda size: number.to_bytes(size, "big")))

    def session(self, desk: Desk | None = None) -> Session:
        """Return a session at a desk."""
        return Session(
            desk=desk or self.desk(),
            records=self.cache,
            lists=self.cache,
            changes=CacheChanges(self.cache),
            drafts=self.drafts,
            sync=self.sync,
            units=self.book,
            clock=self.clock,
            new_draft_id=self.new_id,
            random_below=lambda below: next_number() % below,
            support=bundled_support(self.cache, lambda: self.clock.now().date()),
            guidance=BundledGuidance(),
        )

    async def put(self, *records: Record) -> None:
        """Store records as if somebody had written them here."""
        await self.cache.save([seal(record, SIGNER) for record in records])

    async def entity(self, record: Record) -> Listed:
        """Return the entity of a record as it stands."""
        return await self.at(record.patient, record.entity)

    async def at(self, patient: PatientId, entity: EntityId) -> Listed:
        """Return an entity as it stands."""
        listed = await self.cache.entity(patient, entity)
        assert listed is not None
        return listed

    async def seen(self, record: Record) -> tuple[RecordId, ...]:
        """Return what somebody who reads the record's entity now has seen."""
        return heads_of((await self.entity(record)).state)


async def open_ward(folder: Path, clock: SetClock | None = None) -> Ward:
    """Return a ward with an empty cache in ``folder``."""
    path = folder / "unit.db"
    create_cache(path, KEY, device="PC-17", incarnation=1)
    at = clock or SetClock()
    return Ward(cache=await Cache.open(path, KEY, clock=at), clock=at)


PASSWORD = "rätt häst"


@dataclass
class Door:
    """Lets people in who say the password; each may work where ``choices`` say."""

    sessions: dict[str, Session]
    units: tuple[Unit, ...]
    left: list[Session] = field(default_factory=list)

    async def admit(self, user: str, password: str) -> Admitted:
        if user not in self.sessions or password != PASSWORD:
            raise NotAdmitted("Fel användarnamn eller lösenord.", "Försök igen.")
        author = self.sessions[user].desk.author
        person = Person(
            hsa_id=author.hsa_id, name=author.name, profession="physician", title=author.title
        )
        choices = [
            Choice(
                assignment=Assignment(
                    hsa_id=HsaId(f"SE2321000016-M00{number}"),
                    person=person.hsa_id,
                    unit=unit.hsa_id,
                ),
                unit=unit,
            )
            for number, unit in enumerate(self.units, start=1)
        ]
        self._user = user
        return Admitted(person=person, choices=choices)

    async def enter(self, admitted: Admitted, choice: Choice) -> Session:
        return self.sessions[self._user]

    async def leave(self, session: Session) -> None:
        self.left.append(session)
