"""What every record server keeps to, seen through the engine's port: the model, and the real one
over HTTP. A law that holds for one and not for the other is no law.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from uuid import UUID

import msgspec
import pytest

from sync.client.connection import Connection
from sync.client.http import HttpServer
from sync.client.login import log_in
from sync.protocol.compare import digest_of, sums_of
from sync.protocol.login import LoginRequest
from sync.protocol.messages import (
    AtLine,
    EndLine,
    EntryLine,
    Group,
    HeadsRequest,
    HelloRequest,
    ManifestRequest,
    Outcome,
    PullLine,
    PullRequest,
    Pushed,
    PushRequest,
    Span,
    StreamLine,
    StreamRequest,
)
from sync.protocol.ports import Refusal, Server, patient_bucket
from sync.protocol.pull import check_page
from tests.builders import ADA, GRACE, WARD, a_note, a_patient
from tests.server.running import PASSWORD, Pen, running_server
from tests.simulation.model_server import ModelServer
from tests.simulation.network import CALM, Link
from tests.simulation.records import EPOCH_MS
from workstation.domain.ids import PatientId
from workstation.domain.record import Record, Sealed, chain, seal


@dataclass
class Ward:
    """A workstation's way to a server, with no engine behind it."""

    server: Server
    pen: Pen
    epoch: str = ""

    async def says_hello(self) -> None:
        asked = HelloRequest(device="PC-17", incarnation=1, program="test")
        reply = await self.server.hello(asked)
        assert WARD in reply.units
        self.epoch = reply.epoch

    async def pushes(self, *sealed: Sealed, patient: UUID = GRACE) -> tuple[Outcome, ...]:
        groups = tuple(Group(p=patient, ops=(as_pushed(each),)) for each in sealed)
        reply = await self.server.push(PushRequest(epoch=self.epoch, groups=groups))
        return reply.outcomes

    async def writes(self, *records: Record) -> list[Sealed]:
        """Push the records; they must be applied."""
        written = [seal(record, self.pen) for record in records]
        for record, each in zip(records, written, strict=True):
            (outcome,) = await self.pushes(each, patient=record.patient)
            assert outcome.verdict == "applied"
        return written

    async def pulled(self, cursor: int) -> list[PullLine]:
        request = PullRequest(epoch=self.epoch, cursors={WARD: cursor})
        return [line async for line in self.server.pull(request)]

    async def streamed(self, *spans: Span) -> list[StreamLine]:
        request = StreamRequest(epoch=self.epoch, spans=spans)
        return [line async for block in self.server.stream(request) for line in block]


def as_pushed(sealed: Sealed) -> Pushed:
    return Pushed(
        raw=msgspec.Raw(sealed.raw),
        sig=b64encode(sealed.signature).decode(),
        by=b64encode(sealed.signer).decode(),
    )


@pytest.fixture(params=["model", "http"])
async def ward(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Ward, None]:
    pen = Pen()
    if request.param == "model":
        model = ModelServer((WARD,), page=500)
        link = Link(model, Random(1), weather=CALM)
        model.wall, model.moved = (lambda: EPOCH_MS), link.moved
        ward = Ward(link, pen)
        await ward.says_hello()
        yield ward
        return
    with running_server(tmp_path) as running:
        token: list[str] = [""]
        connection = Connection(running.url, token=lambda: token[-1])
        asked = LoginRequest(
            user="okoro", password=PASSWORD, device="PC-17", public_key=pen.public_key
        )
        token.append((await log_in(connection, asked)).token)
        ward = Ward(HttpServer(connection), pen)
        await ward.says_hello()
        try:
            yield ward
        finally:
            await connection.close()


async def test_records_are_numbered_from_one_and_a_repetition_is_known(ward: Ward) -> None:
    patient, note = (seal(record, ward.pen) for record in (a_patient(), a_note()))

    first = await ward.pushes(patient, note)
    again = await ward.pushes(patient, note)

    assert [(o.verdict, o.rev) for o in first] == [("applied", 1), ("applied", 2)]
    assert [(o.verdict, o.rev) for o in again] == [("known", 1), ("known", 2)]


async def test_the_list_says_where_the_feed_goes_on_and_the_digest_is_of_its_heads(
    ward: Ward,
) -> None:
    await ward.writes(a_patient(), a_note())
    listed = await ward.server.manifest(ManifestRequest(unit=WARD))
    note = a_note()
    (written,) = await ward.writes(note)

    line, at = await ward.pulled(listed.pos)

    assert listed.digest == digest_of(listed.patients)
    assert isinstance(line, EntryLine)
    assert (line.pos, line.rev) == (listed.pos + 1, 3)
    assert bytes(line.raw) == written.raw
    assert isinstance(at, AtLine)
    assert (at.pos, at.more) == (listed.pos + 1, False)
    now = await ward.server.manifest(ManifestRequest(unit=WARD))
    assert at.digest == now.digest == digest_of(now.patients)


