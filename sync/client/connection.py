"""One HTTP connection pool to the record server: deadlines on everything, errors in two kinds.

What is no answer becomes ``NoContact``; what is an answer and says no becomes ``Refusal``. No
exception carries an address or a body, and nothing is logged.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from functools import lru_cache
from ipaddress import ip_address
from typing import TypeVar

import httpx
import msgspec
import zstandard

from sync.client.quiet import silence_http_libraries
from sync.protocol.messages import PROTOCOL, Refused
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation

Answer = TypeVar("Answer")

CONNECT_SECONDS = 3.0
READ_SECONDS = 20.0
WRITE_SECONDS = 10.0
"""For every 64 kB that goes out."""
MOST_BYTES_IN_A_LINE = 32_000_000
_PIECE = 65_536
_SMALLEST_COMPRESSED = 1_024
_LEVEL = 3
_PATIENCE = httpx.Timeout(
    connect=CONNECT_SECONDS, read=READ_SECONDS, write=WRITE_SECONDS, pool=CONNECT_SECONDS
)
_AWAY = frozenset({502, 503, 504})
"""Said by something in front of the server; the server's own refusals carry a code."""


class InsecureAddress(ValueError):
    """Records travel in clear text to this machine only."""


@lru_cache(maxsize=1)
def _trusted_here() -> ssl.SSLContext:
    """Return whom this machine trusts, read once: it takes as long as many an answer."""
    return ssl.create_default_context()


class Connection:
    """Sends requests with a bearer token.

    Args:
        base_url: ``https://…``; ``http`` only for a loopback address.
        token: Gives the token to send, or an empty text for none.
        tls: Which certificates to trust; None: those of the system.
        proxy: Address of the proxy to go through, if any.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: Callable[[], str],
        tls: ssl.SSLContext | None = None,
        proxy: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        check_address(base_url)
        silence_http_libraries()
        self._token = token
        self._client = httpx.AsyncClient(
            base_url=base_url,
            timeout=_PATIENCE,
            verify=tls or _trusted_here(),
            proxy=proxy,
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=8, keepalive_expiry=50.0),
            headers={"User-Agent": "ronden", "Protocol": str(PROTOCOL)},
        )

    async def close(self) -> None:
        """Close every connection; requests under way end without an answer."""
        await self._client.aclose()

    async def ask(self, path: str, question: object, answer: type[Answer]) -> Answer:
        """Post ``question`` as JSON and return the answer.

        Raises:
            NoContact, Refusal, ProtocolViolation: As the module says.
        """
        async with self._sent("POST", path, content=msgspec.json.encode(question)) as response:
            with _no_contact():
                body = await response.aread()
            return decoded(body, answer)

    async def tell(self, path: str, said: object = None) -> None:
        """Post ``said`` as JSON, or nothing, and want nothing back.

        Raises:
            NoContact, Refusal: As the module says.
        """
        content = b"" if said is None else msgspec.json.encode(said)
        async with self._sent("POST", path, content=content):
            return

    async def get(self, path: str, answer: type[Answer]) -> Answer:
        """Ask for what is at ``path``.

        Raises:
            NoContact, Refusal, ProtocolViolation: As the module says.
        """
        async with self._sent("GET", path) as response:
            with _no_contact():
                body = await response.aread()
            return decoded(body, answer)

    async def lines(self, path: str, question: object) -> AsyncGenerator[bytes, None]:
        """Post ``question`` and yield the lines of the answer as they come.

        Raises:
            NoContact: Also when the answer is cut; the lines before the cut have been yielded.
        """
        async with aclosing(self.blocks(path, question)) as blocks:
            async for block in blocks:
                for line in block.splitlines():
                    yield line

    async def blocks(self, path: str, question: object) -> AsyncGenerator[bytes, None]:
        """As :meth:`lines`, but whole lines together as they came, each with its end."""
        content = msgspec.json.encode(question)
        async with (
            self._sent("POST", path, content=content) as response,
            aclosing(_blocks_of(response)) as blocks,
        ):
            async for block in blocks:
                yield block

    async def events(self, path: str, *, silence: float) -> AsyncGenerator[bytes, None]:
        """Yield the data of server-sent events; empty for a comment, which is a sign of life.

        Raises:
            NoContact: Nothing, not even a comment, came for ``silence`` seconds.
        """
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
        patience = httpx.Timeout(
            connect=CONNECT_SECONDS, read=silence, write=WRITE_SECONDS, pool=CONNECT_SECONDS
        )
        async with (
            self._sent("GET", path, headers=headers, patience=patience) as response,
            aclosing(_blocks_of(response)) as blocks,
        ):
            async for block in blocks:
                for line in block.splitlines():
                    if line.startswith(b"data:"):
                        yield line[5:].strip()
                    elif line.startswith(b":"):
                        yield b""

    @asynccontextmanager
    async def _sent(
        self,
        method: str,
        path: str,
        *,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        patience: httpx.Timeout = _PATIENCE,
    ) -> AsyncIterator[httpx.Response]:
        """Send a request; give the response once its head has come and is a good one."""
        content, encoding = _compressed(content)
        request = self._client.build_request(
            method,
            path,
            content=_pieces(content) if content else None,
            headers={**self._headers(content), **encoding, **(headers or {})},
            timeout=patience,
        )
        with _no_contact():
            response = await self._client.send(request, stream=True)
        try:
            if response.status_code >= 300:
                await _refuse(response)
            _check_type(response)
            yield response
        finally:
            await response.aclose()

    def _headers(self, content: bytes) -> dict[str, str]:
        headers = {"Accept-Encoding": "zstd, identity"}
        if content:
            headers |= {"Content-Type": "application/json", "Content-Length": str(len(content))}
        if token := self._token():
            headers["Authorization"] = f"Bearer {token}"
        return headers


class _no_contact:  # noqa: N801  reads as a statement
    """Turn every failure of the transport into ``NoContact``, without its text."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and issubclass(
            kind, httpx.TransportError | httpx.DecodingError | httpx.StreamError | OSError
        ):
            raise NoContact from None


