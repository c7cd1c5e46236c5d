"""Nödöppning at a workstation: the whole record for a while, and nothing of it afterwards."""

from __future__ import annotations

import io
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
import pypdf
import pytest

from sync.protocol.log import LogLine, LogPage, LogQuestion
from tests.builders import ADA, GRACE, a_medication_order, a_note, a_patient
from tests.clinic import Clinic, Seat, eventually
from tests.server.running import Running, running_server
from tests.stories.region import ACCOUNTS, REGION
from tests.stories.test_many_seats import offline, online
from workstation.app.emergency import NoWay
from workstation.app.paper import document_of
from workstation.app.press import press_of
from workstation.domain.contact import Booking
from workstation.domain.ids import PatientId
from workstation.domain.log_words import ATTEMPTED, IN_EMERGENCY, PRINTED_IN_EMERGENCY
from workstation.domain.problem import Problem
from workstation.operations.drop_in import drop_in
from workstation.operations.open_in_emergency import InEmergency, OnlyRead, open_in_emergency

REASON = "Medvetslös på akuten, behöver läkemedelslistan"


@dataclass
class Ahead:
    """A clock that can be put ahead."""

    by: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Generator[Running]:
    """Give one server to all of these stories; Grace is in the ward's care, and in nobody else's."""
    folder = tmp_path_factory.mktemp("server")
    with running_server(folder, directory=REGION, accounts=ACCOUNTS) as server:
        kept, called = a_note(text="Sovit med en kudde."), a_note(text="Ringer upp i morgon.")
        server.log_in("okoro").writes(a_patient(), kept, called, a_medication_order())
        yield server


@pytest.fixture
def clock(clinic: Clinic) -> Ahead:
    clock = Ahead()
    clinic.clock = clock
    return clock


async def opens(seat: Seat, reason: str = REASON, *, patient: PatientId = GRACE) -> InEmergency:
    assert seat.session is not None
    return await open_in_emergency(
        patient=patient,
        ground="danger",
        reason=reason,
        emergency=seat.opened.emergency,
        desk=seat.desk,
    )


async def berg_sits_at_the_clinic(clinic: Clinic) -> Seat:
    seat = clinic.seat("PC-berg")
    await seat.sit("berg")
    return seat


def files_of(seat: Seat) -> list[str]:
    return [path.name for path in seat.places.root.glob("emergency-*")]


async def test_the_whole_record_is_read_and_nothing_of_it_stays_when_it_is_closed(
    running: Running, clinic: Clinic
) -> None:
    seat = await berg_sits_at_the_clinic(clinic)
    assert seat.session is not None
    records = seat.session.records
    assert await records.patient(GRACE) is None

    opening = await opens(seat)

    assert not opening.writes
    assert await records.is_complete(GRACE)
    assert len(await seat.notes()) >= 2
    assert len(await records.listed(GRACE, "medication_order")) == 1
    assert await records.search_text(GRACE, "kudde", limit=5)
    assert await seat.opened.cache.patient(GRACE) is None
    assert await records.find_patients("Hopper", limit=5) == ()

    await seat.opened.emergency.close(GRACE)

    assert await records.patient(GRACE) is None
    assert await seat.notes() == []
    assert files_of(seat) == []
    with pytest.raises(NoWay):
        await seat.opened.emergency.open(GRACE, "kort")  # the server asks for a reason itself
    assert files_of(seat) == []


async def test_it_ends_by_itself_and_those_who_look_are_told(
    running: Running, clinic: Clinic, clock: Ahead
) -> None:
    seat = await berg_sits_at_the_clinic(clinic)
    ended: list[PatientId] = []
    seat.opened.emergency.subscribe(ended.append)
    await opens(seat)

    clock.by = timedelta(hours=3, minutes=59)
    await seat.opened.emergency.look()
    assert len(await seat.notes()) >= 2
    clock.by = timedelta(hours=4, minutes=1)
    assert await seat.notes() == []  # not even before anybody has looked at the time
    await seat.opened.emergency.look()

    assert ended == [GRACE]
    assert files_of(seat) == []


async def test_it_is_read_only_and_what_comes_meanwhile_is_fetched(
    running: Running, clinic: Clinic
) -> None:
    seat = await berg_sits_at_the_clinic(clinic)
    await opens(seat)

    with pytest.raises(OnlyRead):
        await seat.writes("Skriver utan vårdkontakt")
    running.log_in("okoro").writes(a_note(text="Kom sedan"))
    await seat.opened.emergency.fetch_newer()

    assert "Kom sedan" in await seat.notes()


