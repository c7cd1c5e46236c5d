"""What operations and screens need of the record, whoever keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from workstation.domain.clock import HybridTime
from workstation.domain.directory import Profession
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId
from workstation.domain.journal_filter import EntryFacts
from workstation.domain.kind import Projection
from workstation.domain.record import Author, Sealed, Signer


class Delivery(Enum):
    """How far a record has come, in the three words used everywhere, and the one that needs a person."""

    LOCAL = "local"
    SENT = "sent"
    RECEIVED = "received"
    ATTENTION = "attention"


@dataclass(frozen=True, kw_only=True, repr=False)
class Listed:
    """An entity as a list shows it: its state, its read-model row, how far it has come.

    ``changed``: ms UTC when this store last learned something of it (for "new since").
    """

    state: EntityState
    row: Projection
    delivery: Delivery
    changed: int


@dataclass(frozen=True, kw_only=True, repr=False)
class LinkedPatient:
    """Another record of the same person. Without a number where it is not on this computer."""

    patient: PatientId
    identity: str = ""
    identity_system: str = ""
    here: bool = False


@dataclass(frozen=True, kw_only=True, repr=False)
class PatientLine:
    """A patient in a list. ``identity`` in storage form; ``protected`` hides whereabouts.

    ``place``: room and bed of a current admission. ``complete``: the whole record is here,
    as far as the unit may have it.
    ``links``: the person's other records, where whoever made the line knows them.
    ``withheld``: a block (spärr) keeps some of the record from the unit.
    """

    patient: PatientId
    family: str
    given: str
    birth_date: str
    sex: str
    identity: str
    identity_system: str
    protected: bool
    deceased: bool
    place: str
    complete: bool
    links: tuple[LinkedPatient, ...] = ()
    withheld: bool = False


@dataclass(frozen=True, kw_only=True, repr=False)
class WorkLine:
    """Something that waits. ``person`` empty: for anyone of the unit."""

    patient: PatientLine
    entity: EntityId
    row: Projection
    reason: str
    since: int
    due: int | None
    person: HsaId


@dataclass(frozen=True, kw_only=True, repr=False)
class Visit:
    """A booked time with its patient, as the reception lists it."""

    patient: PatientLine
    booking: Listed


@dataclass(frozen=True, kw_only=True, repr=False)
class TextHit:
    """A search hit in a patient's record. ``spans``: where in ``Projection.text``, start and end."""

    entity: EntityId
    row: Projection
    spans: tuple[tuple[int, int], ...]


class Reading(Protocol):
    """Reads from the local store. Nothing here waits for the network."""

    async def patient(self, patient: PatientId) -> PatientLine | None: ...

    async def patients_of(
        self, unit: HsaId, *, limit: int, offset: int = 0
    ) -> tuple[PatientLine, ...]:
        """Return a unit's patients: with a place first (by place), then by name."""
        ...

    async def find_patients(self, text: str, *, limit: int) -> tuple[PatientLine, ...]:
        """Find by parts of names, or number with or without century and separator.

        Who is linked to somebody found comes right after: a person is found by either number.
        """
        ...

    async def listed(
        self,
        patient: PatientId,
        family: str,
        *,
        group: str | None = None,
        code: str | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> tuple[Listed, ...]:
        """Return entities of a family, newest clinical time first; ``before``: ms UTC, excluded."""
        ...

    async def newest_by_code(
        self, patient: PatientId, family: str, *, each: int, codes: int = -1, titled: str = ""
    ) -> tuple[Listed, ...]:
        """Return the newest ``each`` entities of every code: the newest values with their trend.

        ``codes``: only of that many codes, those with the newest; -1 for all. ``titled``: only
        what has this in its title, in lower case.
        """
        ...

    async def journal(
        self, patient: PatientId, *, families: Sequence[str], offset: int, limit: int
    ) -> tuple[Listed, ...]:
        """Return a page of the reading view: several families in one order, newest first."""
        ...

    async def journal_facts(
        self, patient: PatientId, *, families: Sequence[str]
    ) -> tuple[EntryFacts, ...]:
        """Return what every entry of the reading view is like, in its order: to filter it."""
        ...

    async def counts(self, patient: PatientId) -> Mapping[str, int]:
        """Return the number of entities by family."""
        ...

    async def entity(self, patient: PatientId, entity: EntityId) -> Listed | None: ...

    async def entities(
        self, patient: PatientId, wanted: Sequence[EntityId]
    ) -> Mapping[EntityId, Listed]:
        """Return those of ``wanted`` that are known here."""
        ...

    async def sealed(self, patient: PatientId, record: RecordId) -> Sealed | None:
        """Return a record's bytes: to sign their hash, print them, prove them."""
        ...

    async def search_text(
        self, patient: PatientId, text: str, *, limit: int
    ) -> tuple[TextHit, ...]: ...

    async def work(self, *, unit: HsaId, person: HsaId, limit: int) -> tuple[WorkLine, ...]:
        """Return what waits for the person or anyone of the unit, most urgent first."""
        ...

    async def visits(self, *, unit: HsaId, since: int, until: int) -> tuple[Visit, ...]:
        """Return a unit's bookings with ``since <= start < until`` (ms UTC), earliest first."""
        ...

    async def is_complete(self, patient: PatientId) -> bool:
        """Whether every record of the patient is on this computer."""
        ...


class Writing(Protocol):
    """The one way to write: durable when it returns."""

    async def save(self, records: Sequence[Sealed]) -> None:
        """Store the records, their read-model rows and their outbox rows in one transaction.

        Raises:
            workstation.domain.problem.Problem: The disk is full or the cache damaged: nothing
                was stored, and what was typed is still in its draft.
        """
        ...


class Records(Reading, Writing, Protocol):
    """Both."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Desk:
    """Who sits here, with what they write records: supplied by ``workstation/app.py``.

    ``new_id`` gives a UUIDv7; ``now`` the hybrid time for a record (advances the clock).
    ``profession`` decides what may be written; where nobody said, nothing that needs a licence.
    """

    author: Author
    profession: Profession = "administrator"
    device: str
    signer: Signer
    new_id: Callable[[], RecordId]
    now: Callable[[], HybridTime]
