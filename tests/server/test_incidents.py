"""A report about the program is kept once, as it came first, on both databases."""

from __future__ import annotations

from uuid import UUID

import msgspec
import pytest
from sqlalchemy import func, select

from sync.protocol.incidents import MOST_CHARACTERS, IncidentReceived, IncidentReport
from tests.builders import MORNING, an_id
from tests.server.conftest import Opened
from tests.server.running import BERG, Running, a_staff
from workstation.server import incidents, schema
from workstation.server.core import NotAllowed
from workstation.server.store import audit
from workstation.server.store.incidents import newest_first

OKORO = a_staff()


def a_report(name: str = "one", **more: object) -> IncidentReport:
    fields = {
        "id": an_id(name),
        "at": MORNING,
        "happened": "Läkemedelslistan\nvisade ÅÄÖ \0 fel.",
        "expected": "Hela listan.",
        "harm": "could",
        "screen": "medication",
        "program": "0.1.0",
        "trace": "0A1B2C3D",
        **more,
    }
    return msgspec.convert(fields, type=IncidentReport)


async def count(store: Opened) -> int:
    query = select(func.count()).select_from(schema.incident)
    return await store.core.database.read(lambda c: int(c.execute(query).scalar_one()))


async def test_a_report_sent_twice_is_one_and_answered_the_same(store: Opened) -> None:
    first = await incidents.receive(store.core, OKORO, a_report())
    again = await incidents.receive(store.core, OKORO, a_report(happened="Något annat."))

    assert again == first == IncidentReceived(id=a_report().id, at=first.at)
    (kept,) = await store.core.database.read(lambda c: newest_first(c, limit=9))
    assert kept.report.happened == "Läkemedelslistan\nvisade ÅÄÖ \u2400 fel."
    assert msgspec.structs.replace(kept.report, happened="") == a_report(happened="")
    assert (kept.person, kept.unit, kept.received_at) == (OKORO.person, OKORO.unit, first.at)


async def test_nobody_else_can_use_its_id(store: Opened) -> None:
    await incidents.receive(store.core, OKORO, a_report())

    with pytest.raises(NotAllowed):
        await incidents.receive(store.core, a_staff(BERG), a_report())

    assert await count(store) == 1


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("happened", " \n"),
        ("expected", ""),
        ("happened", "x" * (MOST_CHARACTERS + 1)),
        ("trace", "x" * 65),
    ],
)
async def test_what_cannot_be_right_is_not_kept(store: Opened, field: str, text: str) -> None:
    with pytest.raises(incidents.BadReport, match=field):
        await incidents.receive(store.core, OKORO, a_report(**{field: text}))
    assert await count(store) == 0


async def test_it_is_a_line_of_the_access_log_about_no_patient_and_without_its_text(
    store: Opened,
) -> None:
    await incidents.receive(store.core, OKORO, a_report())

    table = schema.audit
    query = select(table.c.event).order_by(table.c.seq.desc()).limit(1)
    raw = await store.core.database.read(lambda c: bytes(c.execute(query).scalar_one()))

    event = msgspec.json.decode(raw, type=audit.Event)
    assert (event.activity, event.what, event.patients) == ("Skriva", "incident", ())
    assert "listan" not in raw.decode()


def test_over_the_line_it_is_taken_from_staff_and_a_missing_text_is_named(server: Running) -> None:
    okoro = server.log_in("okoro")

    answer = okoro.post("/incidents", a_report())
    wrong = okoro.post("/incidents", a_report("two", expected=""))

    assert answer.status_code == 200
    received = msgspec.json.decode(answer.content, type=IncidentReceived)
    assert received.id == UUID(str(a_report().id))
    assert (wrong.status_code, wrong.json()["place"]) == (400, "$.expected")
    assert okoro.post("/incidents", b'{"harm":"perhaps"}').status_code == 400
