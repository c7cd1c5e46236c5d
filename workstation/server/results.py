"""Answers of laboratories come in: matched to their order, or listed for a person; nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection

from sync.protocol.waiting import UnmatchedAnswer
from workstation.access.actor import Actor, Staff
from workstation.access.policy import Action, Decision, relation_to_unit
from workstation.domain.directory import Assignment, author_of
from workstation.domain.ids import EntityId, HsaId
from workstation.domain.record import Author
from workstation.domain.results import Delivery, Unmatched, obstacle
from workstation.domain.values import local_date
from workstation.interop.fhir.faults import Fault
from workstation.interop.fhir.lab import read_deliveries
from workstation.server.attaching import Attaching
from workstation.server.core import Core, NotAllowed
from workstation.server.gathering import Gathering
from workstation.server.store import answers, directory, orders, streams
from workstation.server.store.answers import Kept
from workstation.server.store.orders import Order

MOST_BYTES = 32 * 1024 * 1024
"""Of one document. A text of 10 MB arrives, and is listed as too large for the record."""
_MOST_LISTED = 500


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a document. ``whys``: of each answer, empty where it was attached.

    ``known``: the very same document had come before. ``place``: where it is broken.
    """

    whys: tuple[str, ...]
    known: bool = False
    place: str = ""


async def deliver(core: Core, actor: Actor, data: bytes) -> Taken:
    """Take in a laboratory's document. When this returns, all of it is durable somewhere visible.

    A document of many answers is taken in part by part, and so are the values of one that has very
    many: others write in between. What is left of one that was broken off is visible as not yet
    taken in, and is taken when the document comes again.

    Raises:
        NotAllowed: Not a laboratory's system.
        Busy: Not all of it was taken in; send it again.
    """
    decision = await core.allowed(actor, Action.DELIVER_RESULTS)
    assert isinstance(actor, Staff)
    digest = sha256(data).digest()
    found, place = await _read(core, actor, data, digest)
    if found and all(delivery.fault for delivery in found):
        place = found[0].fault
    intake = _Intake(core=core, actor=actor, data=data, digest=digest, found=found)
    left = first = await core.database.write(intake.begin)
    while left:
        part, left = intake.parted(left)
        for some in intake.values_ahead(part):
            await _told(core, actor, decision, await intake.write_ahead(part[0], some))
        grown = await core.database.write(lambda c, part=part: intake.take(c, part))  # type: ignore[misc]
        await _told(core, actor, decision, grown)
    known = await core.database.read(lambda c: answers.known(c, digest))
    whys = tuple(why for _n, why in known or ())
    return Taken(whys=whys, known=not first, place=place)


async def _told(
    core: Core, actor: Actor, decision: Decision, grown: Sequence[streams.Growth]
) -> None:
    """Log whose records grew, and wake who follows them."""
    patients = [growth.patient for growth in grown]
    await core.log(actor, "Skriva", "results", basis=decision.basis, patients=patients)
    core.hub.publish({growth.patient: growth.head_rev for growth in grown})
    core.wake_drainer.set()


_AT_ONCE, _VALUES_AT_ONCE = 20, 1_000
"""Answers, and values, taken in by one transaction: others write between them."""


async def _read(
    core: Core, actor: Staff, data: bytes, digest: bytes
) -> tuple[tuple[Delivery, ...], str]:
    """Return the answers, or where it is broken. Should we fail on it, it is kept whole and listed."""
    read = False
    try:
        found, place = await asyncio.to_thread(_deliveries, data)
        read = True
    finally:
        if not read:  # a defect of ours, told as one; who sends it again learns where it lies
            unread = _Intake(core=core, actor=actor, data=data, digest=digest, found=())
            await core.database.write(unread.begin)
            await core.database.write(lambda c: unread.take(c, (0,)))
    return found, place


def _deliveries(data: bytes) -> tuple[tuple[Delivery, ...], str]:
    try:
        return read_deliveries(data), ""
    except Fault as fault:
        return (), fault.path


