"""A server that is killed in the middle of a push has lost nothing it acknowledged, and nothing is there twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import msgspec
import pytest
from sqlalchemy import select

from sync.protocol.login import LoginReply, LoginRequest
from sync.protocol.messages import PushReply, PushRequest
from tests.builders import GRACE, WARD, a_note, a_patient
from tests.server.running import (
    DIRECTORY,
    OKORO,
    OKOROS_PEN,
    PASSWORD,
    STAFF,
    a_group,
    a_staff,
)
from tests.server.test_store_contract import pulled
from workstation.domain.record import Record
from workstation.server import schema
from workstation.server.serve import Accounts, ServerConfig, bootstrap, opened
from workstation.server.store import audit

ROUNDS = int(os.environ.get("ROUNDS", "6"))
PATIENCE = 120.0
"""Seconds. A machine may be busy with anything; only what never comes is a failure."""
SERVE = """
import sys
from pathlib import Path
from workstation.server.serve import ServerConfig, run
folder = Path(sys.argv[1])
run(ServerConfig(db=str(folder / "record.db"), port=int(sys.argv[2]), key_file=folder / "key"))
"""


class Process:
    """The server as a process of its own. However busy the machine is, it is waited for."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._said = folder / "said.txt"
        self._killer: threading.Timer | None = None
        with self._said.open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-c", SERVE, str(folder), str(port)],
                cwd=Path.cwd(),
                stdout=said,
                stderr=said,
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                httpx.get(self.url + "/health", timeout=5, trust_env=False).raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.05)
            else:
                return
        self.kill()
        raise AssertionError(f"the server did not start: {self.end}")

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        if self._killer is not None:
            self._killer.join()
        if self._process.poll() is None:
            self.kill()

    @property
    def end(self) -> str:
        """How it ended, and what it said."""
        return f"code {self._process.poll()}, said {self._said.read_text()!r}"

    @property
    def doomed(self) -> bool:
        """Whether its end has begun."""
        return self._killer is not None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)

    def kill_in(self, seconds: float) -> None:
        self._killer = threading.Timer(seconds, self.kill)
        self._killer.start()

    def stop(self) -> int:
        self._process.terminate()
        return self._process.wait(PATIENCE)


def push(process: Process, record: Record, token: str) -> bool:
    """Push one record; whether it was acknowledged. Only who is being killed may not answer."""
    request = PushRequest(epoch="", groups=(a_group(record, pen=OKOROS_PEN),))
    try:
        answer = httpx.post(
            process.url + "/sync/push",
            content=msgspec.json.encode(request),
            headers={"authorization": f"Bearer {token}"},
            timeout=PATIENCE,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        if not process.doomed:
            pytest.fail(f"{type(error).__name__} from a server left alone: {process.end}")
        return False
    assert answer.status_code == 200, answer.text
    (outcome,) = msgspec.json.decode(answer.content, type=PushReply).outcomes
    assert outcome.verdict in ("applied", "known")
    return True


def log_in(url: str) -> str:
    asked = LoginRequest(
        user="okoro", password=PASSWORD, device="PC-17", public_key=OKOROS_PEN.public_key
    )
    answer = httpx.post(
        url + "/auth/login",
        content=msgspec.json.encode(asked),
        timeout=PATIENCE,
        trust_env=False,
    )
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=LoginReply).token


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="there is no kill -9 on Windows")
async def test_what_was_acknowledged_survives_kill_9_and_nothing_is_there_twice(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    config = ServerConfig(db=str(tmp_path / "record.db"), key_file=tmp_path / "key")
    async with opened(config) as core:
        await bootstrap(core, DIRECTORY, Accounts(staff=STAFF, keys={OKOROS_PEN.public_key: OKORO}))
        epoch = core.epoch
    chance = random.Random(9)
    written: list[Record] = [a_patient()]
    acknowledged: set[str] = set()

    for _ in range(ROUNDS):
        before = len(acknowledged)
        enough = chance.randint(1, 12)
        with Process(tmp_path, unused_tcp_port) as process:
            token = log_in(process.url)
            while True:
                # As a workstation does: what was not acknowledged is sent again.
                unsent = [r for r in written if str(r.id) not in acknowledged] or [a_note()]
                if unsent[0] not in written:
                    written.append(unsent[0])
                if len(acknowledged) - before >= enough and not process.doomed:
                    process.kill_in(chance.uniform(0, 0.05))
                if not push(process, unsent[0], token):
                    break
                acknowledged.add(str(unsent[0].id))

    with Process(tmp_path, unused_tcp_port) as process:
        assert process.stop() == 0, process.end
    async with opened(config) as core:
        table = schema.entry
        query = select(table.c.op_id).where(table.c.patient_id == GRACE.bytes)
        stored = await core.database.read(lambda c: [op.hex() for op in c.scalars(query)])
        *lines, _at = await pulled(core, actor=a_staff(), unit=WARD)
        fault = await core.database.read(audit.first_fault)
        assert core.epoch == epoch, "a crash is no restore"

    assert {i.replace("-", "") for i in acknowledged} <= set(stored)
    assert len(stored) == len(set(stored))
    assert set(stored) <= {r.id.hex for r in written}
    assert len(acknowledged) >= ROUNDS
    assert [line.pos for line in lines] == list(range(1, len(lines) + 1))
    assert fault is None
