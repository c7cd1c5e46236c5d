"""A ward with a real cache, and whoever works there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.ward import Ward, open_ward
from workstation.operations.ports import Desk


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    opened = await open_ward(tmp_path)
    try:
        yield opened
    finally:
        await opened.cache.close()


@pytest.fixture
def anna(ward: Ward) -> Desk:
    """Dr Lind of the ward."""
    return ward.desk()


@pytest.fixture
def maja(ward: Ward) -> Desk:
    """Nurse Öberg of the ward."""
    return ward.desk(
        "Öberg, Maja", profession="nurse", title="Sjuksköterska", hsa_id="SE2321000016-P002"
    )
