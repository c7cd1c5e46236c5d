"""A full disk: nothing is answered that was not logged, nothing is half stored, and work goes on afterwards."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import Connection

from sync.protocol.messages import Refused
from tests.builders import a_note, a_patient
from tests.server.running import Running, a_group


def limit(connection: Connection, pages: int) -> None:
    """Let the database file grow to so many pages; 0: no further than it is."""
    now = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages or now}")


@pytest.mark.parametrize("path", ["/sync/push", "/patients/find"])
def test_when_the_disk_is_full_it_is_said_and_nothing_is_half_done(
    server: Running, path: str
) -> None:
    okoro = server.log_in("okoro")
    okoro.writes(a_patient())
    big = a_group(a_note(text="x" * 200_000), pen=okoro.pen)
    server.do(server.core.database.write(lambda c: limit(c, 0)))
    bodies = {
        "/sync/push": b'{"epoch":"","groups":[' + msgspec.json.encode(big) + b"]}",
        "/patients/find": b'{"text":"hopper"}',
    }

    answers = [okoro.post(path, bodies[path]) for _ in range(60)]

    last = answers[-1]
    assert last.status_code == 503, last.text
    assert msgspec.json.decode(last.content, type=Refused).code == "busy"
    assert last.headers["retry-after"]
    server.do(server.core.database.write(lambda c: limit(c, 1_000_000)))
    assert okoro.post(path, bodies[path]).status_code == 200
