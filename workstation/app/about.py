"""What runs here, what is known to be wrong with it, and the two settings a user may change."""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.resources import files
from typing import get_args

import msgspec
import yaml

from workstation import VERSION
from workstation.domain.texts import current_language
from workstation.operations.about import About, KnownIssue, Look, Preferences, Versions


class _Issue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: dict[str, str]
    text: dict[str, str]


def known_issues(language: str) -> tuple[KnownIssue, ...]:
    """Return what is shipped as known to be missing or not good enough, in a language."""
    raw = (files("workstation.app") / "known_issues.yaml").read_text(encoding="utf-8")
    shipped = msgspec.convert(yaml.safe_load(raw), type=tuple[_Issue, ...])
    return tuple(KnownIssue(title=one.title[language], text=one.text[language]) for one in shipped)


def about_program(*, qt: str, preferences: Preferences | None = None) -> About:
    """Return what the place about the program shows. ``qt``: the toolkit's version."""
    from local_cache.cache import FORMAT  # brings the database's library: not before the login

    return About(
        versions=Versions(
            program=VERSION, python=platform.python_version(), qt=qt, cache=FORMAT.version
        ),
        known_issues=known_issues(current_language()),
        preferences=preferences,
    )


class KeptPreferences:
    """Look and language of this installation. Implements ``Preferences``.

    ``keep`` makes a choice durable; ``dress`` shows a look at once.
    """

    def __init__(
        self,
        *,
        look: Look,
        language: str,
        keep: Callable[[Look, str], None],
        dress: Callable[[Look], None],
    ) -> None:
        self._look, self._language = look, language
        self._keep, self._dress = keep, dress

    def look(self) -> Look:
        return self._look

    def language(self) -> str:
        return self._language

    def set_look(self, look: Look) -> None:
        if look not in get_args(Look):
            raise ValueError("no such look")
        self._keep(look, self._language)
        self._look = look
        self._dress(look)

    def set_language(self, language: str) -> None:
        self._keep(self._look, language)
        self._language = language
