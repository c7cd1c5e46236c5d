"""The texts people see: English in the source, Swedish in the catalogue, Swedish by default.

``_("Signed by {name}").format(name=name)``: the key is the English text with named
placeholders. Catalogues are ``workstation/locale/<language>/<area>.po``, one per area of the
product, compiled to ``.mo``; together they are one catalogue. ``python3 dev.py check`` fails
when a text has no Swedish.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from importlib.resources import files

DEFAULT_LANGUAGE = "sv"
LANGUAGES = ("sv", "en")

_language: ContextVar[str] = ContextVar("language", default="")
_process_language = DEFAULT_LANGUAGE


def use_language(language: str) -> None:
    """Choose the language of this process: ``sv`` or ``en``."""
    global _process_language  # noqa: PLW0603  one process talks to one person
    if language not in LANGUAGES:
        raise ValueError(f"no such language: {language}")
    _process_language = language


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Speak ``language`` inside this block only: a request, a printed page."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def current_language() -> str:
    """Return the language texts are given in here and now."""
    return _language.get() or _process_language


def _(text: str) -> str:
    """Return ``text`` in the current language."""
    if not text:
        return text
    return _translated(current_language(), text)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form of the text for ``count`` in the current language."""
    return _catalogue(current_language()).ngettext(one, many, count)


def N_(text: str) -> str:
    """Mark ``text`` for the catalogue; ``_`` translates it where it is shown."""
    return text


@lru_cache(maxsize=8192)
def _translated(language: str, text: str) -> str:
    # A list asks for the same few words on every row, and each area has a catalogue of its own.
    return _catalogue(language).gettext(text)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    whole = gettext.NullTranslations()
    folder = files("workstation").joinpath("locale", language)
    if language == "en" or not folder.is_dir():
        return whole
    for part in sorted(folder.iterdir(), key=lambda path: path.name):
        if part.name.endswith(".mo"):
            with part.open("rb") as stream:
                catalogue = gettext.GNUTranslations(stream)
            catalogue.add_fallback(whole)
            whole = catalogue
    return whole
