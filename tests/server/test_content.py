"""The server keeps and hands out clinical content that the right people have signed, and counts."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from sync.protocol.content import (
    PIECE_BYTES,
    Firing,
    FiringsReport,
    PackageRequest,
    PieceReply,
    PieceRequest,
    StatementRequest,
    StateReply,
    StateRequest,
    Statistics,
    StatisticsRequest,
)
from tests.needs import needs_postgres
from tests.published import SIGNERS, STRANGER, a_package, published, said, withdrawn
from tests.server.running import Caller, Running, running_server
from workstation.content.packages import digest
from workstation.content.statements import Act, to_line

NOW = datetime.now(UTC)
V2, V3 = a_package(2), a_package(3)


@pytest.fixture
def server(tmp_path: Path) -> Generator[Running]:
    with running_server(tmp_path, content_signers=SIGNERS) as running:
        yield running


def puts(caller: Caller, raw: bytes) -> httpx.Response:
    return caller.post("/content/package", PackageRequest(raw=raw))


def says(caller: Caller, *lines: bytes) -> httpx.Response:
    for line in lines[:-1]:
        assert caller.post("/content/statement", StatementRequest(line=line)).status_code == 200
    return caller.post("/content/statement", StatementRequest(line=lines[-1]))


def state(caller: Caller, known: int = 0) -> StateReply:
    answer = caller.post("/content/state", StateRequest(known=known))
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=StateReply)


def _published_to_everybody(server: Running) -> None:
    sand, okoro = server.log_in("sand"), server.log_in("okoro")
    lines = [to_line(one) for one in published(V2, start=NOW + timedelta(days=1))]
    assert puts(sand, V2).status_code == 200
    assert says(sand, *lines).status_code == 200

    found = state(okoro)
    assert [(p.package, p.version, p.digest) for p in found.packages] == [("region", 2, digest(V2))]
    assert set(found.statements) == set(lines)
    assert abs(found.now - datetime.now(UTC).timestamp() * 1000) < 600_000
    again = state(okoro, known=found.revision)
    assert (again.revision, again.packages) == (found.revision, ())

    whole = b""
    while len(whole) < len(V2):
        asked = PieceRequest(digest=digest(V2), offset=len(whole))
        piece = msgspec.json.decode(okoro.post("/content/piece", asked).content, type=PieceReply)
        assert piece.size == len(V2)
        whole += piece.data
    assert whole == V2
    assert len(V2) < PIECE_BYTES or len(whole) > PIECE_BYTES


def test_what_is_published_reaches_every_workstation_as_it_was_signed(server: Running) -> None:
    _published_to_everybody(server)


@needs_postgres
def test_what_is_published_is_the_same_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with running_server(tmp_path, db=postgres_url, content_signers=SIGNERS) as running:
        _published_to_everybody(running)
        _counted_once(running)


def test_a_withdrawal_stands_first(server: Running) -> None:
    sand = server.log_in("sand")
    gone = to_line(withdrawn(V2))
    puts(sand, V2)
    says(sand, *(to_line(one) for one in published(V2, start=NOW)), gone)
    assert state(sand).statements[0] == gone


def test_garbage_strangers_and_older_versions_are_refused_and_the_last_good_one_stays(
    server: Running,
) -> None:
    sand = server.log_in("sand")
    assert puts(sand, V3).status_code == 200
    for bad in (
        b"garbage",
        V3[:-50],
        a_package(4, key=STRANGER),
        V2,
        a_package(3, without=("ddi.qt-qt",)),
    ):
        assert puts(sand, bad).status_code == 409
    assert [p.digest for p in state(sand).packages] == [digest(V3)]


def test_a_statement_dated_in_the_future_is_not_kept(server: Running) -> None:
    sand = server.log_in("sand")
    puts(sand, V3)
    later = said(Act.WITHDRAW, V3, reason="Fel gräns", at=NOW + timedelta(days=400))
    answer = says(sand, to_line(later))
    assert answer.status_code == 409
    assert state(sand).statements == ()


def test_a_statement_that_nobody_entitled_signed_is_not_kept(server: Running) -> None:
    sand = server.log_in("sand")
    puts(sand, V3)
    good = withdrawn(V3)
    bad = (
        b"{}",
        to_line(msgspec.structs.replace(good, signature="00" * 64)),
        to_line(withdrawn(V2)),
        to_line(good) + b"\n" + to_line(good),
    )
    for line in bad:
        assert says(sand, line).status_code == 409
    assert state(sand).statements == ()


def test_publishing_wakes_everybody_who_listens(server: Running) -> None:
    sand, okoro = server.log_in("sand"), server.log_in("okoro")
    headers = {"authorization": f"Bearer {okoro.token}"}
    with okoro.http.stream("GET", "/sync/events", headers=headers) as events:
        lines = (line for line in events.iter_lines() if line.startswith("data:"))
        first = next(lines)
        assert '"content"' not in first
        revision = msgspec.json.decode(puts(sand, V2).content)["revision"]
        assert msgspec.json.decode(next(lines)[5:])["content"] == revision


def _counted_once(server: Running) -> None:
    okoro, sand = server.log_in("okoro"), server.log_in("sand")
    shown = Firing(
        day="2026-11-22",
        rule="ddi.x",
        version="1.0.0",
        hook="order-sign",
        outcome="shown",
        count=3,
    )
    for batch in ("a", "a", "b"):
        report = FiringsReport(device="PC-17", batch=batch, firings=(shown,))
        assert okoro.post("/content/firings", report).status_code == 200
    answer = sand.post("/content/statistics", StatisticsRequest())
    told = msgspec.json.decode(answer.content, type=Statistics)
    assert told.firings == (msgspec.structs.replace(shown, count=6),)
    later = sand.post("/content/statistics", StatisticsRequest(since="2026-11-23"))
    assert msgspec.json.decode(later.content, type=Statistics).firings == ()


def test_a_report_that_is_delivered_twice_counts_once(server: Running) -> None:
    _counted_once(server)
