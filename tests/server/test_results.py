"""Answers of laboratories: matched where all agree, else in a person's list; nothing lost, ever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

import pytest

from tests.builders import GRACE, WARD, a_patient, a_referral_event
from tests.server.laboratory import (
    POTASSIUM,
    Laboratory,
    an_answer,
    an_order,
    state_of,
    versions_of,
)
from tests.server.running import Caller, Running, running_server
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.patient import Identifier
from workstation.domain.referral import ReferralAnswer
from workstation.server import schema

OTHER = PatientId(UUID(int=77))
OTHERS_NUMBER = "191010101010"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_server(tmp_path_factory.mktemp("results")) as running:
        yield running


def listed(okoro: Caller) -> dict[str, str]:
    """Return the ward's unmatched answers: id to reason."""
    return {one["id"]: one["why"] for one in okoro.get("/answers").json()["answers"]}


def new_in(okoro: Caller, before: dict[str, str]) -> list[str]:
    return [why for identity, why in listed(okoro).items() if identity not in before]


def test_the_whole_way_from_order_to_final_answer(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    (fetched,) = [o for o in laboratory.orders() if o["id"] == str(order.entity)]
    assert fetched["identifier"][0]["system"] == "urn:ronden:requisition"

    assert laboratory.tells(order, "BEK") == 200
    assert laboratory.tells(order, "BEK") == 409  # that step has been taken
    assert state_of(server, order).status == "received"
    assert laboratory.delivers(an_answer(order, status="preliminary")) == [("201 Created", "")]
    assert state_of(server, order).status == "preliminary"
    assert laboratory.delivers(an_answer(order, conclusion="Normalt.")) == [("201 Created", "")]

    state = state_of(server, order)
    assert state.status == "final"
    assert [a.body.answer for a in state.answers if isinstance(a.body, ReferralAnswer)] == [
        "PSV",
        "SSV",
    ]
    assert len(state.unseen) == 2
    ((preliminary, final),) = versions_of(server, order)
    assert (preliminary.status, final.status) == ("preliminary", "final")
    assert final.answers_to_unit == WARD
    assert final.interpretation == ""
    assert str(order.entity) not in {o["id"] for o in laboratory.orders()}


@pytest.mark.parametrize(
    ("amount", "conclusion", "changes"),
    [("4.1", "Normalt.", False), ("5.9", "Normalt.", True), ("4.1", "Lågt.", True)],
)
def test_a_final_answer_alarms_only_where_it_says_something_else_than_the_preliminary_one(
    server: Running,
    okoro: Caller,
    laboratory: Laboratory,
    amount: str,
    conclusion: str,
    changes: bool,
) -> None:
    order = an_order(okoro)
    laboratory.delivers(an_answer(order, status="preliminary", conclusion="Normalt."))
    final = an_answer(order, (POTASSIUM, amount, "mmol/L"), conclusion=conclusion)
    laboratory.delivers(final)

    newest = state_of(server, order).answers[-1].body
    assert isinstance(newest, ReferralAnswer)
    assert (newest.answer, newest.changes_meaning) == ("SSV", changes)


def test_the_very_same_document_again_changes_nothing(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    document = an_answer(order)
    laboratory.delivers(document)
    before = state_of(server, order)

    assert laboratory.delivers(document) == [("200 OK", "")]
    resent = document | {"id": "another-envelope-for-the-same-answer"}
    assert laboratory.delivers(resent) == [("201 Created", "")]
    assert len(state_of(server, order).answers) == len(before.answers) == 1
    assert [len(versions) for versions in versions_of(server, order)] == [1]


def test_a_corrected_value_stands_beside_the_old_one_and_is_acknowledged_anew(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    laboratory.delivers(an_answer(order))
    corrected = an_answer(
        order, (POTASSIUM, "7.1", "mmol/L"), status="corrected", issued="2026-11-20T12:00:00Z"
    )
    laboratory.delivers(corrected)

    ((old, new),) = versions_of(server, order)
    assert (old.quantity and old.quantity.value, new.quantity and new.quantity.value) == (
        "4.1",
        "7.1",
    )
    assert new.critical
    newest = state_of(server, order).answers[-1].body
    assert isinstance(newest, ReferralAnswer)
    assert newest.changes_meaning


def test_an_early_answer_after_the_final_one_is_told_and_takes_no_place(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    laboratory.delivers(an_answer(order))
    early = an_answer(order, (POTASSIUM, "5.9", "mmol/L"), status="preliminary")
    assert laboratory.delivers(early) == [("201 Created", "")]

    state = state_of(server, order)
    assert state.status == "final"
    assert len(state.unseen) == 2
    ((only,),) = versions_of(server, order)
    assert only.quantity is not None
    assert only.quantity.value == "4.1"


def test_a_critical_result_wakes_the_unit_and_waits_on_top_for_who_ordered(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    laboratory.delivers(an_answer(order, (POTASSIUM, "7.0", "mmol/L")))

    asked = json.dumps({"unit": WARD, "reasons": ["critical"]}).encode()
    lines = okoro.post("/waiting/page", asked).json()["lines"]
    assert lines
    assert lines[-1]["person"] == okoro.author.hsa_id
    assert lines[-1]["urgency"] == 0


@pytest.mark.parametrize(
    ("why", "more"),
    [
        ("unknown_order", {"requisition": "ZZZZZZZZZZZ"}),
        ("wrong_patient", {"number": OTHERS_NUMBER}),
    ],
)
def test_an_answer_for_no_order_or_another_patient_is_listed_and_attached_to_nobody(
    server: Running, okoro: Caller, laboratory: Laboratory, why: str, more: dict[str, str]
) -> None:
    other = a_patient(
        patient=OTHER,
        entity=EntityId(OTHER),
        identifiers=(
            Identifier(
                system="http://electronichealth.se/identifier/personnummer", value=OTHERS_NUMBER
            ),
        ),
        author=okoro.author,
    )
    okoro.writes(other)
    order = an_order(okoro)
    before, lab_before = listed(okoro), _held(server)

    assert laboratory.delivers(an_answer(order, **more)) == [("202 Accepted", why)]

    assert state_of(server, order).answers == ()
    assert versions_of(server, order) == []
    assert _held(server) - lab_before == {why}
    if why == "wrong_patient":
        assert new_in(okoro, before) == [why]
        asked = json.dumps({"unit": WARD, "reasons": ["unmatched"]}).encode()
        lines = okoro.post("/waiting/page", asked).json()["lines"]
        assert lines[-1]["title"] == "Hb och kreatinin, tack"  # the order's own words, no other's


def _held(server: Running) -> set[str]:
    table = schema.lab_answer
    rows = server.do(
        server.core.database.read(
            lambda c: c.execute(table.select().where(table.c.settled_at.is_(None))).all()
        )
    )
    return {row.why for row in rows}


def test_a_unit_that_does_not_convert_is_a_persons_to_settle(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    before = listed(okoro)
    odd = an_answer(order, (POTASSIUM, "4.1", "mg/L"))
    assert laboratory.delivers(odd) == [("202 Accepted", "unit")]
    assert new_in(okoro, before) == ["unit"]

    (identity,) = [one for one in listed(okoro) if one not in before]
    document = okoro.post("/answers/document", json.dumps({"id": identity}).encode())
    assert json.loads(document.content) == odd
    attached = json.dumps(
        {"id": identity, "how": "rätt order", "patient": str(GRACE), "order": str(order.entity)}
    )
    assert okoro.post("/answers/settle", attached.encode()).json() == {"done": True}
    assert okoro.post("/answers/settle", attached.encode()).json() == {"done": False}
    assert state_of(server, order).status == "final"
    assert identity not in listed(okoro)
    notices = json.dumps({"unit": WARD, "reasons": ["unmatched"]}).encode()
    waiting = okoro.post("/waiting/page", notices).json()["lines"]
    assert "unit" not in {line["status"] for line in waiting}


def test_ten_megabytes_of_text_are_kept_whole_and_listed(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    before = listed(okoro)
    long = an_answer(order, conclusion="å" * 5_242_880)
    assert laboratory.delivers(long) == [("202 Accepted", "too_large")]
    assert new_in(okoro, before) == ["too_large"]
    assert state_of(server, order).answers == ()


def test_what_is_no_answer_is_told_where_and_kept(server: Running, laboratory: Laboratory) -> None:
    broken = b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}'
    reply = laboratory.send(broken)
    assert reply.status_code == 422
    assert reply.json()["issue"][0]["severity"] == "error"
    assert "broken" in _held(server)


def test_two_answers_in_one_document_have_each_their_own_fate(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    one, other = an_order(okoro), an_order(okoro)
    good, bad = an_answer(one), an_answer(other, number=OTHERS_NUMBER, report="L-2")
    for n, entry in enumerate(bad["entry"]):
        entry["resource"]["id"] = f"x{n}"
    bad["entry"][1]["resource"]["subject"] = {"reference": "Patient/x0"}
    bad["entry"][1]["resource"]["result"] = [{"reference": "Observation/x2"}]
    both = good | {"entry": [*good["entry"], *bad["entry"]]}

    assert laboratory.delivers(both) == [("201 Created", ""), ("202 Accepted", "wrong_patient")]
    assert state_of(server, one).status == "final"
    assert state_of(server, other).status == "sent"


def test_a_result_of_a_specimen_taken_before_the_cancellation_still_reaches_who_asked(
    server: Running, okoro: Caller, laboratory: Laboratory
) -> None:
    order = an_order(okoro)
    cancelled = a_referral_event(order, event="AVB", reason="ångrat", author=okoro.author)
    assert okoro.writes(cancelled).outcomes[0].verdict == "applied"

    assert laboratory.delivers(an_answer(order)) == [("201 Created", "")]
    assert len(state_of(server, order).unseen) == 1
