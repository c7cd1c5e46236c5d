"""Phrases: short names that become sentences while a note is written."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

from forms.declared import declared


class Phrase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``.name`` becomes ``text``. The name is one word of letters and digits."""

    name: str
    text: str


@cache
def shipped_phrases() -> dict[str, str]:
    """Return the phrases every unit begins with, by name."""
    source = files("forms").joinpath("catalogues", "phrases.yaml").read_text(encoding="utf-8")
    found = msgspec.convert(declared(source), list[Phrase])
    return {phrase.name: phrase.text for phrase in found}


def expansion(before: str, phrases: dict[str, str]) -> tuple[str, str] | None:
    """Return (what was typed, what it becomes) when ``before`` the cursor ends with a known name.

    ``before``: the text of the line up to the cursor. A point inside or after a word is no phrase.
    """
    _head, point, name = before.rpartition(".")
    if not point or not name or not name.isalnum():
        return None
    if _head and not _head[-1].isspace():
        return None
    text = phrases.get(name.casefold())
    return (f".{name}", text) if text else None
