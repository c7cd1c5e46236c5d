"""What a person may know and choose about the program itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

Look = Literal["system", "light", "dark"]
LOOKS: tuple[Look, ...] = ("system", "light", "dark")


@dataclass(frozen=True, kw_only=True)
class KnownIssue:
    """Something the program does not do, or not well, in the language of the screen."""

    title: str
    text: str


class Preferences(Protocol):
    """The two settings a user may change, kept on this computer. Durable when set."""

    def look(self) -> Look: ...

    def language(self) -> str: ...

    def set_look(self, look: Look) -> None:
        """Dress the program at once, and the next time."""
        ...

    def set_language(self, language: str) -> None:
        """Speak ``sv`` or ``en`` from the next start on."""
        ...


@dataclass(frozen=True, kw_only=True)
class Versions:
    """What runs here. ``cache``: the schema of the unit's cache, 0 where it is not known."""

    program: str
    python: str
    qt: str = ""
    cache: int = 0


@dataclass(frozen=True, kw_only=True)
class About:
    """What the place about the program shows."""

    versions: Versions
    known_issues: tuple[KnownIssue, ...] = field(default=())
    preferences: Preferences | None = None
