"""The published norms of watching and results: until when, and from which value on."""

from __future__ import annotations

import msgspec

from workstation.domain.record import Silent
from workstation.domain.results.limits import ANALYSES, Analysis
from workstation.domain.watching import RULES, WatchRules


class Norms(Silent, frozen=True, kw_only=True, omit_defaults=False):
    """Deadlines and limits in force at one time. ``analyses``: limits by NPU code."""

    watching: WatchRules = RULES
    analyses: dict[str, Analysis] = msgspec.field(default_factory=lambda: dict(ANALYSES))


STANDARD = Norms()
"""What counts where nothing has been published."""


def norms_text(norms: Norms) -> str:
    """Return the norms as one text, the same for the same norms, to be kept beside derived rows."""
    return msgspec.json.encode(norms, order="sorted").decode()


def norms_from(text: str) -> Norms:
    """Return what :func:`norms_text` wrote; the standard ones where it cannot be read."""
    try:
        return msgspec.json.decode(text, type=Norms)
    except msgspec.DecodeError:
        return STANDARD
