"""Runs of the domain, which say what emphasis means, as runs of the kit, which say how it looks."""

from __future__ import annotations

from collections.abc import Iterable

from ui.kit.textrun import Ink, Line
from ui.kit.textrun import Run as Drawn
from ui.theme.typography import Size
from workstation.domain.runs import Run


def drawn(runs: Iterable[Run], *, size: int = Size.BODY, struck: bool = False) -> Line:
    """Return one line ready to draw: amounts bold, labels and asides quiet, neither broken."""
    return tuple(_drawn(run, size, struck=struck) for run in runs)


def _drawn(run: Run, size: int, *, struck: bool) -> Drawn:
    if run.emphasis == "strong":
        return Drawn(run.text, strong=True, size=size, keep=True, struck=struck)
    if run.emphasis == "label":
        return Drawn(run.text, ink=Ink.QUIET, size=Size.SMALL, keep=True, struck=struck)
    if run.emphasis == "quiet":
        return Drawn(run.text, ink=Ink.QUIET, size=size, struck=struck)
    return Drawn(run.text, size=size, keep=run.emphasis in ("brand", "whole"), struck=struck)
