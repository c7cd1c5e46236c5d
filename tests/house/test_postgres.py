"""The tests' own PostgreSQL starts, keeps each test to itself, and leaves nothing behind."""

import asyncpg
import pytest

from tests.needs import needs_postgres
from workstation.bench.cluster import running_cluster

pytestmark = needs_postgres


async def _tables(url: str) -> list[str]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        rows = await connection.fetch("SELECT relname FROM pg_class WHERE relname = 'mark'")
        await connection.execute("CREATE TABLE mark (number int)")
        return [row["relname"] for row in rows]
    finally:
        await connection.close()


@pytest.mark.parametrize("time", ["first", "second"])
async def test_every_test_gets_an_empty_database(postgres_url: str, time: str) -> None:
    assert await _tables(postgres_url) == []


@pytest.mark.slow
async def test_a_cluster_leaves_nothing_behind() -> None:
    with running_cluster("max_connections=12") as cluster:
        connection = await asyncpg.connect(cluster.url("postgres").replace("+asyncpg", ""))
        assert await connection.fetchval("SHOW max_connections") == "12"
        await connection.close()
    assert not cluster.folder.exists()
    with pytest.raises(OSError):
        await asyncpg.connect(cluster.url("postgres").replace("+asyncpg", ""))
