"""The record server over PostgreSQL: the same load as ``server``, and a region's patient search."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from workstation.bench import Measured
from workstation.bench.cluster import running_cluster
from workstation.bench.house import running
from workstation.bench.region import fill, measured
from workstation.bench.server import measure, patients


def run() -> Iterator[Measured]:
    """Measure a server on a cluster of its own.

    Raises:
        Problem: PostgreSQL is not installed on this machine.
    """
    with tempfile.TemporaryDirectory() as folder:
        with running_cluster() as cluster:
            with running(Path(folder), patients(), db=cluster.url("postgres")) as house:
                yield from measure(house, "postgres")
        with running_cluster() as cluster:
            with running(Path(folder), (), db=cluster.url("postgres"), also=fill) as house:
                yield measured(house, "postgres")
