"""The patient's extract of the access log: every time, every unit, nobody's name."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader

from sync.protocol.log import LoggedPatient, LogLine, LogPage, LogQuestion
from tests.builders import GRACE, an_author
from workstation.app.log_review import log_extract
from workstation.operations.session import Files, PickedFile

LINES = [
    LogLine(
        seq=number,
        at=f"2026-03-{2 + number // 24:02d}T{number % 24:02d}:15:00Z",
        activity="Nödöppning" if number == 7 else "Läsa",
        what="stream",
        basis="vårdrelation",
        reason="Medvetslös" if number == 7 else "",
        person="SE2321000016-P001",
        name="Hemlig, Sven",
        title="Läkare",
        unit_name="Avd 12",
        touched=1,
    )
    for number in range(90)
]


async def test_the_extract_holds_every_page_of_the_log_and_nobody_of_the_staff() -> None:
    saved: list[bytes] = []

    async def ask(question: LogQuestion) -> LogPage:
        assert question.patient == GRACE
        start = int(question.after or 0)
        more = str(start + 40) if start + 40 < len(LINES) else ""
        return LogPage(lines=tuple(LINES[start : start + 40]), next=more)

    async def save(content: bytes, suffix: str) -> None:
        assert suffix == "pdf"
        saved.append(content)

    async def pick() -> PickedFile | None:
        return None

    extract = log_extract(ask, an_author(), Files(pick=pick, save=save))
    patient = LoggedPatient(
        patient=GRACE,
        family="Hopper",
        given="Grace",
        identity="191212121212",
        identity_system="http://electronichealth.se/identifier/personnummer",
    )

    assert await extract(patient) == len(LINES)

    pages = [page.extract_text() for page in PdfReader(BytesIO(saved[0])).pages]
    text = "\n".join(pages)
    assert text.count("Avd 12, Läkare: ") == len(LINES)
    assert "Nödöppning · vårdrelation · Medvetslös" in text
    assert "Hemlig" not in text
    assert all("HOPPER, Grace" in page for page in pages)
