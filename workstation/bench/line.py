"""A bare HTTP/1.1 line: so light that what is measured is the server."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import msgspec

from sync.protocol.messages import Message

_LENGTH = b"content-length: "


class BadAnswer(RuntimeError):
    """The server did not answer with 2xx: what would be measured is not what was meant."""


def request_bytes(path: str, body: Message | bytes, token: str) -> bytes:
    """Return a whole request."""
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    bearer = f"authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{bearer}"
        f"content-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


@dataclass(frozen=True)
class Line:
    """One connection, one request at a time."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def open(cls, port: int) -> Line:
        """Connect to this machine."""
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=2**22))

    async def ask(self, request: bytes) -> bytes:
        """Send a request and return the body of its answer, chunks as they came.

        Raises:
            BadAnswer: The status is not 2xx.
        """
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        body = await self._body(head.lower())
        if not head.startswith(b"HTTP/1.1 2"):
            raise BadAnswer(head.split(b"\r\n", 1)[0].decode())
        return body

    async def _body(self, head: bytes) -> bytes:
        if _LENGTH in head:
            length = int(head.partition(_LENGTH)[2].split(b"\r\n", 1)[0])
            return await self.reader.readexactly(length)
        chunks = b""
        while True:
            size = int(await self.reader.readline(), 16)
            chunks += (await self.reader.readexactly(size + 2))[:size]
            if size == 0:
                return chunks

    def close(self) -> None:
        """Hang up."""
        self.writer.close()
