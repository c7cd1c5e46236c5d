"""What is different between two texts, word for word. Nothing is left out and nothing made up:
what stayed and what went is the old text, what stayed and what came is the new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Change = Literal["same", "gone", "new"]
_PARTS = re.compile(r"\w+(?:[.,]\w+)*|\s+|[^\w\s]")
_WORD = re.compile(r"\w+(?:[.,]\w+)*")
_NEGATIONS = frozenset(
    "ej icke ingen inget inga inte aldrig utan saknas no not none never without".split()
)
_SIDES = frozenset("höger vänster hö vä bilateral bilateralt right left".split())
_FINDS = frozenset("malign malignt benign benignt positiv positivt negativ negativt".split())


@dataclass(frozen=True, slots=True, repr=False)
class Piece:
    """A stretch of text that stayed, went or came."""

    change: Change
    text: str


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """Return both texts as one: what went stands before what came in its place."""
    before, after = _PARTS.findall(old), _PARTS.findall(new)
    return tuple(_joined(_pieces(before, after)))


def _pieces(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _how, start, end, first, last in matcher.get_opcodes():
        if before[start:end] == after[first:last]:
            yield Piece("same", "".join(before[start:end]))
            continue
        yield Piece("gone", "".join(before[start:end]))
        yield Piece("new", "".join(after[first:last]))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    held: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if held is not None and held.change == piece.change:
            held = Piece(held.change, held.text + piece.text)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


def likely_changes_meaning(old: str, new: str) -> bool:
    """Whether a number, a side, a negation or a verdict is among what went or came.

    A suggestion for whoever writes the answer, who decides: other words may change it as well.
    """
    return any(
        piece.change != "same" and any(_weighs(word) for word in _WORD.findall(piece.text))
        for piece in word_diff(old, new)
    )


def _weighs(word: str) -> bool:
    plain = word.casefold()
    return plain in _NEGATIONS | _SIDES | _FINDS or any(sign.isdigit() for sign in plain)
