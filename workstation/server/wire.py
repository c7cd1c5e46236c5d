"""Bodies on the wire: read up to a limit, decoded strictly, compressed where asked for."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator
from typing import Any, TypeVar

import msgspec
import zstandard
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.exceptions import InternalServerException
from litestar.response import Stream

from sync.protocol.messages import MOST_BYTES_IN_A_BODY, Message

M = TypeVar("M", bound=Message)
AnyRequest = Request[Any, Any, Any]

NDJSON = "application/x-ndjson"
_LEVEL = 3
_SMALL_BODY = 64 * 1024
_MOST_DISCARDED = 64 * 1024 * 1024
_PLACE = re.compile(r"at `([^`]*)`")
_SMALLEST_COMPRESSED = 256


class TooLarge(Exception):
    """The body is larger than anything this route takes. Nothing of it was kept."""


class BadBody(Exception):
    """The body is not what the route takes. ``place`` says where, never what stands there."""

    def __init__(self, place: str = "") -> None:
        super().__init__()
        self.place = place


async def read_message(request: AnyRequest, kind: type[M], *, most: int = _SMALL_BODY) -> M:
    """Read and decode the body.

    Raises:
        TooLarge: More than ``most`` bytes, compressed or not.
        BadBody: It is no such message.
    """
    raw = await read_plain(request, most=most)
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        found = _PLACE.search(str(error))
        raise BadBody(found[1] if found else "") from None


async def read_push_body(request: AnyRequest, kind: type[M]) -> M:
    """As :func:`read_message`, with room for many records."""
    return await read_message(request, kind, most=MOST_BYTES_IN_A_BODY)


async def read_plain(request: AnyRequest, *, most: int) -> bytes:
    """Read the body, unpacked where it came as gzip or zstd.

    Raises:
        TooLarge: More than ``most`` bytes, packed or not.
        BadBody: It is packed in another way, or broken.
    """
    packed = await read_bytes(request, most=most)
    return _plain(packed, header(request, b"content-encoding"), most)


async def read_bytes(request: AnyRequest, *, most: int) -> bytes:
    """Read the body; what is too large is taken from the line and thrown away, so that the
    caller can hear the answer.
    """
    if _announced(request) > _MOST_DISCARDED:
        raise TooLarge
    kept, size = bytearray(), 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > _MOST_DISCARDED:
                raise TooLarge
            if size <= most:
                kept += chunk
            else:
                kept.clear()
    except InternalServerException:
        raise BadBody from None  # the line was cut: nobody hears the answer, and it is no defect
    if size > most:
        raise TooLarge
    return bytes(kept)


def header(connection: ASGIConnection[Any, Any, Any, Any], name: bytes) -> str:
    """Return a header's first value, or "" without one: the few we ask for are found by looking."""
    for key, value in connection.scope["headers"]:
        if key == name:
            return value.decode("latin-1")
    return ""


def _announced(request: AnyRequest) -> int:
    length = header(request, b"content-length") or "0"
    return int(length) if length.isascii() and length.isdigit() else 0


def _plain(body: bytes, encoding: str, most: int) -> bytes:
    if not encoding or encoding == "identity":
        return body
    if encoding == "gzip":
        return _from_gzip(body, most)
    if encoding != "zstd":
        raise BadBody("content-encoding")
    try:
        with zstandard.ZstdDecompressor(max_window_size=2**23).stream_reader(body) as reader:
            plain = reader.read(most + 1)
    except zstandard.ZstdError:
        raise BadBody("content-encoding") from None
    if len(plain) > most:
        raise TooLarge
    return plain


def _from_gzip(body: bytes, most: int) -> bytes:
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = unpacking.decompress(body, most + 1)
    except zlib.error:
        raise BadBody("content-encoding") from None
    if len(plain) > most:
        raise TooLarge
    if not unpacking.eof or unpacking.unused_data:
        raise BadBody("content-encoding")
    return plain


def reply(
    message: msgspec.Struct | tuple[msgspec.Struct, ...], *, status: int = 200
) -> Response[bytes]:
    """Return a message as the answer."""
    return Response(msgspec.json.encode(message), status_code=status, media_type="application/json")


def reply_lines(request: AnyRequest, lines: bytes) -> Response[bytes]:
    """Return lines as the answer, compressed where that pays."""
    if not _takes_zstd(request) or len(lines) < _SMALLEST_COMPRESSED:
        return Response(lines, status_code=200, media_type=NDJSON)
    body = zstandard.ZstdCompressor(level=_LEVEL).compress(lines)
    return Response(body, status_code=200, media_type=NDJSON, headers={"content-encoding": "zstd"})


def reply_pages(request: AnyRequest, first: bytes, others: AsyncIterator[bytes]) -> Stream:
    """Return pages of lines as they come, in one compressed frame."""
    pages = _after(first, others)
    if not _takes_zstd(request):
        return Stream(pages, status_code=200, media_type=NDJSON)
    return Stream(
        _compressed(pages), status_code=200, media_type=NDJSON, headers={"content-encoding": "zstd"}
    )


async def _after(first: bytes, others: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for page in others:
        yield page


async def _compressed(pages: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    compressor = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
    async for page in pages:
        part = compressor.compress(page) + compressor.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
        if part:
            yield part
    yield compressor.flush()


def _takes_zstd(request: AnyRequest) -> bool:
    return "zstd" in header(request, b"accept-encoding")
