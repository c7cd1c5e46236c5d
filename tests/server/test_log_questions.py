"""Whatever a reviewer asks of the log: what comes is what a reading of every line would find."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from msgspec.structs import replace
from sqlalchemy import Connection, select

from sync.protocol.log import LogQuestion
from tests.builders import ADA, CLINIC, GRACE, HOSPITAL, WARD
from tests.server.conftest import Opened
from tests.server.running import BERG, OKORO
from workstation.server import schema
from workstation.server.core import Core
from workstation.server.store import review
from workstation.server.store.audit import Activity, Event, append_events

ELSEWHERE = "SE5560000001-A000"
ACTIVITIES: tuple[Activity, ...] = ("Läsa", "Skriva", "Utskrift", "Nödöppning", "Läsa")
WHOSE = ((GRACE,), (ADA,), (GRACE, ADA), ())


def a_log() -> list[Event]:
    """Return lines of two providers, and of whoever runs the server: prints and other things."""
    places = ((OKORO, WARD, HOSPITAL), (BERG, CLINIC, HOSPITAL), ("X", "Y", ELSEWHERE), ("",) * 3)
    return [
        Event(
            at=f"2026-03-02T10:00:{n % 60:02}.000Z",
            activity=activity,
            what=f"number {n}",
            person=person,
            unit=unit,
            provider=provider,
            patients=patients,
        )
        for n, ((person, unit, provider), activity, patients) in enumerate(
            product(places, ACTIVITIES, WHOSE)
        )
    ]


async def a_store_with_it(core: Core) -> list[tuple[int, Event]]:
    """Write the log, four lines at each time; return the lines with their times."""
    events = a_log()
    written = []
    for start in range(0, len(events), 4):
        some, now = events[start : start + 4], 1_000 + start
        await core.database.write(
            lambda c, some=some, now=now: append_events(c, some, now=now)  # type: ignore[misc]
        )
        written += [(now, one) for one in some]
    return written


def is_asked_for(at: int, event: Event, asked: LogQuestion) -> bool:
    """Say it once more, plainly."""
    taken_out = event.provider == "" and event.activity == "Utskrift"
    reaches = asked.patient is not None or asked.activity == "Utskrift"
    return (
        (event.provider == HOSPITAL or (taken_out and reaches))
        and (asked.patient is None or asked.patient in event.patients)
        and asked.person in ("", event.person)
        and asked.unit in ("", event.unit)
        and asked.activity in ("", event.activity)
        and asked.since <= at < (asked.until or 2**62)
    )


def questions() -> Iterator[LogQuestion]:
    people_and_places = (("", ""), (OKORO, ""), ("", CLINIC), (BERG, CLINIC))
    activities = ("", "Läsa", "Utskrift", "Nödöppning", "Administration")
    for patient, (person, unit), activity, since in product(
        (None, GRACE), people_and_places, activities, (0, 1_020)
    ):
        until = 1_040 if since else 0
        yield LogQuestion(
            patient=patient, person=person, unit=unit, activity=activity, since=since, until=until
        )


def every_page(connection: Connection, asked: LogQuestion) -> list[str]:
    """Return what the lines of all pages say was done, in the order they come."""
    found, after = [], "begin"
    while after:
        page = replace(asked, after="" if after == "begin" else after)
        lines, after = review.lines(connection, HOSPITAL, page, limit=7)
        found += [line.what for line in lines]
    return found


async def test_each_question_finds_every_line_that_answers_it_and_no_other_on_any_page(
    store: Opened,
) -> None:
    written = await a_store_with_it(store.core)

    def ask(connection: Connection) -> None:
        for asked in questions():
            right = [e.what for at, e in reversed(written) if is_asked_for(at, e, asked)]
            assert every_page(connection, asked) == right, asked
            drawn, after = review.lines(connection, HOSPITAL, replace(asked, sample=5), limit=50)
            assert {line.what for line in drawn} <= set(right), asked
            assert (len(drawn), after) == (min(5, len(right)), ""), asked

    await store.core.database.read(ask)


async def test_the_few_that_reviewers_look_for_are_found_without_going_through_the_log(
    store: Opened,
) -> None:
    def plan(connection: Connection, activity: str) -> str:
        (conditions,) = review._ways(HOSPITAL, LogQuestion(activity=activity))
        query = select(schema.audit_line.c.seq).where(*conditions)
        text = query.compile(connection, compile_kwargs={"literal_binds": True})
        if connection.dialect.name == "sqlite":
            return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all())
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return str(connection.exec_driver_sql(f"EXPLAIN {text}").all())

    for activity in ("Nödöppning", "Nekad", "Administration"):
        found = await store.core.database.write(lambda c, a=activity: plan(c, a))  # type: ignore[misc]
        assert "audit_line_rare" in found, activity
