"""Text set in lines and lines set on pages, by our own rules: no line and no sign is ever lost.

Line breaks and blanks stand as they were written; a line too long is broken between words, a
word too long between signs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from workstation.domain.runs import Run
from workstation.printing.fonts import BOLD, REGULAR, learn, width

PAGE_WIDTH, PAGE_HEIGHT = 595.28, 841.89
LEFT, RIGHT, TOP, BOTTOM = 56.7, 538.6, 770.0, 62.0
TEXT_SIZE = 10.0
SMALL = 8.0
LEADING = 1.35

_WORDS = re.compile(r" +|[^ ]+")
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe"
_RIGHT_TO_LEFT = re.compile(rf"[{_RTL}]+(?:[ ]+[{_RTL}]+)*")
_BREAKS = re.compile(r"\r\n|[\n\r\u2028\u2029\x0b\x0c\x85]")


@dataclass(frozen=True, slots=True, repr=False)
class Piece:
    """A text in one face. ``whole``: not broken while it fits a line."""

    text: str
    bold: bool = False
    whole: bool = False

    @property
    def font(self) -> str:
        return BOLD if self.bold else REGULAR


Line = tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True, repr=False)
class Block:
    """Lines that belong together.

    Attributes:
        indent: Points from the left margin.
        space: Points above it, but not at the top of a page.
        together: Kept on one page where a page can hold it; else it breaks between lines.
        framed: A mark that must be seen: drawn in a frame.
    """

    lines: tuple[Line, ...]
    size: float = TEXT_SIZE
    indent: float = 0.0
    space: float = 0.0
    together: bool = False
    framed: bool = False

    @property
    def leading(self) -> float:
        """Points from line to line."""
        return self.size * LEADING


@dataclass(frozen=True, slots=True, repr=False)
class Placed:
    """A line at its place on a page."""

    line: Line
    x: float
    y: float
    size: float


@dataclass(kw_only=True, repr=False)
class Page:
    """What stands on one page. ``frames``: left, bottom, right, top."""

    lines: list[Placed] = field(default_factory=list)
    frames: list[tuple[float, float, float, float]] = field(default_factory=list)


def text_block(
    text: str,
    *,
    bold: bool = False,
    size: float = TEXT_SIZE,
    indent: float = 0.0,
    space: float = 0.0,
    together: bool = False,
    framed: bool = False,
) -> Block:
    """Return a text as it was written, line by line, in one face."""
    inner = indent + (6.0 if framed else 0.0)
    lines = [
        line
        for written in _BREAKS.split(text)
        for line in wrapped(
            [Piece(_visible(written), bold)], RIGHT - LEFT - 2 * inner + indent, size
        )
    ]
    return Block(
        lines=tuple(lines), size=size, indent=indent, space=space, together=together, framed=framed
    )


def runs_block(runs: Iterable[Run], *, indent: float = 0.0, space: float = 0.0) -> Block:
    """Return runs as one flowing paragraph; strong ones are bold and stay in one piece."""
    pieces = [
        Piece(_visible(run.text), run.strong, run.strong or run.emphasis in ("label", "whole"))
        for run in runs
    ]
    lines = wrapped(pieces, RIGHT - LEFT - indent, TEXT_SIZE)
    return Block(lines=tuple(lines), indent=indent, space=space)


def merged(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks that follow each other as kept together where a page can hold them."""
    height = sum(block.space + len(block.lines) * block.leading for block in blocks)
    if height > TOP - BOTTOM:
        return list(blocks)
    return [_Chained.of(block, rest) for block, rest in _with_rest(blocks)]


def _with_rest(blocks: Sequence[Block]) -> Iterator[tuple[Block, float]]:
    for place, block in enumerate(blocks):
        following = blocks[place + 1 :]
        yield block, sum(b.space + len(b.lines) * b.leading for b in following)


@dataclass(frozen=True, kw_only=True, repr=False)
class _Chained(Block):
    """A block that wants the room of what follows it on its page."""

    rest: float = 0.0

    @staticmethod
    def of(block: Block, rest: float) -> _Chained:
        return _Chained(
            lines=block.lines,
            size=block.size,
            indent=block.indent,
            space=block.space,
            together=True,
            framed=block.framed,
            rest=rest,
        )


