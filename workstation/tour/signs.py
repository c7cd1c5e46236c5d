"""Is a text the same at every place it comes to?"""

from __future__ import annotations

import re
import subprocess
from base64 import b64decode
from datetime import UTC, datetime
from shutil import which

from sqlalchemy import select

from workstation.domain.ids import EntityId
from workstation.domain.kinds import open_raw
from workstation.domain.note import Note
from workstation.domain.patient import Patient
from workstation.domain.record import Record
from workstation.interop.fhir.writing import to_fhir
from workstation.printing import print_note
from workstation.printing.layout import BOTTOM, PAGE_HEIGHT, PAGE_WIDTH, TOP
from workstation.printing.sheet import Sheet
from workstation.server import schema
from workstation.server.core import Core
from workstation.tour.seat import Seat

_UNSEEN = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff]")


async def arrived_everywhere(
    record: Record, text: str, *, a: Seat, b: Seat, core: Core, page: str
) -> dict[str, bool]:
    """Return for each place whether the note's text there is the text that was written.

    On paper lines are broken anew, so blanks and signs without a shape are not compared there;
    on the page the browser's own line break stands for ``\\r\\n`` and ``\\n`` alike.
    """
    raw_a, raw_b = await _raw(a, record), await _raw(b, record)
    raw_server = await _raw_at_server(core, record)
    state = await b.state(record.patient, record.entity)
    assert state is not None
    who = await b.state(record.patient, EntityId(record.patient))
    found = {
        "cache of a": _text(raw_a) == text,
        "server": raw_server == raw_a and _text(raw_server) == text,
        "cache of b": raw_b == raw_a and _text(raw_b) == text,
        "FHIR": _fhir_text(to_fhir(state)) == text,
        "patient's page": text in page,
    }
    if who is not None and isinstance(who.current.body, Patient):
        sheet = Sheet(
            patient=who.current.body, printed_by=b.desk.author, printed_at=datetime.now(UTC)
        )
        printed = _pdf_text(print_note(state, sheet=sheet))
        if printed is not None:
            found["PDF (all but blanks)"] = _bare(text) in _bare(printed)
    return found


async def _raw(seat: Seat, record: Record) -> bytes:
    sealed = await seat.session.records.sealed(record.patient, record.id)
    return sealed.raw if sealed else b""


async def _raw_at_server(core: Core, record: Record) -> bytes:
    table = schema.entry
    query = select(table.c.raw).where(
        table.c.patient_id == record.patient.bytes, table.c.op_id == record.id.bytes
    )
    found = await core.database.read(lambda c: c.execute(query).scalar_one_or_none())
    return bytes(found or b"")


def _text(raw: bytes) -> str:
    body = open_raw(raw).body if raw else None
    return body.sections[0].text if isinstance(body, Note) else ""


def _fhir_text(resource: dict[str, object]) -> str:
    contents = resource["content"]
    assert isinstance(contents, list)
    return b64decode(contents[0]["attachment"]["data"]).decode()


def _pdf_text(document: bytes) -> str | None:
    """Return what can be copied from between head and foot of a PDF's pages.

    None where this machine has nothing to do it with (poppler's pdftotext).
    """
    program = which("pdftotext")
    if program is None:
        return None
    top, height = round(PAGE_HEIGHT - TOP) - 4, round(TOP - BOTTOM) + 8
    area = ["-x", "0", "-y", str(top), "-W", str(round(PAGE_WIDTH)), "-H", str(height)]
    command = [program, "-layout", "-enc", "UTF-8", *area, "-", "-"]
    done = subprocess.run(command, input=document, capture_output=True, check=True)
    return done.stdout.decode()


def _bare(text: str) -> str:
    return _UNSEEN.sub("", text)
