"""What cannot be right has its own answer each; nothing else is affected, and nothing is lost."""

from __future__ import annotations

import json
import logging
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
import zstandard

from sync.protocol.messages import (
    MOST_BYTES_IN_A_BODY,
    Group,
    Pushed,
    PushReply,
    PushRequest,
    Refused,
)
from tests.builders import ADA, GRACE, WARD, a_note, a_patient
from tests.server.running import Caller, Pen, Running, a_group, a_line, as_pushed
from workstation.domain.clock import HybridTime, SystemClock, to_millis
from workstation.domain.record import GREATEST_RECORD, Sealed, seal


def refused(answer: object) -> Refused:
    return msgspec.json.decode(answer.content, type=Refused)  # type: ignore[attr-defined]


def raw_group(caller: Caller, raw: bytes, patient: object = GRACE) -> Group:
    """Return bytes signed as they are, whatever they are."""
    sealed = Sealed(raw, caller.pen.sign(raw), caller.pen.key_id)
    return Group(p=patient, ops=(as_pushed(sealed),))  # type: ignore[arg-type]


@pytest.fixture
def okoro(server: Running) -> Caller:
    return server.log_in("okoro")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"", ""),
        (b"not json", ""),
        (b'{"epoch":""}', ""),
        (b'{"epoch":"","groups":[{"p":"nobody","ops":[]}]}', "$.groups[0].p"),
        (b'{"epoch":"","groups":[{"p":"191212121212","ops":7}]}', "$.groups[0].p"),
        (b"[" * 100_000, ""),
        (b"\xff\xfe", ""),
    ],
)
def test_a_malformed_push_is_refused_with_its_place(okoro: Caller, body: bytes, place: str) -> None:
    answer = okoro.post("/sync/push", body)

    assert answer.status_code == 400
    said = refused(answer)
    assert (said.code, said.place) == ("malformed", place)
    assert "1912" not in answer.text
    assert okoro.writes(a_patient()).outcomes[0].verdict == "applied"


def test_a_malformed_record_is_kept_and_the_records_beside_it_are_stored(okoro: Caller) -> None:
    good, bad = a_note(), a_note(text="hemligt")
    raw = seal(bad, okoro.pen).raw
    wrong_type = raw.replace(b'"type":"bes"', b'"type":"Tolvan"')
    doubled = raw.replace(b'"device":', b'"device":"x","device":')
    blank = raw.replace(b'"v":1', b'"v": 1')
    groups = [raw_group(okoro, one) for one in (wrong_type, doubled, blank)]

    reply = okoro.push(groups[0], a_group(good, pen=okoro.pen), *groups[1:])

    assert [(o.verdict, o.why) for o in reply.outcomes] == [
        ("quarantined", "malformed"),
        ("applied", ""),
        ("quarantined", "malformed"),
        ("quarantined", "malformed"),
    ]
    assert reply.outcomes[0].id == str(bad.id)
    assert all("Tolvan" not in o.place + o.why for o in reply.outcomes)
    kept = okoro.get("/quarantine").json()["items"]
    assert {b64decode(item["raw"]) for item in kept} == {wrong_type, doubled, blank}


def test_a_record_for_another_patient_than_its_stream_is_kept_aside(okoro: Caller) -> None:
    group = Group(p=ADA, ops=(a_line(a_note(), okoro.pen),))

    (outcome,) = okoro.push(group).outcomes

    assert (outcome.verdict, outcome.why) == ("quarantined", "another_patient")


def test_an_id_used_again_for_another_text_is_kept_aside(okoro: Caller) -> None:
    note = a_note(text="ett")
    okoro.writes(a_patient(), note)

    (outcome,) = okoro.writes(replace(note, body=a_note(text="två").body)).outcomes

    assert (outcome.verdict, outcome.why) == ("quarantined", "reused_id")
    assert okoro.writes(note).outcomes[0].verdict == "known"


def test_a_record_that_is_too_large_is_kept_aside(okoro: Caller) -> None:
    note = a_note(text="x" * (GREATEST_RECORD + 1))

    (outcome,) = okoro.writes(note).outcomes

    assert (outcome.verdict, outcome.why, outcome.id) == ("quarantined", "too_large", str(note.id))


def test_a_body_of_20_mb_is_refused_and_the_next_request_is_served(okoro: Caller) -> None:
    answer = okoro.post("/sync/push", b"x" * 20_000_000)

    assert answer.status_code == 413
    assert refused(answer).code == "too_large"
    assert okoro.writes(a_patient()).outcomes[0].verdict == "applied"


def test_a_small_body_that_unpacks_to_a_huge_one_is_refused(okoro: Caller) -> None:
    bomb = zstandard.compress(b" " * (MOST_BYTES_IN_A_BODY + 1))
    assert len(bomb) < 10_000

    answer = okoro.post("/sync/push", bomb, **{"content-encoding": "zstd"})

    assert answer.status_code == 413


def test_a_compressed_push_is_understood_and_a_damaged_one_is_refused(okoro: Caller) -> None:
    request = PushRequest(epoch="", groups=(a_group(a_patient(), pen=okoro.pen),))
    packed = zstandard.compress(msgspec.json.encode(request))

    damaged = okoro.post("/sync/push", packed[:-9], **{"content-encoding": "zstd"})
    whole = okoro.post("/sync/push", packed, **{"content-encoding": "zstd"})

    assert damaged.status_code == 400
    reply = msgspec.json.decode(whole.content, type=PushReply)
    assert reply.outcomes[0].verdict == "applied"


