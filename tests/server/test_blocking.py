"""Spärr: what is blocked does not reach those outside, leaves where it has been, and comes again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from local_cache.lifts import end_lifts as end_cached_lifts
from sync.protocol.messages import (
    EntryLine,
    PullLine,
    PullRequest,
    PushRequest,
    Span,
    StreamLine,
    StreamRequest,
)
from tests.builders import (
    CLINIC,
    GRACE,
    MORNING,
    a_note,
    a_patient,
    a_referral,
    a_time,
    an_author,
)
from tests.needs import needs_postgres
from tests.privacy import OTHERS, OTHERS_UNIT, a_block, a_lift, an_inner_block, following
from tests.server import follower
from tests.server.follower import Follower
from tests.server.running import (
    BERG,
    DIRECTORY,
    LIND,
    OKORO,
    OKOROS_PEN,
    STAFF,
    Pen,
    a_group,
    a_staff,
)
from workstation.access.actor import Staff
from workstation.domain.block import Reader
from workstation.domain.clock import from_millis
from workstation.domain.directory import Assignment, Provider, Unit
from workstation.domain.ids import HsaId
from workstation.domain.record import Record
from workstation.domain.referral import Referral
from workstation.server import pushing, syncing
from workstation.server.core import Core
from workstation.server.loading import begin_memberships, end_memberships
from workstation.server.opening import end_lifts
from workstation.server.serve import Accounts, ServerConfig, bootstrap, opened

OKOROS = an_author()
LINDS = an_author(
    hsa_id=LIND,
    assignment=HsaId("SE2321000016-M102"),
    unit=OTHERS_UNIT,
    provider=OTHERS,
)
BERGS = an_author(hsa_id=BERG, assignment=HsaId("SE2321000016-M003"), unit=CLINIC)
LINDS_PEN, BERGS_PEN = Pen(), Pen()
PENS = {OKORO: OKOROS_PEN, LIND: LINDS_PEN, BERG: BERGS_PEN}
SECRET = "hemlig uppgift om missbruk"


@dataclass
class Hands:
    """A clock that is moved by hand."""

    millis: int = MORNING + 3_600_000

    def now(self) -> datetime:
        return from_millis(self.millis)


@dataclass(kw_only=True)
class Region:
    """A server, and the caches of the units that follow its patients."""

    core: Core
    clock: Hands
    folder: Path
    number: list[int] = field(default_factory=list)

    async def writes(self, *records: Record) -> None:
        pen = PENS[records[0].author.hsa_id]
        request = PushRequest(epoch="", groups=(a_group(*records, pen=pen),))
        reply = await pushing.push(self.core, a_staff(), request)
        assert {one.verdict for one in reply.outcomes} == {"applied"}

    async def pulls(self, actor: Staff) -> list[EntryLine]:
        await self.core.settle_feeds()
        asked = PullRequest(epoch=self.core.epoch, cursors={actor.unit: 0})
        found = (await syncing.pull(self.core, actor, asked)).splitlines()
        lines = [msgspec.json.decode(line, type=PullLine) for line in found]
        return [line for line in lines if isinstance(line, EntryLine)]

    def at(self, actor: Staff) -> AbstractAsyncContextManager[Follower]:
        self.number.append(1)
        path = self.folder / f"cache-{len(self.number)}.db"
        return follower.following(self.core, actor, path, self.clock)


OUTSIDE = a_staff(LIND, OTHERS_UNIT, provider=OTHERS, assignment=HsaId("SE2321000016-M102"))
NEIGHBOUR = a_staff(BERG, CLINIC)
OWN = a_staff()


@pytest.fixture(params=["embedded", pytest.param("postgresql", marks=needs_postgres)])
async def region(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Region]:
    """Give a region of two providers, with Grace in the care of three units."""
    on_postgres = request.param == "postgresql"
    clock = Hands()
    config = ServerConfig(
        db=request.getfixturevalue("postgres_url") if on_postgres else str(tmp_path / "record.db"),
        key_file=tmp_path / "record.key",
        mark_file=tmp_path / "record.mark",
        clock=clock,
    )
    directory = msgspec.structs.replace(
        DIRECTORY,
        providers=(*DIRECTORY.providers, Provider(hsa_id=OTHERS, name="Den andra")),
        units=(
            *DIRECTORY.units,
            Unit(hsa_id=OTHERS_UNIT, name="Vårdcentralen", provider=OTHERS, type="primary_care"),
        ),
        assignments=(
            *DIRECTORY.assignments,
            Assignment(hsa_id=HsaId("SE2321000016-M102"), person=LIND, unit=OTHERS_UNIT),
        ),
    )
    keys = {pen.public_key: person for person, pen in PENS.items()}
    async with opened(config) as core:
        await bootstrap(core, directory, Accounts(staff=STAFF, keys=keys))
        grown = Region(core=core, clock=clock, folder=tmp_path)
        await grown.writes(
            a_patient(written_at=a_time()), a_note(text=SECRET, written_at=a_time(1))
        )
        await begin_memberships(core, [(GRACE, CLINIC), (GRACE, OTHERS_UNIT)])
        await grown.writes(a_note(text="hos de andra", author=LINDS, written_at=a_time(2)))
        yield grown


async def raws(core: Core, actor: Staff, *, whole: bool = False) -> list[EntryLine]:
    asked = StreamRequest(epoch=core.epoch, spans=(Span(p=GRACE),), whole=whole)
    first, others = await syncing.stream(core, actor, asked)
    assert others is None
    lines = [msgspec.json.decode(line, type=StreamLine) for line in first.splitlines()]
    return [line for line in lines if isinstance(line, EntryLine)]


async def texts(here: Follower) -> tuple[list[str], bool]:
    line = await here.cache.patient(GRACE)
    assert line is not None
    assert line.complete
    assert await here.cache.is_complete(GRACE) is not line.withheld
    return await here.notes(GRACE), line.withheld


async def test_an_outer_block_takes_the_body_back_and_a_revoke_brings_it_again(
    region: Region,
) -> None:
    async with region.at(OUTSIDE) as outside, region.at(OWN) as own, region.at(NEIGHBOUR) as near:
        assert await texts(outside) == ([SECRET, "hos de andra"], False)
        block = a_block(written_at=a_time(3))
        await region.writes(block)
        for one in (outside, own, near):
            await one.contact()

        assert await texts(outside) == (["hos de andra"], True)
        assert await texts(own) == ([SECRET, "hos de andra"], False)
        assert await texts(near) == ([SECRET, "hos de andra"], False)
        assert await outside.cache.search_text(GRACE, "missbruk", limit=5) == ()

        await region.writes(a_note(text="än mer hemligt", written_at=a_time(4)))
        for one in (outside, own):
            await one.contact()
        assert await texts(outside) == (["hos de andra"], True)
        assert await texts(own) == ([SECRET, "hos de andra", "än mer hemligt"], False)

        await region.writes(a_block(**following(block), status="revoked", written_at=a_time(5)))
        for one in (outside, own):
            await one.contact()
            assert await texts(one) == ([SECRET, "hos de andra", "än mer hemligt"], False)


async def test_an_inner_block_closes_the_neighbour_ward_and_other_providers(
    region: Region,
) -> None:
    await region.writes(an_inner_block(written_at=a_time(3)))
    async with region.at(OUTSIDE) as outside, region.at(OWN) as own, region.at(NEIGHBOUR) as near:
        assert await texts(outside) == (["hos de andra"], True)
        assert await texts(near) == (["hos de andra"], True)
        assert await texts(own) == ([SECRET, "hos de andra"], False)


async def test_a_lift_opens_until_its_time_and_then_it_is_closed_again(region: Region) -> None:
    block = a_block(written_at=a_time(3))
    await region.writes(block)
    async with region.at(OUTSIDE) as outside:
        assert await texts(outside) == (["hos de andra"], True)
        await region.writes(a_lift(block, author=LINDS, written_at=a_time(4)))
        await outside.contact()
        assert await texts(outside) == ([SECRET, "hos de andra"], False)
        assert not any(line.blocked for line in await raws(region.core, OUTSIDE))

        region.clock.millis = MORNING + 4 * 3_600_000  # noon: at this very moment
        assert sum(line.blocked for line in await raws(region.core, OUTSIDE)) == 1
        await end_lifts(region.core)
        await outside.contact()
        assert await texts(outside) == (["hos de andra"], True)


async def test_a_lift_ends_on_a_workstation_without_contact_too(region: Region) -> None:
    block = a_block(written_at=a_time(3))
    lift = a_lift(block, author=LINDS, written_at=a_time(4))
    await region.writes(block)
    await region.writes(lift)
    reader = Reader(unit=OTHERS_UNIT, provider=OTHERS)
    async with region.at(OUTSIDE) as outside:
        await end_cached_lifts(outside.cache, reader)
        assert await texts(outside) == ([SECRET, "hos de andra"], False)
        region.clock.millis = MORNING + 4 * 3_600_000
        await end_cached_lifts(outside.cache, reader)
        assert await texts(outside) == (["hos de andra"], True)
        region.clock.millis = MORNING + 3_600_000  # set back: nothing opens again
        await end_cached_lifts(outside.cache, reader)
        assert await texts(outside) == (["hos de andra"], True)
        region.clock.millis = MORNING + 5 * 3_600_000
        await end_lifts(region.core)
        await outside.contact()
        assert await texts(outside) == (["hos de andra"], True)


async def test_a_block_holds_at_once_where_there_was_none_and_for_what_comes_with_it(
    region: Region,
) -> None:
    assert [line.blocked for line in await raws(region.core, OUTSIDE)] == [False] * 3

    later = [a_note(text=f"hemligt {n}", written_at=a_time(4 + n)) for n in range(3)]
    block = a_block(written_at=a_time(3))
    await asyncio.gather(*(region.writes(one) for one in (later[0], block, later[1])))

    assert hidden(await raws(region.core, OUTSIDE)) == 3
    await region.writes(later[2])
    assert hidden(await raws(region.core, OUTSIDE)) == 4
    assert hidden(await region.pulls(OUTSIDE)) == 3  # the first came before the unit followed
    assert not any(line.blocked for line in await raws(region.core, OWN))


def hidden(lines: list[EntryLine]) -> int:
    """Return how many lines are withheld; none of the others tells what is blocked."""
    assert not any(b"hemlig" in bytes(line.raw) for line in lines)
    return sum(line.blocked for line in lines)


async def test_a_withheld_line_says_its_hash_and_nothing_else(region: Region) -> None:
    before = await raws(region.core, OUTSIDE)
    await region.writes(a_block(written_at=a_time(3)))
    (hidden,) = (line for line in await raws(region.core, OUTSIDE) if line.blocked)
    assert (bytes(hidden.raw), hidden.sig, hidden.by) == (b"null", "", "")
    same = next(line for line in before if line.rev == hidden.rev)

    assert hidden.hash == sha256(bytes(same.raw)).hexdigest()


async def test_what_is_opened_in_an_emergency_is_whole_for_that_person_alone(
    region: Region,
) -> None:
    await region.writes(a_block(written_at=a_time(3)))
    opened = a_staff(
        LIND,
        OTHERS_UNIT,
        provider=OTHERS,
        assignment=HsaId("SE2321000016-M102"),
        opened=frozenset({GRACE}),
    )
    assert not any(line.blocked for line in await raws(region.core, opened, whole=True))
    # What goes into the unit's cache meanwhile is still without it.
    assert any(line.blocked for line in await raws(region.core, opened))
    assert any(line.blocked for line in await raws(region.core, OUTSIDE, whole=True))


async def test_a_lift_for_one_person_opens_for_that_person_alone(region: Region) -> None:
    block = a_block(written_at=a_time(3))
    await region.writes(block)
    lift = a_lift(block, unit=HsaId(""), person=LIND, author=LINDS, written_at=a_time(4))
    await region.writes(lift)
    assert not any(line.blocked for line in await raws(region.core, OUTSIDE, whole=True))
    assert any(line.blocked for line in await raws(region.core, OUTSIDE))


async def test_a_unit_that_gets_the_patient_later_gets_nothing_blocked(region: Region) -> None:

    await end_memberships(region.core, [(GRACE, OTHERS_UNIT)])
    await region.writes(a_block(written_at=a_time(3)))
    await begin_memberships(region.core, [(GRACE, OTHERS_UNIT)])
    async with region.at(OUTSIDE) as outside:
        assert await texts(outside) == (["hos de andra"], True)


async def test_a_referral_reaches_the_unit_it_was_sent_to(region: Region) -> None:
    await region.writes(
        a_block(written_at=a_time(3)),
        a_referral(
            type="consultation",
            to_unit=OTHERS_UNIT,
            question="Kan ni ta över?",
            written_at=a_time(4),
        ),
    )
    async with region.at(OUTSIDE) as outside:
        (referral,) = await outside.cache.listed(GRACE, "referral")
        body = referral.state.current.body
        assert isinstance(body, Referral)
        assert body.question == "Kan ni ta över?"
        assert (await texts(outside))[0] == ["hos de andra"]
