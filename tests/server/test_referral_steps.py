"""What a referral's transition table refuses, the server refuses; what was overtaken it keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.protocol.messages import PushReply
from tests.builders import CLINIC, a_referral, a_referral_answer, a_referral_event
from tests.server.running import Caller, Running, running_server
from workstation.domain.record import Record


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("server")
    with running_server(folder) as running:
        yield running


@pytest.fixture(scope="module")
def berg(server: Running) -> Caller:
    return server.log_in("berg")


def sent(okoro: Caller) -> Record:
    referral = a_referral(type="consultation", to_unit=CLINIC, author=okoro.author)
    assert verdicts(okoro.writes(referral)) == [("applied", "")]
    return referral


def verdicts(reply: PushReply) -> list[tuple[str, str]]:
    return [(outcome.verdict, outcome.why) for outcome in reply.outcomes]


def test_a_step_of_the_other_unit_is_refused_and_kept(okoro: Caller, server: Running) -> None:
    referral = sent(okoro)
    grasping = a_referral_event(referral, event="accepted", author=okoro.author)

    assert verdicts(okoro.writes(grasping)) == [("quarantined", "illegal_step")]
    waiting = okoro.get("/quarantine").json()["items"]
    assert str(grasping.id) in {item["id"] for item in waiting}


def test_a_step_that_does_not_follow_is_refused_and_so_is_what_builds_on_it(
    okoro: Caller, berg: Caller
) -> None:
    referral = sent(okoro)
    rejected = a_referral_event(referral, event="AVV", reason="fel enhet", author=berg.author)
    accepted = a_referral_event(rejected, event="accepted", author=berg.author)
    booked = a_referral_event(
        accepted, event="booked", booked_for="2026-04-01T09:00:00.000Z", author=berg.author
    )

    assert verdicts(berg.writes(rejected)) == [("applied", "")]
    assert verdicts(berg.writes(accepted)) == [("quarantined", "illegal_step")]
    assert verdicts(berg.writes(booked)) == [("quarantined", "illegal_step")]


def test_a_step_overtaken_in_good_faith_comes_into_the_record(okoro: Caller, berg: Caller) -> None:
    referral = sent(okoro)
    performed = a_referral_event(referral, event="BEK", author=berg.author)
    cancelled = a_referral_event(
        referral, event="AVB", reason="patienten avböjer", author=okoro.author
    )

    assert verdicts(berg.writes(performed)) == [("applied", "")]
    assert verdicts(okoro.writes(cancelled)) == [("applied", "")]


def test_what_only_a_laboratorys_system_may_say_no_person_may(okoro: Caller, berg: Caller) -> None:
    referral = sent(okoro)
    forged = a_referral_answer(referral, by="system", author=berg.author)

    assert verdicts(berg.writes(forged)) == [("quarantined", "not_allowed")]


def test_a_second_request_under_one_referral_is_refused(okoro: Caller) -> None:
    referral = sent(okoro)
    other = a_referral(
        type="consultation",
        to_unit=CLINIC,
        entity=referral.entity,
        author=okoro.author,
        written_at=None,
    )

    assert verdicts(okoro.writes(other)) == [("quarantined", "illegal_step")]


def test_steps_pushed_together_are_judged_one_after_the_other(okoro: Caller, berg: Caller) -> None:
    referral = sent(okoro)
    received = a_referral_event(referral, event="BEK", author=berg.author)
    accepted = a_referral_event(received, event="accepted", author=berg.author)
    answered = a_referral_answer(accepted, author=berg.author)
    accepted_again = a_referral_event(answered, event="accepted", author=berg.author)

    assert verdicts(berg.writes(received, accepted, answered, accepted_again)) == [
        ("applied", ""),
        ("applied", ""),
        ("applied", ""),
        ("quarantined", "illegal_step"),
    ]


def test_nobody_sends_a_referral_to_nobody(okoro: Caller) -> None:
    nowhere = a_referral(type="consultation", to_unit="", author=okoro.author)
    assert verdicts(okoro.writes(nowhere)) == [("quarantined", "illegal_step")]


@pytest.mark.parametrize(
    "lacking",
    [
        {"event": "VID", "reason": "annan specialitet", "to_unit": ""},
        {"event": "booked"},
        {"event": "AVV", "reason": " "},
        {"event": "assigned"},
    ],
    ids=lambda fields: str(fields["event"]),
)
def test_a_step_that_does_not_say_what_it_must_is_refused(
    okoro: Caller, berg: Caller, lacking: dict[str, str]
) -> None:
    referral = sent(okoro)
    step = a_referral_event(referral, author=berg.author, **lacking)
    assert verdicts(berg.writes(step)) == [("quarantined", "illegal_step")]
