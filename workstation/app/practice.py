"""Practice mode's network: a switch, and no way to any machine but this one."""

from __future__ import annotations

import httpx

from workstation.app.line import Line

_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


class PracticeLine(Line):
    """The line between the practising workstation and its own server on loopback."""

    def set_line(self, *, up: bool) -> None:
        """Cut it, or restore it."""
        self.is_up = up

    def transport(self) -> httpx.AsyncBaseTransport:
        """Return a transport over this line that refuses every other machine."""
        return _HereOnly(super().transport())


class _HereOnly(httpx.AsyncBaseTransport):
    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host not in _HERE:
            raise httpx.ConnectError("practice reaches no other machine")
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()