@dataclass(frozen=True, kw_only=True, repr=False)
class _Intake:
    """One document, in its transactions. ``digest``: its SHA-256."""

    core: Core
    actor: Staff
    data: bytes
    digest: bytes
    found: tuple[Delivery, ...]
    ahead: dict[int, EntityId] = field(default_factory=dict)
    """Places of the values of the answer under way that are written already, by number."""

    def parted(self, left: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the answers to take in next, by number, and those after."""
        count, values = 0, 0
        for n in left[:_AT_ONCE]:
            values += len(self.found[n].values) if self.found else 0
            if count and values > _VALUES_AT_ONCE:
                break
            count += 1
        return left[:count], left[count:]

    def values_ahead(self, part: Sequence[int]) -> Iterator[range]:
        """Yield the values to write before the rest of an answer that has too many for one go."""
        self.ahead.clear()
        most = len(self.found[part[0]].values) if self.found and len(part) == 1 else 0
        for first in range(0, most - _VALUES_AT_ONCE, _VALUES_AT_ONCE):
            yield range(first, first + _VALUES_AT_ONCE)

    async def write_ahead(self, n: int, some: range) -> list[streams.Growth]:
        """Attach some values of an answer, if it belongs to its order."""
        grown, places = await self.core.database.write(lambda c: self._take_values(c, n, some))
        self.ahead.update(places)  # now that they are durable
        return grown

    def _take_values(
        self, connection: Connection, n: int, some: range
    ) -> tuple[list[streams.Growth], dict[int, EntityId]]:
        into = Gathering(connection=connection, now=self.core.now)
        delivery = self.found[n]
        order = self._order_of(into, delivery)
        if order is None or self._why(into, delivery, order):
            return [], {}
        author = author_for(connection, self.actor)
        attaching = Attaching(into=into, order=order, author=author, random=self.core.random)
        places = attaching.attach_new(delivery, some)
        into.write()
        return into.grown, places

    def begin(self, connection: Connection) -> tuple[int, ...]:
        """Keep the document, every answer in it listed as not yet taken in; return what is left."""
        before = answers.known(connection, self.digest)
        if before is not None:
            return tuple(n for n, why in before if why == Unmatched.PENDING)
        numbers = range(max(len(self.found), 1))
        kept = [Kept(n=n, unit=self.actor.unit, why=Unmatched.PENDING) for n in numbers]
        performer, now = self.actor.unit, self.core.now
        answers.keep(connection, self.digest, self.data, kept, performer=performer, now=now)
        return tuple(numbers)

    def take(self, connection: Connection, numbers: Sequence[int]) -> list[streams.Growth]:
        """Attach or list these answers; return what patients gained."""
        author = author_for(connection, self.actor)
        into = Gathering(connection=connection, now=self.core.now)
        kept = [
            self._one(into, n, self.found[n], author)
            if self.found
            else Kept(n=n, unit=self.actor.unit, why=Unmatched.BROKEN)
            for n in numbers
        ]
        into.write()
        answers.place(connection, self.digest, kept, performer=self.actor.unit, now=into.now)
        return into.grown

    def _one(self, into: Gathering, n: int, delivery: Delivery, author: Author) -> Kept:
        order = self._order_of(into, delivery)
        why = self._why(into, delivery, order)
        if order is not None:
            attaching = Attaching(into=into, order=order, author=author, random=self.core.random)
            if why:
                attaching.refuse(f"{self.digest.hex()}-{n}", why)
            else:
                attaching.attach(delivery, self.ahead)
        return Kept(
            n=n,
            unit=self._list_of(into.connection, delivery, order),
            why=why or "",
            title=delivery.title,
            numbers=" ".join(delivery.numbers),
            requisition=delivery.requisition or delivery.order,
            patient=order.patient if order else None,
            entity=order.entity if order else None,
        )

    def _order_of(self, into: Gathering, delivery: Delivery) -> Order | None:
        """Return the order that is meant; from here on nobody else adds to the patient."""
        connection = into.connection
        place = orders.find(connection, order=delivery.order, requisition=delivery.requisition)
        if place is None:
            return None
        orders.lock(connection, place.patient)
        into.before_reading(place.entity)
        return orders.load(connection, *place)

    def _why(self, into: Gathering, delivery: Delivery, order: Order | None) -> Unmatched | None:
        if order is None:
            return Unmatched.BROKEN if delivery.fault else Unmatched.UNKNOWN_ORDER
        agrees = orders.names_patient(
            into.connection,
            order.patient,
            patient_id=delivery.patient_id,
            numbers=delivery.numbers,
            today=local_date(into.now),
        )
        return obstacle(
            delivery,
            order.referral.request,
            performer=self.actor.unit,
            receiver=order.referral.receiver,
            patient_agrees=agrees,
            now=into.now,
            analyses=into.analyses,
        )

    def _list_of(self, connection: Connection, delivery: Delivery, order: Order | None) -> str:
        """The unit that watches the order; else the one that is said to have asked; else the laboratory."""
        if order is not None:
            return order.referral.owner_unit
        asked = directory.unit(connection, delivery.requester_unit)
        return asked.hsa_id if asked is not None else self.actor.unit


def author_for(connection: Connection, actor: Staff) -> Author:
    """Return the laboratory's system as the author of what it delivers."""
    person = directory.person(connection, actor.person)
    unit = directory.unit(connection, actor.unit)
    provider = directory.provider(connection, actor.provider)
    if person is None or unit is None or provider is None:
        raise NotAllowed
    assignment = Assignment(hsa_id=actor.assignment, person=actor.person, unit=actor.unit)
    return author_of(person, assignment, unit, provider)


async def unmatched(core: Core, actor: Actor) -> tuple[UnmatchedAnswer, ...]:
    """Return the answers that came for the actor's unit and belong to no order."""
    unit = actor.unit if isinstance(actor, Staff) else HsaId("")
    decision = await core.allowed(actor, Action.SETTLE_ANSWER, relation_to_unit(actor, unit))
    found = await core.database.read(lambda c: answers.unmatched(c, unit, limit=_MOST_LISTED))
    if found:
        touched = {one.patient for one in found if one.patient is not None}
        await core.log(actor, "Läsa", "unmatched", basis=decision.basis, patients=sorted(touched))
    return found


async def document_of(core: Core, actor: Actor, identity: str) -> bytes:
    """Return the whole document of an answer in the unit's list, as it came.

    Raises:
        NotAllowed: It is in no list of the actor's unit.
    """
    waiting = await core.database.read(lambda c: answers.waiting(c, identity))
    unit = HsaId(waiting.unit) if waiting is not None else HsaId("")
    decision = await core.allowed(actor, Action.SETTLE_ANSWER, relation_to_unit(actor, unit))
    await core.log(actor, "Läsa", "unmatched", basis=decision.basis)
    assert waiting is not None
    return waiting.raw


async def settle(
    core: Core, actor: Actor, identity: str, *, how: str, patient: UUID | None, order: UUID | None
) -> bool:
    """Attach an answer to the order a person has chosen, or set it aside with a reason in ``how``.

    Returns False when it is not in the list any more, or cannot be attached: a document that could
    not be read, or one too large for the record, can only be set aside.

    Raises:
        NotAllowed: It is in no list of the actor's unit, or the order is another unit's.
    """
    waiting = await core.database.read(lambda c: answers.waiting(c, identity))
    if waiting is None:
        return False
    unit = HsaId(waiting.unit)
    decision = await core.allowed(actor, Action.SETTLE_ANSWER, relation_to_unit(actor, unit))
    assert isinstance(actor, Staff)
    settling = _Settling(core=core, actor=actor, waiting=waiting, how=how)
    done, grown = await core.database.write(lambda c: settling.store(c, patient, order))
    touched = [growth.patient for growth in grown]
    await core.log(actor, "Skriva", "settle_answer", basis=decision.basis, patients=touched)
    core.hub.publish({growth.patient: growth.head_rev for growth in grown})
    core.wake_drainer.set()
    return done


@dataclass(frozen=True, kw_only=True, repr=False)
class _Settling:
    """One settlement in its transaction."""

    core: Core
    actor: Staff
    waiting: answers.Waiting
    how: str

    def store(
        self, connection: Connection, patient: UUID | None, order: UUID | None
    ) -> tuple[bool, list[streams.Growth]]:
        into = Gathering(connection=connection, now=self.core.now)
        if patient is not None and order is not None and not self._attached(into, patient, order):
            return False, []
        done = answers.settle(
            connection, self.waiting, by=self.actor.person, how=self.how, now=into.now
        )
        self._tell(into)
        into.write()
        return done, into.grown

    def _tell(self, into: Gathering) -> None:
        """Take the notice off the lists, in the record where it was told."""
        place = self.waiting.told_at
        order = orders.load(into.connection, *place) if place else None
        if order is None:
            return
        orders.lock(into.connection, order.patient)
        author = author_for(into.connection, self.actor)
        attaching = Attaching(into=into, order=order, author=author, random=self.core.random)
        attaching.settled(f"{self.waiting.digest.hex()}-{self.waiting.n}")

    def _attached(self, into: Gathering, patient: UUID, order: UUID) -> bool:
        connection = into.connection
        orders.lock(connection, patient)
        chosen = orders.load(connection, patient, order)
        if chosen is None or chosen.referral.owner_unit != self.actor.unit:
            raise NotAllowed
        if self.waiting.why in (Unmatched.BROKEN, Unmatched.TOO_LARGE):
            return False
        delivery = read_deliveries(self.waiting.raw)[self.waiting.n]
        performer = directory.unit(connection, self.waiting.performer)
        provider = directory.provider(connection, performer.provider) if performer else None
        if performer is None or provider is None:
            return False
        author = Author(
            hsa_id=performer.hsa_id,
            name=performer.name,
            unit=chosen.referral.receiver,  # a person has said that it answers for them
            unit_name=performer.name,
            provider=provider.hsa_id,
            provider_name=provider.name,
        )
        attaching = Attaching(into=into, order=chosen, author=author, random=self.core.random)
        attaching.attach(delivery)
        return True
