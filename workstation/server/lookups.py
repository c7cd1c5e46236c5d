"""Small questions to the store: the directory, patient search, quarantine, health."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from workstation.access.actor import Actor, Staff
from workstation.access.policy import Action, relation_to_unit
from workstation.domain.directory import Person, Provider, StandIn, Unit
from workstation.domain.ids import HsaId
from workstation.server.core import Core
from workstation.server.store import directory, feed
from workstation.server.store import find as finding
from workstation.server.store import quarantine as aside

_MOST_FOUND = 100
_MOST_ASIDE = 200


async def check(core: Core) -> str:
    """Read something from the database; return the program's version.

    Raises:
        Busy: The database does not answer.
    """
    await core.database.read(lambda c: feed.positions(c, ()))
    try:
        return version("ronden")
    except PackageNotFoundError:
        return ""


async def units(core: Core, actor: Actor) -> tuple[tuple[Provider, ...], tuple[Unit, ...]]:
    """Return every provider and unit."""
    await core.allowed(actor, Action.READ_DIRECTORY)
    return await core.database.read(lambda c: (directory.providers(c), directory.units(c)))


async def stand_ins(core: Core, actor: Actor) -> tuple[StandIn, ...]:
    """Return who stands in for whom in the actor's own unit."""
    await core.allowed(actor, Action.READ_DIRECTORY)
    unit, now = actor.unit if isinstance(actor, Staff) else "", core.now
    return await core.database.read(lambda c: directory.stand_ins(c, unit, now=now))


async def people(core: Core, actor: Actor, unit: str) -> tuple[Person, ...]:
    """Return who works in a unit; nobody, where there is no such unit."""
    await core.allowed(actor, Action.READ_DIRECTORY)
    now = core.now
    return await core.database.read(lambda c: directory.people_of(c, unit, now=now))


async def find(
    core: Core, actor: Actor, text: str, *, limit: int
) -> tuple[finding.FoundPatient, ...]:
    """Return patients of the whole region who match; everybody shown is in the access log."""
    decision = await core.allowed(actor, Action.FIND_PATIENT)
    most = max(min(limit, _MOST_FOUND), 1)
    found = await core.database.read(lambda c: finding.find(c, text, limit=most))
    shown = [patient.patient for patient in found]
    await core.log(actor, "Sökning", "find_patients", basis=decision.basis, patients=shown)
    return found


async def quarantined(core: Core, actor: Actor) -> tuple[aside.Quarantined, ...]:
    """Return what waits for the actor's own unit."""
    unit = actor.unit if isinstance(actor, Staff) else HsaId("")
    relation = relation_to_unit(actor, unit)
    decision = await core.allowed(actor, Action.SEE_QUARANTINE, relation)
    items = await core.database.read(lambda c: aside.waiting(c, unit, limit=_MOST_ASIDE))
    if items:
        touched = {item.patient for item in items}
        await core.log(actor, "Läsa", "quarantine", basis=decision.basis, patients=sorted(touched))
    return items
