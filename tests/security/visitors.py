"""Those who talk to the server from outside: a patient at the page, and callers who make no sense."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import msgspec
from playwright.sync_api import sync_playwright

from sync.protocol.login import LoginReply, LoginRequest
from sync.protocol.messages import PushRequest
from tests.builders import a_note
from tests.needs import chromium_program
from tests.security import needles as n
from tests.security.crashes import CRASH_WORDS
from tests.security.loud import MEANT
from tests.security.stock import PATIENT
from tests.server.running import Pen, a_group

_PLACES = ("", "/notes", "/medication", "/results", "/referrals", "/plans")


def a_patient_reads(server: str) -> None:
    """Log in with a wrong password and the right one, read everything, listen, log out."""
    with httpx.Client(base_url=server, timeout=30, trust_env=False) as page:
        for password, status in ((n.WRONG_PASSWORD, 401), (n.PASSWORD, 303)):
            form = {"identity": n.HYPHENED, "password": password}
            answer = page.post("/login", data=form)
            assert answer.status_code == status, answer.status_code
        for place in _PLACES:
            answer = page.get(f"/journal{place}")
            assert answer.status_code == 200
        assert n.NOTE in page.get("/journal/notes").text
        _listen_until_it_breaks(page)
        page.post("/journal/recent", data={"hide": "yes"})
        assert page.post("/logout").status_code == 303


def a_patient_reads_in_a_browser(server: str, profile: Path) -> None:
    """The same in a real browser with a profile on disk, the back button and no log-out."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            str(profile), executable_path=chromium_program(), args=["--no-sandbox"]
        )
        page = browser.pages[0]
        for password in (n.WRONG_PASSWORD, n.PASSWORD):
            page.goto(f"{server}/")
            page.fill("#identity", n.HYPHENED)
            page.fill("#password", password)
            page.press("#password", "Enter")
            page.wait_for_load_state()
        for place in _PLACES:
            page.goto(f"{server}/journal{place}", wait_until="load")
        page.goto(f"{server}/journal/notes", wait_until="load")
        assert n.NOTE in page.inner_text("body")
        page.go_back()
        page.wait_for_timeout(1500)  # what a browser writes, it writes a little later
        browser.close()


def _listen_until_it_breaks(page: httpx.Client) -> None:
    try:
        with page.stream("GET", "/journal/events") as events:
            for _ in events.iter_bytes():
                pass
    except httpx.RemoteProtocolError:
        return


def a_laboratory_errs(server: str, token: str) -> None:
    """Send answers with needles in them that match no order, and what cannot be read at all."""
    about = {"identifier": {"value": n.OTHER_NUMBER}}
    answer = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"text": n.NOTE},
        "subject": about,
        "basedOn": [{"identifier": {"value": n.COMMENT}}],
        "conclusion": f"{n.FAMILY} {n.NOTE}",
    }
    whole = json.dumps(answer, ensure_ascii=False).encode()
    wrong = json.dumps(answer | {"issued": n.NOTE}, ensure_ascii=False).encode()
    who = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=server, timeout=30, trust_env=False, headers=who) as caller:
        for body, status in ((whole, 200), (wrong, 422), (whole[:-20], 422)):
            assert caller.post("/fhir", content=body).status_code == status
        for path in (f"/fhir/ServiceRequest?performer={n.NOTE}", "/fhir/ServiceRequest?after=x"):
            assert caller.get(path, headers={MEANT.decode(): "1"}).status_code in (400, 403)
        step = {"resourceType": "Task", "focus": {"reference": n.NOTE}, "note": n.COMMENT}
        assert caller.post("/fhir/Task", content=json.dumps(step)).status_code in (400, 404, 422)


def nonsense_is_refused(server: str) -> None:
    """Push what is malformed, what is another's, what is far too much; ask for what is not there."""
    with httpx.Client(base_url=server, timeout=30, trust_env=False) as caller:
        pen = Pen()
        request = LoginRequest(
            user="berg", password=n.PASSWORD, device="PC-9", public_key=pen.public_key
        )
        answer = caller.post("/auth/login", content=msgspec.json.encode(request))
        reply = msgspec.json.decode(answer.content, type=LoginReply)
        caller.headers["authorization"] = f"Bearer {reply.token}"
        strange = a_group(a_note(patient=PATIENT, text=n.NOTE), pen=pen)
        pushed = msgspec.json.encode(PushRequest(epoch="", groups=(strange,)))
        for body in (pushed, pushed[:-9], pushed.replace(b'"note"', b'"' + n.NOTE.encode() + b'"')):
            caller.post("/sync/push", content=body)
        caller.post("/sync/push", content=n.NOTE.encode() * 2_000_000)
        caller.post("/auth/login", content=f'{{"user": "{n.FAMILY}", "x": {n.NUMBER}}}'.encode())
        found = caller.post("/patients/find", json={"text": CRASH_WORDS, "limit": 5})
        assert found.status_code == 500
        address = f"/journal/{n.NUMBER}/{n.FAMILY}?name={n.GIVEN}"
        for method in ("GET", "PUT", "POST"):
            said = caller.request(method, address, headers={MEANT.decode(): "1"})
            assert said.status_code in (403, 404, 405)
            assert n.NUMBER not in said.text
