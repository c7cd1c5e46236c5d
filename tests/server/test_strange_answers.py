"""Answers in forms that few laboratories send: all of it is read, or a person is shown that it is not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.server.laboratory import (
    NUMBER,
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
from tests.server.running import Caller, Running, running_server
from workstation.domain.observation import NPU
from workstation.domain.record import Record
from workstation.domain.referral import ReferralAnswer

SODIUM = "NPU03429"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_server(tmp_path_factory.mktemp("strange")) as running:
        yield running


def another(document: Json, prefix: str) -> list[Json]:
    """Return a document's entries under names of their own."""
    text = json.dumps(document["entry"])
    for name in ("p1", "r1", "o0"):
        text = text.replace(f'"{name}"', f'"{prefix}{name}"').replace(
            f'/{name}"', f'/{prefix}{name}"'
        )
    found: list[Json] = json.loads(text)
    return found


def newest(server: Running, order: Record) -> ReferralAnswer:
    body = state_of(server, order).answers[-1].body
    assert isinstance(body, ReferralAnswer)
    return body


def listed(okoro: Caller) -> list[str]:
    return [one["why"] for one in okoro.get("/answers").json()["answers"]]


def test_what_cannot_be_read_in_a_document_is_listed_where_it_was_ordered_and_stops_nothing_else(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    good, bad = an_order(okoro), an_order(okoro)
    document = an_answer(good, report="L-good")
    broken = another(an_answer(bad, report="L-bad"), "b")
    del broken[2]["resource"]["status"]
    document["entry"] += broken
    held, before = waiting(server), listed(okoro).count("broken")

    assert laboratory.delivers(document) == [("201 Created", ""), ("202 Accepted", "broken")]

    assert state_of(server, good).status == "final"
    assert state_of(server, bad).answers == ()
    assert (waiting(server), listed(okoro).count("broken")) == (held + 1, before + 1)


@pytest.mark.parametrize("order_of_entries", [1, -1])
def test_a_panel_is_one_answer_with_every_member_and_a_critical_one_among_them_wakes(
    server: Running, okoro: Caller, laboratory: Laboratory, order_of_entries: int
) -> None:
    order = an_order(okoro)
    document = an_answer(order, (POTASSIUM, "7.2", "mmol/L"), (SODIUM, "140.5", "mmol/L"))
    panel = {
        "resourceType": "Observation",
        "id": "panel",
        "status": "final",
        "code": {"text": "Elstatus"},
        "subject": {"reference": "Patient/p1"},
        "hasMember": [{"reference": "Observation/o0"}],
    }
    the_value(document)["derivedFrom"] = [{"reference": "Observation/o1"}]
    the_report(document)["result"] = [{"reference": "Observation/panel"}]
    document["entry"].append({"resource": panel})
    document["entry"] = document["entry"][::order_of_entries]

    assert laboratory.delivers(document) == [("201 Created", "")]
    found = {one.concept.code_in(NPU): one for one in values_of(server, order)}
    assert sorted(found) == sorted([POTASSIUM, SODIUM])
    assert found[POTASSIUM].critical
    assert newest(server, order).text == "NPU03230: 7.2 mmol/L\nNPU03429: 140.5 mmol/L"


def test_a_panel_without_a_report_is_one_answer_as_well(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    document = an_answer(order)
    based = the_report(document)["basedOn"]
    panel = {
        "resourceType": "Observation",
        "id": "panel",
        "status": "final",
        "code": {"text": "Elstatus"},
        "subject": {"reference": "Patient/p1"},
        "basedOn": based,
        "hasMember": [{"reference": "Observation/o0"}],
    }
    document["entry"][1] = {"resource": panel}
    assert laboratory.delivers(document) == [("201 Created", "")]
    (only,) = values_of(server, order)
    assert only.quantity is not None


def test_a_part_of_a_value_beyond_the_critical_limit_makes_it_critical_and_is_told(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    document = an_answer(order)
    value = the_value(document)
    value["code"] = {"text": "Blodgas"}
    value["component"] = [
        {"code": {"text": "pH"}, "valueString": "7,31"},
        {"code": value["code"] | {"coding": [{"system": NPU, "code": POTASSIUM}], "text": "K"},
         "valueQuantity": value.pop("valueQuantity") | {"value": 7.4}},
    ]  # fmt: skip
    assert laboratory.delivers(document) == [("201 Created", "")]
    (only,) = values_of(server, order)
    assert only.critical
    assert newest(server, order).text == "Blodgas: pH 7,31, K 7.4 mmol/L"


def test_specimen_and_time_of_sampling_come_with_the_value(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    document = an_answer(order)
    value = the_value(document)
    del value["effectiveDateTime"]
    value["contained"] = [
        {
            "resourceType": "Specimen",
            "id": "s",
            "type": {"text": "Kapillärblod"},
            "collection": {"collectedDateTime": "2026-11-20T07:10:00Z"},
        }
    ]
    value["specimen"] = {"reference": "#s"}
    laboratory.delivers(document)
    (only,) = values_of(server, order)
    assert (only.specimen, only.effective) == ("Kapillärblod", "2026-11-20T07:10:00Z")


@pytest.mark.parametrize("status", ["unknown", "FINAL", "complete"])
def test_an_answer_that_is_not_known_to_be_final_ends_no_watch(
    server: Running, okoro: Caller, laboratory: Laboratory, status: str
) -> None:
    order = an_order(okoro)
    assert laboratory.delivers(an_answer(order, status=status)) == [("201 Created", "")]
    state = state_of(server, order)
    assert (state.status, len(state.unseen)) == ("preliminary", 1)


def test_a_final_answer_that_comes_after_its_correction_never_looks_like_what_counts(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    corrected = an_answer(
        order, (POTASSIUM, "7.1", "mmol/L"), status="corrected", issued="2026-11-20T12:00:00Z"
    )
    laboratory.delivers(corrected)
    counts = newest(server, order).text
    assert laboratory.delivers(an_answer(order)) == [("201 Created", "")]

    state = state_of(server, order)
    assert state.final is not None
    assert isinstance(state.final.body, ReferralAnswer)
    assert state.final.body.text == counts
    late = newest(server, order)
    assert late.text.endswith("\nNPU03230: 4.1 mmol/L")
    assert late.answer == "DSV"
    assert not late.changes_meaning
    (only,) = values_of(server, order)
    assert only.quantity is not None
    assert only.quantity.value == "7.1"


def test_a_name_used_again_for_another_analysis_hides_neither(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro, POTASSIUM, SODIUM)
    laboratory.delivers(an_answer(order, (POTASSIUM, "7.2", "mmol/L"), status="preliminary"))
    second = an_answer(order, (SODIUM, "140.5", "mmol/L"))
    the_value(second)["identifier"] = [{"value": f"L-1-{POTASSIUM}"}]
    for _time in range(2):
        laboratory.delivers(second | {"id": str(_time)})
    found = {one.concept.code_in(NPU): one for one in values_of(server, order)}
    assert sorted(found) == sorted([POTASSIUM, SODIUM])
    assert found[POTASSIUM].critical


Hurt = Callable[[Json], None]


def two_patients_of_one_name(document: Json) -> None:
    other = json.loads(json.dumps(document["entry"][0]))
    other["resource"]["identifier"][0]["value"] = "191010101010"
    document["entry"].append(other)


def two_values_of_one_name(document: Json) -> None:
    other = json.loads(json.dumps(document["entry"][2]))
    other["resource"]["valueQuantity"]["value"] = 9
    document["entry"].append(other)


def without_a_code(document: Json) -> None:
    del the_value(document)["code"]


def half_a_sign(document: Json) -> None:
    the_report(document)["conclusion"] = "\ud800"


def with_a_modifier(document: Json) -> None:
    the_value(document)["modifierExtension"] = [{"url": "urn:negated", "valueBoolean": True}]


def with_a_curve(document: Json) -> None:
    del the_value(document)["valueQuantity"]
    the_value(document)["valueSampledData"] = {"dimensions": 1, "data": "1 2 3"}


def with_two_values(document: Json) -> None:
    the_value(document)["valueString"] = "7,9"


def with_no_amount(document: Json) -> None:
    del the_value(document)["valueQuantity"]["value"]


def with_a_comparator_nobody_knows(document: Json) -> None:
    the_value(document)["valueQuantity"]["comparator"] = "ad"


def with_a_picture_elsewhere(document: Json) -> None:
    the_report(document)["media"] = [{"link": {"reference": "Media/m"}}]


_NOTHING_IS_READ = (two_patients_of_one_name, without_a_code, half_a_sign)


@pytest.mark.parametrize(
    ("hurt", "why"),
    [
        (two_patients_of_one_name, "broken"),
        (two_values_of_one_name, "broken"),
        (without_a_code, "broken"),
        (half_a_sign, "broken"),
        (with_a_modifier, "form"),
        (with_a_curve, "form"),
        (with_two_values, "form"),
        (with_no_amount, "form"),
        (with_a_comparator_nobody_knows, "form"),
        (with_a_picture_elsewhere, "form"),
    ],
)
def test_what_could_be_read_in_two_ways_or_only_in_part_is_a_persons_to_see_to(
    server: Running, okoro: Caller, laboratory: Laboratory, hurt: Hurt, why: str
) -> None:
    order = an_order(okoro)
    document = an_answer(order)
    hurt(document)
    held, before = waiting(server), listed(okoro).count(why)
    reply = laboratory.send(json.dumps(document).encode())
    assert (reply.status_code == 422) == (hurt in _NOTHING_IS_READ)
    assert waiting(server) > held
    assert state_of(server, order).answers == ()
    assert values_of(server, order) == []
    if hurt is not half_a_sign and hurt is not two_patients_of_one_name:
        assert listed(okoro).count(why) == before + 1


@pytest.mark.parametrize(
    "entry",
    [
        {"request": {"method": "DELETE", "url": "DiagnosticReport/r0"}},
        {"resource": {"resourceType": "DocumentReference", "status": "current"}},
    ],
    ids=["take_away", "a_document"],
)
def test_what_a_laboratory_sends_beside_its_answer_is_never_passed_over(
    server: Running, okoro: Caller, laboratory: Laboratory, entry: Json
) -> None:
    order = an_order(okoro)
    document = an_answer(order)
    document["entry"].append(entry)
    held = waiting(server)
    assert laboratory.delivers(document) == [("201 Created", ""), ("202 Accepted", "broken")]
    assert state_of(server, order).status == "final"
    assert waiting(server) == held + 1


@pytest.mark.parametrize(
    ("codes", "flag"),
    [
        (["H", "HH"], "HH"),
        (["N", "HU"], "H"),
        (["POS"], "A"),
        (["NEG"], ""),
        (["LL", "D"], "LL"),
        (["QQ"], "A"),
    ],
)
def test_the_gravest_flag_counts_and_one_nobody_knows_is_not_normal(
    server: Running, okoro: Caller, laboratory: Laboratory, codes: list[str], flag: str
) -> None:
    order = an_order(okoro)
    document = an_answer(order)
    the_value(document)["code"] = {"text": "Antikroppar"}
    the_value(document)["interpretation"] = [{"coding": [{"code": code}]} for code in codes]
    laboratory.delivers(document)
    (only,) = values_of(server, order)
    assert only.interpretation == flag


def test_a_value_with_several_reference_ranges_is_judged_by_none_and_shows_all(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    document = an_answer(order)
    value = the_value(document)
    value["code"] = {"text": "B-Hb"}
    value["valueQuantity"] = {"value": 125, "unit": "g/L"}
    value["referenceRange"] = [
        {"low": {"value": low, "unit": "g/L"}, "appliesTo": [{"text": whom}]}
        for low, whom in ((117, "kvinna"), (134, "man"))
    ]
    laboratory.delivers(document)
    (only,) = values_of(server, order)
    assert only.interpretation == ""
    assert only.reference is not None
    assert only.reference.text == "kvinna 117 g/L–; man 134 g/L–"


def test_a_second_final_answer_with_another_text_is_a_correction_to_acknowledge(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    laboratory.delivers(an_answer(order, conclusion="Ingen fraktur."))
    laboratory.delivers(an_answer(order, conclusion="Fraktur."))
    assert newest(server, order).changes_meaning
    assert len(state_of(server, order).unseen) == 2


def test_one_report_with_all_it_holds_inside_it_needs_no_bundle(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    document = an_answer(order)
    report, value = the_report(document), the_value(document)
    report["contained"] = [value]
    report["result"] = [{"reference": "#o0"}]
    report["subject"] = {"identifier": {"value": NUMBER}}
    value["subject"] = {"identifier": {"value": NUMBER}}
    reply = laboratory.send(report, "/fhir/DiagnosticReport")
    assert reply.json()["entry"][0]["response"]["status"] == "201 Created"
    assert len(values_of(server, order)) == 1


@pytest.mark.parametrize("how", ["gzip", "lines", "plain_text"])
def test_answers_come_packed_as_lines_and_under_any_type(
    server: Running, okoro: Caller, laboratory: Laboratory, how: str
) -> None:
    order = an_order(okoro)
    document = an_answer(order)
    body = json.dumps(document).encode()
    headers = {
        "authorization": f"Bearer {laboratory.token}",
        "content-type": "application/fhir+json",
    }
    if how == "gzip":
        body, headers["content-encoding"] = gzip.compress(body), "gzip"
    elif how == "lines":
        body = b"\n".join(json.dumps(one["resource"]).encode() for one in document["entry"])
        headers["content-type"] = "application/fhir+ndjson"
    else:
        headers["content-type"] = "text/plain"
    reply = laboratory.http.post("/fhir", content=body, headers=headers)
    assert reply.json()["entry"][0]["response"]["status"] == "201 Created"
    assert state_of(server, order).status == "final"


@pytest.mark.parametrize(("encoding", "status"), [("gzip", 400), ("br", 400), ("bomb", 413)])
def test_what_cannot_be_unpacked_is_refused_to_whoever_sent_it(
    laboratory: Laboratory, encoding: str, status: int
) -> None:
    body = gzip.compress(b" " * 200_000_000, 9) if encoding == "bomb" else b"no such thing"
    headers = {
        "authorization": f"Bearer {laboratory.token}",
        "content-encoding": "gzip" if encoding == "bomb" else encoding,
    }
    assert laboratory.http.post("/fhir", content=body, headers=headers).status_code == status


def test_two_values_of_one_name_that_a_person_lets_in_stand_side_by_side(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    document = an_answer(order, (POTASSIUM, "4.1", "mmol/L"), (POTASSIUM, "4.9", "mmol/L"))
    before = {one["id"] for one in okoro.get("/answers").json()["answers"]}
    assert laboratory.delivers(document) == [("202 Accepted", "twice_unlike")]
    (one,) = [a for a in okoro.get("/answers").json()["answers"] if a["id"] not in before]
    asked = {
        "id": one["id"],
        "how": "båda",
        "patient": str(order.patient),
        "order": str(order.entity),
    }
    assert okoro.post("/answers/settle", json.dumps(asked).encode()).json() == {"done": True}
    assert sorted(v.quantity.value for v in values_of(server, order) if v.quantity) == [
        "4.1",
        "4.9",
    ]


def test_a_value_that_is_missing_says_why_and_what_the_laboratory_adds_is_in_the_answer(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    document = an_answer(order)
    value = the_value(document)
    del value["valueQuantity"]
    value["dataAbsentReason"] = {"text": "provet hemolyserat"}
    value["note"] = [{"text": "Ta om provet."}]
    laboratory.delivers(document)
    assert newest(server, order).text == "NPU03230: provet hemolyserat\nTa om provet."
