"""What somebody types to find a medicine: folded so that spelling matters little, and how alike two words are."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

_ATC = re.compile(r"^[a-z](\d{2}([a-z]([a-z](\d{1,2})?)?)?)?$")
_NUMBER = re.compile(r"^(\d+(?:[.,]\d+)?)([a-zµ%/]*)$")
_UNIT = re.compile(r"^[a-zµ%/]{1,3}$")
_SOUNDS = (
    ("ph", "f"),
    ("th", "t"),
    ("ch", "k"),
    ("ck", "k"),
    ("qu", "kv"),
    ("x", "ks"),
    ("z", "s"),
    ("w", "v"),
    ("y", "i"),
    ("q", "k"),
)
_SOFT = re.compile(r"c(?=[eiäö])")
_TWICE = re.compile(r"(.)\1+")
_LEAST_ALIKE = 4
"""Letters that must be typed before something else may be meant."""
_LONG = 7


@lru_cache(maxsize=8192)
def folded(word: str) -> str:
    """Return a word as it sounds: ``Cefuroxim`` and ``sefuroksim`` are the same."""
    plain = word.casefold()
    for written, sound in _SOUNDS:
        plain = plain.replace(written, sound)
    plain = _SOFT.sub("s", plain).replace("c", "k")
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return _TWICE.sub(r"\1", bare)


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a name; a combination's parts are words too."""
    return tuple(folded(word) for word in re.split(r"[^\w%µ.,]+", text) if word)


@dataclass(frozen=True, kw_only=True)
class Typed:
    """``words`` folded; ``starts``: all the ways in which what begins with the first may go on;
    ``code``: the first word where it can be an ATC code, in capitals; ``strength``: the number
    that was typed, with its unit, as :func:`plain_strength` has it. ``soft``: the last letter is a c.
    """

    words: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    code: str = ""
    strength: str = ""
    soft: bool = False

    @classmethod
    def of(cls, text: str) -> Typed:
        """Read what was typed: ``atorva 20``, ``c10aa``, ``panodil tabl``."""
        words: list[str] = []
        strength = code = ""
        for number, word in enumerate(text.casefold().split()):
            if number and (_NUMBER.match(word) or (strength and _UNIT.match(word))):
                strength = plain_strength(strength + word)
            else:
                if not number and _ATC.match(word) and len(word) >= 3:
                    code = word.upper()
                words += [folded(word)] if code and not number else words_of(word)
        soft = text.casefold().rstrip().endswith("c")
        read = cls(words=tuple(words), code=code, strength=strength, soft=soft)
        return replace(read, starts=read.ways(words[0])) if words else read

    def ways(self, word: str) -> tuple[str, ...]:
        """Return how one of the words may go on: what a last c sounds like depends on what follows."""
        if self.soft and word == self.words[-1]:
            return (word, word[:-1] + "s")
        return (word,)

    def with_first(self, word: str) -> Typed:
        """Return the same with another first word."""
        return replace(self, words=(word, *self.words[1:]), starts=(word,), code="")


def plain_strength(text: str) -> str:
    """Return a strength without spaces, decimals by comma: ``2.5 mg`` is ``2,5mg``."""
    return "".join(text.casefold().split()).replace("\u00a0", "").replace(".", ",")


def likeness(typed: str, word: str) -> int | None:
    """Return how many mistakes part ``typed`` from the beginning of ``word``; None for too many.

    One mistake in a short word, two in a long one. A letter left out, put in, changed, or two
    that changed places is one mistake.
    """
    long = len(typed)
    if long < _LEAST_ALIKE:
        return None
    most = 2 if long >= _LONG else 1
    if len(word) < long - most or not _share(typed, word, most):
        return None
    beginning = word[: long + most]
    wide = len(beginning) + 1
    rows = [list(range(wide))]
    for i, letter in enumerate(typed, 1):
        row = [i]
        for j, other in enumerate(beginning, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != other))
            swapped = i > 1 and j > 1 and letter == beginning[j - 2] and typed[i - 2] == other
            row.append(min(cost, rows[-2][j - 2] + 1) if swapped else cost)
        if min(row) > most:
            return None
        rows.append(row)
    least = min(rows[-1])
    return least if least <= most else None


def _share(typed: str, word: str, most: int) -> bool:
    """Whether they share letters enough that it is worth counting."""
    return len(set(typed) - set(word)) <= most
