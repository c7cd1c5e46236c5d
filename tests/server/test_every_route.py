"""Every route, asked by every kind of actor. A route that has no row here fails."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from sync.protocol.messages import Refused
from tests.builders import a_patient
from tests.server.grace import ACCOUNTS, NUMBER
from tests.server.running import LAB_SYSTEM_AT, PASSWORD, TRUST, Pen, Running, running_server
from workstation.server.guard import COOKIE
from workstation.server.logins import DeviceReply, DeviceRequest
from workstation.server.systems import enrol_system

ANYBODY = frozenset(
    {"nobody", "care", "admin", "log reviewer", "approver", "laboratory"}
    | {"patient", "machine", "ended"}
)
STAFF = frozenset({"care", "admin", "log reviewer", "approver"})
CARE = frozenset({"care"})
APPROVER = frozenset({"approver"})
LAB = frozenset({"laboratory"})
REVIEWER = frozenset({"log reviewer"})
PATIENT = frozenset({"patient"})

ALLOWED: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/health"): ANYBODY,
    ("GET", "/page.css"): ANYBODY,
    ("GET", "/live.js"): ANYBODY,
    ("GET", "/page.svg"): ANYBODY,
    ("GET", "/schema"): ANYBODY,
    ("GET", "/schema/openapi.json"): ANYBODY,
    ("POST", "/auth/login"): ANYBODY,
    ("POST", "/auth/logout"): ANYBODY,
    ("POST", "/auth/challenge"): ANYBODY,
    ("POST", "/auth/renew"): ANYBODY,
    ("GET", "/schema/{path:str}"): ANYBODY,
    ("GET", "/"): ANYBODY,
    ("POST", "/login"): ANYBODY,
    ("POST", "/auth/device"): STAFF,
    ("GET", "/directory/units"): STAFF,
    ("POST", "/directory/people"): STAFF,
    ("POST", "/sync/hello"): CARE,
    ("POST", "/sync/pull"): CARE,
    ("POST", "/sync/manifest"): CARE,
    ("POST", "/sync/stream"): CARE,
    ("POST", "/sync/heads"): CARE,
    ("GET", "/sync/events"): CARE,
    ("POST", "/sync/push"): CARE | {"machine"},
    ("POST", "/attachments/offer"): CARE | {"machine"},
    ("POST", "/attachments/piece"): CARE | {"machine"},
    ("POST", "/attachments/fetch"): CARE,
    ("POST", "/patients/find"): CARE,
    ("GET", "/quarantine"): CARE,
    ("POST", "/waiting/page"): CARE,
    ("POST", "/waiting/overdue"): CARE,
    ("POST", "/waiting/others"): CARE,
    ("POST", "/waiting/counts"): CARE,
    ("POST", "/waiting/stand-in"): CARE,
    ("GET", "/answers"): CARE,
    ("POST", "/answers/document"): CARE,
    ("POST", "/answers/settle"): CARE,
    ("GET", "/fhir/metadata"): ANYBODY,
    ("GET", "/fhir/ServiceRequest"): LAB,
    ("POST", "/fhir"): LAB,
    ("POST", "/fhir/DiagnosticReport"): LAB,
    ("POST", "/fhir/Observation"): LAB,
    ("POST", "/fhir/Task"): LAB,
    ("POST", "/content/state"): CARE | APPROVER,
    ("POST", "/content/piece"): CARE | APPROVER,
    ("POST", "/content/package"): APPROVER,
    ("POST", "/content/statement"): APPROVER,
    ("POST", "/content/firings"): CARE,
    ("POST", "/content/statistics"): APPROVER,
    ("GET", "/cds-services"): ANYBODY,
    ("POST", "/cds-services/{service:str}"): CARE,
    ("POST", "/cds-services/{service:str}/feedback"): CARE,
    ("POST", "/incidents"): STAFF,
    ("POST", "/log/lines"): REVIEWER,
    ("POST", "/log/openings"): CARE,
    ("POST", "/emergency/open"): CARE,
    ("POST", "/emergency/close"): CARE,
    ("GET", "/journal"): PATIENT,
    ("GET", "/journal/notes"): PATIENT,
    ("GET", "/journal/medication"): PATIENT,
    ("GET", "/journal/results"): PATIENT,
    ("GET", "/journal/referrals"): PATIENT,
    ("GET", "/journal/plans"): PATIENT,
    ("GET", "/journal/privacy"): PATIENT,
    ("GET", "/journal/log"): PATIENT,
    ("GET", "/journal/events"): PATIENT,
    ("GET", "/journal/request"): PATIENT,
    ("POST", "/journal/request"): PATIENT,
    ("POST", "/journal/recent"): PATIENT,
    ("POST", "/logout"): PATIENT,
}
STREAMS = ("/sync/events", "/journal/events")
PAGES = ("/journal", "/logout")


def routes(server: Running) -> Iterator[tuple[str, str]]:
    """Yield method and path of everything the application answers to."""
    app = server.server.config.app
    for route in app.routes:  # type: ignore[union-attr]
        for method in getattr(route, "methods", ()):
            if method in ("OPTIONS", "HEAD"):
                continue
            yield str(method), str(route.path)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Generator[Running]:
    with running_server(tmp_path_factory.mktemp("routes"), accounts=ACCOUNTS) as running:
        running.log_in("okoro").writes(a_patient())
        yield running


@pytest.fixture(scope="module")
def tokens(busy: Running) -> dict[str, str]:
    ended = busy.log_in("okoro")
    assert ended.post("/auth/logout", b"").status_code == 204
    care = busy.log_in("okoro", pen=Pen())
    asked = DeviceRequest(device="PC-17", public_key=care.pen.public_key)
    machine = msgspec.json.decode(care.post("/auth/device", asked).content, type=DeviceReply)
    form = {"identity": NUMBER, "password": PASSWORD}
    patient = busy.http().post("/login", data=form)
    return {
        "nobody": "",
        "care": care.token,
        "admin": busy.log_in("root").token,
        "log reviewer": busy.log_in("nord").token,
        "approver": busy.log_in("sand").token,
        "laboratory": busy.do(enrol_system(busy.core, LAB_SYSTEM_AT)),
        "patient": patient.cookies[COOKIE],
        "machine": machine.token,
        "ended": ended.token,
    }


def test_every_route_has_its_row(busy: Running) -> None:
    assert set(routes(busy)) == set(ALLOWED)


def ask(server: Running, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
    """Ask without a body; of a stream of events only the beginning is read."""
    with httpx.Client(
        base_url=server.url, headers=headers, timeout=20, verify=TRUST, trust_env=False
    ) as http:
        with http.stream(method, path) as answer:
            if answer.status_code != 200 or path not in STREAMS:
                answer.read()
            return answer


def as_page(token: str) -> dict[str, str]:
    """Show the token as the patient's page does."""
    return {"cookie": f"{COOKIE}={token}"}


