"""Full text search in a chart: FTS5 over what each entity says, spans found in its own text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from local_cache.rows import as_list

_WORD = re.compile(r"[^\W_]+")
_PHRASE = re.compile(r'"([^"]*)"?|([^\s"]+)')


def put(connection: Connection, patient: int, texts: Mapping[int, str]) -> None:
    """Index the texts of entities in place of what was indexed for them."""
    drop(connection, texts)
    rows = [
        (entity, owner_word(patient), _composed(text)) for entity, text in texts.items() if text
    ]
    if rows:
        connection.exec_driver_sql("INSERT INTO search (rowid, owner, text) VALUES (?, ?, ?)", rows)


def drop(connection: Connection, entities: Iterable[int]) -> None:
    """Take entities out of the index."""
    connection.exec_driver_sql(
        "DELETE FROM search WHERE rowid IN (SELECT value FROM json_each(?))",
        (as_list(entities),),
    )


def hits(connection: Connection, patient: int, text: str, *, limit: int) -> tuple[int, ...]:
    """Return the entities whose text has every phrase and word, newest clinical time first."""
    phrases = phrases_of(text)
    if not phrases:
        return ()
    wanted = " AND ".join(_as_query(phrase) for phrase in phrases)
    rows = connection.exec_driver_sql(
        "SELECT search.rowid FROM search JOIN entity ON entity.key = search.rowid"
        " WHERE search MATCH ? ORDER BY entity.at DESC, entity.id DESC LIMIT ?",
        (f"owner : {owner_word(patient)} AND text : ({wanted})", limit),
    )
    return tuple(rows.scalars())


def owner_word(patient: int) -> str:
    """Return the one word that stands for a patient in the index."""
    return f"p{patient:d}"


def phrases_of(text: str) -> tuple[tuple[str, ...], ...]:
    """Split what was typed: words in quotes are one phrase; the last word of each may go on."""
    found = (
        tuple(_WORD.findall(_composed(quoted or word))) for quoted, word in _PHRASE.findall(text)
    )
    return tuple(dict.fromkeys(phrase for phrase in found if phrase))


def spans(text: str, typed: str) -> tuple[tuple[int, int], ...]:
    """Return where in ``text`` the phrases of ``typed`` stand: start and end, in order, apart."""
    composed, places = _with_places(text)
    found = sorted(
        (places[match.start()], places[match.end()])
        for phrase in phrases_of(typed)
        for match in _pattern(phrase).finditer(composed)
    )
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return tuple(apart)


def _as_query(phrase: tuple[str, ...]) -> str:
    return '"' + " ".join(phrase) + '" *'


def _pattern(phrase: tuple[str, ...]) -> re.Pattern[str]:
    words = r"[\W_]+".join(re.escape(word) for word in phrase)
    return re.compile(rf"(?<![^\W_]){words}[^\W_]*", re.IGNORECASE)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _with_places(text: str) -> tuple[str, list[int] | range]:
    """Return the composed text and, for each place in it and its end, the place in ``text``."""
    if unicodedata.is_normalized("NFC", text):
        return text, range(len(text) + 1)
    pieces: list[str] = []
    places: list[int] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and unicodedata.combining(text[end]):
            continue
        piece = _composed(text[start:end])
        pieces.append(piece)
        places.extend([start] * len(piece))
        start = end
    places.append(len(text))
    return "".join(pieces), places
