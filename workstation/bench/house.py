"""A record server as a process of its own on loopback, with patients in one unit, and ways to it."""

from __future__ import annotations

import asyncio
import secrets
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx
import msgspec

from sync.protocol.login import LoginReply, LoginRequest
from sync.protocol.messages import Group, HelloReply, HelloRequest, Message, Pushed
from workstation import VERSION
from workstation.bench.measurer import BENCH_AUTHOR, SIGNER, UNIT
from workstation.domain.directory import Assignment, Directory, Person, Provider, Unit
from workstation.domain.ids import HsaId
from workstation.domain.record import Sealed
from workstation.server.core import Core
from workstation.server.serve import Accounts, ServerConfig, bootstrap, ingest, opened

USER, OTHER_USER = "matning", "kollega"
COLLEAGUE = HsaId("SE2321000131-KOLLEGA")
PASSWORD = secrets.token_urlsafe(12)
DEVICE = "bench"
READER = "191212121212"
_PATIENCE_SECONDS = 30.0
_DIRECTORY = Directory(
    providers=(Provider(hsa_id=BENCH_AUTHOR.provider, name="Mätning"),),
    units=(Unit(hsa_id=HsaId(UNIT), name="Mätning", provider=BENCH_AUTHOR.provider, type="ward"),),
    people=(
        Person(
            hsa_id=BENCH_AUTHOR.hsa_id,
            name=BENCH_AUTHOR.name,
            profession="physician",
            title=BENCH_AUTHOR.title,
        ),
        Person(hsa_id=COLLEAGUE, name="Kim Kollega", profession="nurse", title="Sjuksköterska"),
    ),
    assignments=(
        Assignment(hsa_id=BENCH_AUTHOR.assignment, person=BENCH_AUTHOR.hsa_id, unit=HsaId(UNIT)),
        Assignment(hsa_id=HsaId(f"{COLLEAGUE}-M"), person=COLLEAGUE, unit=HsaId(UNIT)),
    ),
)


@dataclass(frozen=True, kw_only=True)
class House:
    """A running server. ``pid``: its process."""

    url: str
    port: int
    pid: int

    def log_in(self) -> LoginReply:
        """Log in as the one who measures."""
        reply = httpx.post(f"{self.url}/auth/login", content=login_body(), trust_env=False)
        reply.raise_for_status()
        return msgspec.json.decode(reply.content, type=LoginReply)

    def epoch(self, token: str) -> str:
        """Return the server's epoch."""
        request = HelloRequest(device=DEVICE, incarnation=1, program=VERSION)
        body = post(self.url, token, "/sync/hello", request).content
        return msgspec.json.decode(body, type=HelloReply).epoch


def login_body() -> bytes:
    """Return the request of the one who measures."""
    return msgspec.json.encode(
        LoginRequest(user=USER, password=PASSWORD, device=DEVICE, public_key=SIGNER.public_key)
    )


def post(url: str, token: str, path: str, message: Message) -> httpx.Response:
    """Post one message; the answer is a good one."""
    headers = {"Authorization": f"Bearer {token}"}
    content = msgspec.json.encode(message)
    reply = httpx.post(url + path, content=content, headers=headers, trust_env=False)
    reply.raise_for_status()
    return reply


@contextmanager
def running(
    folder: Path,
    batches: Iterable[tuple[UUID, Sequence[Sealed]]],
    *,
    db: str = "",
    also: Callable[[Core], Awaitable[None]] | None = None,
    reader: UUID | None = None,
) -> Iterator[House]:
    """Load a server's store, then serve it for the length of the block.

    Args:
        db: A PostgreSQL URL; embedded in ``folder`` unless given.
        also: Puts more into the store before it is served.
        reader: A patient who may read the own page, as ``READER`` with ``PASSWORD``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    place = db or str(folder / "record.db")
    key_file = folder / "record.key"
    config = ServerConfig(db=place, key_file=None if db else key_file)
    asyncio.run(_load(config, batches, also, reader))
    port = _free_port()
    command = [sys.executable, "-m", "workstation", "serve", "--db", place, "--port", str(port)]
    if not db:
        command += ["--key-file", str(key_file)]
    with _process(command) as process:
        house = House(url=f"http://127.0.0.1:{port}", port=port, pid=process.pid)
        _wait_for(house, process)
        yield house


async def _load(
    config: ServerConfig,
    batches: Iterable[tuple[UUID, Sequence[Sealed]]],
    also: Callable[[Core], Awaitable[None]] | None,
    reader: UUID | None,
) -> None:
    accounts = Accounts(
        patients={reader: (READER, PASSWORD)} if reader else {},
        staff={USER: (BENCH_AUTHOR.hsa_id, PASSWORD), OTHER_USER: (COLLEAGUE, PASSWORD)},
        keys={SIGNER.public_key: BENCH_AUTHOR.hsa_id},
    )
    async with opened(config) as core:
        await bootstrap(core, _DIRECTORY, accounts)
        await ingest(core, batches)
        if also is not None:
            await also(core)
        if config.place.on_postgres:  # as its own servant does within the minute
            await core.database.write(lambda c: c.exec_driver_sql("ANALYZE"))


@contextmanager
def _process(command: Sequence[str]) -> Generator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(_PATIENCE_SECONDS)


def _wait_for(house: House, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            httpx.get(f"{house.url}/health", trust_env=False).raise_for_status()
            return
        except httpx.HTTPError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the server did not start") from None
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def a_group(patient: UUID, *records: Sealed) -> Group:
    """Return records of one patient as they are pushed."""
    return Group(p=patient, ops=tuple(_pushed(each) for each in records))


def _pushed(sealed: Sealed) -> Pushed:
    return Pushed(
        raw=msgspec.Raw(sealed.raw),
        sig=b64encode(sealed.signature).decode(),
        by=b64encode(sealed.signer).decode(),
    )


def resident_mb(pid: int) -> float | None:
    """Return a process's resident memory in MB (10^6 bytes); None where the system does not say."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        return None
    return None