async def test_a_feed_from_its_beginning_has_no_holes(ward: Ward) -> None:
    await ward.writes(a_patient(), a_note(), a_patient(patient=ADA), a_note(), a_note(patient=ADA))

    lines = await ward.pulled(0)

    page = check_page(lines, cursors={WARD: 0}, told_of=lambda _unit, _patient: None)
    assert len(page.changes) == len(lines) - 1


async def test_nothing_new_is_one_line_and_few_bytes(ward: Ward) -> None:
    await ward.writes(a_patient(), a_note())
    listed = await ward.server.manifest(ManifestRequest(unit=WARD))

    lines = await ward.pulled(listed.pos)

    request = PullRequest(epoch=ward.epoch, cursors={WARD: listed.pos})
    assert len(msgspec.json.encode(request)) < 200
    assert len(lines) == 1
    assert len(msgspec.json.encode(lines[0])) < 200


@pytest.mark.parametrize(("first", "last"), [(1, 0), (2, 3), (3, 99), (5, 5)])
async def test_the_chain_of_a_span_joins_what_lies_before_and_after(
    ward: Ward, first: int, last: int
) -> None:
    await ward.writes(a_patient(), *(a_note() for _ in range(4)))

    *entries, end = await ward.streamed(Span(p=GRACE, first=first, last=last))
    *before, _ = await ward.streamed(Span(p=GRACE, first=1, last=first - 1)) if first > 1 else [end]

    assert isinstance(end, EndLine)
    assert [e.rev for e in entries if isinstance(e, EntryLine)] == list(
        range(first, (min(last, 5) or 5) + 1)
    )
    assert (end.first, end.last, end.rev) == (first, min(last, 5) or 5, 5)
    assert chained(before, bytes(32)) == bytes.fromhex(end.before)
    if end.last == end.rev:
        assert chained(entries, bytes.fromhex(end.before)) == bytes.fromhex(end.hash)


def chained(lines: list[StreamLine], running: bytes) -> bytes:
    for line in lines:
        assert isinstance(line, EntryLine)
        running = chain(running, sha256(line.raw).digest())
    return running


async def test_who_is_not_in_scope_is_gone_and_says_nothing_else(ward: Ward) -> None:
    await ward.writes(a_patient())

    *entries, end = await ward.streamed(Span(p=UUID(int=7)))

    assert entries == []
    assert isinstance(end, EndLine)
    assert end.gone


async def test_the_same_id_with_other_bytes_is_put_aside_and_nothing_is_overwritten(
    ward: Ward,
) -> None:
    record = a_note()
    await ward.writes(a_patient())
    (written,) = await ward.writes(record)
    other = seal(a_note(id=record.id, entity=record.entity, text="annat"), ward.pen)

    (outcome,) = await ward.pushes(other)

    assert (outcome.verdict, outcome.why) == ("quarantined", "reused_id")
    *entries, _ = await ward.streamed(Span(p=GRACE))
    assert written.raw in [bytes(e.raw) for e in entries if isinstance(e, EntryLine)]


async def test_a_record_under_another_patients_name_is_put_aside_and_the_rest_is_taken(
    ward: Ward,
) -> None:
    await ward.writes(a_patient(), a_patient(patient=ADA))
    stray = Group(p=ADA, ops=(as_pushed(seal(a_note(), ward.pen)),))
    right = Group(p=GRACE, ops=(as_pushed(seal(a_note(), ward.pen)),))

    reply = await ward.server.push(PushRequest(epoch=ward.epoch, groups=(stray, right)))

    assert [o.verdict for o in reply.outcomes] == ["quarantined", "applied"]
    assert reply.outcomes[0].why == "another_patient"


async def test_heads_are_compared_by_sums_and_then_by_bucket(ward: Ward) -> None:
    await ward.writes(a_patient(), a_note(), a_patient(patient=ADA))
    listed = await ward.server.manifest(ManifestRequest(unit=WARD))

    sums = await ward.server.heads(HeadsRequest(unit=WARD))
    bucket = patient_bucket(PatientId(ADA))
    some = await ward.server.heads(HeadsRequest(unit=WARD, bucket=bucket))

    assert sums.sums == sums_of(listed.patients)
    assert (sums.pos, sums.digest) == (listed.pos, listed.digest)
    assert set(some.heads) == {h for h in listed.patients if patient_bucket(h.p) == bucket}


async def test_cursors_of_another_history_are_refused(ward: Ward) -> None:
    ward.epoch = "another"

    with pytest.raises(Refusal) as pull:
        await ward.pulled(0)
    with pytest.raises(Refusal) as stream:
        await ward.streamed(Span(p=GRACE))

    assert pull.value.code == stream.value.code == "wrong_epoch"


async def test_events_say_first_where_the_unit_stands_and_then_that_it_moved(ward: Ward) -> None:
    await ward.writes(a_patient())
    listed = await ward.server.manifest(ManifestRequest(unit=WARD))

    async with aclosing(ward.server.events()) as words:
        positions = (word async for word in words if word is not None)
        first = await anext(positions)
        await ward.writes(a_note())
        second = await anext(positions)

    assert (first.u, first.pos) == (WARD, listed.pos)
    assert second.pos == listed.pos + 1
