"""The HTTP client: what is an answer, what is none, and that nothing of it comes to a log."""

from __future__ import annotations

import logging
from collections.abc import Callable

import httpx
import msgspec
import pytest
import zstandard

from sync.client.connection import Connection, InsecureAddress
from sync.client.http import HttpServer
from sync.protocol.messages import (
    EntryLine,
    Group,
    HelloReply,
    HelloRequest,
    PullLine,
    PullRequest,
    Pushed,
    PushReply,
    PushRequest,
    Refused,
)
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation
from tests.builders import GRACE

HELLO = HelloRequest(device="PC", incarnation=1, program="1")
PULL = PullRequest(epoch="e", cursors={"unit": 0})
WELCOME = HelloReply(epoch="e", now="2026-03-02T08:00:00.000Z", protocol=1, units=("unit",))
RAW = '{"id":"x","text":"åäö  \\u0000 ingen blödning"}'.encode()
LINE = b'{"t":"entry","u":"unit","pos":1,"p":"%b","rev":1,"raw":%b}\n' % (str(GRACE).encode(), RAW)
AT = b'{"t":"at","u":"unit","pos":1}\n'
JSON = {"content-type": "application/json"}
NDJSON = {"content-type": "application/x-ndjson"}


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> HttpServer:
    connection = Connection(
        "https://server.example", token=lambda: "secret", transport=httpx.MockTransport(answer)
    )
    return HttpServer(connection)


def always(status: int, body: bytes, headers: dict[str, str] = JSON) -> HttpServer:
    return answering(lambda _: httpx.Response(status, content=body, headers=headers))


async def pulled(server: HttpServer) -> list[PullLine]:
    return [line async for line in server.pull(PULL)]


async def test_a_record_comes_out_with_the_bytes_it_went_in_with() -> None:
    body = zstandard.ZstdCompressor().compress(LINE + AT)
    line, _at = await pulled(always(200, body, NDJSON | {"content-encoding": "zstd"}))

    assert isinstance(line, EntryLine)
    assert bytes(line.raw) == RAW


async def test_lines_before_a_cut_are_given_and_then_there_is_no_contact() -> None:
    server = always(200, LINE + AT[:10], NDJSON)
    lines: list[PullLine] = []

    with pytest.raises(NoContact):
        async for line in server.pull(PULL):
            lines.append(line)

    assert len(lines) == 1


async def test_the_servers_own_no_is_a_refusal_with_its_code() -> None:
    body = msgspec.json.encode(Refused(code="busy", text="Vänta.", after=7))

    with pytest.raises(Refusal) as refusal:
        await always(503, body).hello(HELLO)

    assert (refusal.value.code, refusal.value.after) == ("busy", 7)


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, b"<html>Logga in i gastnatet</html>", {"content-type": "text/html; charset=utf-8"}),
        (302, b"", {"location": "https://portal.example"}),
        (502, b"Bad Gateway", {"content-type": "text/html"}),
        (503, b"", {}),
        (504, b"{}", JSON),
    ],
)
async def test_what_something_in_between_says_is_no_contact(
    status: int, body: bytes, headers: dict[str, str]
) -> None:
    with pytest.raises(NoContact):
        await always(status, body, headers).hello(HELLO)


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "unauthenticated"), (403, "not_allowed"), (413, "too_large"), (500, "defect")],
)
async def test_a_no_without_words_still_has_its_code(status: int, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        await always(status, b"").hello(HELLO)
    assert refusal.value.code == code


async def test_an_answer_that_makes_no_sense_is_a_violation_without_its_words() -> None:
    with pytest.raises(ProtocolViolation) as violation:
        await always(200, b'{"epoch":7,"secret":"Grace Hopper"}').hello(HELLO)

    assert "Grace" not in str(violation.value)
    assert violation.value.__cause__ is None


@pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
async def test_whatever_happens_on_the_way_is_no_contact(kind: type[httpx.TransportError]) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise kind("https://server.example/sync/hello failed", request=request)

    with pytest.raises(NoContact) as lost:
        await answering(fail).hello(HELLO)

    assert str(lost.value) == ""
    assert lost.value.__cause__ is None


async def test_a_large_push_travels_compressed_and_whole() -> None:
    heard: list[httpx.Request] = []

    def hear(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return httpx.Response(200, content=msgspec.json.encode(PushReply(epoch="e", outcomes=())))

    group = Group(p=GRACE, ops=tuple(Pushed(raw=msgspec.Raw(RAW)) for _ in range(1_000)))
    push = PushRequest(epoch="e", groups=(group,))

    await answering(hear).push(push)

    (request,) = heard
    body = await request.aread()
    assert request.headers["content-encoding"] == "zstd"
    assert len(body) == int(request.headers["content-length"])
    assert zstandard.ZstdDecompressor().decompress(body) == msgspec.json.encode(push)
    assert request.headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize("address", ["http://server.example", "ftp://127.0.0.1", "server.example"])
def test_records_do_not_travel_in_the_clear(address: str) -> None:
    with pytest.raises(InsecureAddress):
        Connection(address, token=lambda: "")


async def test_no_address_and_no_body_comes_to_any_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    await always(200, msgspec.json.encode(WELCOME)).hello(HELLO)
    logging.getLogger("httpx").warning("GET https://server.example/sync/hello")

    assert "server.example" not in caplog.text
