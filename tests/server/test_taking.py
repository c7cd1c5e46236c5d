"""A document is taken in whole or not at all, in whichever database."""

import pytest
from sqlalchemy import Connection, func, select

from tests.interop.builders import IMPORTER, a_bundle, a_patient, an_observation
from tests.server.conftest import Opened
from workstation.interop.fhir.faults import BrokenDocument
from workstation.interop.fhir.reading import Reading
from workstation.interop.fhir.window import InMemory
from workstation.server import schema
from workstation.server.core import Core
from workstation.server.taking import Taken, take_in

MANY = 250
"""Values of one patient: more than are stored at once here."""


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Store it in parts, as a long one is."""
    monkeypatch.setattr("workstation.server.taking._AT_ONCE", 100)


async def _taken(core: Core, data: bytes) -> Taken:
    reading = Reading("in.json", InMemory(data), IMPORTER)
    author = IMPORTER.author
    return await take_in(
        core,
        lambda known: reading.records(known.standing),
        author=author.hsa_id,
        unit=author.unit,
    )


def _stored(connection: Connection) -> tuple[int, int]:
    tables = (schema.entry, schema.entity_row)
    entries, rows = (connection.scalar(select(func.count()).select_from(t)) for t in tables)
    return entries or 0, rows or 0


async def test_a_document_comes_in_whole_and_again_changes_nothing(store: Opened) -> None:
    values = [an_observation(valueString=f"{n}") for n in range(MANY)]
    data = a_bundle(*values, a_patient())

    first, second = await _taken(store.core, data), await _taken(store.core, data)

    assert (first.new, first.known) == (MANY + 1, 0)
    assert (second.new, second.known) == (0, MANY + 1)
    assert await store.core.database.read(_stored) == (MANY + 1, MANY + 1)


async def test_a_document_that_turns_out_broken_leaves_nothing(
    store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workstation.server.taking._AHEAD", 1)  # as of a long one
    values = [an_observation(valueString=f"{n}") for n in range(MANY)]
    broken = an_observation(valueQuantity={"value": "tung"})

    with pytest.raises(BrokenDocument):
        await _taken(store.core, a_bundle(a_patient(), *values, broken))

    assert await store.core.database.read(_stored) == (0, 0)
