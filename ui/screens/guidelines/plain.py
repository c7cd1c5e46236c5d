"""Markdown as it is read in plain text: nothing in it is run, opened or hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LINK = re.compile(r"!?\[([^\]\n]+)\]\(\s*([^)\s]+)\s*\)")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_BULLET = re.compile(r"^(\s*)[-*+]\s+(?=\S)")
_NUMBER = re.compile(r"^\s*\d{1,3}[.)]\s")
_RULER = re.compile(r"^\s*([-*_])(\s*\1){2,}\s*$")
_DIVIDER = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
_FENCE = re.compile(r"^\s*`{3,}[a-z]*\s*$")
_LEVEL = "   "


def plain(body: str) -> str:
    """Return Markdown as lines of plain text.

    Bullets and numbers begin lines of their own. A table becomes one line for each row, every cell
    after its own heading: on a narrow screen, and read aloud, no cell loses what it is. A link is
    its words and its address.
    """
    joined = ""
    for line in _without_tables(body.split("\n")):
        if not line.strip() or _RULER.match(line) or _FENCE.match(line):
            continue
        if bullet := _BULLET.match(line):
            depth = len(bullet[1].expandtabs(2)) // 2
            joined += f"\n{_LEVEL * depth}• {_said(line[bullet.end() :])}"
        elif _NUMBER.match(line) or line.startswith("• "):
            joined += "\n" + _said(line.strip())
        else:
            joined += (" " if joined else "") + _said(line.strip())
    return joined.strip()


def _said(text: str) -> str:
    shown = _LINK.sub(r"\1 (\2)", text.replace("**", ""))
    return _EMPHASIS.sub(r"\1", shown).replace("`", "")


def _without_tables(lines: list[str]) -> Iterator[str]:
    headings: list[str] = []
    for number, line in enumerate(lines):
        below = [one for one in lines[number + 1 : number + 3] if "|" in one]
        if "|" not in line:
            headings = []
            yield line
        elif headings and not _DIVIDER.match(line):
            yield "• " + _row(headings, _cells(line))
        elif len(below) == 2 and _DIVIDER.match(below[0]) and not _DIVIDER.match(below[1]):
            headings = _cells(line)
        elif not _DIVIDER.match(line):
            yield line


def _row(headings: list[str], cells: list[str]) -> str:
    """Cells beyond the headings are told without one; an empty cell is told by a dash."""
    named = [*headings, *[""] * (len(cells) - len(headings))]
    whole = [*cells, *[""] * (len(headings) - len(cells))]
    return " · ".join(
        f"{name}: {cell or '–'}" if name else cell for name, cell in zip(named, whole, strict=True)
    )


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [one.strip().replace("\\|", "|") for one in re.split(r"(?<!\\)\|", inner)]
