"""Patients: their rows, what lists show of them, and the words and numbers they are found by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection

from local_cache import linked
from local_cache.rows import as_list
from workstation.domain.identity import (
    IdentityNumber,
    IdentityProblem,
    index_keys,
    search_keys,
)
from workstation.domain.identity_systems import IdentityKind, kind_of_system
from workstation.domain.ids import HsaId, PatientId
from workstation.domain.patient import Identifier, Patient
from workstation.domain.record import Body
from workstation.operations.ports import PatientLine

COLUMNS = (
    "patient.id, family, given, birth_date, sex, identity, identity_system, protected, deceased,"
    " place, stage, EXISTS (SELECT 1 FROM withheld WHERE withheld.patient = patient.key)"
)
"""Every query that shows patients selects these, for :func:`line_of`."""
_ONE = "SELECT " + COLUMNS + " FROM patient WHERE id = ?"
_SOME = (
    "SELECT " + COLUMNS + " FROM patient WHERE leaving = 0"
    " AND id IN (SELECT unhex(value) FROM json_each(?))"
)
_OF_KEY = "SELECT " + COLUMNS + " FROM patient WHERE key = ?"
_OF_UNIT = (
    "SELECT " + COLUMNS + " FROM unit_patient JOIN patient ON patient.key = unit_patient.patient"
    " WHERE unit = ? ORDER BY place = '', place, sort, patient.id LIMIT ? OFFSET ?"
)
_FOUND = (
    "SELECT " + COLUMNS + " FROM patient WHERE leaving = 0 AND patient.key IN"
    " (SELECT patient FROM patient_key WHERE word >= ? AND word < ? || char(1114111))"
    " AND NOT EXISTS (SELECT 1 FROM json_each(?) AS typed WHERE NOT EXISTS"
    " (SELECT 1 FROM patient_key AS also WHERE also.patient = patient.key"
    " AND also.word >= typed.value AND also.word < typed.value || char(1114111)))"
    " ORDER BY sort, patient.id LIMIT ?"
)
STAGE_WHOLE = 3
_PREFERRED = tuple(IdentityKind)
_AFTER_Z = str.maketrans("åäö", "{|}")
_KEPT = {"a\u030a": "å", "a\u0308": "ä", "o\u0308": "ö"}
_WORD = re.compile(r"[^\W_]+")


def key_of(connection: Connection, patient: UUID) -> int | None:
    """Return the row key of a patient, None if unknown here."""
    key: int | None = connection.exec_driver_sql(
        "SELECT key FROM patient WHERE id = ?", (patient.bytes,)
    ).scalar_one_or_none()
    return key


def describe(connection: Connection, bodies: Sequence[tuple[int, Body]]) -> None:
    """Set what lists and search know of patients from the demographics that hold now."""
    told = [(key, body) for key, body in bodies if isinstance(body, Patient)]
    if not told:
        return
    connection.exec_driver_sql(
        "UPDATE patient SET family = ?, given = ?, sort = ?, birth_date = ?, sex = ?,"
        " identity = ?, identity_system = ?, protected = ?, deceased = ? WHERE key = ?",
        [(*_described(body), key) for key, body in told],
    )
    connection.exec_driver_sql(
        "DELETE FROM patient_key WHERE patient = ?", [(key,) for key, _body in told]
    )
    connection.exec_driver_sql(
        "INSERT OR IGNORE INTO patient_key (word, patient) VALUES (?, ?)",
        [(word, key) for key, body in told for word in sorted(_words_of(body)) or ("",)],
    )


def _described(body: Patient) -> tuple[object, ...]:
    given = body.preferred or " ".join(body.given)
    shown = _shown_identity(body.identifiers)
    return (
        body.family,
        given,
        sort_key(body.family, given),
        body.birth_date or "",
        body.sex,
        shown.value,
        shown.system,
        body.protected,
        body.is_deceased or body.deceased is not None,
    )


def place_again(connection: Connection, keys: Iterable[int]) -> None:
    """Set where patients lie from the admissions that go on; the newest counts."""
    connection.exec_driver_sql(
        "UPDATE patient SET place = ifnull((SELECT place FROM stay WHERE patient = ?1"
        " ORDER BY at DESC, place LIMIT 1), '') WHERE key = ?1",
        [(key,) for key in keys],
    )


def line(connection: Connection, patient: UUID) -> PatientLine | None:
    """Return a patient as lists show one; None if unknown here."""
    row = connection.exec_driver_sql(_ONE, (patient.bytes,)).one_or_none()
    return _told(connection, [line_of(tuple(row))])[0] if row is not None else None


def line_of_key(connection: Connection, key: int) -> PatientLine:
    """Return a patient by row key."""
    return line_of(tuple(connection.exec_driver_sql(_OF_KEY, (key,)).one()))


def lines_of_unit(
    connection: Connection, unit: HsaId, *, limit: int, offset: int
) -> tuple[PatientLine, ...]:
    """Return a unit's patients: with a place first, by place, then by name."""
    rows = connection.exec_driver_sql(_OF_UNIT, (unit, limit, offset))
    return _told(connection, [line_of(tuple(row)) for row in rows])


