"""A record server in this process, on a free loopback port, with a small directory and logins.

``running_server(folder)`` is for every test that needs a real server: it loads ``DIRECTORY``,
listens, and stops gracefully at the end of the block.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import threading
from base64 import b64encode
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec

from sync.protocol.login import LoginReply, LoginRequest
from sync.protocol.messages import Group, Message, Pushed, PushReply, PushRequest
from tests.builders import CLINIC, HOSPITAL, LABORATORY, WARD, an_author
from workstation.access.actor import Staff
from workstation.access.signing import SEED_BYTES, Ed25519Signer
from workstation.content.statements import Signer
from workstation.domain.clock import Clock, SystemClock
from workstation.domain.directory import Assignment, Directory, Person, Provider, Unit
from workstation.domain.ids import HsaId
from workstation.domain.record import Author, Record, Sealed, seal
from workstation.server.core import Core
from workstation.server.serve import Accounts, Server, ServerConfig, bootstrap, make_server

TRUST = ssl.create_default_context()
"""Read once for every caller: it takes longer than most answers."""

PASSWORD = "Vinter-i-Borås-7"
OKORO = HsaId("SE2321000016-P001")
LIND = HsaId("SE2321000016-P002")
BERG = HsaId("SE2321000016-P003")
ROOT = HsaId("SE2321000016-P004")
NORD = HsaId("SE2321000016-P005")
SAND = HsaId("SE2321000016-P006")
LAB_SYSTEM = HsaId("SE2321000016-S001")
LAB_SYSTEM_AT = HsaId("SE2321000016-M007")

DIRECTORY = Directory(
    providers=(Provider(hsa_id=HOSPITAL, name="Sjukhuset"),),
    units=(
        Unit(hsa_id=WARD, name="Avdelning 1", provider=HOSPITAL, type="ward"),
        Unit(hsa_id=CLINIC, name="Mottagningen", provider=HOSPITAL, type="outpatient"),
        Unit(hsa_id=LABORATORY, name="Laboratoriet", provider=HOSPITAL, type="laboratory"),
    ),
    people=(
        Person(hsa_id=OKORO, name="Chidi Okoro", profession="physician", title="Överläkare"),
        Person(hsa_id=LIND, name="Anna Lind", profession="nurse", title="Sjuksköterska"),
        Person(hsa_id=BERG, name="Bo Berg", profession="physician", title="Läkare"),
        Person(hsa_id=ROOT, name="Eva Root", profession="administrator", title="Driftansvarig"),
        Person(hsa_id=NORD, name="Maj Nord", profession="medical_secretary", title="Granskare"),
        Person(hsa_id=SAND, name="Liv Sand", profession="physician", title="Läkemedelsansvarig"),
        Person(hsa_id=LAB_SYSTEM, name="Labsystemet", profession="system", title="System"),
    ),
    assignments=(
        Assignment(hsa_id=HsaId("SE2321000016-M001"), person=OKORO, unit=WARD),
        Assignment(hsa_id=HsaId("SE2321000016-M002"), person=LIND, unit=WARD),
        Assignment(hsa_id=HsaId("SE2321000016-M003"), person=BERG, unit=CLINIC),
        Assignment(hsa_id=HsaId("SE2321000016-M004"), person=ROOT, unit=WARD, rights=("admin",)),
        Assignment(
            hsa_id=HsaId("SE2321000016-M005"), person=NORD, unit=WARD, rights=("log_review",)
        ),
        Assignment(
            hsa_id=HsaId("SE2321000016-M006"),
            person=SAND,
            unit=WARD,
            rights=("content_author", "content_approver"),
        ),
        Assignment(
            hsa_id=LAB_SYSTEM_AT, person=LAB_SYSTEM, unit=LABORATORY, rights=("lab_system",)
        ),
    ),
)
STAFF = {
    "okoro": (OKORO, PASSWORD),
    "lind": (LIND, PASSWORD),
    "berg": (BERG, PASSWORD),
    "root": (ROOT, PASSWORD),
    "nord": (NORD, PASSWORD),
    "sand": (SAND, PASSWORD),
}


class Pen(Ed25519Signer):
    """Signs for one person with a new key."""

    def __init__(self) -> None:
        super().__init__(os.urandom(SEED_BYTES))


OKOROS_PEN = Pen()
"""Dr Okoro's key in tests that open the store themselves."""


def a_staff(person: HsaId = OKORO, unit: HsaId = WARD, **fields: Any) -> Staff:
    """Return Dr Okoro on the ward, as the server knows him after he has logged in."""
    numbers = {OKORO: "M001", LIND: "M002", BERG: "M003", ROOT: "M004", NORD: "M005", SAND: "M006"}
    values: dict[str, Any] = {
        "person": person,
        "assignment": HsaId(f"SE2321000016-{numbers[person]}"),
        "unit": unit,
        "provider": HOSPITAL,
        "rights": frozenset({"care"}),
        "device": "PC-17",
    }
    return Staff(**(values | fields))


