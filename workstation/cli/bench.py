"""``workstation bench``: measure what is promised."""

from __future__ import annotations

import json
import sys

import click

from workstation import bench
from workstation.bench import Measured


@click.command(name="bench")
@click.argument("names", nargs=-1, type=click.Choice([*bench.BENCHES, "all"]))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array instead of a table.")
@click.option("--strict", is_flag=True, help="Exit non-zero where a promise does not hold.")
def command(names: tuple[str, ...], *, as_json: bool, strict: bool) -> None:
    """Measure NAMES (or all), with the floors taken in the same run."""
    chosen = bench.BENCHES if not names or "all" in names else names
    figures: list[Measured] = []
    for figure in bench.run(chosen):
        figures.append(figure)
        click.echo(_line(figure), err=as_json)
    if as_json:
        click.echo(json.dumps([figure.plain() for figure in figures], ensure_ascii=False, indent=1))
    if strict and any(figure.holds is False for figure in figures):
        sys.exit(1)


def _line(figure: Measured) -> str:
    mark = {True: "holds", False: "FAILS", None: ""}[figure.holds]
    ratio = f"{figure.ratio:.2f} × floor" if figure.ratio is not None else ""
    return (
        f"{figure.bench:8} {figure.what:58} {figure.value:12.2f} {figure.unit:8} "
        f"{ratio:16} {figure.promise:18} {mark}"
    ).rstrip()