def _compressed(content: bytes) -> tuple[bytes, dict[str, str]]:
    """Compress what is large; return it with the header that says so."""
    if len(content) < _SMALLEST_COMPRESSED:
        return content, {}
    return zstandard.ZstdCompressor(level=_LEVEL).compress(content), {"Content-Encoding": "zstd"}


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    """Give the body in pieces, so that the deadline is for each and not for the whole."""
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]


async def _blocks_of(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """Yield whole lines, as many as came together, each with its end."""
    rest = b""
    chunks = response.aiter_bytes()
    while True:
        try:
            with _no_contact():
                chunk = await anext(chunks)
        except StopAsyncIteration:
            break
        end = chunk.rfind(b"\n") + 1
        if end:
            yield rest + chunk[:end]
            rest = chunk[end:]
        else:
            rest += chunk
            if len(rest) > MOST_BYTES_IN_A_LINE:
                raise ProtocolViolation("a line without an end")
    if rest.strip():
        raise NoContact  # the last line lacks its end: the reply was cut


async def _refuse(response: httpx.Response) -> None:
    """Raise what a bad status means."""
    with _no_contact():
        body = await response.aread()
    try:
        said = msgspec.json.decode(body, type=Refused)
    except msgspec.MsgspecError:
        said = None
    if said is not None and said.code:
        raise Refusal(said.code, said.text, said.after)
    if response.status_code in _AWAY or response.status_code < 400:
        raise NoContact
    raise Refusal(_CODES.get(response.status_code, "defect"))


_CODES = {401: "unauthenticated", 403: "not_allowed", 413: "too_large", 429: "busy"}


def _check_type(response: httpx.Response) -> None:
    """A page of a captive portal is no answer of the server."""
    if "html" in response.headers.get("Content-Type", ""):
        raise NoContact


def decoded(body: bytes, answer: type[Answer]) -> Answer:
    """Return the message in ``body``.

    Raises:
        ProtocolViolation: It is no such message.
    """
    try:
        return msgspec.json.decode(body, type=answer)
    except msgspec.MsgspecError:
        raise ProtocolViolation("an answer that cannot be read") from None


def check_address(base_url: str) -> None:
    """Accept ``https://…``, and ``http`` to this machine.

    Raises:
        InsecureAddress: Anything else.
    """
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        raise InsecureAddress("the server's address is none") from None
    if (url.scheme == "https" and url.host) or (url.scheme == "http" and _is_loopback(url.host)):
        return
    raise InsecureAddress("the server's address must begin with https")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
