"""Finding one patient in a whole region: the server's search in 1.75 million, over HTTP, audited."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from itertools import chain, cycle, islice
from pathlib import Path

from sqlalchemy import Connection, text

from workstation.bench import Measured, at_most
from workstation.bench.house import House, running
from workstation.bench.line import Line, request_bytes
from workstation.bench.timing import percentile
from workstation.server.core import Core
from workstation.server.routes.admin import FindRequest

PATIENTS = 1_750_000
_AT_ONCE = 125_000
_ASKED = 400
_SLOTS = 1_024
_FAMILIES = (
    ("Andersson", 24), ("Johansson", 24), ("Karlsson", 18), ("Nilsson", 16), ("Eriksson", 14),
    ("Larsson", 12), ("Olsson", 11), ("Persson", 10), ("Svensson", 10), ("Gustafsson", 9),
    ("Pettersson", 9), ("Jonsson", 7), ("Jansson", 5), ("Hansson", 4), ("Bengtsson", 4),
    ("Jönsson", 3), ("Lindberg", 3), ("Ahmed", 2), ("Mohamed", 2), ("Kovačević", 1), ("Mäkinen", 1),
)  # fmt: skip
_GIVEN = (
    ("Maria", 70), ("Anna", 56), ("Erik", 56), ("Lars", 50), ("Karl", 44), ("Margareta", 40),
    ("Anders", 38), ("Per", 34), ("Elisabeth", 34), ("Eva", 30), ("Johan", 30), ("Birgitta", 28),
    ("Karin", 28), ("Kristina", 26), ("Nils", 24), ("Lena", 20), ("Mohammed", 12), ("Åsa", 8),
    ("Örjan", 3), ("Fatima", 6), ("Zacharias", 1), ("Amina", 3), ("Li", 1),
)  # fmt: skip
_FIRST = ("Lind", "Berg", "Ek", "Sjö", "Hag", "Hed", "Sand", "Norr", "Ström", "Wall", "Öst", "Väst",
          "Holm", "Alm", "Björk", "Gran", "Fors", "Dal", "Lund", "Sten")  # fmt: skip
_LAST = ("gren", "ström", "qvist", "man", "dahl", "lund", "mark", "berg", "stedt", "vall")
_QUESTIONS = (
    "andersson kar", "johansson maria", "andersson zacharias", "lindqvist", "svensson anna eva",
    "194103", "19410312", "ander", "kovačević", "li", "berggren mar", "örjan karlsson", "maria anna",
    "sjöström åsa", "otänkbart namn", "19870614", "nilsson nils", "karin", "870614", "hag",
)  # fmt: skip


def run() -> Iterator[Measured]:
    """Measure searches in the embedded database of a region."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), (), also=fill) as house:
        yield measured(house, "region")


def measured(house: House, name: str) -> Measured:
    """Ask a running server of a filled region for people by name and number."""
    taken = asyncio.run(_ask(house))
    what = f"find a patient among {PATIENTS} on the server, p95"
    return at_most(name, what, percentile(taken, 0.95), "ms", 150)


async def _ask(house: House) -> list[float]:
    token = house.log_in().token
    line = await Line.open(house.port)
    taken: list[float] = []
    try:
        for question in islice(cycle(_QUESTIONS), _ASKED):
            request = request_bytes("/patients/find", FindRequest(text=question, limit=20), token)
            began = time.perf_counter()
            await line.ask(request)
            taken.append((time.perf_counter() - began) * 1000)
    finally:
        line.close()
    return taken


async def fill(core: Core) -> None:
    """Give the store as many patients as a region has: who they are, and nothing else of them."""
    await core.database.write(_make_words)
    for first in range(1, PATIENTS, _AT_ONCE):
        await core.database.write(lambda c, first=first: _fill(c, first))  # type: ignore[misc]
    await core.database.write(_tidy)