def as_program(token: str) -> dict[str, str]:
    """Show the token as a workstation or a system does."""
    return {"authorization": f"Bearer {token or '-'}"}


@pytest.mark.parametrize("who", sorted(ANYBODY))
def test_each_kind_of_actor_gets_through_where_the_table_says_and_nowhere_else(
    busy: Running, tokens: dict[str, str], who: str
) -> None:
    for (method, path), allowed in sorted(ALLOWED.items()):
        if path in ("/logout", "/auth/logout") and who in allowed:
            continue  # it would end the session the others need; tested on its own
        shown = as_page if who == "patient" else as_program
        answer = ask(busy, method, path, shown(tokens[who]))
        refused = answer.status_code in (401, 403) or _to_login(answer)
        wrong_password = path in ("/auth/login", "/auth/renew", "/login")  # their own 400 or 401
        assert refused is (who not in allowed) or wrong_password, (who, method, path, answer)
        if refused and not _to_login(answer) and not wrong_password:
            said = msgspec.json.decode(answer.content, type=Refused)
            expected = "unauthenticated" if answer.status_code == 401 else "not_allowed"
            assert said.code == expected


def _to_login(answer: httpx.Response) -> bool:
    return answer.status_code == 303 and answer.headers["location"] == "/"


@pytest.mark.parametrize("who", ["patient", "care"])
def test_one_audiences_session_is_nothing_on_the_others_routes(
    busy: Running, tokens: dict[str, str], who: str
) -> None:
    """The patient's token as a bearer, the clinician's as a cookie."""
    for (method, path), allowed in ALLOWED.items():
        if who in allowed and allowed != ANYBODY:
            shown = as_program if who == "patient" else as_page
            answer = ask(busy, method, path, shown(tokens[who]))
            assert answer.status_code in (401, 303), (method, path)


def test_what_does_not_exist_is_answered_as_what_is_not_allowed(
    busy: Running, tokens: dict[str, str]
) -> None:
    headers = {"authorization": f"Bearer {tokens['care']}"}
    bodies = []
    for unit in ("SE2321000016-B2C2", "SE2321000016-NONE"):
        body = f'{{"unit":"{unit}"}}'.encode()
        answer = busy.http().post("/sync/manifest", content=body, headers=headers)
        bodies.append((answer.status_code, answer.content))
    assert bodies[0] == bodies[1]
    assert bodies[0][0] == 403
    missing = busy.http().get("/patients/191212121212", headers=headers)
    assert missing.status_code == 404
    assert b"1912" not in missing.content
    assert missing.json()["text"] == msgspec.json.decode(bodies[0][1])["text"]


def test_a_session_ends_at_once_when_its_person_logs_out(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        lind = server.log_in("lind")
        assert lind.get("/quarantine").status_code == 200
        lind.post("/auth/logout", b"")
        assert lind.get("/quarantine").status_code == 401
