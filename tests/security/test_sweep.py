"""The sweep finds a needle however it was written: else finding nothing would prove nothing."""

from __future__ import annotations

import base64
import gzip
import sqlite3
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
import zstandard

from tests.needs import needs_poppler
from tests.printing.builders import a_sheet
from tests.security.needles import FAMILY, NEEDLES, NOTE, NUMBER
from tests.security.sweep import Sweep
from workstation.printing import print_medication_list

SWEEP = Sweep()
AROUND = b"0123456789 sk\xc3\xa4l: "


def found_in(blob: bytes) -> set[str]:
    return {finding.needle for finding in SWEEP.blob(AROUND + blob + b" \xc3\xa9t", "here")}


@pytest.mark.parametrize("name", NEEDLES)
@pytest.mark.parametrize(
    "written",
    [
        lambda n: n.encode(),
        lambda n: n.upper().encode(),
        lambda n: n.lower().encode("latin-1"),
        lambda n: n.encode("utf-16-le"),
        lambda n: n.encode("utf-16-be"),
        lambda n: quote(n).encode(),
        lambda n: f"{n!a}".encode(),
        lambda n: repr(n.encode()).encode(),
        lambda n: n.encode().hex().encode(),
        lambda n: base64.b64encode(n.encode()),
        lambda n: base64.b64encode(b"x" + n.encode() + b"yz"),
        lambda n: base64.urlsafe_b64encode(b"xy" + n.encode() + b"z"),
        lambda n: zlib.compress(n.encode()),
        lambda n: gzip.compress(n.encode()),
        lambda n: zstandard.ZstdCompressor().compress(n.encode()),
        lambda n: base64.b64encode(zlib.compress(b"a lot of text before it " * 2 + n.encode())),
    ],
)
def test_a_needle_is_found_in_every_dress(name: str, written: object) -> None:
    assert callable(written)
    assert name in found_in(written(NEEDLES[name]))


def test_a_needle_is_found_in_a_zip_and_in_the_name_of_its_member() -> None:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writing:
        writing.writestr(f"{NUMBER}.txt", f"om {NOTE}")
    assert {"personnummer", "note"} <= found_in(archive.getvalue())


def test_what_was_deleted_in_a_database_is_still_found_in_its_free_pages(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "notes.db") as database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("CREATE TABLE note (text TEXT)")
        database.executemany("INSERT INTO note VALUES (?)", [(NOTE * 40,)] * 40)
        database.commit()
        database.execute("DROP TABLE note")
    database.close()

    found = {finding.needle for finding in SWEEP.folder(tmp_path)}

    assert found == {"note", "a database"}


@needs_poppler
def test_a_printed_name_is_found_though_its_letters_are_numbers_in_a_font() -> None:
    document = print_medication_list([], sheet=a_sheet(family=FAMILY), complete=True)

    assert FAMILY.encode() not in document
    assert {finding.needle for finding in SWEEP.blob(document, "pdf")} == {"family name"}


def test_ordinary_text_and_noise_hold_no_needle() -> None:
    noise = zlib.compress(bytes(range(256)) * 4000, 0)
    assert found_in(b"En helt vanlig anteckning om hosta.\n" * 500 + noise) == set()


def test_the_name_of_a_file_is_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / f"{NUMBER}.bin").write_bytes(b"")
    assert [finding.needle for finding in SWEEP.folder(tmp_path)] == ["personnummer"]