def find(connection: Connection, text: str, *, limit: int) -> tuple[PatientLine, ...]:
    """Return patients where every word typed begins a word of the name, or a number.

    Who is linked to one of them comes right after.
    """
    words = search_keys(text) or tuple(dict.fromkeys(_WORD.findall(folded(text))))
    if not words:
        return ()
    # The longest word is likely the rarest: the others are only looked for among its patients.
    first, *others = sorted(words, key=len, reverse=True)
    rows = connection.exec_driver_sql(_FOUND, (first, first, as_list(others), limit))
    found = _told(connection, [line_of(tuple(row)) for row in rows])
    return _with_linked(connection, found)[:limit]


def _told(connection: Connection, lines: Sequence[PatientLine]) -> tuple[PatientLine, ...]:
    """Return the lines with what they are linked to."""
    links = linked.links_of(connection, (line.patient for line in lines))
    if not links:
        return tuple(lines)
    return tuple(replace(line, links=links.get(line.patient, ())) for line in lines)


def _with_linked(connection: Connection, lines: tuple[PatientLine, ...]) -> tuple[PatientLine, ...]:
    """Return the lines, and after each the person's other records that are not among them."""
    known = {line.patient for line in lines}
    lacking = {
        link.patient
        for line in lines
        for link in line.links
        if link.here and link.patient not in known
    }
    if not lacking:
        return lines
    rows = connection.exec_driver_sql(_SOME, (as_list(sorted(one.hex for one in lacking)),))
    more = {one.patient: one for one in _told(connection, [line_of(tuple(row)) for row in rows])}
    found: list[PatientLine] = []
    for line in lines:
        found.append(line)
        found.extend(more.pop(link.patient) for link in line.links if link.patient in more)
    return tuple(found)


def line_of(row: Sequence[object]) -> PatientLine:
    """Return the line for a row of ``COLUMNS``."""
    patient, family, given, born, sex, identity, system, protected, deceased = row[:9]
    place, stage, withheld = row[9:]
    assert isinstance(patient, bytes)
    return PatientLine(
        patient=PatientId(UUID(bytes=patient)),
        family=str(family),
        given=str(given),
        birth_date=str(born),
        sex=str(sex),
        identity=str(identity),
        identity_system=str(system),
        protected=bool(protected),
        deceased=bool(deceased),
        place=str(place),
        complete=stage == STAGE_WHOLE,
        withheld=bool(withheld),
    )


def folded(text: str) -> str:
    """Return ``text`` for search: lower case, accents gone, å ä ö kept as letters of their own."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    for pair, letter in _KEPT.items():
        decomposed = decomposed.replace(pair, letter)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def sort_key(family: str, given: str) -> str:
    """Return what sorts names as in Swedish: å ä ö after z; patients without a name last."""
    name = f"{folded(family)},{folded(given)}"
    return name.translate(_AFTER_Z) if name != "," else "\U0010ffff"


def _words_of(body: Patient) -> Iterable[str]:
    words = set(_WORD.findall(folded(" ".join(_names(body)))))
    # Who types on a keyboard without å ä ö finds Östlund under ostlund.
    words |= {_plain(word) for word in words}
    for identifier in body.identifiers:
        words.update(_number_keys(identifier))
    return words


def _names(body: Patient) -> Iterable[str]:
    return (body.family, *body.given, body.preferred, body.former_family)


def _plain(word: str) -> str:
    return word.translate(str.maketrans("åäö", "aao"))


def _number_keys(identifier: Identifier) -> Iterable[str]:
    kind = kind_of_system(identifier.system)
    if kind is not None:
        try:
            return index_keys(IdentityNumber(kind=kind, value=identifier.value))
        except IdentityProblem:  # kept as it came, and found as it came
            pass
    return (re.sub(r"[\s+-]", "", identifier.value).upper(),) if identifier.value else ()


def _shown_identity(identifiers: Sequence[Identifier]) -> Identifier:
    def rank(identifier: Identifier) -> tuple[bool, int]:
        kind = kind_of_system(identifier.system)
        ended = identifier.period is not None and identifier.period.end is not None
        return ended, len(_PREFERRED) if kind is None else _PREFERRED.index(kind)

    return min(identifiers, key=rank, default=Identifier(system="", value=""))
