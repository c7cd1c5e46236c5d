"""What works behind one open session, each part joined to those it speaks with."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from local_cache.attachments import AttachmentShelf
from local_cache.cache import Cache
from local_cache.person import PersonFile
from sync.client.attachments import Courier
from sync.client.connection import Connection
from sync.client.core import Device as Caller
from sync.client.core import Timing
from sync.client.emergency import EmergencyWay
from sync.client.http import HttpServer
from sync.client.synchroniser import Synchroniser
from sync.protocol.contact import Line
from sync.protocol.status import Status
from workstation import VERSION
from workstation.app.adapters import Delivery, KnownUnits
from workstation.app.door import Door
from workstation.app.emergency import EmergencyKeeper
from workstation.app.incidents import IncidentKeeper
from workstation.app.keeping import Keeper, kept_directory
from workstation.app.lifts import LiftKeeper
from workstation.app.opening import Opening
from workstation.app.openings import OpeningKeeper
from workstation.app.session_files import SessionFiles
from workstation.app.session_rules import Rules, open_rules
from workstation.app.side_records import SideRecords
from workstation.domain.clock import to_millis


@dataclass(frozen=True, kw_only=True, repr=False)
class Parts:
    """Everything that is open and at work for one person in one assignment."""

    cache: Cache
    person_file: PersonFile
    door: Door
    connection: Connection
    units: KnownUnits
    delivery: Delivery
    records: SideRecords
    rules: Rules
    shelf: AttachmentShelf
    courier: Courier
    synchroniser: Synchroniser
    keeper: Keeper
    incidents: IncidentKeeper
    openings: OpeningKeeper
    emergency: EmergencyKeeper
    lifts: LiftKeeper

    def begin(self) -> None:
        """Begin on the running event loop; what is written from now on is carried at once."""
        self.cache.on_change(lambda _changed: self.synchroniser.wake())
        self.cache.on_change(lambda _changed: self.courier.wake())
        self.synchroniser.start()
        self.courier.start()
        self.keeper.begin()
        self.rules.content.begin()
        self.rules.watch.begin()
        self.rules.norms.begin()
        self.incidents.begin()
        self.openings.begin()
        self.emergency.begin()
        self.lifts.begin()

    async def close(self) -> None:
        """Stop synchronising, log out where that can be done, close the files. Nothing is lost."""
        await self.keeper.stop()
        await self.lifts.stop()
        await self.rules.watch.stop()
        await self.rules.norms.stop()
        await self.openings.stop()
        await self.emergency.stop()
        await self.incidents.stop()
        await self.rules.content.stop()
        await self.rules.tally.keep()
        await self.courier.stop()
        await self.synchroniser.stop()
        await self.door.log_out()
        await self.connection.close()
        await self.person_file.close()
        await self.cache.close()


async def open_parts(opening: Opening, files: SessionFiles) -> Parts:
    """Make the parts around the open files; nothing runs before :meth:`Parts.begin`."""
    cache, connection = files.cache, opening.connection
    caller = await _caller(cache)
    units = KnownUnits(await kept_directory(files.own))
    delivery = Delivery(cache)
    keeper = _keeper(opening, files.own, units, delivery)
    incidents = IncidentKeeper(files.own, connection)
    openings = _openings(opening, cache)
    emergency = _emergency(opening, cache, caller, openings)
    records = SideRecords(cache, emergency)
    rules = await open_rules(opening, files, records, delivery)
    synchroniser = _synchroniser(
        opening,
        cache,
        caller,
        told=_telling(delivery, incidents, openings, keeper),
        content=rules.content.heard,
    )
    delivery.attach(synchroniser)
    keeper.attach(synchroniser)
    shelf = AttachmentShelf(cache)
    return Parts(
        cache=cache,
        person_file=files.own,
        door=opening.door,
        connection=connection,
        units=units,
        delivery=delivery,
        records=records,
        rules=rules,
        shelf=shelf,
        courier=Courier(shelf=shelf, connection=connection, random=random.random),
        synchroniser=synchroniser,
        keeper=keeper,
        incidents=incidents,
        openings=openings,
        emergency=emergency,
        lifts=LiftKeeper(cache, opening.reader),
    )


async def _caller(cache: Cache) -> Caller:
    """Return as whom this store speaks to the server."""
    standing = await cache.standing()
    return Caller(name=standing.device, incarnation=standing.incarnation, program=VERSION)


def _keeper(
    opening: Opening, person_file: PersonFile, units: KnownUnits, delivery: Delivery
) -> Keeper:
    async def denied() -> None:
        delivery.denied()
        await opening.denied()

    return Keeper(
        door=opening.door,
        connection=opening.connection,
        assignment=opening.author.assignment,
        signer=opening.signer,
        person_file=person_file,
        units=units,
        met=opening.met,
        denied=denied,
    )


def _openings(opening: Opening, cache: Cache) -> OpeningKeeper:
    return OpeningKeeper(
        cache=cache,
        connection=opening.connection,
        author=opening.author,
        device=opening.device.read().name,
        signer=opening.signer,
        clock=opening.clock,
        new_id=opening.new_id,
    )


def _emergency(
    opening: Opening, cache: Cache, caller: Caller, openings: OpeningKeeper
) -> EmergencyKeeper:
    return EmergencyKeeper(
        way=EmergencyWay(connection=opening.connection, device=caller),
        unit=cache,
        places=opening.device.places,
        clock=opening.clock,
        keep_attempt=openings.attempted,
    )


def _synchroniser(
    opening: Opening,
    cache: Cache,
    caller: Caller,
    *,
    told: Callable[[Status], None],
    content: Callable[[int], None],
) -> Synchroniser:
    return Synchroniser(
        store=cache,
        server=HttpServer(opening.connection),
        timing=Timing(wall=lambda: to_millis(opening.clock.now()), random=random.random),
        device=caller,
        units=[opening.author.unit],
        changed=told,
        content=content,
    )


def _telling(
    delivery: Delivery, incidents: IncidentKeeper, openings: OpeningKeeper, keeper: Keeper
) -> Callable[[Status], None]:
    """Return what passes the state of the line on to everybody who wants to know."""

    def told(status: Status) -> None:
        is_up = status.contact.line is Line.CONNECTED
        delivery.changed(status)
        incidents.line(is_up=is_up)
        openings.line(is_up=is_up)
        keeper.status(status)

    return told
