"""The floor of the whole path: SQLite, NDJSON in zstd over HTTP, JSON, bare SQLCipher; nothing else.

A server process that streams rows as they lie, and a client that inserts them 1,000 to a
transaction with its position in the same one. No rights, no chain, no read model.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import UUID

import httpx
import sqlcipher3.dbapi2 as dbapi
import zstandard

from workstation.bench.measurer import KEY
from workstation.domain.record import Sealed

_A_PAGE = 500
_ROWS_A_TRANSACTION = 1_000


def whole_path(folder: Path, batches: Iterable[tuple[UUID, Sequence[Sealed]]]) -> float:
    """Return the seconds from asking until the last row is committed."""
    source = folder / "wholepath-server.db"
    _fill(source, batches)
    command = [sys.executable, "-m", "workstation.bench.wholepath", str(source)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        try:
            return _take(folder / "wholepath-client.db", port)
        finally:
            process.terminate()


def _fill(path: Path, batches: Iterable[tuple[UUID, Sequence[Sealed]]]) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE entry (patient TEXT, rev INTEGER, raw TEXT, sig TEXT,"
            " PRIMARY KEY (patient, rev)) WITHOUT ROWID"
        )
        connection.executemany(
            "INSERT INTO entry VALUES (?, ?, ?, ?)",
            (
                (str(patient), rev, one.raw.decode(), b64encode(one.signature).decode())
                for patient, records in batches
                for rev, one in enumerate(records, 1)
            ),
        )
    connection.close()


def _take(path: Path, port: int) -> float:
    connection = dbapi.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE TABLE entry (key INTEGER PRIMARY KEY, patient TEXT, rev INTEGER, raw TEXT,"
        " sig TEXT, UNIQUE (patient, rev))"
    )
    connection.execute("CREATE TABLE cursor (pos INTEGER)")
    connection.execute("INSERT INTO cursor VALUES (0)")
    began = time.perf_counter()
    rows: list[tuple[object, ...]] = []
    with httpx.stream("GET", f"http://127.0.0.1:{port}/", trust_env=False) as reply:
        for line in reply.iter_lines():
            told = json.loads(line)
            rows.append((told["p"], told["rev"], told["raw"], told["sig"]))
            if len(rows) == _ROWS_A_TRANSACTION:
                _commit(connection, rows)
                rows = []
    _commit(connection, rows)
    taken = time.perf_counter() - began
    connection.close()
    return taken


def _commit(connection: dbapi.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO entry (patient, rev, raw, sig) VALUES (?, ?, ?, ?)", rows)
    connection.execute("UPDATE cursor SET pos = pos + ?", (len(rows),))
    connection.execute("COMMIT")


def _serve(path: Path) -> None:
    """Serve the rows on a free loopback port, which is printed."""

    class Rows(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-encoding", "zstd")
            self.end_headers()
            _send(path, self.wfile.write)

        def log_message(self, *_ignored: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Rows)
    print(server.server_port, flush=True)  # noqa: T201  read by whoever started this
    server.serve_forever()


def _send(path: Path, write: Callable[[bytes], object]) -> None:
    connection = sqlite3.connect(path)
    compressor = zstandard.ZstdCompressor(level=3).compressobj()
    rows = connection.execute("SELECT patient, rev, raw, sig FROM entry ORDER BY patient, rev")
    while page := rows.fetchmany(_A_PAGE):
        lines = "".join(
            json.dumps({"p": p, "rev": rev, "raw": raw, "sig": sig}) + "\n"
            for p, rev, raw, sig in page
        )
        if part := compressor.compress(lines.encode()):
            write(part)
    write(compressor.flush())


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
