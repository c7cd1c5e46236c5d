"""Finding one patient among very many: whoever has all the words is found, however common each is."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from tests.server.conftest import Opened
from workstation.server import schema
from workstation.server.store.find import find
from workstation.server.store.inserting import inserting

_MANY = 2_300
"""More with each word than are looked up one by one."""


def _fill(connection: Connection) -> None:
    cards, names = [], []
    for number in range(1, 2 * _MANY + 1):
        words = {"berg"} if number <= _MANY else {"lind"}
        words |= {"anna", "maria"} if number in (7, _MANY + 7) else set()
        words |= {"lind"} if number in (8, 9) else set()
        identity = UUID(int=number).bytes
        cards.append(
            {
                "patient_id": identity,
                "family": "Berg" if number <= _MANY else "Lind",
                "given": f"{number:05}",
                "birth_date": "1980-01-01",
                "sex": "female",
                "identity": "",
                "identity_system": "",
                "protected": 0,
                "deceased": 0,
            }
        )
        names += [{"patient_id": identity, "word": word} for word in sorted(words)]
    inserting(schema.patient_card).run(connection, *cards)
    inserting(schema.patient_name).run(connection, *names)


async def test_two_common_words_find_those_who_have_both(store: Opened) -> None:
    await store.core.database.write(_fill)

    async def found(text: str) -> list[str]:
        people = await store.core.database.read(lambda c: find(c, text, limit=50))
        return [one.given for one in people]

    assert await found("berg lind") == ["00008", "00009"]
    assert await found("lin ber") == ["00008", "00009"]
    assert await found("berg anna") == ["00007"]
    assert await found("lind maria anna") == [f"{_MANY + 7:05}"]
    assert await found("berg lind anna") == []
    assert len(await found("berg")) == 50
