"""A workstation logs in, pushes, follows its unit and loads a patient."""

from __future__ import annotations

import httpx
import msgspec

from sync.protocol.digest import patient_digest, to_hex
from sync.protocol.messages import (
    AtLine,
    EndLine,
    EnterLine,
    EntryLine,
    HelloReply,
    HelloRequest,
    ManifestReply,
    ManifestRequest,
    PullLine,
    PullRequest,
    Span,
    StreamLine,
    StreamRequest,
)
from tests.builders import GRACE, WARD, a_note, a_patient
from tests.server.running import Caller, Running
from workstation.domain.record import seal


def pulled(caller: Caller, epoch: str, cursor: int) -> list[PullLine]:
    answer = caller.post("/sync/pull", PullRequest(epoch=epoch, cursors={WARD: cursor}))
    assert answer.status_code == 200, answer.text
    return [msgspec.json.decode(line, type=PullLine) for line in answer.content.splitlines()]


def streamed(caller: Caller, epoch: str, *spans: Span) -> list[StreamLine]:
    answer = caller.post("/sync/stream", StreamRequest(epoch=epoch, spans=spans))
    assert answer.status_code == 200, answer.text
    return [msgspec.json.decode(line, type=StreamLine) for line in answer.content.splitlines()]


def epoch_of(caller: Caller) -> str:
    asked = HelloRequest(device="PC-17", incarnation=1, program="test")
    answer = caller.post("/sync/hello", asked)
    assert answer.status_code == 200, answer.text
    reply = msgspec.json.decode(answer.content, type=HelloReply)
    assert reply.units == (WARD,)
    return reply.epoch


def test_what_one_workstation_pushes_another_one_of_the_unit_pulls(server: Running) -> None:
    okoro, lind = server.log_in("okoro"), server.log_in("lind", device="PC-18")
    epoch = epoch_of(lind)
    grace, note = a_patient(), a_note(text="ingen blödning")

    reply = okoro.writes(grace, note)

    assert [(o.verdict, o.rev) for o in reply.outcomes] == [("applied", 1), ("applied", 2)]
    enter, at = pulled(lind, epoch, 0)
    assert isinstance(enter, EnterLine)
    assert isinstance(at, AtLine)
    assert (enter.p, enter.rev, enter.pos) == (GRACE, 2, 1)
    share = patient_digest(GRACE, 2, bytes.fromhex(enter.hash))
    assert (at.pos, at.digest, at.more) == (1, to_hex(share), False)
    first, second, end = streamed(lind, epoch, Span(p=GRACE))
    assert isinstance(first, EntryLine)
    assert isinstance(second, EntryLine)
    assert isinstance(end, EndLine)
    assert bytes(second.raw) == seal(note, okoro.pen).raw
    assert (end.rev, end.hash, end.gone) == (2, enter.hash, False)

    later = a_note(text="fortsatt ingen blödning")
    okoro.writes(later)
    entry, at = pulled(lind, epoch, 1)
    assert isinstance(entry, EntryLine)
    assert isinstance(at, AtLine)
    assert (entry.pos, entry.rev, bytes(entry.raw)) == (2, 3, seal(later, okoro.pen).raw)
    assert pulled(lind, epoch, 2) == [at]


def test_the_manifest_tells_a_units_patients_with_their_heads(server: Running) -> None:
    okoro = server.log_in("okoro")
    okoro.writes(a_patient(), a_note())

    answer = okoro.post("/sync/manifest", ManifestRequest(unit=WARD))

    reply = msgspec.json.decode(answer.content, type=ManifestReply)
    assert [(head.p, head.rev) for head in reply.patients] == [(GRACE, 2)]
    assert reply.pos == 1


def test_a_listening_workstation_is_woken_when_its_unit_moves(server: Running) -> None:
    okoro, lind = server.log_in("okoro"), server.log_in("lind")
    headers = {"authorization": f"Bearer {lind.token}"}

    with httpx.Client(base_url=server.url, timeout=10, trust_env=False) as http:
        with http.stream("GET", "/sync/events", headers=headers) as events:
            lines = events.iter_lines()
            assert next(lines) == f'data: {{"u":"{WARD}","pos":0}}'
            okoro.writes(a_patient())
            told = next(line for line in lines if line.startswith("data:"))

    assert told == f'data: {{"u":"{WARD}","pos":1}}'


def test_the_server_stops_while_somebody_listens(server: Running) -> None:
    lind = server.log_in("lind")
    headers = {"authorization": f"Bearer {lind.token}"}
    with httpx.Client(base_url=server.url, timeout=10, trust_env=False) as http:
        with http.stream("GET", "/sync/events", headers=headers) as events:
            lines = events.iter_lines()
            next(lines)
            server.server.should_exit = True
            assert list(lines) == [""]
