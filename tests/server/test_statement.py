"""Statements that are built once say the same on both databases, about one and about thousands."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Integer, bindparam, delete, select

from tests.server.conftest import Opened
from workstation.server import schema
from workstation.server.store.inserting import inserting, inserting_new, together, upserting
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


async def test_any_number_of_rows_goes_in_in_its_order(store: Opened) -> None:
    box = schema.outbox
    outgoing = inserting(box, without=("n",))
    waiting = Statement(select(box.c.rev).order_by(box.c.n))

    def work(connection: Connection) -> None:
        for count in (0, 1, 2, 3, 63, 64, 65, 131):
            rows = [(bytes(16), rev, "nobody", "entry") for rev in range(count)]
            outgoing.run_rows(connection, rows)
            assert [rev for (rev,) in waiting.rows(connection)] == list(range(count))
            connection.execute(delete(box))

    await store.core.database.write(work)


async def test_of_two_rows_with_one_key_the_later_counts(store: Opened) -> None:
    newer = upserting(_table, key=("unit", "pos"))
    what = Statement(select(_table.c.what).where(_table.c.unit == bindparam("unit")))

    def work(connection: Connection) -> None:
        newer.run(connection, line("a", 1, "first"), line("b", 1), line("a", 1, "second"))
        assert what.rows(connection, unit="a") == [("second",)]
        both = [("a", 1, bytes(16), 1, "third"), ("a", 1, bytes(16), 1, "fourth")]
        together(connection, (newer, both), (newer, [("c", 1, bytes(16), 1, "other")]))
        assert what.rows(connection, unit="a") == [("fourth",)]
        assert what.rows(connection, unit="c") == [("other",)]

    await store.core.database.write(work)


async def test_rows_of_several_tables_go_in_together_or_not_at_all(store: Opened) -> None:
    head = upserting(schema.unit_head, key=("unit",))
    pos = Statement(
        select(schema.unit_head.c.pos).where(schema.unit_head.c.unit == bindparam("unit"))
    )

    def told(unit: str, count: int) -> list[tuple[object, ...]]:
        return [(unit, at, bytes(16), 1, "entry") for at in range(1, count + 1)]

    def work(connection: Connection) -> None:
        together(connection, (_INSERT, told("a", 70)), (head, [("a", 70, b"d"), ("b", 0, b"d")]))
        assert len(_ALL.rows(connection, unit="a")) == 70
        assert pos.row(connection, unit="a") == (70,)
        together(connection, (_INSERT, told("b", 1)), (head, []))
        together(connection, (head, [("a", 71, b"e")]), (_INSERT, []), (_INSERT, told("c", 2)))
        together(connection, (_INSERT, []))
        assert [len(_ALL.rows(connection, unit=unit)) for unit in "bc"] == [1, 2]
        assert pos.row(connection, unit="a") == (71,)

    def spoilt(connection: Connection) -> None:
        together(connection, (head, [("a", 99, b"f")]), (_INSERT, told("a", 1)))

    await store.core.database.write(work)
    with pytest.raises(Exception, match=r"(?i)unique"):
        await store.core.database.write(spoilt)
    assert await store.core.database.read(lambda c: pos.row(c, unit="a")) == (71,)


async def test_a_statement_with_a_limit_is_planned_once(store: Opened) -> None:
    some = Statement(select(_table.c.pos).limit(bindparam("most", type_=Integer)))

    def work(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        planned: list[object] = []

        def plans(*what: object) -> int:
            planned.append(what)
            return 0

        driver.set_authorizer(plans)
        some.rows(connection, most=1)
        assert planned
        planned.clear()
        for most in (1, 2, 0):
            some.rows(connection, most=most)
        assert planned == []
        driver.set_authorizer(lambda *_what: 0)

    if store.core.database.drains_in_transaction:  # SQLite plans inside the driver
        await store.core.database.write(work)
