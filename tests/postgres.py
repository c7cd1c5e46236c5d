"""A PostgreSQL of the tests' own: a cluster for each worker, an empty database for each test that asks."""

from collections.abc import Generator
from itertools import count

import pytest

from workstation.bench.cluster import Cluster, running_cluster


@pytest.fixture(scope="session")
def postgres_cluster() -> Generator[Cluster]:
    """Give the cluster this worker's tests share. Mark the test ``needs_postgres``."""
    with running_cluster() as cluster:
        yield cluster


_numbers = count(1)


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> str:
    """Give the address of an empty database of this test's own. Mark the test ``needs_postgres``."""
    return postgres_cluster.create(f"test_{next(_numbers)}")
