"""The patient reads who has been in the record: where, as what, when, and on which ground."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from sync.protocol.emergency import OpenRequest
from sync.protocol.messages import Span, StreamRequest
from sync.protocol.openings import Opening, OpeningsReport, signed_opening
from tests.builders import GRACE, a_note, an_id
from tests.server.grace import ACCOUNTS, NUMBER, her_record
from tests.server.running import PASSWORD, Running, running_server

REASON = "Hittad medvetslös <på väg> hem"


@pytest.fixture
def server(tmp_path: Path) -> Generator[Running]:
    with running_server(tmp_path, accounts=ACCOUNTS) as running:
        yield running


def graces_page(server: Running, path: str = "/journal/log") -> httpx.Response:
    http = server.http()
    http.post("/login", data={"identity": NUMBER, "password": PASSWORD})
    return http.get(path)


def test_an_emergency_opening_is_told_to_the_patient_with_its_reason(server: Running) -> None:
    okoro, berg = server.log_in("okoro"), server.log_in("berg")
    okoro.writes(*her_record(okoro))
    assert (
        berg.post("/emergency/open", OpenRequest(patient=GRACE, reason=REASON)).status_code == 200
    )
    berg.post("/sync/stream", StreamRequest(epoch=server.core.epoch, spans=(Span(p=GRACE),)))

    answer = graces_page(server)

    assert answer.status_code == 200
    assert answer.text.count("Nödöppning") == 1
    assert "Hittad medvetslös &lt;på väg&gt; hem" in answer.text
    assert "Läst av vårdpersonal" in answer.text
    assert "Mottagningen" in answer.text
    assert "Läkare" in answer.text


def test_staff_are_shown_by_role_and_ones_own_reading_is_not_listed(server: Running) -> None:
    okoro = server.log_in("okoro")
    okoro.writes(*her_record(okoro))

    text = graces_page(server).text

    assert "Överläkare" in text
    assert "Chidi" not in text
    assert okoro.author.hsa_id not in text
    assert "Läst av vårdpersonal" not in text
    assert "Skrivet av vårdpersonal" in text


def test_a_long_list_comes_in_pages_newest_first(server: Running) -> None:
    okoro = server.log_in("okoro")
    okoro.writes(*her_record(okoro))
    for number in range(60):
        okoro.writes(a_note(author=okoro.author, text=str(number)))

    first, second = graces_page(server), graces_page(server, "/journal/log?page=1")

    assert first.text.count("<article") == 50
    assert 0 < second.text.count("<article") < 50
    assert 'href="?page=1"' in first.text


def test_nobody_elses_log_is_shown(server: Running) -> None:
    okoro = server.log_in("okoro")
    okoro.writes(*her_record(okoro))

    assert okoro.get("/journal/log").status_code == 303
    assert server.http().get("/journal/log").headers["location"] == "/"


def test_that_somebody_saw_whose_information_is_blocked_is_told_in_words(server: Running) -> None:
    okoro = server.log_in("okoro")
    okoro.writes(*her_record(okoro))
    author = okoro.author
    shown = Opening(
        id=an_id("blocks"),
        patient=GRACE,
        at=1,
        person=author.hsa_id,
        assignment=author.assignment,
        unit=author.unit,
        provider=author.provider,
        device="PC-17",
        what="blocks",
    )
    report = OpeningsReport(openings=(signed_opening(shown, okoro.pen),))
    assert okoro.post("/log/openings", report).status_code == 200

    text = graces_page(server).text

    assert "visade vems uppgifter som är spärrade" in text
    assert "blocks shown" not in text
