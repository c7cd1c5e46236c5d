"""Run the record server: what ``workstation serve`` and the tests call."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import logging
import os
import signal
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from litestar import Litestar

from workstation.content.statements import Signer
from workstation.domain.clock import Clock, SystemClock
from workstation.domain.defect import in_log_of_loop
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.server.alone import alone_with
from workstation.server.application import application
from workstation.server.core import Core
from workstation.server.loading import (
    Accounts,
    Ingested,
    WrittenBatch,
    bootstrap,
    end_memberships,
    ingest,
    ingest_written,
)
from workstation.server.opening import Place, Store, open_store

_log = logging.getLogger(__name__)
_GRACE_SECONDS = 20
_ROUNDS = (10_000, 20, 50)  # of new objects between rounds of garbage collection; Python's: 700
_KEEP_ALIVE_SECONDS = (
    75  # longer than a workstation keeps a connection, so that it never races with us
)
RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, kw_only=True)
class ServerConfig:
    """How to serve. Beyond loopback only with ``tls_cert`` and ``tls_key`` (PEM files).

    ``db``: path of the embedded database, or ``postgresql://…``. ``port`` 0: any free one.
    """

    db: str
    host: str = "127.0.0.1"
    port: int = 8710
    tls_cert: Path | None = None
    tls_key: Path | None = None
    key_file: Path | None = None
    mark_file: Path | None = None
    keyed_as: Path | None = None
    clock: Clock = field(default_factory=SystemClock)
    random: RandomBytes = os.urandom
    content_signers: Sequence[Signer] = ()

    @property
    def place(self) -> Place:
        """Where the record is kept."""
        return Place(
            database=self.db,
            key_file=self.key_file,
            mark_file=self.mark_file,
            keyed_as=self.keyed_as,
        )


def create_app(config: ServerConfig) -> Litestar:
    """Return the ASGI application; it opens its store when it starts."""
    return application(
        config.place,
        clock=config.clock,
        random=config.random,
        content_signers=config.content_signers,
    )


@asynccontextmanager
async def opened(config: ServerConfig) -> AsyncIterator[Core]:
    """Open the store without serving: to load a directory, to import, to look at the log.

    Raises:
        CannotOpen: It was left as it is.
    """
    store: Store = await open_store(config.place, clock=config.clock, random=config.random)
    try:
        yield store.core
    finally:
        await store.close()


def _nobody(_address: str) -> None:
    """Nobody wants to know."""


class Server(uvicorn.Server):
    """Ends open event streams first, so that nothing waits for them when the server goes down.

    A signal asks it to stop, and having stopped as asked is a success. ``serving`` is told the
    address once it answers there.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving: Callable[[str], None] = _nobody

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started and self.servers:
            port = self.servers[0].sockets[0].getsockname()[1]
            scheme = "https" if self.config.is_ssl else "http"
            self.serving(f"{scheme}://{self.config.host}:{port}")

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        asked = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in asked}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def serve(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        asyncio.get_running_loop().set_exception_handler(_in_loop)
        await super().serve(sockets)  # type: ignore[arg-type]

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        app = self.config.app
        if isinstance(app, Litestar) and "core" in app.state:
            app.state.core.hub.close()
        await super().shutdown(sockets)  # type: ignore[arg-type]


def _in_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what nobody waited for by its type and places: a task's own text quotes the record."""
    _log.error("unexpected in the event loop: %s", in_log_of_loop(context))


def make_server(config: ServerConfig) -> Server:
    """Return a server that is ready to run.

    Raises:
        Problem: It would listen beyond this machine without TLS.
    """
    _refuse_clear_text(config)
    _check_certificate(config)
    # It would write addresses with what was asked for in them, whatever ``access_log`` says.
    logging.getLogger("uvicorn.access").disabled = True
    return Server(
        uvicorn.Config(
            create_app(config),
            host=config.host,
            port=config.port,
            ssl_certfile=str(config.tls_cert) if config.tls_cert else None,
            ssl_keyfile=str(config.tls_key) if config.tls_key else None,
            access_log=False,
            log_config=None,
            server_header=False,
            lifespan="on",
            timeout_graceful_shutdown=_GRACE_SECONDS,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )
    )


def run(config: ServerConfig, *, serving: Callable[[str], None] = _nobody) -> None:
    """Serve until told to stop: requests under way are finished first.

    ``serving`` is told the address once it answers there.

    Raises:
        Problem: The store cannot be opened or is served already, or what the configuration says
            is not safe.
    """
    server = make_server(config)
    server.serving = serving
    with nullcontext() if config.place.on_postgres else alone_with(Path(config.db)):
        asyncio.run(_check_opens(config))
        _keep_for_good()
        server.run()
    if not server.started:
        raise Problem(
            _("The server could not start."),
            _("Another program may be using port {port}.").format(port=config.port),
        )


def _keep_for_good() -> None:
    """Take the program itself out of the garbage collector's rounds: none of it ever goes.

    Else a round over all of it, some 70 ms, falls into the middle of somebody's request. Nothing
    of a record is among it: nobody has asked for anything yet.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_ROUNDS)


async def _check_opens(config: ServerConfig) -> None:
    """Open and close the store once, so that what is wrong with it is told in plain words."""
    async with opened(config):
        pass


def _refuse_clear_text(config: ServerConfig) -> None:
    if bool(config.tls_cert) != bool(config.tls_key):
        raise Problem(_("A certificate and its key belong together."), _("Name both, or neither."))
    if not is_loopback(config.host) and not config.tls_cert:
        raise Problem(
            _("Beyond this machine the server is only reached over TLS."),
            _("Name a certificate and its key with --tls-cert and --tls-key."),
        )


def _check_certificate(config: ServerConfig) -> None:
    """Load it once, so that what is wrong with it is told in plain words."""
    if config.tls_cert is None:
        return
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:  # a key that asks for a password has none to ask for it
        context.load_cert_chain(config.tls_cert, config.tls_key, password="")
    except (ssl.SSLError, OSError, ValueError):
        raise Problem(
            _("The certificate and its key cannot be used."),
            _("Both are PEM files, the key without a password, and they belong together."),
        ) from None


def is_loopback(host: str) -> bool:
    """Whether the address can only be reached from this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


__all__ = [
    "Accounts",
    "Core",
    "Ingested",
    "Server",
    "ServerConfig",
    "WrittenBatch",
    "bootstrap",
    "create_app",
    "end_memberships",
    "ingest",
    "ingest_written",
    "make_server",
    "opened",
    "run",
]
