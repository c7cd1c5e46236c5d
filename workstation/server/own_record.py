"""One's own record: what a patient asks the store for, each time decided and logged."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from workstation.access.actor import Actor, PatientSelf
from workstation.access.for_patient import RECENT_DAYS, without_whereabouts
from workstation.access.policy import Action, Decision, relation_to_patient
from workstation.access.scope import OnePatient, scope_of
from workstation.domain.attention import overruled
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.patient import Patient
from workstation.server.core import Core, NotAllowed
from workstation.server.store import own, review, sessions
from workstation.server.store.own import Shown
from workstation.server.store.review import Access

_RECENT_MS = timedelta(days=RECENT_DAYS) // timedelta(milliseconds=1)
_QUIET_SECONDS = 15.0


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The newest ``limit`` entities of these families after ``offset``; ``group``: only those."""

    families: tuple[str, ...]
    group: str | None = None
    limit: int
    offset: int = 0


async def chapters(
    core: Core, actor: Actor, wanted: Sequence[Wanted]
) -> tuple[tuple[Shown, ...], ...]:
    """Return what was wanted, without what the patient chose not to see.

    Raises:
        NotAllowed: The actor is no patient.
    """
    scope, decision = await _own(core, actor)

    def read(connection: Connection) -> tuple[list[tuple[Shown, ...]], frozenset[EntityId], bool]:
        found = [
            own.entities(
                connection,
                scope,
                one.families,
                group=one.group,
                limit=one.limit,
                offset=one.offset,
            )
            for one in wanted
        ]
        asked = any(own.denies(one.state) for shown in found for one in shown)
        denied = own.denied(connection, scope) if asked else frozenset[EntityId]()
        return found, denied, sessions.hide_recent(connection, scope.patient)

    found, denied, hide = await core.database.read(read)
    await core.log(actor, "Läsa", "own_record", basis=decision.basis, patients=(scope.patient,))
    newest = core.now - _RECENT_MS
    kept = (tuple(one for one in shown if not hide or one.changed <= newest) for shown in found)
    return tuple(_calm_only_where_true(shown, denied) for shown in kept)


def _calm_only_where_true(
    shown: tuple[Shown, ...], denied: frozenset[EntityId]
) -> tuple[Shown, ...]:
    """Leave out "no known hypersensitivity" where what stands against it is not shown beside it."""
    beside = overruled(one.state for one in shown)
    return tuple(one for one in shown if one.state.id not in denied or one.state.id in beside)


async def access(
    core: Core, actor: Actor, *, activities: Sequence[str], limit: int, offset: int
) -> tuple[Access, ...]:
    """Return what staff did with the record, newest first; looking at it is itself a line.

    Raises:
        NotAllowed: The actor is no patient.
    """
    scope, decision = await _own(core, actor)
    found = await core.database.read(
        lambda c: review.of_patient(
            c, scope.patient, activities=activities, limit=limit, offset=offset
        )
    )
    await core.log(actor, "Läsa", "own_log", basis=decision.basis, patients=(scope.patient,))
    return found


async def myself(core: Core, actor: Actor) -> tuple[Patient, bool]:
    """Return who the patient is, without whereabouts where they are protected; and the choice
    to hide what is newer than two weeks.
    """
    scope, _ = await _own(core, actor)
    found, hide = await core.database.read(
        lambda c: (
            own.entities(c, scope, ("patient",), limit=1),
            sessions.hide_recent(c, scope.patient),
        )
    )
    body = found[0].state.current.body if found else None
    return without_whereabouts(body) if isinstance(body, Patient) else Patient(), hide


async def choose_hide_recent(core: Core, actor: Actor, *, hide: bool) -> None:
    """Keep the patient's choice."""
    scope, _ = await _own(core, actor)
    await core.database.write(lambda c: sessions.choose_hide_recent(c, scope.patient, hide=hide))


async def news(core: Core, actor: Actor) -> AsyncIterator[bool]:
    """Yield True whenever the record has grown, False when it has been quiet for a while."""
    scope, _ = await _own(core, actor)
    return _news(core, scope.patient)


async def _news(core: Core, patient: PatientId) -> AsyncIterator[bool]:
    listening = core.hub.listen((patient,), quiet_seconds=_QUIET_SECONDS)
    seen = await core.database.read(lambda c: own.head_rev(c, patient))
    yield False
    async for told in listening:
        rev = told.get(patient, 0)
        yield rev > seen
        seen = max(rev, seen)


async def _own(core: Core, actor: Actor) -> tuple[OnePatient, Decision]:
    patient = actor.patient if isinstance(actor, PatientSelf) else None
    scope = scope_of(actor)
    if patient is None or not isinstance(scope, OnePatient):
        await core.allowed(actor, Action.READ_OWN)
        raise NotAllowed
    relation = relation_to_patient(actor, patient, frozenset())
    return scope, await core.allowed(actor, Action.READ_OWN, relation)
