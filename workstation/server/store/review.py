"""The access log as its reviewers find it: by who, where, whose and when, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from random import SystemRandom
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    Text,
    and_,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from sync.protocol.log import LogLine, LogQuestion
from workstation.server import schema
from workstation.server.store.audit import Event
from workstation.server.store.logged import Raw, raw_of, told

_MOST_LOOKED_AT = 2_000
"""Lines that one question for flagged ones looks through; its answer says where to go on."""
_STEP = 500
_DRAWN = 500
_DRAWS = 10
"""How many lines are drawn at a time for a sample, and how often at most."""
_COMMON = ("Läsa", "Skriva", "Sökning", "Inloggning", "Utloggning")
"""What the index ``audit_line_rare`` leaves out."""
_chance = SystemRandom()
_Conditions = tuple[ColumnElement[bool], ...]


def lines(
    connection: Connection, provider: str, question: LogQuestion, *, limit: int
) -> tuple[tuple[LogLine, ...], str]:
    """Return lines that a provider's reviewer asks for, and where the next page begins.

    Args:
        provider: HSA-id; lines of others are not found, whatever is asked.
        limit: The most lines to return.
    """
    if question.sample:
        found = _sample(connection, provider, question, limit=min(question.sample, limit))
        return told(connection, found, question), ""
    if not question.flagged:
        found = _page(connection, provider, question, _place(question.after), limit + 1)
        more = len(found) > limit
        return told(connection, found[:limit], question), _after(found[limit - 1]) if more else ""
    return _flagged(connection, provider, question, limit=limit)


def _flagged(
    connection: Connection, provider: str, question: LogQuestion, *, limit: int
) -> tuple[tuple[LogLine, ...], str]:
    """Look through the lines in steps until there are enough with a flag, or a fair share was seen."""
    kept: list[LogLine] = []
    place = _place(question.after)
    for _step in range(_MOST_LOOKED_AT // _STEP):
        found = _page(connection, provider, question, place, _STEP)
        for raw, line in zip(found, told(connection, found, question), strict=True):
            if line.flags:
                kept.append(line)
                if len(kept) == limit:
                    return tuple(kept), _after(raw)
        if len(found) < _STEP:
            return tuple(kept), ""
        place = (found[-1].at, found[-1].seq)
    return tuple(kept), f"{place[0]}:{place[1]}" if place else ""


def _after(raw: Raw) -> str:
    return f"{raw.at}:{raw.seq}"


def _place(after: str) -> tuple[int, int] | None:
    at, _, seq = after.partition(":")
    return (int(at), int(seq)) if at.isdecimal() and seq.isdecimal() else None


def _ways(provider: str, question: LogQuestion) -> list[_Conditions]:
    """Return the conditions of what is found in each way: a line that meets those of one is found.

    Asked for at once, with an "or", a large log is gone through from its end.
    """
    line = schema.audit_line
    asked = (*_conditions(question), *_whose(question))
    ways = [(line.c.provider == provider, *asked)]
    printed = question.activity == "Utskrift"
    theirs = question.person or question.unit or (question.activity and not printed)
    if (question.patient is not None or printed) and not theirs:
        # Whoever runs the server took it out: that is nobody's provider, and every reviewer's.
        ways.append((line.c.provider == "", line.c.activity == "Utskrift", _is_rare(), *asked))
    return ways


def _conditions(question: LogQuestion) -> Iterator[ColumnElement[bool]]:
    line = schema.audit_line
    if question.seq:
        yield line.c.seq == question.seq
    if question.person:
        yield line.c.person == question.person
    if question.unit:
        yield line.c.unit == question.unit
    if question.activity:
        yield line.c.activity == question.activity
        if question.activity not in _COMMON:
            yield _is_rare()
    if question.since:
        yield line.c.at >= question.since
    if question.until:
        yield line.c.at < question.until


def _whose(question: LogQuestion) -> Iterator[ColumnElement[bool]]:
    if question.patient is not None:
        touched = schema.audit_patient
        mine = select(touched.c.seq).where(touched.c.patient_id == question.patient.bytes)
        yield schema.audit_line.c.seq.in_(mine)


def _is_rare() -> ColumnElement[bool]:
    """Say it as the index says it, without places for values: so both databases see that it serves."""
    common = [literal_column(f"'{activity}'", Text) for activity in _COMMON]
    return schema.audit_line.c.activity.not_in(common)


def _page(
    connection: Connection,
    provider: str,
    question: LogQuestion,
    place: tuple[int, int] | None,
    limit: int,
) -> list[Raw]:
    ways = _ways(provider, question)
    found: list[list[Raw]] = []
    if question.patient is not None and not _is_narrow(question):
        own = (schema.audit_line.c.provider == provider, *_conditions(question))
        found.append(_newest_of(connection, question.patient, own, place, limit))
        ways = ways[1:]
    found.extend(_newest(connection, conditions, place, limit) for conditions in ways)
    newest = merge(*found, key=lambda raw: (raw.at, raw.seq), reverse=True)
    return list(islice(newest, limit))


def _is_narrow(question: LogQuestion) -> bool:
    """Whether few lines meet the conditions, whoever's record it is about."""
    rare = bool(question.activity) and question.activity not in _COMMON
    return bool(question.seq or question.person) or rare


