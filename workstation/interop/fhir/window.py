"""A document's text as it is read, a piece at a time: whatever is behind the cursor is let go.

Values are decoded by the interpreter's own decoder, which needs a value whole; where the piece
at hand ends inside one, more is read. So no more than one value is ever here, however long the
document is, and its text and numbers are exactly as written. (A library that streams tells every
element to Python, which takes many times as long, and not where a value's text begins and ends.)
"""

from __future__ import annotations

import codecs
import json
import re
from typing import Any, NoReturn, Protocol

from workstation.domain.texts import _
from workstation.interop.fhir.faults import Fault
from workstation.interop.fhir.locate import fault_of_value

GREATEST_VALUE = 16 * 1024 * 1024
"""Characters of one value, read whole: several times what a record can hold."""
_PIECE = 256 * 1024
_BLANK = re.compile(r"[ \t\n\r]*")
_BOM = codecs.BOM_UTF8
_LONGEST_WORD = 16  # a word or an escape that is cut off fails no further from the end
_LONGEST_TAIL = 3  # of a number: what follows 1 in "1e+5" may be out of sight


class Source(Protocol):
    """A document's bytes, ``size`` of them."""

    @property
    def size(self) -> int: ...

    def read(self, at: int, length: int) -> bytes:
        """Return ``length`` bytes from ``at`` on; fewer only where the document ends.

        Raises:
            Fault: They cannot be read.
        """
        ...


class InMemory:
    """A document that is here already."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def read(self, at: int, length: int) -> bytes:
        """See ``Source``."""
        return self._data[at : at + length]


class NumberText(str):
    """A JSON number, digit for digit as it was written."""

    __slots__ = ()


class _Refused(ValueError):
    """The decoder met something JSON has no place for."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused
    return found


def _no_constant(_text: str) -> NoReturn:
    raise _Refused


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_float=NumberText,
    parse_int=NumberText,
    parse_constant=_no_constant,
)


def decoded(text: str) -> Any:
    """Return the value of a text that was decoded before."""
    return _DECODER.raw_decode(text)[0]


class Window:
    """The text from a cursor on. ``line``: of the cursor, from 1."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = ""
        self._at = 0
        self._next = len(_BOM) if source.read(0, len(_BOM)) == _BOM else 0
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._cut = False  # what follows is not UTF-8
        self._counted, self._bytes, self._lines = 0, self._next, 1
        self.blank()

    @property
    def offset(self) -> int:
        """The cursor's place in the document, in bytes."""
        self._count()
        return self._bytes

    @property
    def line(self) -> int:
        """The cursor's line, from 1."""
        self._count()
        return self._lines

    def ended(self) -> bool:
        """Whether nothing follows. Asked where blanks were passed over."""
        return self._at >= len(self._text) and not self._cut

    def blank(self) -> None:
        """Pass over white space."""
        while True:
            self._at = _BLANK.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text) or not self._more():
                return

    def sees(self, sign: str) -> bool:
        """Whether ``sign``, a single character, comes next."""
        return self._text.startswith(sign, self._at)

    def matches(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return what a short pattern finds at the cursor."""
        return pattern.match(self._text, self._at)

    def sign(self, sign: str, path: str) -> None:
        """Pass over ``sign`` and the white space around it.

        Raises:
            Fault: Something else is there.
        """
        self.blank()
        if not self.sees(sign):
            raise self.broken(path)
        self._at += 1
        self.blank()

    def value(self, path: str, depth: int = 1) -> tuple[Any, str]:
        """Pass over a value; return it with its text.

        Args:
            depth: How deep in the document it stands, from 1.

        Raises:
            Fault: It is none, or too large.
        """
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._may_be_cut_off(error):
                    raise self._fault(path, depth) from None
                if len(self._text) - self._at > GREATEST_VALUE:
                    raise Fault(path, _("the resource is too large")) from None
                if not self._more():
                    raise self._fault(path, depth) from None
                continue
            except (_Refused, RecursionError):
                raise self._fault(path, depth) from None
            number_may_go_on = isinstance(value, NumberText) and end + _LONGEST_TAIL > len(
                self._text
            )
            if number_may_go_on and self._more():
                continue
            text = self._text[self._at : end]
            self._at = end
            return value, text

    def broken(self, path: str) -> Fault:
        """Return the fault of a cursor where something else is expected."""
        if self._at < len(self._text):
            return Fault(path, _("this is not JSON"))
        if self._cut:
            return Fault(path, _("the text is not valid UTF-8"))
        return Fault(path, _("the text ends in the middle"))

    def _may_be_cut_off(self, error: json.JSONDecodeError) -> bool:
        return error.pos + _LONGEST_WORD >= len(self._text) or error.msg[:12] == "Unterminated"

    def _fault(self, path: str, depth: int) -> Fault:
        return fault_of_value(self._text, self._at, path, depth, cut=self._cut)

    def _count(self) -> None:
        passed = self._text[self._counted : self._at]
        self._bytes += len(passed) if passed.isascii() else len(passed.encode())
        self._lines += passed.count("\n")
        self._counted = self._at

    def _more(self) -> bool:
        """Read on, as much as is here already; return whether there was anything."""
        if self._cut:
            return False
        self._count()
        self._text, self._at, self._counted = self._text[self._at :], 0, 0
        before = len(self._text)
        while len(self._text) == before and not self._cut:
            data = self._source.read(self._next, max(_PIECE, before))
            self._next += len(data)
            self._text += self._characters(data)
            if not data:
                break
        return len(self._text) > before

    def _characters(self, data: bytes) -> str:
        try:
            return self._utf8.decode(data, final=not data)
        except UnicodeDecodeError as error:
            self._cut = True
            return bytes(error.object)[: error.start].decode()


__all__ = ["GREATEST_VALUE", "InMemory", "NumberText", "Source", "Window", "decoded"]
