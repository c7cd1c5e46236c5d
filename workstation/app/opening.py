"""One person's open session: their files, their way to the server, what their screens use."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from local_cache.attachments import AttachmentShelf
from local_cache.cache import Cache, Changed, create_cache
from local_cache.lifts import end_lifts
from local_cache.person import PersonFile
from local_cache.referral_cases import cases
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
from workstation.app.content_keeper import ContentKeeper, open_content
from workstation.app.damaged import SetAside, own_file, setting_aside, unit_records
from workstation.app.deputies import ServersDeputies
from workstation.app.device import Device
from workstation.app.door import Door
from workstation.app.emergency import EmergencyKeeper
from workstation.app.guidance import ContentGuidance
from workstation.app.incidents import IncidentKeeper
from workstation.app.keeping import Denial, Keeper, Met, kept_directory
from workstation.app.lifts import LiftKeeper
from workstation.app.log_review import log_extract
from workstation.app.norms import CacheNorms
from workstation.app.openings import OpeningKeeper
from workstation.app.side_records import SideAttachments, SideRecords
from workstation.app.tally_keeper import TallyKeeper
from workstation.app.unmatched import ServersAnswers
from workstation.app.watching import Watch
from workstation.content.statements import Signer
from workstation.domain.block import Reader
from workstation.domain.clock import Clock, HybridClock, to_millis
from workstation.domain.directory import Person
from workstation.domain.ids import HsaId, PatientId, RecordId, uuid7
from workstation.domain.record import Author
from workstation.domain.record import Signer as RecordSigner
from workstation.domain.values import local_date
from workstation.operations.about import About
from workstation.operations.ports import Desk
from workstation.operations.session import (
    Files,
    LogReview,
    Paper,
    Practice,
    RegionSearch,
    Session,
)
from workstation.operations.support import Support

_FIRST_LOOK = 1


@dataclass(frozen=True, kw_only=True, repr=False)
class Opened:
    """Everything that is open for one person in one assignment."""

    session: Session
    assignment: HsaId
    cache: Cache
    person_file: PersonFile
    door: Door
    connection: Connection
    synchroniser: Synchroniser
    keeper: Keeper
    content: ContentKeeper
    courier: Courier
    watch: Watch
    tally: TallyKeeper
    incidents: IncidentKeeper
    norms: CacheNorms
    openings: OpeningKeeper
    emergency: EmergencyKeeper
    lifts: LiftKeeper

    async def close(self) -> None:
        """Stop synchronising, log out where that can be done, close the files. Nothing is lost."""
        await self.keeper.stop()
        await self.lifts.stop()
        await self.watch.stop()
        await self.norms.stop()
        await self.openings.stop()
        await self.emergency.stop()
        await self.incidents.stop()
        await self.content.stop()
        await self.tally.keep()
        await self.courier.stop()
        await self.synchroniser.stop()
        await self.door.log_out()
        await self.connection.close()
        await self.person_file.close()
        await self.cache.close()


@dataclass(frozen=True, kw_only=True, repr=False)
class Opening:
    """What a session is opened from. ``met``, ``denied``: what the server says later.

    ``anew``: how the unit's records are set aside where they can be fetched anew.
    """

    device: Device
    clock: Clock
    author: Author
    person: Person
    signer: RecordSigner
    unit_key: bytes
    own_key: bytes
    own_path: Path
    met: Met
    denied: Denial
    door: Door
    connection: Connection
    anew: Callable[[SetAside], SetAside] = lambda aside: aside
    paper: Callable[[Cache, Author], Paper] | None = None
    region: Callable[[Connection], RegionSearch] | None = None
    log_review: Callable[[Connection], LogReview] | None = None
    content_signers: Sequence[Signer] = ()
    rights: frozenset[str] = frozenset()
    files: Files | None = None
    practice: Practice | None = None
    about: About | None = None
    online_only: bool = False


async def open_session(opening: Opening) -> Opened:
    """Open the person's files and begin to synchronise.

    Raises:
        workstation.operations.session.FileDamaged: A file cannot be read; it can be set aside.
        workstation.domain.problem.Problem: A file cannot be opened; it is left as it is.
    """
    aside = setting_aside(opening.clock)
    path = opening.device.places.unit_cache(opening.author.unit)
    cache = await unit_records(_open_cache(opening, path), path, set_aside=opening.anew(aside))
    try:
        own = _open_own(opening)
        person_file = await own_file(own, opening.own_path, set_aside=aside)
        try:
            return await _begun(opening, cache, person_file)
        except BaseException:
            await person_file.close()
            raise
    except BaseException:
        await cache.close()
        raise


def _telling(
    delivery: Delivery, incidents: IncidentKeeper, openings: OpeningKeeper, keeper: Keeper
) -> Callable[[Status], None]:
    """Return what passes the state of the line on to everybody who wants to know."""

    def told(status: Status) -> None:
        delivery.changed(status)
        incidents.line(is_up=status.contact.line is Line.CONNECTED)
        openings.line(is_up=status.contact.line is Line.CONNECTED)
        keeper.status(status)

    return told


def _start(cache: Cache, synchroniser: Synchroniser, courier: Courier) -> None:
    """Carry what is written from now on, as soon as it is."""
    cache.on_change(lambda _changed: synchroniser.wake())
    cache.on_change(lambda _changed: courier.wake())
    synchroniser.start()
    courier.start()


def _referrals(opening: Opening, cache: Cache) -> dict[str, object]:
    """Return what referrals and their answers need at hand."""
    return {
        "answers": ServersAnswers(opening.connection, cache, opening.clock),
        "deputies": ServersDeputies(opening.connection, opening.author.unit),
        "cases": lambda since: cases(cache, opening.author.unit, since=since),
    }


async def _begun(opening: Opening, cache: Cache, person_file: PersonFile) -> Opened:
    known = KnownUnits(await kept_directory(person_file))
    delivery = Delivery(cache)
    keeper = _keeper(opening, person_file, known, delivery)
    incidents = IncidentKeeper(person_file, opening.connection)
    openings = _openings(opening, cache)
    emergency = await _emergency(opening, cache)
    records = SideRecords(cache, emergency)

    told = _telling(delivery, incidents, openings, keeper)
    rules = await _rules(opening, cache, records, person_file, delivery)
    content = rules.content
    synchroniser = await _synchroniser(opening, cache, told, content.heard)
    delivery.attach(synchroniser)
    keeper.attach(synchroniser)
    shelf = AttachmentShelf(cache)
    courier = Courier(shelf=shelf, connection=opening.connection, random=random.random)
    at_hand = {
        "drafts": person_file,
        "looks": person_file,
        "sync": delivery,
        "units": known,
        "opened": _fetching_first(cache, synchroniser, openings, emergency),
        "records": records,
        "changes": records,
        "emergency": emergency,
        "revealed": openings.revealed,
        "support": rules.support,
        "watch": rules.watch,
        "guidance": _guidance(opening, content),
        "attachments": SideAttachments(shelf, emergency),
        "incidents": incidents,
        **_referrals(opening, cache),
    }
    session = await _session(opening, cache, at_hand)
    _start(cache, synchroniser, courier)
    lifts = LiftKeeper(cache, _reader(opening))
    for part in (keeper, content, rules.watch, rules.norms, incidents, openings, emergency, lifts):
        part.begin()
    return Opened(
        session=session,
        assignment=opening.author.assignment,
        cache=cache,
        person_file=person_file,
        door=opening.door,
        connection=opening.connection,
        synchroniser=synchroniser,
        keeper=keeper,
        content=content,
        courier=courier,
        watch=rules.watch,
        tally=rules.tally,
        incidents=incidents,
        norms=rules.norms,
        openings=openings,
        emergency=emergency,
        lifts=lifts,
    )


def _keeper(
    opening: Opening, person_file: PersonFile, known: KnownUnits, delivery: Delivery
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
        units=known,
        met=opening.met,
        denied=denied,
    )


class _Rules(NamedTuple):
    """Decision support of a session: its content, its judge, its counts, its watch."""

    content: ContentKeeper
    support: Support
    tally: TallyKeeper
    watch: Watch
    norms: CacheNorms


async def _rules(
    opening: Opening,
    cache: Cache,
    records: SideRecords,
    person_file: PersonFile,
    delivery: Delivery,
) -> _Rules:
    content = await open_content(
        folder=opening.device.places.content,
        signers=opening.content_signers,
        clock=opening.clock,
        connection=opening.connection,
        settings=person_file,
        changed=delivery.content_changed,
    )
    delivery.now = lambda: content.time.now().millis
    delivery.content_changed(content.in_force)
    support = _support(content, records)
    watch = Watch(cache=cache, support=support, unit=opening.author.unit)
    norms = CacheNorms(cache, lambda: content.in_force.norms)

    def switched() -> None:
        watch.look_again()
        norms.changed()

    content.switched = switched
    return _Rules(
        content=content,
        support=support,
        tally=_tally(opening, content, support, person_file),
        watch=watch,
        norms=norms,
    )


async def _session(opening: Opening, cache: Cache, at_hand: Mapping[str, Any]) -> Session:
    return Session(
        desk=await _desk(opening, cache),
        clock=opening.clock,
        new_draft_id=lambda: uuid7(to_millis(opening.clock.now()), os.urandom),
        random_below=secrets.randbelow,
        paper=opening.paper(cache, opening.author) if opening.paper else None,
        region=opening.region(opening.connection) if opening.region else None,
        **_log(opening),
        files=opening.files,
        practice=opening.practice,
        about=opening.about,
        online_only=opening.online_only,
        stirred=cache.stir,
        lists=cache,
        **at_hand,
    )


def _log(opening: Opening) -> Mapping[str, Any]:
    """What whoever may review the access log has at hand; nobody else has any of it."""
    if opening.log_review is None:
        return {}
    ask = opening.log_review(opening.connection)
    extract = log_extract(ask, opening.author, opening.files) if opening.files else None
    return {"log_review": ask, "log_extract": extract}


def _tally(
    opening: Opening, content: ContentKeeper, support: Support, person_file: PersonFile
) -> TallyKeeper:
    tally = TallyKeeper(
        tally=support.tally,
        settings=person_file,
        connection=opening.connection,
        device=opening.device.read().name,
        new_id=lambda: uuid7(to_millis(opening.clock.now()), os.urandom),
    )
    content.beside = tally.deliver
    return tally


def _guidance(opening: Opening, content: ContentKeeper) -> ContentGuidance:
    return ContentGuidance(
        keeper=content,
        connection=opening.connection,
        person=opening.person.hsa_id,
        signer=opening.signer,
        rights=opening.rights,
    )


def _support(content: ContentKeeper, records: SideRecords) -> Support:
    support = Support(
        records=records,
        in_force=lambda: content.in_force,
        today=lambda: local_date(content.time.now().millis),
        shadow=lambda: content.shadow,
        aside=asyncio.to_thread,
    )
    records.subscribe(support.forget)
    return support


async def _synchroniser(
    opening: Opening,
    cache: Cache,
    told: Callable[[Status], None],
    content: Callable[[int], None],
) -> Synchroniser:
    standing = await cache.standing()
    return Synchroniser(
        store=cache,
        server=HttpServer(opening.connection),
        timing=Timing(wall=lambda: to_millis(opening.clock.now()), random=random.random),
        device=Caller(name=standing.device, incarnation=standing.incarnation, program=VERSION),
        units=[opening.author.unit],
        changed=told,
        content=content,
    )


def _openings(opening: Opening, cache: Cache) -> OpeningKeeper:
    return OpeningKeeper(
        cache=cache,
        connection=opening.connection,
        author=opening.author,
        device=opening.device.read().name,
        signer=opening.signer,
        clock=opening.clock,
        new_id=lambda: uuid7(to_millis(opening.clock.now()), os.urandom),
    )


async def _emergency(opening: Opening, cache: Cache) -> EmergencyKeeper:
    standing = await cache.standing()
    device = Caller(name=standing.device, incarnation=standing.incarnation, program=VERSION)
    return EmergencyKeeper(
        way=EmergencyWay(connection=opening.connection, device=device),
        unit=cache,
        places=opening.device.places,
        clock=opening.clock,
    )


def _fetching_first(
    cache: Cache,
    synchroniser: Synchroniser,
    openings: OpeningKeeper,
    emergency: EmergencyKeeper,
) -> Callable[[PatientId], Awaitable[None]]:
    async def opened(patient: PatientId) -> None:
        if emergency.of(patient) is not None:
            return  # the server has it all, and has logged it as what it is
        await openings.opened(patient)
        line = await cache.patient(patient)
        if line is None or not line.complete:
            await cache.wish_for(patient)
            synchroniser.prioritise(patient)

    return opened


def _reader(opening: Opening) -> Reader:
    return Reader(unit=opening.author.unit, provider=opening.author.provider)


async def _open_cache(opening: Opening, path: Path) -> Cache:
    await asyncio.to_thread(_make_if_new, opening, path)
    cache = await Cache.open(path, opening.unit_key, clock=opening.clock)
    try:
        await cache.standing()
        await end_lifts(cache, _reader(opening))
        await cache.latest_time()
        await cache.patients_of(opening.author.unit, limit=_FIRST_LOOK)
    except BaseException:
        await cache.close()
        raise
    return cache


async def _open_own(opening: Opening) -> PersonFile:
    """Open the person's own file and look into it: what is damaged is found at the way in."""
    own = await PersonFile.open(opening.own_path, opening.own_key)
    try:
        await own.settings()
        await own.all()
    except BaseException:
        await own.close()
        raise
    return own


def _make_if_new(opening: Opening, path: Path) -> None:
    if path.exists():
        return
    device = opening.device.read().name
    incarnation = opening.device.next_incarnation()
    create_cache(path, opening.unit_key, device=device, incarnation=incarnation)


async def _desk(opening: Opening, cache: Cache) -> Desk:
    clock = HybridClock(opening.clock, await cache.latest_time())

    def heard(changed: Changed) -> None:
        clock.observe(changed.latest)

    cache.on_change(heard)
    return Desk(
        author=opening.author,
        profession=opening.person.profession,
        device=opening.device.read().name,
        signer=opening.signer,
        new_id=lambda: RecordId(uuid7(to_millis(opening.clock.now()), os.urandom)),
        now=clock.next,
    )
