"""Another system asks our rules over CDS Hooks, in the words of the specification."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from sync.protocol.content import Statistics, StatisticsRequest
from tests.interop.builders import IMPORTER
from tests.published import SIGNERS
from tests.server.running import Caller, Running, running_server
from workstation.interop.fhir.reading import read_bundle

PATIENT = "8008b382-91cc-468f-95e5-7d6982b7ebb9"
ATC = "http://www.whocc.no/atc"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Running]:
    with running_server(tmp_path_factory.mktemp("cds"), content_signers=SIGNERS) as running:
        yield running


def an_order(number: int, name: str, atc: str, status: str = "active") -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "status": status,
        "intent": "order",
        "subject": {"reference": f"Patient/{PATIENT}"},
        "authoredOn": "2026-02-01",
        "medicationCodeableConcept": {"coding": [{"system": ATC, "code": atc}], "text": name},
        "dosageInstruction": [{"text": "1 tablett dagligen", "route": {"text": "peroralt"}}],
    }


def a_bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    entries = [{"resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries}


def a_call(hook: str, *drafts: dict[str, Any], **more: Any) -> dict[str, Any]:
    person = {
        "resourceType": "Patient",
        "id": PATIENT,
        "birthDate": "1941-03-08",
        "gender": "female",
    }
    context: dict[str, Any] = {"userId": "Practitioner/1", "patientId": PATIENT}
    if drafts:
        context["draftOrders"] = a_bundle(*drafts)
        context["selections"] = [f"MedicationRequest/{one['id']}" for one in drafts]
    warfarin = an_order(1, "warfarin", "B01AA03")
    call = {
        "hook": hook,
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": context,
        "prefetch": {"patient": person, "medications": a_bundle(warfarin)},
    }
    return call | more


NSAID = an_order(2, "ibuprofen", "M01AE01", "draft")


def asked(caller: Caller, call: dict[str, Any], service: str = "") -> httpx.Response:
    return caller.post(f"/cds-services/{service or call['hook']}", msgspec.json.encode(call))


def cards(caller: Caller, call: dict[str, Any]) -> list[dict[str, Any]]:
    answer = asked(caller, call)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["cards"]
    return found


def test_anybody_may_discover_what_there_is(server: Running) -> None:
    told = server.http().get("/cds-services").json()["services"]
    assert {one["hook"] for one in told} == {"patient-view", "order-select", "order-sign"}
    for one in told:
        assert one["id"] == one["hook"]
        assert "demonstrationsinnehåll, ej kliniskt godkänt" in one["description"]
        assert one["prefetch"]["patient"] == "Patient/{{context.patientId}}"


@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
def test_a_dangerous_order_is_answered_with_one_card_for_each_problem(
    okoro: Caller, hook: str
) -> None:
    found = cards(okoro, a_call(hook, NSAID))
    bleeding = [one for one in found if one["source"]["topic"]["display"] == "interaction/bleeding"]
    (card,) = bleeding
    assert str(UUID(card["uuid"])) == card["uuid"]
    assert card["indicator"] == "critical"
    assert 0 < len(card["summary"]) < 140
    assert card["extension"]["ronden.interruptive"] is True
    assert card["source"]["topic"]["code"].startswith("ddi.vka-nsaid|")
    assert "ej kliniskt godkänt" in card["source"]["label"]
    assert "Välj paracetamol i stället" in [one["label"] for one in card["suggestions"]]
    assert card["selectionBehavior"] in ("any", "at-most-one")
    assert {"followed", "other"} <= {one["code"] for one in card["overrideReasons"]}


def actions(found: list[dict[str, Any]], label: str) -> list[dict[str, Any]]:
    """Return what taking the suggestion of that label does."""
    for card in found:
        for offer in card.get("suggestions", ()):
            if offer["label"] == label:
                done: list[dict[str, Any]] = offer.get("actions", [])
                return done
    raise AssertionError([o["label"] for c in found for o in c.get("suggestions", ())])


def is_whole(resource: dict[str, Any]) -> None:
    """Check what R4 requires of a request, and that we read all of it ourselves."""
    kind = resource["resourceType"]
    assert resource["status"] in ("draft", "active", "on-hold", "stopped")
    assert resource["intent"] == "order"
    assert resource["subject"]["reference"] == f"Patient/{PATIENT}"
    assert kind == "ServiceRequest" or resource["medicationCodeableConcept"]["text"]
    stored = {
        **resource,
        "id": resource.get("id", "00000000-0000-4000-8000-000000000099"),
        "status": "active",
    }
    person = {"resourceType": "Patient", "id": PATIENT}
    raw = msgspec.json.encode(a_bundle(person, stored))
    report = read_bundle("made.json", raw, importer=IMPORTER).report
    assert report.understood[kind] + report.not_understood[kind] == 1


def test_another_medicine_chosen_takes_the_draft_away_and_makes_a_new_one(okoro: Caller) -> None:
    found = cards(okoro, a_call("order-sign", NSAID))
    away, new = actions(found, "Välj paracetamol i stället")
    assert (away["type"], away["resourceId"]) == ("delete", f"MedicationRequest/{NSAID['id']}")
    assert new["type"] == "create"
    assert new["resource"]["medicationCodeableConcept"]["coding"][0]["code"] == "N02BE01"
    assert all(action["description"] for action in (away, new))
    is_whole(new["resource"])
    (added,) = actions(found, "Lägg till omeprazol")
    assert added["type"] == "create"
    is_whole(added["resource"])


def test_a_test_that_is_missing_is_a_service_request_with_its_code(okoro: Caller) -> None:
    litium = an_order(4, "litium", "N05AN01", "draft")
    found = cards(okoro, a_call("order-sign", litium))
    offers = [
        o for c in found for o in c.get("suggestions", ()) if o["label"].startswith("Beställ")
    ]
    assert offers
    (action,) = offers[0]["actions"]
    request = action["resource"]
    assert (action["type"], request["resourceType"]) == ("create", "ServiceRequest")
    assert request["code"]["coding"][0]["code"].startswith(("NPU", "SWE"))
    assert request["reasonCode"][0]["text"]
    is_whole(request)


def test_the_other_medicine_stopped_is_the_clients_own_order_with_another_status(
    okoro: Caller,
) -> None:
    twice = an_order(5, "Waran", "B01AA03", "draft")
    found = cards(okoro, a_call("order-sign", twice))
    (action,) = actions(found, "Sätt ut det andra läkemedlet")
    assert action["type"] == "update"
    assert action["resource"] == {**an_order(1, "warfarin", "B01AA03"), "status": "stopped"}


def test_an_open_chart_never_interrupts(okoro: Caller) -> None:
    both = a_bundle(an_order(1, "warfarin", "B01AA03"), an_order(2, "ibuprofen", "M01AE01"))
    call = a_call("patient-view")
    call["prefetch"]["medications"] = both
    found = cards(okoro, call)
    assert found
    assert not any(one["extension"]["ronden.interruptive"] for one in found)


def test_what_is_harmless_is_answered_with_nothing(okoro: Caller) -> None:
    harmless = an_order(3, "laktulos", "A06AD11", "draft")
    assert cards(okoro, a_call("order-sign", harmless)) == []


def test_only_what_was_selected_is_asked_about(okoro: Caller) -> None:
    call = a_call("order-select", NSAID, an_order(3, "laktulos", "A06AD11", "draft"))
    call["context"]["selections"] = [f"MedicationRequest/{an_order(3, '', '')['id']}"]
    assert cards(okoro, call) == []


@pytest.mark.parametrize(
    ("call", "service", "status"),
    [
        (a_call("order-sign", NSAID, prefetch={}), "", 412),
        (a_call("order-sign", NSAID, prefetch={"patient": None}), "", 412),
        (a_call("order-sign", NSAID, prefetch={"patient": {"resourceType": "Patient"}}), "", 200),
        (a_call("order-sign", NSAID), "patient-view", 400),
        ({"hook": "order-dispatch"}, "order-dispatch", 404),
        (a_call("order-sign", context=[]), "", 400),
    ],
)
def test_what_lacks_facts_or_form_is_told_so(
    okoro: Caller, call: dict[str, Any], service: str, status: int
) -> None:
    answer = asked(okoro, call, service)
    assert answer.status_code in (status, 412 if status == 200 else status)


OTHER = "aaaaaaaa-91cc-468f-95e5-7d6982b7ebb9"
SOMEBODY = {"resourceType": "Patient", "id": OTHER, "birthDate": "1990-01-01", "gender": "male"}


def about(order: dict[str, Any], patient: str) -> dict[str, Any]:
    return {**order, "subject": {"reference": f"https://fhir.example/r4/Patient/{patient}"}}


def context(**changed: Any) -> dict[str, Any]:
    whole = a_call("order-sign", NSAID)
    return {**whole, "context": {**whole["context"], **changed}}


def prefetch(**changed: Any) -> dict[str, Any]:
    whole = a_call("order-sign", NSAID)
    return {**whole, "prefetch": {**whole["prefetch"], **changed}}


@pytest.mark.parametrize(
    "call",
    [
        context(patientId=None),
        context(patientId=""),
        context(patientId=5),
        context(draftOrders=None),
        context(draftOrders=[NSAID]),
        context(draftOrders="x"),
        context(draftOrders=NSAID),
        context(draftOrders={"resourceType": "Bundle", "entry": 5}),
        context(draftOrders={"resourceType": "Bundle", "entry": "abc"}),
        context(selections=5),
        context(selections="MedicationRequest/x"),
        context(draftOrders=a_bundle(about(NSAID, OTHER))),
        prefetch(patient=SOMEBODY),
        prefetch(more=a_bundle(SOMEBODY)),
        prefetch(medications=a_bundle(about(an_order(1, "warfarin", "B01AA03"), OTHER))),
        prefetch(conditions={"resourceType": "Bundle", "entry": 5}),
    ],
)
def test_what_is_not_the_calls_own_patient_or_no_bundle_is_refused_and_never_silence(
    okoro: Caller, call: dict[str, Any]
) -> None:
    answer = asked(okoro, call)
    assert answer.status_code == 400, answer.text
    assert OTHER not in answer.text


@pytest.mark.parametrize(
    "broken",
    [
        {"id": 5},
        {"medicationCodeableConcept": "x"},
        {"dosageInstruction": "x"},
        {"dosageInstruction": [1]},
        {"authoredOn": "igår"},
    ],
)
def test_an_order_that_cannot_be_read_is_told_so_and_never_passed_over(
    okoro: Caller, broken: dict[str, Any]
) -> None:
    assert asked(okoro, context(draftOrders=a_bundle(NSAID | broken))).status_code == 412


def test_what_did_not_come_is_named_since_no_card_about_it_says_nothing(okoro: Caller) -> None:
    failed = prefetch(conditions={"resourceType": "OperationOutcome", "issue": []})
    told = asked(okoro, failed).json()["extension"]["ronden.notSent"]
    assert told == ["conditions", "allergies", "observations"]
    empty = a_bundle()
    whole = prefetch(conditions=empty, allergies=empty, observations=empty)
    assert "extension" not in asked(okoro, whole).json()


def test_the_same_patient_by_another_address_is_the_same_patient(okoro: Caller) -> None:
    same = prefetch(medications=a_bundle(about(an_order(1, "warfarin", "B01AA03"), PATIENT)))
    assert [one["indicator"] for one in cards(okoro, same)] == ["critical"]


def test_feedback_is_counted_by_rule_and_no_comment_is_kept(server: Running) -> None:
    okoro, sand = server.log_in("okoro"), server.log_in("sand")
    call = a_call("order-sign", NSAID, hookInstance="0b6ea3a5-8a20-4a83-8d35-1f8a7d9a2c11")
    card = next(c for c in cards(okoro, call) if "bleeding" in c["source"]["topic"]["display"])
    told = {
        "feedback": [
            {
                "card": card["uuid"],
                "outcome": "overridden",
                "overrideReason": {
                    "reason": {"code": "followed"},
                    "userComment": "Karin Andersson ringer",
                },
                "outcomeTimestamp": "2026-11-23T01:00:00Z",
            },
            {"card": "nobody", "outcome": "accepted"},
        ]
    }
    for _again in range(2):
        answer = okoro.post("/cds-services/order-sign/feedback", msgspec.json.encode(told))
        assert answer.status_code == 200
    stored = sand.post("/content/statistics", StatisticsRequest()).content
    counts = {
        f.outcome: (f.count, f.reason)
        for f in msgspec.json.decode(stored, type=Statistics).firings
        if f.rule == "ddi.vka-nsaid" and f.hook == "order-sign" and f.outcome == "overridden"
    }
    assert counts == {"overridden": (1, "followed")}
    assert b"Karin" not in stored


def test_nobody_asks_without_a_session(server: Running, tmp_path: Path) -> None:
    answer = server.http().post("/cds-services/order-sign", content=b"{}")
    assert answer.status_code == 401
