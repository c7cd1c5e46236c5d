"""Find a patient in a whole region, by number or by the beginnings of names."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    exists,
    func,
    literal_column,
    select,
)

from sync.protocol.messages import Message
from workstation.domain.identity import search_keys
from workstation.server import schema
from workstation.server.store.index import words_of


class FoundPatient(Message, frozen=True, kw_only=True):
    """Who somebody is, as little as tells two people apart. No whereabouts, for anybody."""

    patient: UUID
    family: str
    given: str
    birth_date: str
    sex: str
    identity: str
    identity_system: str
    protected: bool = False
    deceased: bool = False


def find(connection: Connection, text: str, *, limit: int) -> tuple[FoundPatient, ...]:
    """Return patients who match all of the text, by name; none for a text without letters or digits."""
    card = schema.patient_card
    first = _candidates(connection, text)
    if first is None:
        return ()
    found = first.limit(_CANDIDATES).subquery()
    matching = select(card).where(card.c.patient_id.in_(select(found.c.patient_id)))
    rows = connection.execute(
        matching.order_by(card.c.family, card.c.given, card.c.patient_id).limit(limit)
    )
    return tuple(
        FoundPatient(
            patient=UUID(bytes=row.patient_id),
            family=row.family,
            given=row.given,
            birth_date=row.birth_date,
            sex=row.sex,
            identity=row.identity,
            identity_system=row.identity_system,
            protected=bool(row.protected),
            deceased=bool(row.deceased),
        )
        for row in rows
    )


_CANDIDATES = 400
"""How many names are looked at before sorting: a search that finds more must be narrowed."""


_FEW, _MANY = 2_000, 100_000
"""Patients a word may bring for whom each is looked up, or a list of them is made, to compare."""


def _candidates(connection: Connection, text: str) -> Select[tuple[bytes]] | None:
    number = schema.patient_number
    if keys := search_keys(text):
        return select(number.c.patient_id).where(_begins(number.c.number, keys[0]))
    words = words_of(text)
    if not words:
        return None
    if len(words) == 1:
        return _with_word(_name, *words)
    if connection.dialect.name == "postgresql":
        return _as_planned(connection, sorted(words, key=len, reverse=True))
    counted = sorted((_count(connection, word), word) for word in words)
    (fewest, rarest), *others = counted
    if _FEW < fewest <= _MANY:
        return _on_the_list(connection, rarest, [word for _, word in others])
    return _each_with(_with_word(_name, rarest), [word for _, word in others])


def _with_word(name: FromClause, word: str) -> Select[tuple[bytes]]:
    return select(name.c.patient_id).where(_begins(name.c.word, word))


def _as_planned(connection: Connection, words: Sequence[str]) -> Select[tuple[bytes]]:
    """Let the database choose: it knows how often each beginning occurs, without counting.

    It must look at these very words: a plan that is kept for any words fits none of them.
    """
    connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")
    return _each_with(_with_word(_name, words[0]), words[1:])


def _count(connection: Connection, word: str) -> int:
    """Return how many names begin so; more than many are not told apart."""
    found = _with_word(_name, word).limit(_MANY + 1).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def _each_with(first: Select[tuple[bytes]], words: Sequence[str]) -> Select[tuple[bytes]]:
    """Look every patient up for the other words: a page of the table for each."""
    for word in words:
        other = _name.alias()
        first = first.where(
            exists().where(other.c.patient_id == _name.c.patient_id, _begins(other.c.word, word))
        )
    return first


def _on_the_list(
    connection: Connection, rarest: str, others: Sequence[str]
) -> Select[tuple[bytes]]:
    """Go through the next word's stretch of the index, comparing with a list of the rarest's.

    Two common words whose patients have little in common: looking each of them up would read
    the whole table.
    """
    listed = _with_word(_name.alias(), rarest)
    identity: ColumnElement[bytes] = _name.c.patient_id
    if connection.dialect.name == "sqlite":  # else it looks each on the list up after all
        identity = literal_column("+patient_name.patient_id")
    return _each_with(_with_word(_name, others[0]).where(identity.in_(listed)), others[1:])


def _begins(column: ColumnElement[str], beginning: str) -> ColumnElement[bool]:
    """A range on the index; U+10FFFF comes after every text that begins so."""
    return (column >= beginning) & (column < beginning + "\U0010ffff")


_name = schema.patient_name
