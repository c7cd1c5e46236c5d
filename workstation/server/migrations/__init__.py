"""Steps from an empty database to today's. All pending ones run in one transaction."""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import Connection

from workstation.domain.texts import _
from workstation.server.database import CannotOpen
from workstation.server.migrations import (
    m0010_records,
    m0020_feeds,
    m0030_reading,
    m0040_people,
    m0050_audit,
    m0060_file_keys,
    m0070_content,
    m0090_attachments,
    m0100_waiting,
    m0110_log_index,
    m0120_emergency,
    m0130_incidents,
    m0140_norms,
    m0150_openings,
    m0160_privacy,
    m0170_rare_lines,
    m0180_reserve_routine,
)

MIGRATIONS: tuple[ModuleType, ...] = (
    m0010_records,
    m0020_feeds,
    m0030_reading,
    m0040_people,
    m0050_audit,
    m0060_file_keys,
    m0070_content,
    m0090_attachments,
    m0100_waiting,
    m0110_log_index,
    m0120_emergency,
    m0130_incidents,
    m0140_norms,
    m0150_openings,
    m0160_privacy,
    m0170_rare_lines,
    m0180_reserve_routine,
)
NEWEST: int = MIGRATIONS[-1].VERSION
_ONE_AT_A_TIME = 0x526F6E64


def migrate(connection: Connection, *, target: int = NEWEST) -> None:
    """Bring the database to ``target``. The caller holds the transaction.

    Raises:
        CannotOpen: A newer program has used this database; it was not touched.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)"
    )
    version: int = connection.exec_driver_sql(
        "SELECT coalesce(max(version), 0) FROM schema_version"
    ).scalar_one()
    if version > NEWEST:
        raise CannotOpen(
            _("A newer version of this program has used the database."),
            _("Start that version. Nothing was changed."),
        )
    for migration in MIGRATIONS:
        if version < migration.VERSION <= target:
            migration.upgrade(connection)
            connection.exec_driver_sql(f"INSERT INTO schema_version VALUES ({migration.VERSION})")
