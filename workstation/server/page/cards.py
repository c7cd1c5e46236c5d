"""An entry as the page draws it: texts only, no decisions left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workstation.domain.runs import Run

Tone = Literal["neutral", "ok", "warning", "critical", "accent"]


@dataclass(frozen=True, kw_only=True)
class Badge:
    """A word in a colour; the word says all."""

    text: str
    tone: Tone = "neutral"


@dataclass(frozen=True, kw_only=True, repr=False)
class Block:
    """A text under its heading, byte for byte. ``heading`` may be empty."""

    heading: str = ""
    text: str


@dataclass(frozen=True, kw_only=True, repr=False)
class Step:
    """One event in a line of events. ``text`` is ours; ``said`` what somebody wrote, exactly."""

    when: str
    text: str
    said: str = ""
    done: bool = True


@dataclass(frozen=True, kw_only=True, repr=False)
class Card:
    """One entry. ``title`` or ``runs`` heads it; ``value`` is a measured value, drawn large."""

    title: str = ""
    runs: tuple[Run, ...] = ()
    when: str = ""
    by: str = ""
    value: str = ""
    badges: tuple[Badge, ...] = ()
    notice: str = ""
    blocks: tuple[Block, ...] = ()
    steps: tuple[Step, ...] = ()
    struck: bool = False


@dataclass(frozen=True, kw_only=True, repr=False)
class Part:
    """Cards under one heading. ``empty``: what is said when there are none."""

    heading: str
    cards: tuple[Card, ...]
    empty: str
    more: str = ""
