"""One block of what is read in the Riktlinjer place. Plain data for the view to draw."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["title", "key", "heading", "text", "quiet", "passage", "link"]


class Part(NamedTuple):
    """One block of the page; a ``passage`` is what somebody came for, a ``link`` opens a guideline."""

    kind: Kind
    text: str
    opens: str = ""


_MANY, _FULL = 120, 2_000


def gathered(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return a long page as fewer blocks: a thousand of them cannot be laid out at once.

    Texts after each other become one block with empty lines between, to some 2,000 characters.
    """
    if len(parts) <= _MANY:
        return parts
    found: list[Part] = []
    for part in parts:
        last = found[-1] if found else None
        if (
            last is not None
            and part.kind == last.kind
            and part.kind in ("text", "quiet")
            and len(last.text) < _FULL
        ):
            found[-1] = Part(part.kind, f"{last.text}\n\n{part.text}")
        else:
            found.append(part)
    return tuple(found)
