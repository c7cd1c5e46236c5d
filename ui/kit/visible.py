"""What a text looks like on a screen that hides nothing.

A record's text is kept and copied byte for byte. Drawn, a character that would be invisible or
would reorder its neighbours shows as an empty square, so that nobody reads something else than
what is stored. The drawn text has the same length in UTF-16 units as the original: a position in
one is the same position in the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

SQUARE = "\u25a1"
LINE = "\u2028"
_NOTHING = "\u200b"

# Controls, bidirectional controls, invisible operators, byte order mark, annotation marks, lone
# surrogates. Joiners (U+200C, U+200D) stay: scripts and emoji are written with them.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_HIDDEN_ASTRAL = re.compile(
    "[\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001-\U000e007f]"
)
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_BREAKS = re.compile("\r(?!\n)|[\n\x85\u2028\u2029]")


def visible(text: str) -> str:
    """Return ``text`` as it is drawn: same length in UTF-16 units, nothing hidden."""
    if text.isascii() and text.isprintable():
        return text
    drawn = _HIDDEN.sub(SQUARE, text)
    drawn = _HIDDEN_ASTRAL.sub(SQUARE * 2, drawn)
    drawn = _BREAKS.sub(LINE, drawn)
    return drawn.replace("\r", _NOTHING).replace("\xad", _NOTHING)


def one_line(text: str) -> str:
    """Return ``text`` as it is drawn where only one line has room; breaks become spaces."""
    return visible(text).replace(LINE, " ").replace("\t", " ")


def utf16_index(text: str, index: int) -> int:
    """Return where Python's ``index`` into ``text`` lies in UTF-16 units, as Qt counts."""
    return len(text[:index].encode("utf-16-le", "surrogatepass")) // 2


def utf16_spans(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return (start, length) in UTF-16 units of Python's (start, end) spans, given in order."""
    if not _ASTRAL.search(text):
        return [(start, end - start) for start, end in spans]
    found: list[tuple[int, int]] = []
    at = units = 0
    for start, end in spans:
        units += utf16_index(text[at:start], start - at)
        length = utf16_index(text[start:end], end - start)
        found.append((units, length))
        at, units = end, units + length
    return found


def original_slice(text: str, start: int, end: int) -> str:
    """Return the characters of ``text`` between two UTF-16 positions of its drawn form."""
    units = text.encode("utf-16-le", "surrogatepass")[2 * start : 2 * end]
    return units.decode("utf-16-le", "surrogatepass")


def find_all(text: str, wanted: str) -> tuple[tuple[int, int], ...]:
    """Return (start, end) of every place where ``wanted`` stands in ``text``, whatever its case."""
    if not wanted.strip():
        return ()
    return tuple(
        (match.start(), match.end())
        for match in re.finditer(re.escape(wanted.strip()), text, re.IGNORECASE)
    )
