"""Text with emphasis, as data: what screen, paper and patient page draw in their own way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Emphasis = Literal["", "strong", "label", "brand", "quiet"]


@dataclass(frozen=True, slots=True, repr=False)
class Run:
    """A piece of text in one emphasis. A ``strong`` or ``label`` run is never broken over two lines.

    ``strong``: amount with unit, generic name. ``label``: says what follows (DOS), in another
    face, without colon. ``brand``: trade name. ``quiet``: separators and asides.
    """

    text: str
    emphasis: Emphasis = ""

    @property
    def strong(self) -> bool:
        """Whether it is drawn bold."""
        return self.emphasis == "strong"


def plain(runs: Iterable[Run]) -> str:
    """Return the text without emphasis."""
    return "".join(run.text for run in runs)


def joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the same text with neighbours of one emphasis made one, and empty runs dropped."""
    found: list[Run] = []
    for run in runs:
        if found and found[-1].emphasis == run.emphasis and not run.strong:
            found[-1] = Run(found[-1].text + run.text, run.emphasis)
        elif run.text:
            found.append(run)
    return tuple(found)
