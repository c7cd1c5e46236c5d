"""The words and numbers of one typed line, and a cursor over them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workstation.domain.texts import _

_TOKEN = re.compile(r"\s*([0-9]+(?:[.,][0-9]+)?½?|½|[^\W\d_]+|\S)")
_NUMBER = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?(½?)")
_LONGEST_TEXT = 500


class Stopped(Exception):
    """Where reading stopped, and why; the public parser makes a ``Problem`` of it."""

    def __init__(self, why: str, at: int) -> None:
        super().__init__()
        self.why = why
        self.at = at


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign, in lower case, and where it stands in the text."""

    text: str
    at: int
    end: int

    @property
    def is_number(self) -> bool:
        return self.text[0] in "0123456789½"

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()


@dataclass(kw_only=True)
class Cursor:
    """Where reading stands, and the fields of the step that is being read."""

    text: str
    tokens: tuple[Token, ...] = ()
    place: int = 0
    fields: dict[str, Any] = field(default_factory=dict)

    def _ended(self) -> bool:
        return self.place >= len(self.tokens)

    def _at(self) -> int:
        return len(self.text) if self._ended() else self.tokens[self.place].at

    def _peek(self) -> str:
        return "" if self._ended() else self.tokens[self.place].text

    def _word_at(self, ahead: int) -> str:
        place = self.place + ahead
        if place >= len(self.tokens) or not self.tokens[place].is_word:
            return ""
        return self.tokens[place].text

    def _here_is_number(self) -> bool:
        return not self._ended() and self.tokens[self.place].is_number

    def _take(self, *texts: str) -> bool:
        if self._peek() not in texts or self._ended():
            return False
        self.place += 1
        return True

    def _take_all(self, *texts: str) -> bool:
        found = tuple(token.text for token in self.tokens[self.place : self.place + len(texts)])
        if found != texts:
            return False
        self.place += len(texts)
        return True

    def _take_if_next(self, leads: tuple[str, ...], following: dict[str, int]) -> None:
        if self._peek() in leads and self._word_at(1) in following:
            self.place += 1

    def _at_next_step(self) -> bool:
        ahead = self.place + (self._peek() in (",", ";"))
        return ahead < len(self.tokens) and self.tokens[ahead].text in ("sedan", "därefter")

    def _set(self, name: str, value: object) -> None:
        if self.fields.setdefault(name, value) != value:
            raise Stopped(_("This is said twice, in different ways."), self._at())

    def _whole(self, most: int, *, consume: bool = True) -> int:
        at = self._at()
        text = self._peek()
        if not (text.isascii() and text.isdecimal()) or text.startswith("0") or int(text) > most:
            raise Stopped(_("A whole number from 1 to {most} is expected.").format(most=most), at)
        self.place += consume
        return int(text)

    def _number(self, *, zero: bool = False) -> str:
        at = self._at()
        if not self._here_is_number():
            raise Stopped(_("A number is expected."), at)
        text = self.tokens[self.place].text
        self.place += 1
        number = _read_number(text, at)
        if self._here_is_number():
            raise Stopped(
                _("Two numbers after each other; write for example 10000 without a space."), at
            )
        if self._peek() == "/" and self._fraction():
            raise Stopped(_("Write a half as 0,5: a slash can be misread."), at)
        if not zero and not Decimal(number):
            raise Stopped(_("An amount of zero is not a dose."), at)
        return number

    def _fraction(self) -> bool:
        ahead = self.place + 1
        return ahead < len(self.tokens) and self.tokens[ahead].is_number


def tokens_of(text: str) -> tuple[Token, ...]:
    if len(text) > _LONGEST_TEXT:
        raise Stopped(_("The text is too long for a dosage."), _LONGEST_TEXT)
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        word = match[1].lower()
        found.append(Token(word, match.start(1), match.end(1)))
    return tuple(found)


def _read_number(text: str, at: int) -> str:
    """Return a number as decimal text without needless zeros; refuse what can be misread."""
    match = _NUMBER.fullmatch(text)
    if text == "½":
        return "0.5"
    if match is None or (match[2] and match[3]):
        raise Stopped(_("A number is expected."), at)
    whole, fraction = match[1], match[2] or ""
    if len(whole) > 1 and whole.startswith("0"):
        raise Stopped(_("A number that begins with zero: is a decimal comma missing?"), at)
    if len(fraction) == 3 and whole != "0":
        raise Stopped(_("Thousands or decimals? Write for example 1000, or 1,5."), at)
    if len(whole) > 7 or len(fraction) > 4:
        raise Stopped(_("The number has too many digits."), at)
    fraction = "5" if match[3] else fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole
