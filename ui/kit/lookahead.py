"""What is told of rows that are out of sight: how many always, which of them as room allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ui.kit.textrun import Run, TextBlock, quiet, surely_fits
from ui.theme.tokens import TOKENS, Tokens
from ui.theme.typography import Size
from workstation.domain.texts import _

_NAMED = 20  # names: more of them nobody reads
_KEPT = 64
Counted = Callable[[int], str]


def how_many(count: int) -> str:
    """Return how many rows there are, where a list says no better what its rows are."""
    return _("{count} more").format(count=count)


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """The names of the rows above and below what is in sight, in the order of the list.

    A name that several rows bear is told once, with how many they are. ``counted`` says how many
    there are in words: ``14 more medicines``.
    """

    above: Sequence[str]
    below: Sequence[str]
    counted: Counted = how_many

    def spoken(self) -> str:
        """Return it all, as it is read aloud and shown on hover."""
        return "  ".join("".join(run.text for run in side) for side in self._sides(None))

    def told(self, *, width: int, lines: int, tokens: Tokens) -> list[Run]:
        """Return what is drawn in ``lines`` lines of ``width`` pixels: whole names, none cut."""
        asked = _Asked(
            tuple(self.above), tuple(self.below), self.counted, width, lines, tokens.name
        )
        return list(_fitting(asked))

    def fitting(self, *, width: int, lines: int, tokens: Tokens) -> list[Run]:
        """Work out what :meth:`told` returns: with as many names as there is room for.

        Widths are added up first; only what is within a few pixels of the edge is laid out.
        """
        most = min(max(_different(self.above), _different(self.below)), _NAMED)
        low, high = 0, most
        while low < high:
            middle = (low + high + 1) // 2
            if self._fits(middle, width, lines, tokens):
                low = middle
            else:
                high = middle - 1
        return self._line(low)

    def _fits(self, most: int, width: int, lines: int, tokens: Tokens) -> bool:
        runs = self._line(most)
        certain = surely_fits(runs, width, lines)
        return _lines_of(runs, width, tokens) <= lines if certain is None else certain

    def _line(self, most: int) -> list[Run]:
        runs: list[Run] = []
        for side in self._sides(most):
            if runs:
                runs.append(quiet("    "))
            runs.extend(side)
        return runs

    def _sides(self, most: int | None) -> list[list[Run]]:
        sides = []
        for names, arrow, bare, naming in (
            (self.above, "↑", _("{what} above"), _("{what} above:")),
            (self.below, "↓", _("{what} below"), _("{what} below:")),
        ):
            if names:
                said = (naming if most is None or most > 0 else bare).format(
                    what=self.counted(len(names))
                )
                sides.append([quiet(f"{arrow} {said}"), *_named(names, most)])
        return sides


class _Asked(NamedTuple):
    above: tuple[str, ...]
    below: tuple[str, ...]
    counted: Counted
    width: int
    lines: int
    look: str


@lru_cache(maxsize=_KEPT)
def _fitting(asked: _Asked) -> tuple[Run, ...]:
    """Answer once what a list asks several times whenever it is drawn."""
    hidden = Hidden(above=asked.above, below=asked.below, counted=asked.counted)
    return tuple(hidden.fitting(width=asked.width, lines=asked.lines, tokens=TOKENS[asked.look]))


def height_of(runs: Sequence[Run], width: int, tokens: Tokens) -> int:
    """Return how high ``runs`` stand in a line of ``width`` pixels; nothing takes no room."""
    return round(TextBlock([runs], width, tokens).height) if runs else 0


def _lines_of(runs: Sequence[Run], width: int, tokens: Tokens) -> int:
    one = round(TextBlock([[quiet(" ")]], width, tokens).height)
    return -(-height_of(runs, width, tokens) // max(1, one))


def _different(names: Sequence[str]) -> int:
    return len(set(names))


def _named(names: Sequence[str], most: int | None) -> list[Run]:
    if most == 0:
        return []
    times = Counter(names)
    shown = list(times)[:most]
    runs: list[Run] = []
    for name in shown:
        runs.append(quiet(", " if runs else " "))
        runs.append(Run(name, strong=True, size=Size.SMALL, keep=True))
        if times[name] > 1:
            runs.append(quiet(f" ×{times[name]}"))
    left = len(names) - sum(times[name] for name in shown)
    if left:
        runs.append(quiet(" " + _("and {count} more").format(count=left)))
    return runs
