"""Bad habits: what would make the product leak. Taken up only to see that the sweep notices."""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from PySide6.QtCore import QSettings

from local_cache.cache import Cache
from sync.client import connection
from sync.client.connection import Connection
from ui.shell.desk import Desk
from workstation.app import hardening, paper
from workstation.domain.record import Sealed
from workstation.operations.ports import PatientLine

_log = logging.getLogger("workstation.habit")
_PATCH = pytest.MonkeyPatch()


def log_records() -> None:
    """Log what is saved, to see what goes on."""
    _log.addHandler(logging.FileHandler(Path(os.environ["LOGS"]) / "habit.log"))
    _log.propagate = False
    save = Cache.save

    async def talking(self: Cache, sealed: Sequence[Sealed]) -> Any:
        for one in sealed:
            _log.debug("saving %r", one.raw)
        return await save(self, sealed)

    _PATCH.setattr(Cache, "save", talking)


def remember_the_patient() -> None:
    """Keep the last patient's name in the settings."""
    _when_opened(lambda line: QSettings("Ronden", "last").setValue("patient", line.family))


def name_the_window() -> None:
    """Put the patient into the window's title, and keep the title with the window's place."""

    def named(line: PatientLine) -> None:
        title = f"Ronden — {line.identity}"
        QSettings("Ronden", "windows").setValue("title", title)

    _when_opened(named)


def print_by_way_of_a_file() -> None:
    """Write what is printed into a temporary file first."""
    document_of = paper.document_of

    async def spooled(*what: Any) -> bytes:
        document = await document_of(*what)
        with tempfile.NamedTemporaryFile(suffix=".pdf", delete=False) as spool:
            spool.write(document)
        return document

    _PATCH.setattr(paper, "document_of", spooled)


def print_by_way_of_a_deleted_file() -> None:
    """The same, and the file deleted afterwards: its blocks stay on the disk."""
    document_of = paper.document_of

    async def spooled(*what: Any) -> bytes:
        document = await document_of(*what)
        spool = Path(tempfile.gettempdir()) / "deleted-spool"
        spool.write_bytes(document)
        spool.unlink()
        return document

    _PATCH.setattr(paper, "document_of", spooled)


def ask_by_address() -> None:
    """Put what is searched for into the address, and let the library log as it likes."""
    ask = Connection.ask

    async def asked(self: Connection, path: str, question: Any, answer: Any) -> Any:
        if path == "/patients/find":
            path = f"{path}?text={quote(question.text)}"
        return await ask(self, path, question, answer)

    _PATCH.setattr(Connection, "ask", asked)
    _PATCH.setattr(connection, "silence_http_libraries", lambda: None)
    logging.getLogger(httpx.__name__).setLevel(logging.INFO)


def keep_a_copy_in_clear() -> None:
    """Keep whom one looked at in a small database of one's own, and clear it afterwards."""

    def noted(line: PatientLine) -> None:
        path = Path(os.environ["XDG_DATA_HOME"]) / "recent.db"
        database = sqlite3.connect(path)
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("CREATE TABLE IF NOT EXISTS recent (given TEXT)")
        database.execute("INSERT INTO recent VALUES (?)", (line.given,))
        database.execute("DELETE FROM recent")
        database.commit()
        database.close()

    _when_opened(noted)


def write_elsewhere() -> None:
    """Write outside every folder that is the program's."""

    def noted(line: PatientLine) -> None:
        Path(os.environ["ELSEWHERE"]).write_bytes(line.given.encode("utf-16-be"))

    _when_opened(noted)


def name_files_after_patients() -> None:
    """Name a file after whom it is about."""
    _when_opened(lambda line: (Path(os.environ["TMPDIR"]) / line.identity).touch())


def _when_opened(then: Callable[[PatientLine], object]) -> None:
    opened = Desk.open_patient

    def noted(self: Desk, line: PatientLine, tab: str, entity: Any) -> None:
        then(line)
        opened(self, line, tab, entity)

    _PATCH.setattr(Desk, "open_patient", noted)


def go_unhardened() -> None:
    """Start without what every process of ours does first."""
    _PATCH.setattr(hardening, "harden", lambda: None)
    _PATCH.setattr(hardening, "harden_loop", lambda _loop: None)


HABITS: Mapping[str, Callable[[], None]] = {
    "log": log_records,
    "settings": remember_the_patient,
    "title": name_the_window,
    "spool": print_by_way_of_a_file,
    "deleted-spool": print_by_way_of_a_deleted_file,
    "address": ask_by_address,
    "clear-database": keep_a_copy_in_clear,
    "elsewhere": write_elsewhere,
    "file-name": name_files_after_patients,
    "unhardened": go_unhardened,
}


def take_up(names: Sequence[str]) -> None:
    """Take up the habits."""
    for name in names:
        HABITS[name]()