def wrapped(pieces: Iterable[Piece], room: float, size: float) -> list[Line]:
    """Break pieces into lines of at most ``room`` points."""
    lines: list[list[Piece]] = [[]]
    used = 0.0
    for part in _parts(pieces, room, size):
        wide = _width(part.text, part.font, size)
        if used + wide > room and lines[-1] and part.text.strip(" "):
            lines.append([])
            used = 0.0
        lines[-1].append(part)
        used += wide
    return [tuple(_joined(line)) for line in lines]


def _parts(pieces: Iterable[Piece], room: float, size: float) -> Iterator[Piece]:
    for piece in pieces:
        if piece.whole and _width(piece.text, piece.font, size) <= room:
            yield piece
            continue
        for word in _WORDS.findall(piece.text):
            yield from _cut(Piece(word, piece.bold), room, size)


def _cut(piece: Piece, room: float, size: float) -> Iterator[Piece]:
    if _width(piece.text, piece.font, size) <= room:
        yield piece
        return
    held, used = "", 0.0
    for sign in piece.text:
        wide = _width(sign, piece.font, size)
        if held and used + wide > room and not unicodedata.combining(sign):
            yield Piece(held, piece.bold)
            held, used = "", 0.0
        held += sign
        used += wide
    yield Piece(held, piece.bold)


def _joined(parts: list[Piece]) -> Iterator[Piece]:
    held: Piece | None = None
    for part in parts:
        if held is not None and held.bold == part.bold:
            held = Piece(held.text + part.text, held.bold)
            continue
        if held is not None:
            yield held
        held = part
    if held is not None:
        yield held


def forget_widths() -> None:
    """Let go of the words that were measured: they are a patient's."""
    _width.cache_clear()


@lru_cache(maxsize=20_000)
def _width(text: str, font: str, size: float) -> float:
    learn(font, text)
    return width(text, font, size)


def as_drawn(text: str) -> str:
    """Return a line's signs from left to right: words of right-to-left scripts turned round.

    Whoever copies from the page gets them in their own order again. Arabic letters stand apart.
    """
    return _RIGHT_TO_LEFT.sub(lambda match: _turned(match.group()), text)


def _turned(text: str) -> str:
    signs: list[str] = []
    for sign in text:
        if signs and unicodedata.combining(sign):
            signs[-1] += sign
        else:
            signs.append(sign)
    return "".join(reversed(signs))


def _visible(text: str) -> str:
    """Show what has no shape: a tab as blanks, other control signs as their pictures."""
    return "".join(_shape(sign) for sign in text) if not text.isprintable() else text


def _shape(sign: str) -> str:
    code = ord(sign)
    if sign == "\t":
        return "    "
    if code < 0x20:
        return chr(0x2400 + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else sign


def paged(blocks: Iterable[Block], *, top: float = TOP) -> list[Page]:
    """Set blocks on pages from ``top`` down."""
    pages = [Page()]
    y = top
    for block in blocks:
        height = len(block.lines) * block.leading
        wanted = height + (block.rest if isinstance(block, _Chained) else 0.0)
        fits_a_page = wanted <= top - BOTTOM
        if pages[-1].lines:
            y -= block.space
            if block.together and fits_a_page and y - wanted < BOTTOM:
                pages.append(Page())
                y = top
        y = _set(block, pages, y, top)
    return pages


def _set(block: Block, pages: list[Page], y: float, top: float) -> float:
    inner = 6.0 if block.framed else 0.0
    if block.framed and not pages[-1].lines:
        y -= inner
    start = y
    for line in block.lines:
        if y - block.leading < BOTTOM:
            _frame(block, pages[-1], start, y)
            pages.append(Page())
            y = start = top
        y -= block.leading
        placed = Placed(line, LEFT + block.indent + inner, y + block.size * 0.3, block.size)
        pages[-1].lines.append(placed)
    _frame(block, pages[-1], start, y)
    return y - inner


def _frame(block: Block, page: Page, top: float, bottom: float) -> None:
    if block.framed and top > bottom:
        page.frames.append((LEFT + block.indent, bottom - 3.0, RIGHT, top + 3.0))
