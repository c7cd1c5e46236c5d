"""Find a patient in a whole region, by number or by the beginnings of names."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, exists, select

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
    matching = _matching(text)
    if matching is None:
        return ()
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


def _matching(text: str) -> Select[tuple[object, ...]] | None:
    card, name, number = schema.patient_card, schema.patient_name, schema.patient_number
    if keys := search_keys(text):
        first = select(number.c.patient_id).where(_begins(number.c.number, keys[0]))
    elif words := sorted(words_of(text), key=len, reverse=True):
        first = select(name.c.patient_id).where(_begins(name.c.word, words[0]))
        for word in words[1:]:
            other = name.alias()
            first = first.where(
                exists().where(other.c.patient_id == name.c.patient_id, _begins(other.c.word, word))
            )
    else:
        return None
    candidates = first.limit(_CANDIDATES).subquery()
    return select(card).where(card.c.patient_id.in_(select(candidates.c.patient_id)))


def _begins(column: ColumnElement[str], beginning: str) -> ColumnElement[bool]:
    """A range on the index; U+10FFFF comes after every text that begins so."""
    return (column >= beginning) & (column < beginning + "\U0010ffff")
