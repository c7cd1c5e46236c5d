"""A unit's lists on the server: what waits, what is late, and what is seen for those who are away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from sync.protocol.waiting import Waiting
from workstation.access.actor import Actor, Staff
from workstation.access.policy import Action, Decision, relation_to_unit
from workstation.access.scope import scope_of
from workstation.domain.directory import Directory, StandIn, cover_of
from workstation.domain.ids import HsaId
from workstation.server.core import Core, NotAllowed
from workstation.server.store import directory, waiting

_MOST = 500


async def page(
    core: Core, actor: Actor, unit: str, reasons: Sequence[str], *, limit: int, offset: int
) -> tuple[Waiting, ...]:
    """Return a page of the unit's list by reasons, the most urgent first."""
    decision = await core.allowed(actor, Action.SEE_WAITING, relation_to_unit(actor, HsaId(unit)))
    scope, now, most = scope_of(actor), core.now, max(min(limit, _MOST), 1)
    found = await core.database.read(
        lambda c: waiting.page(c, scope, unit, reasons, now=now, limit=most, offset=max(offset, 0))
    )
    await _log(core, actor, decision, found)
    return found


async def overdue(core: Core, actor: Actor, unit: str, *, limit: int) -> tuple[Waiting, ...]:
    """Return what the unit watches that is late, the longest late first."""
    decision = await core.allowed(actor, Action.SEE_WAITING, relation_to_unit(actor, HsaId(unit)))
    scope, now, most = scope_of(actor), core.now, max(min(limit, _MOST), 1)
    found = await core.database.read(lambda c: waiting.overdue(c, scope, unit, now=now, limit=most))
    await _log(core, actor, decision, found)
    return found


async def for_others(core: Core, actor: Actor, *, limit: int) -> tuple[Waiting, ...]:
    """Return what the actor sees for others of the unit: as stand-in, as deputy, as its head."""
    unit = actor.unit if isinstance(actor, Staff) else HsaId("")
    decision = await core.allowed(actor, Action.SEE_WAITING, relation_to_unit(actor, unit))
    assert isinstance(actor, Staff)
    scope, now, person = scope_of(actor), core.now, actor.person
    most = max(min(limit, _MOST), 1)

    def read(connection: Connection) -> tuple[Waiting, ...]:
        here = directory.unit(connection, unit)
        known = Directory(
            units=(here,) if here else (), stand_ins=directory.stand_ins(connection, unit, now=now)
        )
        cover = cover_of(known, person=person, unit=unit, now=now)
        return waiting.escalated(connection, scope, unit, cover, now=now, limit=most)

    found = await core.database.read(read)
    await _log(core, actor, decision, found)
    return found


async def counts(core: Core, actor: Actor, unit: str) -> Mapping[str, int]:
    """Return how many wait in the unit by reason."""
    await core.allowed(actor, Action.SEE_WAITING, relation_to_unit(actor, HsaId(unit)))
    scope, now = scope_of(actor), core.now
    return await core.database.read(lambda c: waiting.counts(c, scope, unit, now=now))


async def stand_in(core: Core, actor: Actor, told: StandIn) -> None:
    """Keep who stands in for whom in the actor's unit.

    Raises:
        NotAllowed: Another unit, or somebody who does not work there.
    """
    decision = await core.allowed(actor, Action.STAND_IN, relation_to_unit(actor, told.unit))
    now = core.now

    def keep(connection: Connection) -> None:
        here = {p.hsa_id for p in directory.people_of(connection, told.unit, now=now)}
        if told.person not in here or told.deputy not in here:
            raise NotAllowed
        directory.put_stand_in(connection, told)

    await core.database.write(keep)
    await core.log(actor, "Administration", "stand_in", basis=decision.basis)


async def _log(core: Core, actor: Actor, decision: Decision, found: Sequence[Waiting]) -> None:
    if found:
        touched = sorted({line.patient for line in found})
        await core.log(actor, "Läsa", "waiting", basis=decision.basis, patients=touched)
