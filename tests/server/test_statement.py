"""Statements that are built once say the same on both databases, about one and about thousands."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select

from tests.server.conftest import Opened
from workstation.server import schema
from workstation.server.store.inserting import inserting, inserting_new, upserting
from workstation.server.store.statement import Among, Statement, among, pairs

_table = schema.feed
_INSERT = inserting(_table)
_ALL = Statement(select(_table.c.pos).where(_table.c.unit == bindparam("unit")).order_by("pos"))
_PAIRS = Among(select(_table.c.unit, _table.c.pos).where(pairs(_table.c.unit, _table.c.pos)))
_NUMBERS = Among(select(_table.c.pos).where(among(_table.c.pos)))
_BETWEEN = Among(
    select(_table.c.pos).where(_table.c.unit == "a", among(_table.c.pos), _table.c.what == "entry")
)
_REMOVE = Among(delete(_table).where(among(_table.c.pos)))


def line(unit: str, pos: int, what: str = "entry") -> dict[str, object]:
    return {"unit": unit, "pos": pos, "patient_id": bytes(16), "rev": 1, "what": what}


async def test_lists_of_any_length_find_exactly_what_they_name(store: Opened) -> None:
    def work(connection: Connection) -> None:
        _INSERT.run(connection, *(line(unit, pos) for unit in "ab" for pos in range(1, 1_501)))
        for count in (1, 2, 3, 5, 1_024, 1_025, 1_500):
            wanted = [("a", pos) for pos in range(1, count + 1)]
            assert sorted(map(tuple, _PAIRS.rows(connection, wanted))) == sorted(wanted)
        assert list(_PAIRS.rows(connection, [])) == []
        assert list(_PAIRS.rows(connection, [("c", 1)])) == []
        assert len(list(_NUMBERS.rows(connection, range(1, 1_101)))) == 2_200
        assert sorted(pos for (pos,) in _BETWEEN.rows(connection, [7, 9, 2_000])) == [7, 9]
        _REMOVE.run(connection, list(range(2, 1_501)))
        assert [pos for (pos,) in _ALL.rows(connection, unit="a")] == [1]

    await store.core.database.write(work)


async def test_rows_are_added_replaced_or_left_alone_as_the_statement_says(store: Opened) -> None:
    new, newer = inserting_new(_table), upserting(_table, key=("unit", "pos"))
    what = Statement(select(_table.c.what).where(_table.c.unit == bindparam("unit")))

    def work(connection: Connection) -> None:
        new.run(connection)
        assert what.row(connection, unit="a") is None
        new.run(connection, line("a", 1, "first"))
        new.run(connection, line("a", 1, "second"), line("b", 1, "other"))
        assert what.row(connection, unit="a") == ("first",)
        newer.run(connection, line("a", 1, "third"))
        assert [value for (value,) in what.each(connection, unit="a")] == ["third"]

    await store.core.database.write(work)
