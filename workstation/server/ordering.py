"""What a laboratory's system asks for and tells on the way: its orders, and how far they have come."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from workstation.access.actor import Actor, Staff
from workstation.access.policy import Action, relation_to_unit
from workstation.domain.canonical import canonical
from workstation.domain.clock import HybridTime
from workstation.domain.entity import EntityState
from workstation.domain.ids import HsaId, RecordId, uuid7
from workstation.domain.kinds import BY_NAME
from workstation.domain.known_words import known_word
from workstation.domain.record import Record, Sealed, envelope_of
from workstation.domain.referral import ReferralEvent, Side, Step, lacking
from workstation.domain.referral.bodies import EVENT_STEPS
from workstation.domain.referral.course import may
from workstation.server.attaching import DEVICE
from workstation.server.core import Core
from workstation.server.results import author_for
from workstation.server.store import index, orders, streams

_MOST_ORDERS = 200
_ON_THE_WAY = 15_000
"""ms that a record may be on its way into the database after its time was taken."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Ordered:
    """An order with its patient's demographics, where there are any."""

    order: orders.Order
    patient: EntityState | None


@dataclass(frozen=True, kw_only=True, repr=False)
class OrderPage:
    """Orders, the oldest first; ``after``: ask on from there, now or later."""

    orders: tuple[Ordered, ...]
    after: int


async def orders_for(core: Core, actor: Actor, performer: str, *, after: int) -> OrderPage:
    """Return the open orders sent to ``performer`` that came here after ``after``, ms UTC.

    Some 200 at a time. Whoever has had them all asks on from a moment ago: what was on its way
    into the record while the page was read is told then, and some orders are told twice.

    Raises:
        NotAllowed: It is not the caller's own laboratory.
    """
    relation = relation_to_unit(actor, HsaId(performer))
    decision = await core.allowed(actor, Action.FETCH_ORDERS, relation)

    def read(connection: Connection) -> OrderPage:
        found, last = orders.under_way(connection, performer, after=after, limit=_MOST_ORDERS)
        told = tuple(
            Ordered(
                order=one, patient=orders.state_of(connection, one.patient, UUID(str(one.patient)))
            )
            for one in found
        )
        return OrderPage(orders=told, after=last or max(core.now - _ON_THE_WAY, 0))

    page = await core.database.read(read)
    if page.orders:
        touched = sorted({one.order.patient for one in page.orders})
        await core.log(actor, "Läsa", "orders", basis=decision.basis, patients=touched)
    return page


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a system tells of an order: a step (``ReferralEvent.event``), why, and a booked time."""

    order: str
    step: str
    reason: str = ""
    booked_for: str | None = None


async def tell(core: Core, actor: Actor, told: Told) -> str:
    """Write a step that the laboratory's system has taken.

    Returns an empty text, or why not: ``unknown_order`` or ``illegal_step``.

    Raises:
        NotAllowed: Not a laboratory's system.
    """
    decision = await core.allowed(actor, Action.DELIVER_RESULTS)
    assert isinstance(actor, Staff)
    refusal, grown = await core.database.write(lambda c: _tell(c, core, actor, told))
    touched = [growth.patient for growth in grown]
    await core.log(actor, "Skriva", "order_step", basis=decision.basis, patients=touched)
    core.hub.publish({growth.patient: growth.head_rev for growth in grown})
    core.wake_drainer.set()
    return refusal


def _tell(
    connection: Connection, core: Core, actor: Staff, told: Told
) -> tuple[str, list[streams.Growth]]:
    place = orders.find(connection, order=told.order, requisition="")
    if place is None:
        return "unknown_order", []
    orders.lock(connection, place.patient)
    order = orders.load(connection, *place)
    if order is None or order.referral.receiver != actor.unit:
        return "unknown_order", []
    if not may(Step(told.step), order.referral.point, {Side.LAB}):
        return "illegal_step", []
    now = core.now
    body = ReferralEvent(
        event=known_word(told.step, EVENT_STEPS),
        reason=told.reason,
        booked_for=told.booked_for,
        by="system",
    )
    if lacking(Step(told.step), body):
        return "illegal_step", []
    record = Record(
        id=RecordId(uuid7(now, core.random)),
        patient=order.patient,
        kind="referral_event",
        kind_version=BY_NAME["referral_event"].version,
        entity=order.entity,
        bases=tuple(head.id for head in order.state.line.heads),
        author=author_for(connection, actor),
        device=DEVICE,
        written_at=HybridTime(now),
        body=body,
    )
    sealed = Sealed(canonical(envelope_of(record)))
    incoming = streams.Incoming(sealed=sealed, record=record, at=now)
    group = streams.Appending(patient=order.patient, records=(incoming,))
    _placed, grown = streams.append(connection, [group], now=now)
    index.update_rows(connection, grown, now=now)
    return "", list(grown)
