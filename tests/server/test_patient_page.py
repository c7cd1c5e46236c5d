"""The patient's page in a real browser: one's own record, live, exact, and nobody else's."""

from __future__ import annotations

import io
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from tests.builders import (
    ADA,
    GRACE,
    a_medication_order,
    a_note,
    a_patient,
    a_signature,
    a_time,
    an_observation,
)
from tests.needs import chromium_program, needs_chromium
from tests.server.grace import ACCOUNTS, NUMBER, her_record
from tests.server.running import PASSWORD, STAFF, Caller, Running, running_server
from workstation.domain.clock import HybridTime, SystemClock, to_millis
from workstation.domain.identity import luhn_digit
from workstation.domain.note import Section
from workstation.domain.patient import Address, Identifier
from workstation.domain.record import Record
from workstation.server.serve import Accounts

pytestmark = needs_chromium

TEXTS = [
    "ingen blödning",
    "<script>alert('x')</script><img src=x onerror=alert(1)>&amp; &#x3C; \"'`",
    "rad ett\nrad två\r\nrad tre\n\n   indraget\toch tabb  ",
    "ÅÄÖ åäö é ß ﬁ 👩‍⚕️ 漢字 עברית العربية \u202eomvänt\u202c \u200b\ufeff",
    "klocka\x07 backsteg\x08 esc\x1b[31m del\x7f form\x0c next\x85 line\u2028sep",
    "{{ 7 * 7 }} {% raw %} ${x} <!-- --> ]]> </div></main>",
    "x" * 5000,
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Running]:
    with running_server(tmp_path_factory.mktemp("page"), accounts=ACCOUNTS) as running:
        yield running


@pytest.fixture(scope="module")
def okoro(server: Running) -> Caller:
    okoro = server.log_in("okoro")
    okoro.writes(*her_record(okoro))
    return okoro


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_program(), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, server: Running, okoro: Caller) -> Generator[Page]:
    context = browser.new_context(viewport={"width": 1100, "height": 900}, locale="sv-SE")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(server.url) else complaints.append(request.url)
        ),
    )
    log_in(page, server)
    yield page
    context.close()
    assert complaints == []


def log_in(page: Page, server: Running, number: str = NUMBER) -> None:
    page.goto(server.url)
    page.fill("#identity", number)
    page.fill("#password", PASSWORD)
    page.click("button.main")


def test_a_note_that_is_saved_stands_on_the_page_within_two_seconds(
    page: Page, okoro: Caller
) -> None:
    page.wait_for_url("**/journal")
    note = a_note(title="Samtal", text="Just nu skriven.", written_at=a_time(500))

    began = time.monotonic()
    okoro.writes(note)
    page.wait_for_selector("text=Just nu skriven.", timeout=2_000)
    assert time.monotonic() - began < 2

    card = page.locator("article", has_text="Just nu skriven.")
    assert card.locator(".badge").inner_text() == "Ej signerad"
    okoro.writes(a_signature(note, okoro.pen))
    card.locator(".badge", has_text="Signerad").wait_for(timeout=2_000)
    assert page.locator("#live").inner_text() == "Uppdaterad nyss"


def test_every_text_arrives_as_it_was_written_and_none_of_it_runs(
    page: Page, server: Running, okoro: Caller
) -> None:
    notes = [a_note(title=text[:60], text=text, written_at=a_time(1000)) for text in TEXTS]
    okoro.writes(*notes)
    page.goto(server.url + "/journal/notes")

    shown = page.evaluate("[...document.querySelectorAll('.text')].map(e => e.textContent)")

    for text in TEXTS:
        assert text in shown, text[:40]


def test_what_is_never_for_the_patient_is_never_sent(
    page: Page, server: Running, okoro: Caller
) -> None:
    hidden = [
        a_note(text="ej godkänd NÅL-1", approved_for_patient=False),
        a_note(sections=(Section(term=" våldsutsatt ", text="NÅL-2"), Section(text="synligt"))),
        an_observation(comment="NÅL-3", approved_for_patient=False),
    ]
    okoro.writes(*hidden)
    for place in ("", "/notes", "/results", "/medication", "/plans", "/referrals"):
        page.goto(f"{server.url}/journal{place}")
        assert "NÅL" not in page.content()
        assert "detta får patienten inte läsa" not in page.content()


def test_medication_is_read_as_on_the_ward(page: Page, server: Running) -> None:
    page.goto(server.url + "/journal/medication")
    current = page.locator("section.part", has_text="Aktuella läkemedel")
    heading = current.locator("h3").first.inner_text()
    assert heading == "amlodipin — tablett 5 mg — DOS 1 tablett på morgonen"
    assert "furosemid" not in current.inner_text()


def test_a_referral_tells_its_story_in_plain_words(page: Page, server: Running) -> None:
    page.goto(server.url + "/journal/referrals")
    steps = page.locator("ol.steps li").all_inner_texts()
    assert [step.splitlines()[-1] for step in steps] == [
        "Remissen skickades till Laboratoriet.",
        "Laboratoriet har tagit emot remissen.",
        "Hb 132, kreatinin 71.",
    ]