def a_line(record: Record, pen: Pen) -> Pushed:
    """Return the record as it is pushed."""
    return as_pushed(seal(record, pen))


def as_pushed(sealed: Sealed) -> Pushed:
    """Return sealed bytes as they are pushed."""
    return Pushed(
        raw=msgspec.Raw(sealed.raw),
        sig=b64encode(sealed.signature).decode(),
        by=b64encode(sealed.signer).decode(),
    )


def a_group(*records: Record, pen: Pen) -> Group:
    """Return records of one patient as a group."""
    return Group(p=records[0].patient, ops=tuple(a_line(record, pen) for record in records))


@dataclass(kw_only=True)
class Caller:
    """Somebody logged in over HTTP."""

    http: httpx.Client
    token: str
    reply: LoginReply
    pen: Pen = field(default_factory=Pen)

    @property
    def author(self) -> Author:
        assert self.reply.author is not None
        return self.reply.author

    def post(self, path: str, message: Message | bytes, **headers: str) -> httpx.Response:
        body = message if isinstance(message, bytes) else msgspec.json.encode(message)
        return self.http.post(
            path, content=body, headers={"authorization": f"Bearer {self.token}", **headers}
        )

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path, headers={"authorization": f"Bearer {self.token}"})

    def push(self, *groups: Group) -> PushReply:
        """Push the groups; they must be answered with 200."""
        answer = self.post("/sync/push", PushRequest(epoch="", groups=groups))
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=PushReply)

    def writes(self, *records: Record) -> PushReply:
        """Push each record as a group of its own."""
        return self.push(*(a_group(record, pen=self.pen) for record in records))


@dataclass(kw_only=True)
class Running:
    """A server that answers at ``url``. ``core``: its store; use it through ``do``."""

    url: str
    config: ServerConfig
    server: Server
    loop: asyncio.AbstractEventLoop
    _callers: list[httpx.Client] = field(default_factory=list)

    @property
    def core(self) -> Core:
        app: Any = self.server.config.app
        core: Core = app.state.core
        return core

    def do(self, work: Any) -> Any:
        """Run a coroutine on the server's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def http(self) -> httpx.Client:
        """Return a client that is closed with the server."""
        self._callers.append(
            httpx.Client(base_url=self.url, timeout=30, verify=TRUST, trust_env=False)
        )
        return self._callers[-1]

    def close(self) -> None:
        for caller in self._callers:
            caller.close()

    def log_in(self, user: str, *, pen: Pen | None = None, device: str = "PC-17") -> Caller:
        """Log in as one of ``STAFF`` with a signing key."""
        pen = pen or Pen()
        http = self.http()
        asked = LoginRequest(user=user, password=PASSWORD, device=device, public_key=pen.public_key)
        answer = http.post("/auth/login", content=msgspec.json.encode(asked))
        assert answer.status_code == 200, answer.text
        reply = msgspec.json.decode(answer.content, type=LoginReply)
        return Caller(http=http, token=reply.token, reply=reply, pen=pen)


@contextmanager
def running_server(
    folder: Path,
    *,
    db: str = "",
    clock: Clock | None = None,
    directory: Directory = DIRECTORY,
    accounts: Accounts | None = None,
    content_signers: Sequence[Signer] = (),
) -> Generator[Running]:
    """Serve from ``folder`` (embedded unless ``db`` names a PostgreSQL) for the length of the block."""
    config = ServerConfig(
        db=db or str(folder / "record.db"),
        port=0,
        key_file=None if db else folder / "record.key",
        mark_file=folder / "record.mark",
        clock=clock or SystemClock(),
        random=os.urandom,
        content_signers=content_signers,
    )
    server = make_server(config)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=_serve, args=(loop, server), name="test-server", daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        running = Running(url=_url(server), config=config, server=server, loop=loop)
        running.do(bootstrap(running.core, directory, accounts or Accounts(staff=STAFF)))
        try:
            yield running
        finally:
            running.close()
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive(), "the server did not stop"


def _serve(loop: asyncio.AbstractEventLoop, server: Server) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(server.serve())
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()


def _wait_until_started(server: Server, thread: threading.Thread) -> None:
    while not server.started:
        thread.join(0.01)
        if not thread.is_alive() and not server.started:
            raise RuntimeError("the server did not start")


def _url(server: Server) -> str:
    port = server.servers[0].sockets[0].getsockname()[1]
    return f"http://127.0.0.1:{port}"


def dr_okoro() -> Author:
    """Return the author that Dr Okoro is in these tests."""
    return an_author()
