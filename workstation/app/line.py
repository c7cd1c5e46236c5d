"""The network between a workstation and the server, with a switch: for demonstration and tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import msgspec

from sync.protocol.messages import Refused


class Line:
    """``is_up`` False cuts it, also in the middle of an answer. ``refusal``: the code with which
    whoever is at the other end says no to everything.
    """

    def __init__(self) -> None:
        self.is_up = True
        self.refusal = ""

    def transport(self) -> httpx.AsyncBaseTransport:
        """Return a transport over this line."""
        return _Cut(self)


class _Cut(httpx.AsyncBaseTransport):
    def __init__(self, line: Line) -> None:
        self._line = line
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self._line.is_up:
            raise httpx.ConnectError("cut")
        if self._line.refusal:
            said = msgspec.json.encode(Refused(code=self._line.refusal))
            return httpx.Response(403, content=said, request=request)
        response = await self._inner.handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _CutStream(self._line, response.stream)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _CutStream(httpx.AsyncByteStream, AsyncIterator[bytes]):
    """No generator: one left behind is closed by nobody knows whom, in the wrong task."""

    def __init__(self, line: Line, inner: httpx.AsyncByteStream) -> None:
        self._line, self._inner = line, inner
        self._chunks = aiter(inner)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        chunk = await anext(self._chunks)
        if not self._line.is_up:
            raise httpx.ReadError("cut")
        return chunk

    async def aclose(self) -> None:
        await self._inner.aclose()
