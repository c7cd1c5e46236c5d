"""Servers to test against."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.server.running import Running, running_server


@pytest.fixture
def server(tmp_path: Path) -> Generator[Running]:
    """Give a running server with an embedded database."""
    with running_server(tmp_path) as running:
        yield running
