"""Why a search found somebody: the matching part of what is shown, or what is not shown in words."""

from __future__ import annotations

import re
import unicodedata

from workstation.domain.patient import Patient
from workstation.domain.texts import _

Spans = tuple[tuple[int, int], ...]
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[\d\s+-]+")
_PLAIN = str.maketrans("åäö", "aao")


def _folded(letter: str) -> str:
    """Return one letter as the search compares it: å ä ö are letters of their own."""
    lower = letter.casefold()
    if lower in "åäö":
        return lower
    return "".join(c for c in unicodedata.normalize("NFD", lower) if not unicodedata.combining(c))


def words_of(typed: str) -> tuple[str, ...]:
    """Return what was typed as the words of a name; none where a number was typed."""
    if _NUMBER.fullmatch(typed):
        return ()
    typed = unicodedata.normalize("NFC", typed)
    return tuple("".join(map(_folded, word)) for word in _WORD.findall(typed))


def in_name(name: str, typed: str) -> Spans:
    """Return where words of ``name`` begin with what was typed: (start, end) in ``name``."""
    found = []
    for word in _WORD.finditer(name):
        ends, said = [word.start()], ""
        for place, letter in enumerate(word.group(), start=word.start() + 1):
            said += _folded(letter)
            ends.extend([place] * (len(said) + 1 - len(ends)))
        for begun in words_of(typed):
            if said.startswith(begun) or said.translate(_PLAIN).startswith(begun):
                found.append((word.start(), ends[len(begun)]))
                break
    return tuple(found)


def in_number(number: str, typed: str) -> Spans:
    """Return where ``number`` has the typed digits, with or without its century and separator."""
    wanted = re.sub(r"[\s+-]", "", typed).upper()
    places = [place for place, sign in enumerate(number) if sign.isalnum()]
    said = "".join(number[place] for place in places).upper()
    if not any(sign.isdigit() for sign in wanted):
        return ()
    for start in (0, 2):
        if said.startswith(wanted, start):
            return ((places[start], places[start + len(wanted) - 1] + 1),)
    return ()


def all_in(name: str, number: str, typed: str) -> bool:
    """Whether what is shown explains by itself why somebody was found."""
    if in_number(number, typed):
        return True
    spans = len(in_name(name, typed))
    return bool(spans) and all(in_name(name, word) for word in words_of(typed))


def why(person: Patient | None, typed: str) -> str:
    """Say what matches where nothing that is shown does; ``person`` None: not known here."""
    if person is not None:
        if person.former_family and in_name(person.former_family, typed):
            return _("matches the former family name {name}").format(name=person.former_family)
        whole = " ".join(person.given)
        if in_name(whole, typed):
            return _("matches the given names {names}").format(names=whole)
        for identifier in person.identifiers:
            if in_number(identifier.value, typed):
                return _("matches another number: {number}").format(number=identifier.value)
    return _("matches a name or number that is not shown here")
