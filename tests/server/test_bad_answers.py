"""Whatever a laboratory sends: each answer is with its order or in a person's list, and on nobody else."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import msgspec
import pytest

from sync.protocol.attachments import FetchReply, FetchRequest, pieces_of
from tests.builders import GRACE, HOSPITAL, a_patient, a_void
from tests.server.laboratory import (
    POTASSIUM,
    Laboratory,
    an_answer,
    an_order,
    state_of,
    the_report,
    the_value,
    values_of,
    waiting,
)
from tests.server.running import DIRECTORY, LAB_SYSTEM, Caller, Running, running_server
from workstation.domain.directory import Assignment, Directory, Unit
from workstation.domain.ids import EntityId, HsaId, PatientId
from workstation.domain.patient import Identifier
from workstation.domain.referral import ReferralAnswer, requisition_number
from workstation.server import results, schema
from workstation.server.database import Busy
from workstation.server.systems import enrol_system

OTHER = PatientId(UUID(int=78))
OTHERS_NUMBER = "191010101010"
ELSEWHERE = HsaId("SE2321000016-L2AB")
ELSEWHERE_AT = HsaId("SE2321000016-M008")
TWO_LABORATORIES = msgspec.structs.replace(
    DIRECTORY,
    units=(
        *DIRECTORY.units,
        Unit(hsa_id=ELSEWHERE, name="Lab 2", provider=HOSPITAL, type="laboratory"),
    ),
    assignments=(
        *DIRECTORY.assignments,
        Assignment(hsa_id=ELSEWHERE_AT, person=LAB_SYSTEM, unit=ELSEWHERE, rights=("lab_system",)),
    ),
)
PDF = b"%PDF-1.7\n" + b"svar " * 40_000 + b"\n%%EOF\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory: Directory = TWO_LABORATORIES
    with running_server(tmp_path_factory.mktemp("bad"), directory=directory) as running:
        yield running


@pytest.fixture(scope="module")
def okoro(server: Running) -> Caller:
    caller = server.log_in("okoro")
    number = Identifier(
        system="http://electronichealth.se/identifier/personnummer", value=OTHERS_NUMBER
    )
    other = a_patient(
        patient=OTHER, entity=EntityId(OTHER), identifiers=(number,), author=caller.author
    )
    caller.writes(other)
    return caller


def on_the_other_patient(server: Running) -> int:
    table = schema.entry
    rows = server.do(
        server.core.database.read(
            lambda c: c.execute(table.select().where(table.c.patient_id == OTHER.bytes)).all()
        )
    )
    return len(rows)


Hurt = Callable[[dict[str, Any], Running, Caller], None]


def about_another(document: dict[str, Any], _server: Running, _okoro: Caller) -> None:
    """A value of a second patient in the report of the first."""
    second = {
        "resourceType": "Patient",
        "id": "p2",
        "identifier": [{"value": OTHERS_NUMBER}],
    }
    document["entry"].append({"resource": second})
    the_value(document)["subject"] = {"reference": "Patient/p2"}


def about_our_other(document: dict[str, Any], _server: Running, _okoro: Caller) -> None:
    the_value(document)["subject"] = {"reference": f"Patient/{OTHER}"}


def about_nobody_known(document: dict[str, Any], _server: Running, _okoro: Caller) -> None:
    the_value(document)["subject"] = {"reference": "Patient/p9"}


def about_nobody(document: dict[str, Any], _server: Running, _okoro: Caller) -> None:
    del the_report(document)["subject"]
    del the_value(document)["subject"]


def for_two_orders(document: dict[str, Any], _server: Running, okoro: Caller) -> None:
    number = requisition_number(an_order(okoro).entity)
    the_value(document)["basedOn"] = [
        {"identifier": {"system": "urn:ronden:requisition", "value": number}}
    ]


def in_the_future(document: dict[str, Any], _server: Running, _okoro: Caller) -> None:
    the_value(document)["effectiveDateTime"] = "2199-01-01T08:00:00Z"


def issued_in_the_future(document: dict[str, Any], _server: Running, _okoro: Caller) -> None:
    the_report(document)["issued"] = "2199-01-01T08:00:00Z"


def without_a_unit(document: dict[str, Any], _server: Running, _okoro: Caller) -> None:
    del the_value(document)["valueQuantity"]["unit"]


def in_another_unit(document: dict[str, Any], _server: Running, _okoro: Caller) -> None:
    the_value(document)["valueQuantity"]["unit"] = "mg/L"


def twice_the_same_name(document: dict[str, Any], _server: Running, _okoro: Caller) -> None:
    again = {**the_value(document), "id": "o9"}
    document["entry"].append({"resource": again})
    the_report(document)["result"].append({"reference": "Observation/o9"})


def with_a_document_in_rtf(document: dict[str, Any], _server: Running, _okoro: Caller) -> None:
    data = b64encode(b"{\\rtf1 svar}").decode()
    the_report(document)["presentedForm"] = [{"contentType": "text/rtf", "data": data}]


def with_a_pdf_cut_off(document: dict[str, Any], _server: Running, _okoro: Caller) -> None:
    data = b64encode(PDF[:100_000]).decode()
    the_report(document)["presentedForm"] = [{"contentType": "application/pdf", "data": data}]


def another_analysis(document: dict[str, Any], _server: Running, _okoro: Caller) -> None:
    the_value(document)["code"]["coding"][0]["code"] = "NPU03429"


@pytest.mark.parametrize(
    ("hurt", "why"),
    [
        (about_another, "wrong_patient"),
        (about_our_other, "wrong_patient"),
        (about_nobody_known, "wrong_patient"),
        (about_nobody, "wrong_patient"),
        (for_two_orders, "several_orders"),
        (in_the_future, "time"),
        (issued_in_the_future, "time"),
        (without_a_unit, "unit"),
        (in_another_unit, "unit"),
        (twice_the_same_name, "twice_unlike"),
        (with_a_document_in_rtf, "form"),
        (with_a_pdf_cut_off, "form"),
        (another_analysis, "other_analysis"),
    ],
)
def test_an_answer_that_contradicts_itself_is_a_persons_to_see_to(
    server: Running, okoro: Caller, laboratory: Laboratory, hurt: Hurt, why: str
) -> None:
    order = an_order(okoro)
    document = an_answer(order)
    hurt(document, server, okoro)
    held, others = waiting(server), on_the_other_patient(server)

    assert laboratory.delivers(document) == [("202 Accepted", why)]

    assert waiting(server) == held + 1
    assert state_of(server, order).answers == ()
    assert values_of(server, order) == []
    assert on_the_other_patient(server) == others
    asked = {one["id"]: one["why"] for one in okoro.get("/answers").json()["answers"]}
    assert list(asked.values()).count(why)  # the ward that ordered it sees it


def test_an_order_answered_by_another_laboratory_is_not_taken_for_answered(
    server: Running, okoro: Caller
) -> None:
    stranger = Laboratory(
        http=server.http(), token=server.do(enrol_system(server.core, ELSEWHERE_AT))
    )
    order = an_order(okoro)
    assert stranger.delivers(an_answer(order)) == [("202 Accepted", "other_performer")]
    assert state_of(server, order).answers == ()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b'{"resourceType": "DiagnosticReport", "status": "final"',
        b'{"resourceType": "Bundle", "entry": [{"resource": null}]}',
        b'{"resourceType": "Bundle", "entry": []}',
        b"<Bundle xmlns='http://hl7.org/fhir'/>",
        '{"resourceType": "Observation", "status": "final", "note": [{"text": "å"}]}'.encode(
            "latin-1"
        ),
        '{"resourceType": "Observation", "status": "final"}'.encode("utf-16"),
        b"\x00" * 512,
        b'{"resourceType":"Observation","status":"final","code":{"text":"K"},'
        b'"valueQuantity":{"value":NaN}}',
        b'{"resourceType":"Observation","status":"final","code":{"text":"K"},'
        b'"valueQuantity":{"value":4,1,"unit":"mmol/L"}}',
        b'{"resourceType":"Observation","status":"final","code":{"text":"K"},'
        b'"valueQuantity":{"value":"4,1","unit":"mmol/L"}}',
        b'{"resourceType":"Observation","status":"final","code":{"text":"K"},'
        b'"effectiveDateTime":"2026-02-30"}',
        b'{"resourceType":"Observation","status":"final","status":"preliminary"}',
        b"[" * 50_000,
        b'{"resourceType":"DiagnosticReport","status":"final","code":{"text":"K"},'
        b'"result":[{"reference":"Observation/gone"}]}',
    ],
    ids=[
        "nothing", "a_list", "cut_off", "null_entry", "no_entry", "xml", "latin_1", "utf_16",
        "zeros", "nan", "comma", "comma_in_text", "no_such_day", "a_key_twice", "deep",
        "a_value_that_is_missing",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_place_and_kept_whole(
    server: Running, laboratory: Laboratory, raw: bytes
) -> None:
    held = waiting(server)
    reply = laboratory.send(raw)
    assert reply.status_code == 422
    assert waiting(server) == held + 1
    assert laboratory.send(raw).status_code in (200, 422)
    assert waiting(server) == held + 1  # the same again is the same


@pytest.mark.expects_log("unexpected error: ZeroDivisionError")
def test_a_defect_of_ours_loses_nothing(
    server: Running, laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defective(_data: bytes) -> Any:
        raise ZeroDivisionError

    document = an_answer(None, report="L-defect")
    held = waiting(server)
    with monkeypatch.context() as patch:
        patch.setattr(results, "read_deliveries", defective)
        assert laboratory.send(document).status_code == 500
    assert waiting(server) == held + 1
    assert laboratory.delivers(document) == [("202 Accepted", "broken")]


def test_a_document_that_was_broken_off_is_visible_and_goes_on_when_it_comes_again(
    server: Running, okoro: Caller, laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = an_order(okoro), an_order(okoro)
    first, second = an_answer(one, report="L-off-1"), an_answer(other, report="L-off-2")
    for n, entry in enumerate(second["entry"]):
        entry["resource"]["id"] = f"x{n}"
    the_report(second)["subject"] = the_value(second)["subject"] = {"reference": "Patient/x0"}
    the_report(second)["result"] = [{"reference": "Observation/x2"}]
    both = first | {"entry": [*first["entry"], *second["entry"]]}
    held = waiting(server)

    class Broken(results._Intake):
        def take(self, connection: Any, numbers: Any) -> Any:
            if 1 in numbers:
                raise Busy
            return super().take(connection, numbers)

    with monkeypatch.context() as patch:
        patch.setattr(results, "_Intake", Broken)
        patch.setattr(results, "_AT_ONCE", 1)
        assert laboratory.send(both).status_code == 503
    assert waiting(server) == held + 1
    assert state_of(server, one).status == "final"
    assert laboratory.delivers(both) == [("201 Created", ""), ("201 Created", "")]
    assert waiting(server) == held
    assert state_of(server, other).status == "final"


def test_an_amount_beyond_all_measure_is_told_and_breaks_nothing(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    document = json.dumps(an_answer(order)).replace("4.1", "1e999999999").encode()
    held = waiting(server)
    reply = laboratory.send(document)
    assert reply.status_code == 422
    assert reply.json()["issue"][0]["diagnostics"].endswith("valueQuantity.value")
    assert waiting(server) == held + 1
    assert state_of(server, order).answers == ()


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("<0,5 mmol/L", "LL"),
        ("7,2 mmol/L", "HH"),
        ("7,2", "A"),
        ("hemolyserat", ""),
        ("4.1 mmol/l", ""),
    ],
)
def test_an_amount_written_as_text_keeps_its_signs_and_is_flagged_as_one(
    server: Running, okoro: Caller, laboratory: Laboratory, text: str, flag: str
) -> None:
    order = an_order(okoro)
    document = an_answer(order)
    del the_value(document)["valueQuantity"]
    the_value(document)["valueString"] = text
    laboratory.delivers(document)
    (only,) = values_of(server, order)
    assert (only.text, only.interpretation) == (text, flag)


def test_below_the_limit_of_detection_is_below_the_critical_limit(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    document = an_answer(order, (POTASSIUM, "2.5", "mmol/L"))
    the_value(document)["valueQuantity"]["comparator"] = "<"
    laboratory.delivers(document)
    (only,) = values_of(server, order)
    assert only.interpretation == "LL"


def test_an_answer_the_laboratory_withdraws_stands_beside_what_it_said_and_counts_for_nothing(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    laboratory.delivers(an_answer(order, (POTASSIUM, "7.1", "mmol/L")))
    assert values_of(server, order)[0].critical
    withdrawn = an_answer(order, (POTASSIUM, "7.1", "mmol/L"), status="entered-in-error")
    assert laboratory.delivers(withdrawn) == [("201 Created", "")]

    (only,) = values_of(server, order)
    assert (only.status, only.critical) == ("cancelled", False)
    newest = state_of(server, order).answers[-1].body
    assert isinstance(newest, ReferralAnswer)
    assert newest.changes_meaning
    assert "7.1 mmol/L)" in newest.text
    assert newest.text != "NPU03230: 7.1 mmol/L"
    assert state_of(server, order).unseen


def test_an_amended_answer_after_the_final_one_is_a_correction(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    laboratory.delivers(an_answer(order))
    amended = an_answer(
        order, (POTASSIUM, "5.2", "mmol/L"), status="amended", issued="2026-11-20T12:30:00+02:00"
    )
    assert laboratory.delivers(amended) == [("201 Created", "")]
    (only,) = values_of(server, order)
    assert only.quantity is not None
    assert only.quantity.value == "5.2"


def test_a_result_of_a_voided_order_is_in_somebodys_list(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    assert okoro.writes(a_void(order, author=okoro.author)).outcomes[0].verdict == "applied"
    held = waiting(server)
    fate = laboratory.delivers(an_answer(order))
    listed = waiting(server) - held
    unseen = len(state_of(server, order).unseen)
    assert listed + unseen == 1, fate
    if unseen:
        asked = json.dumps({"unit": order.author.unit, "reasons": ["acknowledge"]}).encode()
        lines = okoro.post("/waiting/page", asked).json()["lines"]
        assert str(order.entity) in {line["entity"] for line in lines}


def test_a_pdf_that_comes_with_an_answer_is_its_attachment(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    document = an_answer(order)
    data = b64encode(PDF).decode()
    the_report(document)["presentedForm"] = [{"contentType": "application/pdf", "data": data}]
    assert laboratory.delivers(document) == [("201 Created", "")]

    answer = state_of(server, order).answers[-1].body
    assert isinstance(answer, ReferralAnswer)
    (one,) = answer.attachments
    assert one.size == len(PDF)
    found = b""
    for n in range(pieces_of(one.size)):
        reply = okoro.post("/attachments/fetch", FetchRequest(p=GRACE, hash=one.hash, n=n))
        assert reply.status_code == 200
        found += msgspec.json.decode(reply.content, type=FetchReply).data
    assert found == PDF


def test_the_laboratorys_own_number_of_the_patient_beside_ours_says_nothing(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    document = an_answer(order)
    own = {"system": "urn:oid:1.2.3.4.5", "value": "LAB-77"}
    document["entry"][0]["resource"]["identifier"].append(own)
    assert laboratory.delivers(document) == [("201 Created", "")]
    document = an_answer(an_order(okoro))
    document["entry"][0]["resource"]["identifier"] = [own]
    assert laboratory.delivers(document) == [("202 Accepted", "wrong_patient")]


def test_a_document_of_many_answers_gives_each_its_own_fate(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    good = an_answer(order, report="L-many")
    entries = list(good["entry"])
    for n in range(200):
        number = {"identifier": {"system": "urn:ronden:requisition", "value": f"NOSUCH{n:05}"}}
        report = {**the_report(good), "id": f"r{n}x", "basedOn": [number], "result": []}
        entries.append({"resource": report})
    held = waiting(server)
    fates = laboratory.delivers(good | {"entry": entries})
    assert fates == [("201 Created", ""), *[("202 Accepted", "unknown_order")] * 200]
    assert waiting(server) == held + 200
