"""A person's reports lie in their own file, and come into a file that was made before there were any."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from local_cache.engine import Format, create_file
from local_cache.person import FORMAT, PersonFile
from tests.builders import MORNING, an_id
from workstation.operations.ports import Delivery
from workstation.operations.report_incident import KeptReport

OWN = b"\x44" * 32
REPORT = KeptReport(id=an_id("one"), content=b'{"x":1}', written_at=MORNING)


async def test_an_older_file_takes_reports_and_keeps_its_settings(tmp_path: Path) -> None:
    path = tmp_path / "person.db"

    def used(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO setting VALUES ('text_size', '120')")

    create_file(
        path,
        OWN,
        Format(application_id=FORMAT.application_id, migrations=FORMAT.migrations[:1]),
        first=used,
    )

    person = await PersonFile.open(path, OWN)
    try:
        assert await person.settings() == {"text_size": "120"}
        await person.keep_incident(REPORT)
        (kept,) = await person.incidents()
        assert (kept.content, kept.state) == (b'{"x":1}', Delivery.LOCAL)
    finally:
        await person.close()


async def test_what_was_received_stays_received_and_is_kept_once(tmp_path: Path) -> None:
    person = await PersonFile.open(tmp_path / "person.db", OWN)
    try:
        await person.keep_incident(REPORT)
        await person.settle_incident(REPORT.id, Delivery.SENT)
        await person.settle_incident(REPORT.id, Delivery.RECEIVED, MORNING + 5)
        await person.settle_incident(REPORT.id, Delivery.LOCAL)
        await person.keep_incident(REPORT)
        (kept,) = await person.incidents()
        assert (kept.state, kept.received_at) == (Delivery.RECEIVED, MORNING + 5)
    finally:
        await person.close()