def test_the_patient_hides_the_last_fourteen_days_and_sees_them_again(
    page: Page, server: Running, okoro: Caller
) -> None:
    now = to_millis(SystemClock().now())
    okoro.writes(a_note(title="Alldeles ny", written_at=HybridTime(now)))
    page.goto(server.url + "/journal")
    page.wait_for_selector("text=Alldeles ny")

    page.click("text=Dölj de senaste 14 dagarna")
    page.wait_for_selector("text=Uppgifter som är nyare än 14 dagar är dolda")
    page.goto(server.url + "/journal/notes")
    assert page.locator("text=Alldeles ny").count() == 0
    assert page.locator("text=Telefonkontakt").count() == 1

    page.click("text=Visa dem")
    page.goto(server.url + "/journal/notes")
    assert page.locator("text=Alldeles ny").count() == 1


def test_the_page_speaks_english_when_asked_and_remembers(page: Page, server: Running) -> None:
    page.goto(server.url + "/journal")
    page.click("text=In English")
    page.wait_for_selector("h1:text('Overview')")
    page.goto(server.url + "/journal/notes")
    assert page.locator("h1").inner_text() == "Notes"
    assert page.locator("html").get_attribute("lang") == "en"


def test_it_works_without_script_and_by_keyboard(
    browser: Browser, server: Running, okoro: Caller
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url)
    page.locator("#identity:focus").wait_for()  # the field has the focus, by itself
    page.keyboard.type(NUMBER)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/journal")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**#content")
    assert page.locator("h1").inner_text() == "Översikt"
    context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_runs_out_of_a_narrow_page(page: Page, server: Running, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for place in ("", "/notes", "/medication", "/referrals"):
        page.goto(f"{server.url}/journal{place}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, place


def test_on_paper_every_page_tells_whose_it_is_and_how_many_there_are(
    page: Page, server: Running
) -> None:
    page.goto(server.url + "/journal")
    paper = PdfReader(io.BytesIO(page.pdf(format="A5")))
    texts = [sheet.extract_text() for sheet in paper.pages]
    assert len(texts) > 1
    for number, text in enumerate(texts, start=1):
        assert "Grace Hopper 19121212-1212" in " ".join(text.split())
        assert f"{number} ({len(texts)})" in text
        assert "Visa alla" not in text


def test_after_logging_out_the_page_is_closed(page: Page, server: Running) -> None:
    page.click("text=Logga ut")
    page.goto(server.url + "/journal/notes")
    assert page.url == server.url + "/"
    assert page.locator("#identity").count() == 1


def a_child() -> Record:
    system = "http://electronichealth.se/identifier/personnummer"
    digits = "20240101238"
    number = Identifier(system=system, value=f"{digits}{luhn_digit(digits[2:])}")
    return a_patient(patient=ADA, birth_date="2024-01-01", identifiers=(number,))


def test_whoever_is_under_sixteen_is_told_kindly(tmp_path: Path, browser: Browser) -> None:
    child = a_child()
    number = child.body.identifiers[0].value  # type: ignore[attr-defined]
    accounts = Accounts(staff=STAFF, patients={ADA: (number, PASSWORD)})
    with running_server(tmp_path, accounts=accounts) as server:
        server.log_in("okoro").writes(child)
        page = browser.new_page()
        log_in(page, server, number)
        page.wait_for_selector("[role=alert]")
        said = page.locator("[role=alert]").inner_text()
        page.close()
    assert said == "Du kan läsa din egen journal här från den dag du fyller 16."


def test_a_protected_patients_address_is_shown_nowhere(tmp_path: Path, browser: Browser) -> None:
    with running_server(tmp_path, accounts=ACCOUNTS) as server:
        where = Address(lines=("Hemliga gatan 1",), city="Ingenstans")
        protected = a_patient(addresses=(where,), protection="sekretessmarkering")
        server.log_in("okoro").writes(protected, a_medication_order())
        page = browser.new_page()
        log_in(page, server)
        page.wait_for_url("**/journal")
        content = page.content()
        page.close()
    assert "Hemliga" not in content
    assert "Du har skyddade personuppgifter" in content


def test_another_patient_sees_nothing_of_it(tmp_path: Path, browser: Browser) -> None:
    number = "194103082386"
    accounts = Accounts(staff=STAFF, patients={ADA: (number, PASSWORD), GRACE: (NUMBER, PASSWORD)})
    with running_server(tmp_path, accounts=accounts) as server:
        okoro = server.log_in("okoro")
        system = "http://electronichealth.se/identifier/personnummer"
        ada = a_patient(
            patient=ADA,
            birth_date="1941-03-08",
            identifiers=(Identifier(system=system, value=number),),
            given=("Ada",),
        )
        okoro.writes(ada, a_patient(), a_note(text="Graces anteckning"))
        page = browser.new_page()
        log_in(page, server, number)
        page.wait_for_url("**/journal")
        okoro.writes(a_note(patient=ADA, text="Adas anteckning"))
        page.wait_for_selector("text=Adas anteckning", timeout=3_000)
        content = page.content()
        page.close()
    assert "Graces" not in content
