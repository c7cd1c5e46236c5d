"""Words of a closed list, read from what somebody or something else has written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Word = TypeVar("Word", bound=str)


def one_of(word: str, known: Iterable[Word], otherwise: Word) -> Word:
    """Return the known word that ``word`` is; ``otherwise`` where it is none of them.

    A body is never made with a word that its readers do not know: they would not read it at all.
    """
    return next((each for each in known if each == word), otherwise)


def known_word(word: str, known: Iterable[Word]) -> Word:
    """Return the known word that ``word`` is.

    Raises:
        ValueError: It is none of them, so something else than a person chose it.
    """
    for each in known:
        if each == word:
            return each
    raise ValueError("not a word of the list")
