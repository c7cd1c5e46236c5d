"""Egen vårdbegäran in a real browser and over plain HTTP: exact, safe, once, and the unit's to assess."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from sync.protocol.messages import EntryLine, Span, StreamLine, StreamRequest
from tests.builders import CLINIC, GRACE, a_patient, a_referral_event
from tests.needs import chromium_program, needs_chromium
from tests.server.grace import ACCOUNTS, NUMBER, her_record
from tests.server.running import DIRECTORY, PASSWORD, TRUST, Caller, Running, running_server
from workstation.domain.kinds import open_raw
from workstation.domain.patient import Patient
from workstation.domain.record import Record
from workstation.domain.referral import Referral
from workstation.server.guard import COOKIE

WORDS = 'Jag har ont i ryggen.\nVärst på natten, "strålar" <ned> i benet & foten. 👩‍⚕️\n\n– Grace'
CLINIC_TAKES = msgspec.structs.replace(
    DIRECTORY,
    units=tuple(
        msgspec.structs.replace(u, receives=("consultation", "own")) if u.hsa_id == CLINIC else u
        for u in DIRECTORY.units
    ),
)


@pytest.fixture
def server(tmp_path: Path) -> Generator[Running]:
    with running_server(tmp_path, accounts=ACCOUNTS, directory=CLINIC_TAKES) as running:
        yield running


@pytest.fixture
def grace(server: Running) -> Caller:
    okoro = server.log_in("okoro")
    okoro.writes(*her_record(okoro))
    return okoro


_OPEN: list[httpx.Client] = []


@pytest.fixture(autouse=True)
def _closed() -> Generator[None]:
    yield
    while _OPEN:
        _OPEN.pop().close()


class Visitor:
    """Grace without a browser."""

    def __init__(self, server: Running) -> None:
        self.http = httpx.Client(
            base_url=server.url, follow_redirects=False, verify=TRUST, trust_env=False
        )
        _OPEN.append(self.http)
        answer = self.http.post("/login", data={"identity": NUMBER, "password": PASSWORD})
        assert answer.status_code == 303
        self.http.cookies.set(COOKIE, answer.cookies[COOKIE])

    def form(self) -> dict[str, str]:
        page = self.http.get("/journal/request").text
        hidden = dict(
            part.split('" value="', 1)
            for part in (p.split('">', 1)[0] for p in page.split('type="hidden" name="')[1:])
        )
        return {
            **hidden,
            "unit": CLINIC,
            "q_question": WORDS,
            "q_since": "två veckor",
            "q_effect": "Kan inte arbeta.",
        }

    def sends(self, fields: dict[str, str], **headers: str) -> httpx.Response:
        return self.http.post("/journal/request", data=fields, headers=headers)


def requests_of(caller: Caller) -> list[Record]:
    """Return the egna vårdbegäran that the record of Grace holds."""
    found = records_of(caller)
    return [r for r in found if isinstance(r.body, Referral) and r.body.by == "patient"]


def corrected(caller: Caller, **fields: Any) -> None:
    """Write a new version of who Grace is."""
    (before,) = [r for r in records_of(caller) if isinstance(r.body, Patient)]
    caller.writes(a_patient(bases=(before.id,), author=caller.author, **fields))


def records_of(caller: Caller) -> list[Record]:
    """Return everything that the caller may read of Grace."""
    epoch = msgspec.json.decode(
        caller.post("/sync/hello", b'{"device":"x","incarnation":1,"program":"t"}').content
    )["epoch"]
    answer = caller.post("/sync/stream", StreamRequest(epoch=epoch, spans=(Span(p=GRACE),)))
    lines = [msgspec.json.decode(line, type=StreamLine) for line in answer.content.splitlines()]
    return [open_raw(bytes(line.raw)) for line in lines if isinstance(line, EntryLine)]


def test_what_the_patient_wrote_becomes_the_units_record_word_for_word(
    server: Running, grace: Caller
) -> None:
    visitor = Visitor(server)
    sent = visitor.sends(visitor.form())

    assert (sent.status_code, sent.headers["location"]) == (303, "/journal/referrals")
    (record,) = requests_of(grace)
    body = record.body
    assert isinstance(body, Referral)
    assert body.question == WORDS
    assert (body.type, body.to_unit, body.form) == ("own", CLINIC, "referral_own")
    assert "Hur länge har du haft besvären?\ntvå veckor" in body.background
    work = server.log_in("berg")
    assert work.author.unit == CLINIC
    assert requests_of(work), "the patient is in the scope of the unit that was asked"


def test_sent_twice_it_is_one(server: Running, grace: Caller) -> None:
    visitor = Visitor(server)
    fields = visitor.form()
    assert {visitor.sends(fields).status_code for _ in range(2)} == {303}
    assert len(requests_of(grace)) == 1


@pytest.mark.parametrize("break_it", ["proof", "id", "origin", "other session"])
def test_no_other_site_and_no_other_session_sends_it(
    server: Running, grace: Caller, break_it: str
) -> None:
    visitor = Visitor(server)
    fields, headers = visitor.form(), {}
    if break_it == "proof":
        fields["proof"] = "0" * 64
    elif break_it == "id":
        fields["id"] = str(UUID(int=7))
    elif break_it == "origin":
        headers = {"origin": "https://elsewhere.example"}
    else:
        fields |= {k: v for k, v in Visitor(server).form().items() if k in ("id", "proof")}

    assert visitor.sends(fields, **headers).status_code == 403
    assert requests_of(grace) == []


@pytest.mark.parametrize(
    "missing", [{"q_question": " \n "}, {"q_since": ""}, {"unit": ""}, {"unit": "SE0-0"}]
)
def test_what_is_missing_is_said_and_what_was_written_stays(
    server: Running, grace: Caller, missing: dict[str, str]
) -> None:
    visitor = Visitor(server)
    answer = visitor.sends({**visitor.form(), "q_tried": "Alvedon & vila", **missing})

    assert answer.status_code == 400
    assert "aria-invalid" in answer.text
    assert "Alvedon &amp; vila" in answer.text
    assert requests_of(grace) == []


def test_a_text_without_end_is_refused_and_so_is_a_body_of_megabytes(
    server: Running, grace: Caller
) -> None:
    visitor = Visitor(server)
    assert visitor.sends({**visitor.form(), "q_question": "x" * 2_001}).status_code == 400
    assert visitor.sends({**visitor.form(), "q_question": "x" * 200_000}).status_code == 413
    assert requests_of(grace) == []


def test_ten_in_a_day_are_enough(server: Running, grace: Caller) -> None:
    visitor = Visitor(server)
    codes = [visitor.sends(visitor.form()).status_code for _ in range(11)]
    assert codes == [303] * 10 + [409]


@pytest.mark.parametrize("born", ["2011-03-02", "2020-01-01"])
def test_from_thirteen_to_fifteen_and_as_a_child_nobody_sends_one(
    server: Running, grace: Caller, born: str
) -> None:
    visitor = Visitor(server)
    fields = visitor.form()
    corrected(grace, birth_date=born)

    assert visitor.sends(fields).status_code == 403
    assert visitor.http.get("/journal/request").status_code == 403
    assert requests_of(grace) == []


def test_of_somebody_protected_no_number_goes_along(server: Running, grace: Caller) -> None:
    corrected(grace, protection="sekretessmarkering")
    visitor = Visitor(server)
    assert 'name="phone"' not in visitor.http.get("/journal/request").text
    visitor.sends({**visitor.form(), "phone": "070-1234567"})
    (record,) = requests_of(grace)
    assert isinstance(record.body, Referral)
    assert record.body.patient_phone == ""


@needs_chromium
class TestInTheBrowser:
    @pytest.fixture
    def page(self, server: Running, grace: Caller) -> Generator[Page]:
        with sync_playwright() as playwright:
            browser: Browser = playwright.chromium.launch(
                executable_path=chromium_program(), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": 1000, "height": 900}, locale="sv-SE")
            page.goto(server.url)
            page.fill("#identity", NUMBER)
            page.fill("#password", PASSWORD)
            page.click("button.main")
            page.wait_for_url("**/journal")
            yield page
            browser.close()

    def test_the_patient_asks_reads_it_back_and_sees_each_step_in_plain_words(
        self, page: Page, server: Running, grace: Caller
    ) -> None:
        page.click("text=Egen vårdbegäran")
        page.select_option("#unit", CLINIC)
        page.fill("#q_question", WORDS)
        page.fill("#q_since", "två veckor")
        page.fill("#q_effect", "Kan inte arbeta.")
        page.click("text=Skicka min begäran")
        page.wait_for_url("**/journal/referrals")

        card = page.locator("article", has_text="Din egen vårdbegäran")
        assert card.locator(".text").first.evaluate("e => e.textContent") == WORDS
        assert "Du skickade din begäran till Mottagningen." in card.inner_text()

        (record,) = requests_of(grace)
        berg = server.log_in("berg")
        berg.writes(a_referral_event(record, author=berg.author, patient=GRACE))
        page.wait_for_selector("text=Mottagningen har tagit emot din begäran.", timeout=5_000)

    def test_it_is_filled_in_by_keyboard_and_nothing_runs_out_of_a_phone(self, page: Page) -> None:
        page.set_viewport_size({"width": 320, "height": 700})
        page.goto(page.url + "/request")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320
        labels = page.evaluate(
            "[...document.querySelectorAll('.asking input:not([type=hidden]), .asking select,"
            " .asking textarea')].every(e => document.querySelector(`label[for=${e.id}]`))"
        )
        assert labels, "every field has its label"
