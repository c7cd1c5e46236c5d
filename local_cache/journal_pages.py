"""The part of the cache that the journal is read from: its pages, and what its entries are like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from local_cache import reading, readmodel
from local_cache.rows import as_list
from workstation.domain.ids import EntityId, HsaId, PatientId
from workstation.domain.journal_filter import EntryFacts, profession_of
from workstation.domain.kinds import entity_state
from workstation.domain.note import Note
from workstation.domain.record import Author
from workstation.operations.ports import Listed

Answer = TypeVar("Answer")
Default = TypeVar("Default")


class _Reader(Protocol):
    """The cache that this is a part of."""

    async def _read_chart(
        self, patient: PatientId, ask: Callable[[Connection, int], Answer], otherwise: Default
    ) -> Answer | Default: ...

    def _prepare_soon(self, patient: PatientId) -> None: ...


class JournalPages:
    """Reading a patient's journal."""

    async def journal(
        self: _Reader, patient: PatientId, *, families: Sequence[str], offset: int, limit: int
    ) -> tuple[Listed, ...]:
        found = await self._read_chart(
            patient,
            lambda c, key: reading.journal(c, key, families=families, offset=offset, limit=limit),
            (),
        )
        self._prepare_soon(patient)
        return found

    async def journal_facts(
        self: _Reader, patient: PatientId, *, families: Sequence[str]
    ) -> tuple[EntryFacts, ...]:
        return await self._read_chart(
            patient, lambda c, key: journal_facts(c, key, families=families), ()
        )


class _Section(msgspec.Struct):
    term: str = ""


class _Body(msgspec.Struct):
    type: str = ""
    sections: tuple[_Section, ...] = ()


class _Glance(msgspec.Struct):
    """Of a record's bytes only what a filter asks for; the text is passed over."""

    author: Author
    body: _Body


_glances = msgspec.json.Decoder(_Glance)


def journal_facts(
    connection: Connection, patient: int, *, families: Sequence[str]
) -> tuple[EntryFacts, ...]:
    """Return what every entry of some families is like, newest first, in the order of lists."""
    rows = connection.exec_driver_sql(
        "SELECT key, id, family, at, status, title FROM entity WHERE patient = ?"
        " AND family IN (SELECT value FROM json_each(?)) ORDER BY at DESC, id DESC",
        (patient, as_list(families)),
    ).all()
    seen = _glances_at(connection, patient, families)
    folded = _folded(connection, (row[0] for row in rows if row[0] not in seen))
    found = []
    for key, entity, family, at, status, title in rows:
        author, body = seen.get(key) or folded.get(key) or (None, _Body())
        found.append(
            EntryFacts(
                entity=EntityId(UUID(bytes=entity)),
                family=family,
                at=at,
                status=status,
                title=title,
                type=body.type if family == "note" else "",
                unit=author.unit if author is not None else HsaId(""),
                unit_name=author.unit_name if author is not None else "",
                profession=profession_of(author.title) if author is not None else "",
                terms=tuple(section.term for section in body.sections),
            )
        )
    return tuple(found)


def _glances_at(
    connection: Connection, patient: int, families: Sequence[str]
) -> dict[int, tuple[Author, _Body]]:
    """Return author and body of the entities of a single version: most of them by far."""
    rows = connection.exec_driver_sql(
        "SELECT entity, max(raw), count(*) FROM entry WHERE entity IN"
        " (SELECT key FROM entity WHERE patient = ?1"
        " AND family IN (SELECT value FROM json_each(?2)))"
        " AND kind IN (SELECT value FROM json_each(?2)) AND raw IS NOT NULL GROUP BY entity",
        (patient, as_list(families)),
    )
    found = {}
    for entity, raw, versions in rows:
        if versions == 1:
            try:
                glance = _glances.decode(raw)
            except msgspec.ValidationError:
                continue  # of another version of the program
            found[entity] = (glance.author, glance.body)
    return found


def _folded(connection: Connection, keys: Iterable[int]) -> dict[int, tuple[Author, _Body]]:
    """Return author and body of the version that holds, where there are several."""
    found = {}
    for key, records in readmodel.records_of(connection, keys).items():
        current = entity_state(records).current
        body = _Body()
        if isinstance(current.body, Note):
            sections = tuple(_Section(term=s.term) for s in current.body.sections)
            body = _Body(type=current.body.type, sections=sections)
        found[key] = (current.author, body)
    return found
