"""Records of every kind with anything in their fields: shown, printed, exported and searched, never a crash."""

from __future__ import annotations

from itertools import islice
from random import Random

import httpx
import msgspec
import pytest

from tests.builders import GRACE, a_patient
from tests.printing.builders import a_sheet
from tests.server.grace import NUMBER
from tests.server.running import PASSWORD, Running
from tests.stories.bodies import Filling
from tests.stories.stations import Seats, now, until_whole
from tests.stories.texts import texts
from tests.sync.conftest import Workstation
from workstation.domain.entity import EntityState
from workstation.domain.kinds import BY_NAME
from workstation.domain.record import seal
from workstation.interop.fhir.writing import NotExported, fhir_bytes, to_fhir
from workstation.printing import print_medication_list, print_note, print_referral
from workstation.server.serve import ingest

ROUNDS = 12
PLACES = ("", "/notes", "/medication", "/results", "/referrals", "/plans", "/privacy")
FAMILIES = sorted({kind.family for kind in BY_NAME.values() if kind.family})


@pytest.fixture
async def lind(seats: Seats, running: Running) -> Workstation:
    """Give a workstation to which records of every kind with anything in them have come."""
    okoro, lind = await seats("okoro"), await seats("lind")
    assert okoro.login.author is not None
    filling = Filling(texts(seed=9), Random(9), now=now())
    written = 1
    await okoro.writes(a_patient())
    for _ in range(ROUNDS):
        records = [r for r in filling.round(GRACE, okoro.login.author) if r.kind != "patient"]
        sealed = [(record, seal(record, okoro.pen)) for record in records]
        steps = [each for record, each in sealed if record.kind.startswith("referral")]
        rest = [each for record, each in sealed if not record.kind.startswith("referral")]
        await okoro.cache.save(rest)
        # A referral's steps at random do not pass the server's door; as loaded they are there.
        running.do(ingest(running.core, [(GRACE, steps)]))
        written += len(records)
    okoro.engine.wake()
    await until_whole(lind, GRACE, written)
    return lind


async def _states(station: Workstation) -> list[EntityState]:
    listed = [await station.cache.listed(GRACE, family) for family in FAMILIES]
    return [one.state for family in listed for one in family]


async def test_every_place_of_the_patients_page_shows_whatever_is_written_and_runs_none_of_it(
    lind: Workstation, running: Running
) -> None:
    there = httpx.AsyncClient(base_url=running.url, trust_env=False, follow_redirects=True)
    async with there as patient:
        form = {"identity": NUMBER, "password": PASSWORD}
        assert (await patient.post("/login", data=form)).status_code == 200
        for place in PLACES:
            for number in range(4):
                page = await patient.get(f"/journal{place}?page={number}")
                assert page.status_code == 200
                assert "<script>alert" not in page.text
                assert "<img src=x" not in page.text


async def test_whatever_is_written_leaves_in_fhir_where_its_kind_does(lind: Workstation) -> None:
    exported = 0
    for state in await _states(lind):
        try:
            assert fhir_bytes(to_fhir(state)).startswith(b"{")
        except NotExported:
            continue
        exported += 1
    assert exported > 5 * ROUNDS


async def test_whatever_is_written_can_be_printed(lind: Workstation) -> None:
    states = await _states(lind)
    orders = [state for state in states if state.family == "medication_order"]
    assert print_medication_list(orders, sheet=a_sheet(), complete=True).startswith(b"%PDF")
    for state in states:
        if state.family == "note":
            assert print_note(state, sheet=a_sheet()).startswith(b"%PDF")
        if state.family == "referral":
            assert print_referral(state, sheet=a_sheet()).startswith(b"%PDF")


async def test_whatever_is_typed_can_be_searched_for(lind: Workstation, running: Running) -> None:
    lind_there = running.log_in("lind")
    for number, text in enumerate(islice(texts(seed=10), 1_000)):
        await lind.cache.find_patients(text, limit=5)
        await lind.cache.search_text(GRACE, text, limit=5)
        if number < 100:
            answer = lind_there.post(
                "/patients/find", msgspec.json.encode({"text": text, "limit": 5})
            )
            assert answer.status_code in (200, 400), ascii(text)
