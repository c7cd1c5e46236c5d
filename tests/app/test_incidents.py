"""What somebody reports about the program is kept first, and arrives once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from sync.protocol.incidents import IncidentReceived
from tests.builders import MORNING, an_id
from tests.clinic import Clinic, Seat, eventually
from tests.server.running import Running
from workstation.app.incidents import IncidentKeeper
from workstation.operations.ports import Delivery
from workstation.operations.report_incident import Told, report_incident
from workstation.server import schema
from workstation.server.store.incidents import StoredIncident, newest_first

TOLD = Told(
    happened="Listan var tom.", expected="Alla ordinationer.", harm="could", screen="medication"
)


def keeper_of(seat: Seat) -> IncidentKeeper:
    return seat.opened.incidents


async def reports(seat: Seat, name: str = "one") -> None:
    await report_incident(keeper_of(seat), TOLD, id=an_id(name), at=MORNING)


async def states(seat: Seat) -> list[Delivery]:
    return [report.state for report in await keeper_of(seat).all()]


async def arrives(seat: Seat, count: int = 1) -> None:
    async def there() -> bool:
        return await states(seat) == [Delivery.RECEIVED] * count

    await eventually(there)


def at_the_server(running: Running) -> Sequence[StoredIncident]:
    found: Sequence[StoredIncident] = running.do(
        running.core.database.read(lambda c: newest_first(c, limit=99))
    )
    return found


async def test_what_is_reported_without_contact_is_kept_and_sent_once_when_it_returns(
    clinic: Clinic, running: Running
) -> None:
    seat = clinic.seat("a")
    await seat.sit("okoro")
    seat.line.is_up = False
    await reports(seat)
    await reports(seat, "two")
    assert not await keeper_of(seat).deliver()

    async def kept() -> bool:
        return await states(seat) == [Delivery.LOCAL, Delivery.LOCAL]

    await eventually(kept)
    assert at_the_server(running) == ()

    seat.line.is_up = True
    keeper_of(seat).wake()
    await arrives(seat, 2)

    assert {one.report.id for one in at_the_server(running)} == {an_id("one"), an_id("two")}
    assert {one.report.screen for one in at_the_server(running)} == {"medication"}


async def test_what_was_never_answered_is_sent_again_and_is_still_one(
    clinic: Clinic, running: Running
) -> None:
    seat = clinic.seat("a")
    await seat.sit("okoro")
    await reports(seat)
    await arrives(seat)
    (first,) = at_the_server(running)

    await seat.opened.connection.ask(  # as if the answer had been lost and it were sent anew
        "/incidents", (await keeper_of(seat).all())[0].report, IncidentReceived
    )
    await reports(seat)
    await arrives(seat)

    (again,) = at_the_server(running)
    assert again.received_at == first.received_at
    (kept,) = await keeper_of(seat).all()
    assert kept.received_at == first.received_at


async def test_it_outlives_the_session_it_was_written_in(clinic: Clinic, running: Running) -> None:
    seat = clinic.seat("a")
    await seat.sit("okoro")
    seat.line.is_up = False
    await reports(seat)
    await keeper_of(seat).keep_begun({"happened": "Påbörjad"})
    await seat.leave()

    seat.line.is_up = True
    await seat.sit("okoro")

    await arrives(seat)
    assert len(at_the_server(running)) == 1
    assert await keeper_of(seat).begun() == {"happened": "Påbörjad"}


async def test_a_report_that_the_server_refuses_is_kept_and_holds_no_other_back(
    clinic: Clinic, running: Running
) -> None:
    seat, other = clinic.seat("a"), clinic.seat("b")
    await other.sit("lind")
    await reports(other, "taken")
    await arrives(other)

    await seat.sit("okoro")
    await reports(seat, "taken")  # an id that belongs to somebody else's report
    await reports(seat)

    async def settled() -> bool:
        return await states(seat) == [Delivery.RECEIVED, Delivery.ATTENTION]

    await eventually(settled)


async def test_it_is_in_nobodys_record(clinic: Clinic, running: Running) -> None:
    seat = clinic.seat("a")
    await seat.sit("okoro")
    query = select(func.count()).select_from(schema.entry)

    def entries() -> object:
        return running.do(running.core.database.read(lambda c: c.execute(query).scalar_one()))

    before = entries()
    await reports(seat)
    await arrives(seat)

    assert entries() == before
    assert await seat.opened.cache.outbox(limit=9) == ()
