"""The lines of the log that reviewers look for and that are few: emergency openings, prints, refusals."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.server.migrations.dialect import run

VERSION = 170


def upgrade(connection: Connection) -> None:
    run(
        connection,
        "CREATE INDEX audit_line_rare ON audit_line (activity, provider, at, seq)"
        " WHERE activity NOT IN ('Läsa', 'Skriva', 'Sökning', 'Inloggning', 'Utloggning')",
    )
