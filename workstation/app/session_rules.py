"""Decision support of a session: its content, its judge, what it counts and what it watches."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from workstation.app.adapters import Delivery
from workstation.app.content_keeper import ContentKeeper, open_content
from workstation.app.norms import CacheNorms
from workstation.app.opening import Opening
from workstation.app.session_files import SessionFiles
from workstation.app.side_records import SideRecords
from workstation.app.tally_keeper import TallyKeeper
from workstation.app.watching import Watch
from workstation.domain.values import local_date
from workstation.operations.support import Support


@dataclass(frozen=True, kw_only=True, repr=False)
class Rules:
    """All of it judges by what the content keeper says is in force."""

    content: ContentKeeper
    support: Support
    tally: TallyKeeper
    watch: Watch
    norms: CacheNorms


async def open_rules(
    opening: Opening, files: SessionFiles, records: SideRecords, delivery: Delivery
) -> Rules:
    """Load what is in force and join to it everything that follows it; nothing runs yet."""
    content = await open_content(
        folder=opening.device.places.content,
        signers=opening.content_signers,
        clock=opening.clock,
        connection=opening.connection,
        settings=files.own,
        changed=delivery.content_changed,
    )
    delivery.now = lambda: content.time.now().millis
    delivery.content_changed(content.in_force)
    support = _support(content, records)
    rules = Rules(
        content=content,
        support=support,
        tally=_tally(opening, files, content, support),
        watch=Watch(cache=files.cache, support=support, unit=opening.author.unit),
        norms=CacheNorms(files.cache, lambda: content.in_force.norms),
    )

    def switched() -> None:
        rules.watch.look_again()
        rules.norms.changed()

    content.switched = switched
    return rules


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


def _tally(
    opening: Opening, files: SessionFiles, content: ContentKeeper, support: Support
) -> TallyKeeper:
    tally = TallyKeeper(
        tally=support.tally,
        settings=files.own,
        connection=opening.connection,
        device=opening.device.read().name,
        new_id=opening.new_id,
    )
    content.beside = tally.deliver
    return tally