def _make_words(connection: Connection) -> None:
    run_sql = connection.exec_driver_sql
    run_sql("CREATE TABLE bench_word (list TEXT, slot BIGINT, word TEXT, PRIMARY KEY (list, slot))")
    run_sql(
        "CREATE TABLE bench_who (id BIGINT, family TEXT, given TEXT, second TEXT, born BIGINT,"
        " last BIGINT)"
    )
    rare = [first + last for first in _FIRST for last in _LAST]
    for name, words, others in (("family", _FAMILIES, rare), ("given", _GIVEN, [])):
        slots = [word for word, often in words for _ in range(often)]
        filled = islice(chain(slots, cycle(others or slots)), _SLOTS)
        rows = [{"list": name, "slot": slot, "word": word} for slot, word in enumerate(filled)]
        connection.execute(text("INSERT INTO bench_word VALUES (:list, :slot, :word)"), rows)


_MIXED = "((n * {factor}) % 4294967296) / 4194304"
"""A slot, 0 to 1,023, spread evenly and differently for each factor."""


def _fill(connection: Connection, first: int) -> None:
    spread = [_MIXED.format(factor=f) for f in (2654435761, 2246822519, 3266489917, 668265263)]
    born = f"(1930 + {spread[3]} % 90) * 10000 + (1 + n % 12) * 100 + 1 + (n / 12) % 28"
    connection.exec_driver_sql("DELETE FROM bench_who")
    connection.execute(
        text(
            "WITH RECURSIVE seq (n) AS (SELECT CAST(:first AS BIGINT)"
            " UNION ALL SELECT n + 1 FROM seq WHERE n < :last)"
            " INSERT INTO bench_who SELECT n, f.word, g.word, s.word, " + born + ","
            " 1000 + (n * 7919) % 9000 FROM seq"
            f" JOIN bench_word f ON f.list = 'family' AND f.slot = {spread[0]}"
            f" JOIN bench_word g ON g.list = 'given' AND g.slot = {spread[1]}"
            f" JOIN bench_word s ON s.list = 'given' AND s.slot = {spread[2]}"
        ),
        {"first": first, "last": min(first + _AT_ONCE, PATIENTS + 1) - 1},
    )
    for statement in _rows_of(connection.dialect.name):
        connection.exec_driver_sql(statement)


def _rows_of(dialect: str) -> Iterator[str]:
    """Yield what makes cards, names and numbers of ``bench_who``."""
    identity = "unhex(printf('%032x', id))"
    if dialect == "postgresql":
        identity = "decode(lpad(to_hex(id), 32, '0'), 'hex')"
    day, whole = "CAST(born AS TEXT)", "CAST(born AS TEXT) || CAST(last AS TEXT)"
    date = f"substr({day}, 1, 4) || '-' || substr({day}, 5, 2) || '-' || substr({day}, 7, 2)"
    yield (
        f"INSERT INTO patient_card SELECT {identity}, family, given || ' ' || second, {date},"
        f" 'female', {whole}, 'personnummer', 0, 0 FROM bench_who"
    )
    for column in ("family", "given", "second"):
        yield (
            f"INSERT INTO patient_name SELECT {identity}, {_folded(column)} FROM bench_who"
            " WHERE true ON CONFLICT DO NOTHING"
        )
    for number in (whole, f"substr({whole}, 3)"):
        yield f"INSERT INTO patient_number SELECT {identity}, {number} FROM bench_who"


def _folded(column: str) -> str:
    """What the index keeps of a name; SQLite lowers ASCII only, and the letters here are few."""
    folded = f"lower({column})"
    for letter, plain in (("Å", "å"), ("Ä", "ä"), ("Ö", "ö"), ("č", "c"), ("ć", "c")):
        folded = f"replace({folded}, '{letter}', '{plain}')"
    return folded


def _tidy(connection: Connection) -> None:
    for table in ("bench_who", "bench_word"):
        connection.exec_driver_sql(f"DROP TABLE {table}")
