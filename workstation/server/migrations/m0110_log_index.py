"""The access log is found by provider, by person and by unit: for those who review it."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, text

from workstation.server.migrations.dialect import run

VERSION = 110
_AT_A_TIME = 5_000
_FIELDS = ("provider", "person", "unit", "activity")


def upgrade(connection: Connection) -> None:
    run(
        connection,
        """
        CREATE TABLE audit_line (
            seq      BIGINT NOT NULL PRIMARY KEY,
            at       BIGINT NOT NULL,
            provider TEXT NOT NULL,
            person   TEXT NOT NULL,
            unit     TEXT NOT NULL,
            activity TEXT NOT NULL
        )
        """,
        "CREATE INDEX audit_line_provider ON audit_line (provider, at, seq)",
        "CREATE INDEX audit_line_person ON audit_line (person, at, seq)",
        "CREATE INDEX audit_line_unit ON audit_line (unit, at, seq)",
    )
    after = 0
    while rows := connection.execute(
        text("SELECT seq, at, event FROM audit WHERE seq > :after ORDER BY seq LIMIT :most"),
        {"after": after, "most": _AT_A_TIME},
    ).all():
        connection.execute(
            text(
                "INSERT INTO audit_line (seq, at, provider, person, unit, activity)"
                " VALUES (:seq, :at, :provider, :person, :unit, :activity)"
            ),
            [_line(row.seq, row.at, row.event) for row in rows],
        )
        after = rows[-1].seq


def _line(seq: int, at: int, event: bytes) -> dict[str, object]:
    said = msgspec.json.decode(event)
    return {"seq": seq, "at": at} | {name: said.get(name, "") for name in _FIELDS}
