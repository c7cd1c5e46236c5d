"""What waits on the server: pages in order, who sees it for whom, and rows made for older databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, delete, event

from sync.protocol.waiting import PageRequest, StandInRequest, WaitingPage
from tests.builders import CLINIC, MORNING, WARD, a_patient, a_referral, a_time
from tests.server.running import DIRECTORY, LIND, OKORO, Caller, a_staff, running_server
from workstation.access.scope import scope_of
from workstation.domain.directory import StandIn
from workstation.domain.record import Record
from workstation.server import schema
from workstation.server.store import waiting

HEADED = msgspec.structs.replace(
    DIRECTORY, units=tuple(msgspec.structs.replace(u, head=OKORO) for u in DIRECTORY.units)
)


def page(caller: Caller, path: str = "/waiting/page", **asked: Any) -> list[str]:
    """Return the questions in a page."""
    reply = caller.post(path, PageRequest(unit=asked.pop("unit", WARD), **asked))
    assert reply.status_code == 200, reply.text
    return [line.title for line in msgspec.json.decode(reply.content, type=WaitingPage).lines]


def referral(okoro: Caller, question: str, **fields: Any) -> Record:
    made = a_referral(
        type="consultation", to_unit=CLINIC, author=okoro.author, question=question, **fields
    )
    okoro.writes(a_patient(author=okoro.author), made)
    return made


def test_the_inbox_has_the_most_urgent_first_then_the_oldest(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        okoro, berg = server.log_in("okoro"), server.log_in("berg")
        referral(okoro, "c", written_at=a_time(3))
        referral(okoro, "b", written_at=a_time(2))
        referral(okoro, "a", written_at=a_time(9), priority="urgent")
        everything: dict[str, Any] = {"unit": CLINIC, "reasons": ("assess",)}
        assert page(berg, **everything, limit=2) == ["a", "b"]
        assert page(berg, **everything, limit=2, offset=2) == ["c"]
        assert okoro.post("/waiting/page", PageRequest(unit=CLINIC)).status_code == 403


def test_a_deputy_sees_everything_of_who_is_away_and_only_while_they_are(tmp_path: Path) -> None:
    with running_server(tmp_path, directory=HEADED) as server:
        okoro, lind = server.log_in("okoro"), server.log_in("lind")
        referral(okoro, "sent", owner=OKORO)
        assert page(lind, "/waiting/others") == []
        away = StandIn(person=OKORO, unit=WARD, deputy=LIND, since=MORNING, absent=True)
        assert lind.post("/waiting/stand-in", StandInRequest(stand_in=away)).status_code == 204
        assert page(lind, "/waiting/others") == ["sent"]
        over = msgspec.structs.replace(away, until=MORNING + 1)
        lind.post("/waiting/stand-in", StandInRequest(stand_in=over))
        assert page(lind, "/waiting/others") == []


def test_what_waits_too_long_is_everybodys_in_a_unit_that_has_no_head(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        okoro, lind = server.log_in("okoro"), server.log_in("lind")
        referral(okoro, "sent", owner=OKORO)
        assert page(lind, "/waiting/others") == ["sent"]


def test_a_database_from_before_the_lists_gets_its_rows_when_it_is_opened(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        referral(server.log_in("okoro"), "kept")
        server.do(server.core.database.write(_as_before))
    with running_server(tmp_path) as server:
        assert page(server.log_in("okoro"), "/waiting/overdue") == ["kept"]


def _as_before(connection: Connection) -> None:
    for table in (schema.waiting, schema.lab_order):
        connection.execute(delete(table))


@pytest.mark.parametrize("listed", ["overdue", "page"])
def test_a_list_is_read_by_its_index_however_many_referrals_there_are(
    tmp_path: Path, listed: str
) -> None:
    with running_server(tmp_path) as server:
        referral(server.log_in("okoro"), "sent")
        plans = server.do(server.core.database.read(lambda c: _plans(c, listed)))
    assert plans
    for plan in plans:
        first = next(step for step in plan if "waiting" in step)
        assert "SEARCH" in first
        assert "INDEX" in first
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan  # no more is sorted than what is tied


def _plans(connection: Connection, listed: str) -> list[list[str]]:
    """Return how each query of a list would be carried out."""
    asked: list[tuple[str, Any]] = []

    def hear(_c: Any, _cursor: Any, sql: str, values: Any, _context: Any, _many: bool) -> None:
        asked.append((sql, values))

    event.listen(connection, "before_cursor_execute", hear)
    scope, now = scope_of(a_staff()), MORNING * 2
    if listed == "overdue":
        waiting.overdue(connection, scope, WARD, now=now, limit=9)
    else:
        waiting.page(connection, scope, WARD, ("watch",), now=now, limit=9)
    event.remove(connection, "before_cursor_execute", hear)
    return [
        [str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
        for sql, values in asked
    ]
