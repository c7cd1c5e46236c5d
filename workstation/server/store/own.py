"""What the patient's page reads: entities of one's own record that the patient may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from workstation.access.for_patient import shown_to_patient
from workstation.access.scope import OnePatient
from workstation.domain.attention import Attention, overruled
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId
from workstation.domain.kind import Projection
from workstation.domain.kinds import entity_state, open_raw, project
from workstation.domain.record import Record, UnknownBody
from workstation.server import schema
from workstation.server.store import directory
from workstation.server.store.visible import visible


@dataclass(frozen=True, kw_only=True, repr=False)
class Shown:
    """An entity as the patient may see it. ``changed``: when its newest record was written, ms."""

    state: EntityState
    row: Projection
    changed: int


def entities(
    connection: Connection,
    scope: OnePatient,
    families: Sequence[str],
    *,
    group: str | None = None,
    limit: int,
    offset: int = 0,
) -> tuple[Shown, ...]:
    """Return the newest entities of these families that the patient may see."""
    table = schema.entity_row
    query = (
        select(table.c.entity_id)
        .where(
            visible(scope, table.c.patient_id),
            table.c.for_patient == 1,
            table.c.family.in_(list(families)),
        )
        .order_by(table.c.at.desc(), table.c.entity_id)
        .limit(limit)
        .offset(offset)
    )
    if group is not None:
        query = query.where(table.c.grp == group)
    wanted = list(connection.scalars(query))
    states = _states(connection, scope, wanted)
    shown = (_shown(states[entity]) for entity in wanted if entity in states)
    return tuple(one for one in shown if shown_to_patient(one.state, one.row))


def denied(connection: Connection, scope: OnePatient) -> frozenset[EntityId]:
    """Return the statements of no known hypersensitivity that must not stand alone.

    Asked is all that care knows, also what the patient may not see: none of it is told, but
    what contradicts it is not told either. What this program cannot read may be a warning too.
    """
    table = schema.entity_row
    query = select(table.c.entity_id).where(
        visible(scope, table.c.patient_id), table.c.family == "attention"
    )
    states = list(_states(connection, scope, list(connection.scalars(query))).values())
    if any(isinstance(state.current.body, UnknownBody) for state in states):
        return frozenset(state.id for state in states if denies(state))
    return frozenset(overruled(states))


def denies(state: EntityState) -> bool:
    """Whether this is the statement that there is no known hypersensitivity."""
    body = state.current.body
    return isinstance(body, Attention) and body.none_known


def _states(
    connection: Connection, scope: OnePatient, wanted: list[bytes]
) -> dict[bytes, EntityState]:
    table = schema.entry
    records: dict[bytes, list[Record]] = defaultdict(list)
    protected = directory.protected_staff(connection)
    for entity, raw in connection.execute(
        select(table.c.entity_id, table.c.raw).where(
            visible(scope, table.c.patient_id),
            table.c.entity_id.in_(wanted),
            table.c.raw.is_not(None),
        )
    ):
        records[entity].append(_by_role_only(open_raw(raw), protected))
    return {entity: entity_state(found) for entity, found in records.items()}


def _by_role_only(record: Record, protected: frozenset[str]) -> Record:
    """Of staff with protected identity only the role is shown (care rules section 4)."""
    if record.author.hsa_id not in protected:
        return record
    return replace(record, author=msgspec.structs.replace(record.author, name=""))


def _shown(state: EntityState) -> Shown:
    everything = (*state.line.versions, *state.signatures, *state.acknowledgements)
    changed = max(record.written_at.millis for record in everything)
    return Shown(state=state, row=project(state), changed=changed)


def head_rev(connection: Connection, patient: UUID) -> int:
    """Return the newest revision: it tells that there is news, and nothing else."""
    table = schema.patient
    found = connection.execute(
        select(table.c.head_rev).where(table.c.patient_id == patient.bytes)
    ).scalar_one_or_none()
    return int(found or 0)
