"""Servers to test against."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.needs import needs_postgres
from tests.server.laboratory import Laboratory
from tests.server.running import (
    DIRECTORY,
    OKORO,
    OKOROS_PEN,
    STAFF,
    Caller,
    Running,
    running_server,
)
from workstation.server.core import Core
from workstation.server.serve import Accounts, ServerConfig, bootstrap, opened


@pytest.fixture
def server(tmp_path: Path) -> Generator[Running]:
    """Give a running server with an embedded database."""
    with running_server(tmp_path) as running:
        yield running


@dataclass(kw_only=True)
class Opened:
    """An open store without HTTP, and how it was opened."""

    core: Core
    config: ServerConfig


@pytest.fixture(
    params=["embedded", pytest.param("postgresql", marks=needs_postgres)],
)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Opened]:
    """Give the store on each of the two databases, with the tests' directory loaded."""
    on_postgres = request.param == "postgresql"
    config = ServerConfig(
        db=request.getfixturevalue("postgres_url") if on_postgres else str(tmp_path / "record.db"),
        key_file=tmp_path / "record.key",
        mark_file=tmp_path / "record.mark",
    )
    async with opened(config) as core:
        await bootstrap(core, DIRECTORY, Accounts(staff=STAFF, keys={OKOROS_PEN.public_key: OKORO}))
        yield Opened(core=core, config=config)


@pytest.fixture(scope="module")
def okoro(server: Running) -> Caller:
    """Log Dr Okoro in, once where a file has one ``server`` for all its tests."""
    return server.log_in("okoro")


@pytest.fixture(scope="module")
def laboratory(server: Running) -> Laboratory:
    """Enrol the laboratory's system, once where a file has one ``server`` for all its tests."""
    return Laboratory.at(server)
