"""Loggkontroll: a reviewer finds who did what with whose record, and is seen doing so."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sync.protocol.log import LogLine, LogPage, LogQuestion
from sync.protocol.messages import PullRequest, PushRequest
from tests.builders import ADA, CLINIC, GRACE, WARD, a_note, a_patient, an_id
from tests.server.conftest import Opened
from tests.server.running import BERG, NORD, OKORO, OKOROS_PEN, Running, a_group, a_staff
from workstation.domain.ids import HsaId, PatientId
from workstation.server import lookups, pushing, reviewing, syncing
from workstation.server.core import Core, NotAllowed
from workstation.server.store import audit

REVIEWER = a_staff(NORD, rights=frozenset({"log_review"}))
STRANGER = a_staff(NORD, rights=frozenset({"log_review"}), provider=HsaId("SE5560000000-P1"))


async def review(core: Core, actor: Any = REVIEWER, **question: Any) -> LogPage:
    return await reviewing.lines(core, actor, LogQuestion(**question))


async def found(core: Core, **question: Any) -> tuple[LogLine, ...]:
    return (await review(core, **question)).lines


async def a_working_day(core: Core) -> None:
    """Dr Okoro writes about Grace and reads the ward's news; Bo Berg searches at the clinic."""
    groups = (a_group(a_patient(), pen=OKOROS_PEN), a_group(a_note(), pen=OKOROS_PEN))
    await pushing.push(core, a_staff(), PushRequest(epoch="", groups=groups))
    await core.settle_feeds()
    await syncing.pull(core, a_staff(), PullRequest(epoch=core.epoch, cursors={WARD: 0}))
    await lookups.find(core, a_staff(BERG, CLINIC), "hopper", limit=5)


async def test_a_line_says_who_did_what_where_when_and_with_whose_record(store: Opened) -> None:
    await a_working_day(store.core)

    line = (await found(store.core, activity="Skriva"))[0]

    assert (line.person, line.name, line.title) == (OKORO, "Chidi Okoro", "Överläkare")
    assert (line.unit, line.unit_name, line.device) == (WARD, "Avdelning 1", "PC-17")
    assert (line.purpose, line.what) == ("Vård och behandling", "push")
    assert line.basis
    assert line.at.endswith("Z")
    assert [(p.patient, p.given) for p in line.patients] == [(GRACE, "Grace")]
    assert line.patients[0].identity
    assert line.touched == 1


async def test_conditions_narrow_the_log_by_patient_person_unit_activity_and_time(
    store: Opened,
) -> None:
    core = store.core
    await a_working_day(core)
    now = core.now

    assert {line.what for line in await found(core, patient=GRACE, person=OKORO)} == {
        "push",
        "pull",
    }
    assert await found(core, patient=ADA) == ()
    assert {line.person for line in await found(core, person=BERG)} == {BERG}
    assert {line.unit for line in await found(core, unit=CLINIC)} == {CLINIC}
    assert {line.activity for line in await found(core, activity="Läsa")} == {"Läsa"}
    assert await found(core, since=now + 60_000) == ()
    assert await found(core, until=1) == ()
    assert len(await found(core, person=BERG, since=1, until=now + 60_000)) == 1


async def test_pages_follow_each_other_without_a_gap_or_a_line_twice(store: Opened) -> None:
    core = store.core
    for number in range(7):
        await core.log(a_staff(), "Läsa", f"number {number}", patients=(GRACE,))
    seen: list[str] = []
    after = ""
    while True:
        page = await review(core, person=OKORO, limit=3, after=after)
        seen += [line.what for line in page.lines]
        if not (after := page.next):
            break

    assert seen == [f"number {number}" for number in reversed(range(7))]


async def test_a_sample_is_drawn_from_what_was_asked_for_and_no_larger(store: Opened) -> None:
    core = store.core
    for number in range(30):
        await core.log(a_staff(), "Läsa", f"number {number}", patients=(GRACE,))
    await core.log(a_staff(BERG, CLINIC), "Läsa", "elsewhere")

    page = await review(core, person=OKORO, sample=10)

    assert len({line.seq for line in page.lines}) == 10
    assert {line.person for line in page.lines} == {OKORO}
    assert [line.seq for line in page.lines] == sorted((x.seq for x in page.lines), reverse=True)
    assert page.next == ""


async def test_what_deserves_a_look_is_flagged_and_can_be_asked_for(store: Opened) -> None:
    core = store.core
    await a_working_day(core)
    await core.log(a_staff(), "Läsa", "ordinary", patients=(GRACE,))
    await core.log(a_staff(), "Läsa", "of nobody here", patients=(ADA,))
    await core.log(a_staff(), "Nödöppning", "pin", patients=(GRACE,), reason="Medvetslös")
    crowd = [PatientId(an_id(f"crowd {n}")) for n in range(30)]
    await core.log(a_staff(), "Läsa", "a whole unit", patients=crowd)

    flagged = {line.what: line for line in await found(core, person=OKORO, flagged=True)}

    assert set(flagged) == {"of nobody here", "pin"}
    assert flagged["of nobody here"].flags == ("outside",)
    assert (flagged["pin"].flags, flagged["pin"].reason) == (("emergency",), "Medvetslös")


async def test_a_line_about_many_names_a_few_and_all_when_asked_for_alone(store: Opened) -> None:
    core = store.core
    crowd = [PatientId(an_id(f"crowd {n}")) for n in range(30)]
    await core.log(a_staff(), "Läsa", "a whole unit", patients=crowd)

    (line,) = await found(core, patient=crowd[25])
    assert (line.touched, len(line.patients)) == (30, 20)
    assert line.patients[0].patient == crowd[25]
    (whole,) = await found(core, seq=line.seq)
    assert {patient.patient for patient in whole.patients} == set(crowd)


async def test_another_providers_log_is_nobodys_business(store: Opened) -> None:
    core = store.core
    await a_working_day(core)

    assert (await review(core, STRANGER)).lines == ()
    assert (await review(core, STRANGER, patient=GRACE)).lines == ()


@pytest.mark.parametrize("right", ["care", "admin"])
async def test_who_is_no_reviewer_gets_nothing_and_the_attempt_is_logged(
    store: Opened, right: str
) -> None:
    core = store.core
    await a_working_day(core)
    before = await core.database.read(audit.last_seq)

    with pytest.raises(NotAllowed):
        await review(core, a_staff(rights=frozenset({right})))

    assert await core.database.read(audit.last_seq) == before + 1
    (refused,) = await found(core, activity="Nekad")
    assert refused.flags == ("refused",)


async def test_reviewing_is_itself_in_the_log_with_what_was_asked_and_shown(store: Opened) -> None:
    core = store.core
    await a_working_day(core)
    await review(core, person=OKORO, patient=GRACE)

    mine = (await found(core, person=NORD))[0]

    assert (mine.activity, mine.purpose) == ("Läsa", "Kvalitetssäkring")
    assert mine.what == f"log person={OKORO}"
    assert [patient.patient for patient in mine.patients] == [GRACE]
    assert await core.database.read(audit.first_fault) is None


def test_a_reviewer_asks_over_http(server: Running) -> None:
    okoro = server.log_in("okoro")
    okoro.writes(a_patient())
    nord = server.log_in("nord")

    answer = nord.post("/log/lines", LogQuestion(patient=GRACE))

    assert answer.status_code == 200
    page = msgspec.json.decode(answer.content, type=LogPage)
    assert [line.person for line in page.lines] == [OKORO]
    assert okoro.post("/log/lines", LogQuestion()).status_code == 403
