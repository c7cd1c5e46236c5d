"""Text with emphasis, as data: what screen, paper and patient page draw in their own way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Emphasis = Literal["", "strong", "label", "brand", "quiet", "whole"]


@dataclass(frozen=True, slots=True, repr=False)
class Run:
    """A piece of text in one emphasis. What is ``strong``, ``label`` or ``whole`` is not broken over lines.

    ``strong``: amount with unit, generic name. ``label``: says what follows (DOS), in another
    face, without colon. ``brand``: trade name. ``quiet``: separators and asides.
    ``whole``: an attribute in plain letters.
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


_SHORT = 24  # letters: a longer amount may have to be broken itself


def labelled(runs: Iterable[Run]) -> list[tuple[Run, ...]]:
    """Return runs in pieces: a label with the amount it stands for, which no line parts it from."""
    pieces: list[tuple[Run, ...]] = []
    for run in runs:
        last = pieces[-1] if pieces else ()
        held = bool(last) and last[0].emphasis == "label"
        blank = held and len(last) == 1 and run.text == " "
        amount = held and len(last) == 2 and run.strong and len(run.text) < _SHORT
        if blank or amount:
            pieces[-1] = (*last, run)
        else:
            pieces.append((run,))
    return pieces
