"""One server for a module's stories; a clinic around it for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest

from tests.clinic import Clinic, a_clinic
from tests.server.running import Running, running_server


@pytest.fixture
def running(tmp_path: Path) -> Generator[Running]:
    with running_server(tmp_path) as server:
        yield server


@pytest.fixture
async def clinic(running: Running, tmp_path: Path) -> AsyncIterator[Clinic]:
    async with a_clinic(running, tmp_path / "seats") as made:
        yield made
