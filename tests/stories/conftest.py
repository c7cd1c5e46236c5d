"""A running server on each of the two databases, and people at workstations around it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.clinic import Clinic, a_clinic
from tests.needs import needs_postgres
from tests.server.running import Running, running_server
from tests.stories.region import ACCOUNTS, REGION
from tests.stories.stations import Seats, workstations
from ui.theme.theme import apply_theme
from ui.theme.tokens import LIGHT


@pytest.fixture
def running(tmp_path: Path) -> Generator[Running]:
    """Give a server with an embedded database."""
    folder = tmp_path / "server"
    folder.mkdir()
    with running_server(folder, directory=REGION, accounts=ACCOUNTS) as server:
        yield server


@pytest.fixture(params=["embedded", pytest.param("postgresql", marks=needs_postgres)])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Running]:
    """Give a server on each of the two databases."""
    folder = tmp_path / "server"
    folder.mkdir()
    on_postgres = request.param == "postgresql"
    db = request.getfixturevalue("postgres_url") if on_postgres else ""
    with running_server(folder, db=db, directory=REGION, accounts=ACCOUNTS) as server:
        yield server


@pytest.fixture
async def seats(running: Running, tmp_path: Path) -> AsyncGenerator[Seats, None]:
    """Give a function that seats people at workstations of the embedded server."""
    async with workstations(running, tmp_path) as seat:
        yield seat


@pytest.fixture
async def clinic(running: Running, tmp_path: Path) -> AsyncGenerator[Clinic, None]:
    """Give the whole application, but for its windows, around the embedded server."""
    async with a_clinic(running, tmp_path / "seats") as made:
        yield made


@pytest.fixture(scope="session")
def app() -> QApplication:
    """Give the Qt application, dressed as it is for people."""
    running = QApplication.instance() or QApplication([])
    assert isinstance(running, QApplication)
    apply_theme(running, LIGHT)
    return running