def _newest(
    connection: Connection,
    conditions: _Conditions,
    place: tuple[int, int] | None,
    limit: int,
) -> list[Raw]:
    line, log = schema.audit_line, schema.audit
    query = (
        select(line.c.seq, line.c.at, log.c.event)
        .join(log, log.c.seq == line.c.seq)
        .where(*conditions)
        .order_by(line.c.at.desc(), line.c.seq.desc())
        .limit(limit)
    )
    if place is not None:
        query = query.where(tuple_(line.c.at, line.c.seq) < tuple_(*place))
    return [raw_of(*row) for row in connection.execute(query)]


def _newest_of(
    connection: Connection,
    patient: UUID,
    conditions: _Conditions,
    place: tuple[int, int] | None,
    limit: int,
) -> list[Raw]:
    """Go through the patient's own lines from the newest, and through nobody else's.

    Each is looked up by itself: a plan of the database's own may begin in a whole provider's log.
    """
    line, touched = schema.audit_line, schema.audit_patient
    at = select(line.c.at).where(line.c.seq == touched.c.seq, *conditions)
    if place is not None:
        at = at.where(tuple_(line.c.at, line.c.seq) < tuple_(*place))
    query = (
        select(touched.c.seq)
        .where(
            touched.c.patient_id == patient.bytes,
            at.correlate(touched).scalar_subquery().is_not(None),
        )
        .order_by(touched.c.seq.desc())
        .limit(limit)
    )
    return _by_numbers(connection, list(connection.scalars(query)))


def _by_numbers(connection: Connection, numbers: Sequence[int]) -> list[Raw]:
    line, log = schema.audit_line, schema.audit
    query = (
        select(line.c.seq, line.c.at, log.c.event)
        .join(log, log.c.seq == line.c.seq)
        .where(line.c.seq.in_(numbers))
        .order_by(line.c.at.desc(), line.c.seq.desc())
    )
    return [raw_of(*row) for row in connection.execute(query)]


# A sample


def _sample(
    connection: Connection, provider: str, question: LogQuestion, *, limit: int
) -> list[Raw]:
    ways = _ways(provider, question)
    drawn = _by_number(connection, provider, question, ways, limit)
    if drawn is None:
        drawn = _of_all(connection, ways, limit)
    return _by_numbers(connection, drawn)


def _of_all(connection: Connection, ways: Sequence[_Conditions], limit: int) -> list[int]:
    """Draw among all the lines there are: fast where they are few."""
    line = schema.audit_line
    every = union_all(*(select(line.c.seq).where(*conditions) for conditions in ways)).subquery()
    return list(connection.scalars(select(every.c.seq).order_by(func.random()).limit(limit)))


def _by_number(
    connection: Connection,
    provider: str,
    question: LogQuestion,
    ways: Sequence[_Conditions],
    limit: int,
) -> list[int] | None:
    """Draw numbers, and keep those of lines that were asked for; None where too few are."""
    line = schema.audit_line
    asked = or_(*(and_(*conditions) for conditions in ways))
    kept: dict[int, None] = {}
    for draw in range(_DRAWS):
        numbers = _numbers(connection, provider, question)
        rows = connection.scalars(select(line.c.seq).where(line.c.seq.in_(numbers), asked))
        found = set(rows)
        kept |= {number: None for number in numbers if number in found}
        if len(kept) >= limit:
            return list(kept)[:limit]
        if len(kept) * _DRAWS < limit * (draw + 1):
            break
    return None


def _numbers(connection: Connection, provider: str, question: LogQuestion) -> list[int]:
    """Draw numbers of lines that may be what was asked for, in the order they were drawn."""
    if question.patient is not None:
        touched = schema.audit_patient
        mine = select(touched.c.seq).where(touched.c.patient_id == question.patient.bytes)
        return list(connection.scalars(mine.order_by(func.random()).limit(_DRAWN)))
    line = schema.audit_line
    own = select(line.c.seq).where(line.c.provider == provider)
    since, until = line.c.at >= question.since, line.c.at < (question.until or 2**62)
    newest_first = (line.c.at.desc(), line.c.seq.desc())
    first, last = connection.execute(
        select(
            _one(own.where(since).order_by(line.c.at, line.c.seq)),
            _one(own.where(until).order_by(*newest_first)),
        )
    ).one()
    there = range(first or 0, (last or 0) + 1) if first else range(0)
    return _chance.sample(there, min(_DRAWN, len(there)))


def _one(query: Select[tuple[int]]) -> ScalarSelect[int]:
    return query.limit(1).scalar_subquery()


# The patient's own


@dataclass(frozen=True, kw_only=True, repr=False)
class Access:
    """What the patient reads of a line: where and as what, not by whom."""

    event: Event
    unit_name: str
    title: str


def of_patient(
    connection: Connection, patient: UUID, *, activities: Sequence[str], limit: int, offset: int
) -> tuple[Access, ...]:
    """Return what staff did with a patient's record, and copies that were taken out, newest first."""
    line, log, touched = schema.audit_line, schema.audit, schema.audit_patient
    person, unit = schema.person, schema.unit
    query = (
        select(log.c.event, unit.c.name, person.c.title)
        .select_from(touched)
        .join(line, line.c.seq == touched.c.seq)
        .join(log, log.c.seq == touched.c.seq)
        .outerjoin(unit, unit.c.hsa_id == line.c.unit)
        .outerjoin(person, person.c.hsa_id == line.c.person)
        .where(
            touched.c.patient_id == patient.bytes,
            or_(line.c.person != "", line.c.activity == "Utskrift"),
            line.c.activity.in_(list(activities)),
        )
        .order_by(touched.c.seq.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(
        Access(
            event=msgspec.json.decode(event, type=Event), unit_name=name or "", title=title or ""
        )
        for event, name, title in connection.execute(query)
    )
