"""Progress on standard error, for whatever takes longer than a second; silent when nobody watches."""

from __future__ import annotations

import sys
import time
from types import TracebackType

import click


class Progress:
    """A line that counts. Appears after a second, at most ten times a second."""

    def __init__(self, what: str, total: int | None = None) -> None:
        self._what = what
        self._total = total
        self._began = time.monotonic()
        self._drawn = self._began
        self._shown = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._shown:
            click.echo(err=True)

    def at(self, count: float) -> None:
        """Say how far it has come; a part of one is said in per cent of all."""
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self._began < 1 or now - self._drawn < 0.1:
            return
        self._drawn, self._shown = now, True
        of = f" / {self._total}" if self._total else ""
        if self._total and not isinstance(count, int):
            of += f" ({100 * count / self._total:.0f} %)"
        click.echo(f"\r{self._what} {int(count)}{of}", err=True, nl=False)