def test_a_clock_ten_days_off_is_told_and_not_believed(server: Running, okoro: Caller) -> None:
    ahead = to_millis(SystemClock().now() + timedelta(days=10))
    note = a_note(written_at=HybridTime(ahead))

    (outcome,) = okoro.writes(note).outcomes

    assert (outcome.verdict, outcome.why) == ("applied", "clock")
    body = f'{{"epoch":"{server.core.epoch}","spans":[{{"p":"{GRACE}"}}]}}'.encode()
    entry = json.loads(okoro.post("/sync/stream", body).content.splitlines()[0])
    assert entry["raw"]["written_at"].startswith(str(SystemClock().now() + timedelta(days=10))[:10])


def test_a_kind_that_this_server_does_not_know_is_stored_as_it_is(okoro: Caller) -> None:
    raw = seal(a_note(), okoro.pen).raw.replace(b'"kind":"note"', b'"kind":"tidal_wave"')

    (outcome,) = okoro.push(raw_group(okoro, raw)).outcomes

    assert outcome.verdict == "applied"


@pytest.mark.parametrize("by", ["", "AAAA", "inte base64"])
def test_a_record_without_a_known_signature_is_kept_aside(okoro: Caller, by: str) -> None:
    sealed = seal(a_note(), okoro.pen)
    line = Pushed(raw=msgspec.Raw(sealed.raw), sig=as_pushed(sealed).sig, by=by)

    (outcome,) = okoro.push(Group(p=GRACE, ops=(line,))).outcomes

    assert (outcome.verdict, outcome.why) == ("quarantined", "bad_signature")


def test_what_was_kept_aside_comes_in_when_its_author_registers_the_key(server: Running) -> None:
    lind, pen = server.log_in("lind"), Pen()
    together = a_group(a_patient(), a_note(), pen=pen)
    outcomes = lind.push(together, a_group(a_note(), pen=pen)).outcomes
    assert {(o.verdict, o.why) for o in outcomes} == {("quarantined", "bad_signature")}
    assert len(lind.get("/quarantine").json()["items"]) == 3

    server.log_in("okoro", pen=pen)

    assert lind.get("/quarantine").json() == {"items": []}
    assert {o.verdict for o in lind.push(together).outcomes} == {"known"}


def test_a_key_of_somebody_else_brings_nothing_in(server: Running) -> None:
    lind, pen = server.log_in("lind"), Pen()
    lind.push(a_group(a_note(), pen=pen))

    server.log_in("berg", pen=pen)

    assert len(lind.get("/quarantine").json()["items"]) == 1


def test_a_colleague_may_deliver_what_another_signed(server: Running) -> None:
    okoro, lind = server.log_in("okoro"), server.log_in("lind")
    assert lind.push(a_group(a_note(), pen=okoro.pen)).outcomes[0].verdict == "applied"


def test_five_wrong_passwords_lock_the_account_for_a_while(server: Running) -> None:
    asked = {"user": "okoro", "password": "fel", "device": "PC-17"}
    for _ in range(5):
        assert server.http().post("/auth/login", json=asked).status_code == 401
    right = server.http().post("/auth/login", json=asked | {"password": "Vinter-i-Borås-7"})
    assert right.status_code == 401
    unknown = server.http().post("/auth/login", json=asked | {"user": "nobody"})
    assert refused(unknown).code == "unauthenticated"


def test_nothing_that_was_said_stands_in_the_log(
    server: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    okoro = server.log_in("okoro")
    okoro.writes(a_patient(), a_note(text="NÅLEN-I-HÖSTACKEN"))
    okoro.post("/patients/find", b'{"text":"19121212-1212"}')
    okoro.get("/191212121212?namn=Hopper")
    okoro.post("/sync/push", b'{"epoch":"","groups":[{"p":"191212121212","ops":[]}]}')

    ours = [r for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    lines = [f"{r.getMessage()} {r.__dict__}" for r in ours]

    assert any("/sync/push 200" in line for line in lines)
    for word in ("NÅLEN", "Hopper", "121212", "okoro", str(GRACE), okoro.token, WARD):
        assert not [line for line in lines if word in line], word


@pytest.mark.parametrize(
    ("path", "asked", "place"),
    [
        ("/sync/hello", {"device": "d", "incarnation": 2**63, "program": "p"}, "$.incarnation"),
        ("/sync/hello", {"device": "d", "incarnation": -1, "program": "p"}, "$.incarnation"),
        ("/sync/pull", {"epoch": "", "cursors": {WARD: 2**70}}, "$.cursors[...]"),
        ("/sync/pull", {"epoch": "", "cursors": {WARD: -1}}, "$.cursors[...]"),
        ("/sync/pull", {"epoch": "", "cursors": {}, "max_bytes": -1}, "$.max_bytes"),
        ("/sync/stream", {"epoch": "", "spans": [{"p": str(GRACE), "first": 2**64}]}, "$.spans[0].first"),
        ("/sync/heads", {"unit": WARD, "bucket": 256}, "$.bucket"),
        ("/sync/manifest", {"unit": WARD, "limit": -5}, "$.limit"),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_is_refused_with_its_place(
    okoro: Caller, path: str, asked: dict[str, object], place: str
) -> None:
    answer = okoro.post(path, json.dumps(asked).encode())

    assert answer.status_code == 400
    assert (refused(answer).code, refused(answer).place) == ("malformed", place)