async def test_a_visit_that_begins_while_it_is_open_lets_the_unit_write(
    running: Running, clinic: Clinic
) -> None:
    seat = await berg_sits_at_the_clinic(clinic)
    running.log_in("okoro").writes(a_patient(patient=ADA), a_note(patient=ADA, text="Faller."))
    await opens(seat, patient=ADA)
    assert seat.session is not None
    unit = seat.desk.author
    here = Booking(
        unit=unit.unit, unit_name=unit.unit_name, start="2026-11-23T09:00:00Z", status="booked"
    )

    await drop_in(here, patient=ADA, records=seat.session.records, desk=seat.desk)

    opening = seat.opened.emergency.of(ADA)
    assert opening is not None
    assert opening.writes
    await seat.has_sent_everything()


async def test_where_the_unit_has_the_patient_what_is_written_is_saved_there(
    running: Running, clinic: Clinic
) -> None:
    seat = clinic.seat("PC-ward")
    await seat.sit("lind")
    await seat.sees("Ringer upp i morgon.")

    opening = await opens(seat)
    await seat.writes("Gett adrenalin")

    assert opening.writes
    assert "Gett adrenalin" in await seat.notes()
    await seat.has_sent_everything()
    await seat.opened.emergency.fetch_newer()
    assert (await seat.notes()).count("Gett adrenalin") == 1
    await seat.opened.emergency.close(GRACE)
    assert "Gett adrenalin" in await seat.notes()


async def test_what_is_printed_from_it_says_on_what_ground_and_is_logged_as_printed(
    running: Running, clinic: Clinic
) -> None:
    seat = await berg_sits_at_the_clinic(clinic)
    parts = seat.opened
    press = press_of(parts.records, seat.desk.author, parts.openings, parts.emergency)
    with pytest.raises(Problem):
        await document_of(press, "medication", GRACE, None)
    await opens(seat)

    paper = await document_of(press, "medication", GRACE, None)
    await press.printed(GRACE)

    for page in pypdf.PdfReader(io.BytesIO(paper)).pages:
        assert "Utskrift ur nödöppnad journal. Fara för liv eller hälsa" in page.extract_text()
    nord = running.log_in("nord")

    async def in_the_log() -> list[LogLine]:
        asked = LogQuestion(patient=GRACE, activity="Utskrift")
        page = msgspec.json.decode(nord.post("/log/lines", asked).content, type=LogPage)
        return list(page.lines)

    async def told() -> bool:
        return len(await in_the_log()) == 1

    await eventually(told)
    (line,) = await in_the_log()
    assert line.what == PRINTED_IN_EMERGENCY
    assert line.basis == IN_EMERGENCY
    assert "emergency" in line.flags


async def test_without_contact_it_says_calmly_that_it_needs_contact_and_the_attempt_is_told_once(
    running: Running, clinic: Clinic
) -> None:
    seat = await berg_sits_at_the_clinic(clinic)
    offline(seat)

    for _again in range(2):
        with pytest.raises(NoWay, match="kontakt med servern"):
            await opens(seat)

    assert files_of(seat) == []
    online(seat)
    nord = running.log_in("nord")

    async def told() -> bool:
        asked = LogQuestion(patient=GRACE, activity="Nödöppning")
        page = msgspec.json.decode(nord.post("/log/lines", asked).content, type=LogPage)
        return [REASON in one.reason for one in page.lines if one.what == ATTEMPTED] == [True]

    await eventually(told)


async def test_leaving_the_chair_closes_it_here_and_at_the_server(
    running: Running, clinic: Clinic
) -> None:
    seat = await berg_sits_at_the_clinic(clinic)
    await opens(seat)

    await seat.leave()

    assert files_of(seat) == []
    nord = running.log_in("nord")
    asked = LogQuestion(patient=GRACE)
    page = msgspec.json.decode(nord.post("/log/lines", asked).content, type=LogPage)
    opening = next(one for one in page.lines if one.activity == "Nödöppning")
    assert REASON in opening.reason
    assert "liv eller hälsa" in opening.reason
    assert any(one.what == "emergency_closed" for one in page.lines)


async def test_what_a_crash_has_left_goes_at_the_next_start(
    running: Running, clinic: Clinic
) -> None:
    seat = await berg_sits_at_the_clinic(clinic)
    await opens(seat)
    left = [seat.places.root / name for name in files_of(seat)]
    kept = {path: path.read_bytes() for path in left}
    await seat.leave()
    for path, content in kept.items():
        path.write_bytes(content)

    await seat.sit("berg")

    async def gone() -> bool:
        return files_of(seat) == []

    await eventually(gone)
