"""One form of bytes for one meaning: JSON as RFC 8785 puts it.

Records hold no floating-point numbers (amounts are decimal text) and only ASCII names, so
msgspec's sorted encoding is the canonical one; a test holds it against an independent
implementation.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

_GREATEST_INTEGER = 2**53 - 1
_encoder = msgspec.json.Encoder(order="sorted")


class NotCanonical(ValueError):
    """Bytes that are no canonical JSON; the message names the kind of fault, never content."""


def canonical(value: Any) -> bytes:
    """Return the canonical bytes of a struct or of plain JSON values.

    Raises:
        NotCanonical: A text holds half a surrogate pair, which no UTF-8 can carry.
    """
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        raise NotCanonical("a text holds half a surrogate pair") from None


def check_canonical(raw: bytes) -> None:
    """Check that ``raw`` is canonical: sorted unique names, no blanks, no float, one encoding.

    Raises:
        NotCanonical: It is not.
    """
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotCanonical("not JSON") from None
    _check_values((value,))
    if canonical(value) != raw:
        raise NotCanonical("not in canonical form")


def _check_values(values: Iterable[object]) -> None:
    """Check every value, and what is inside; texts, the most of them, are passed by first."""
    for value in values:
        kind = type(value)
        if kind is str:
            continue
        if kind is dict:
            assert isinstance(value, dict)
            if not "".join(value).isascii():
                raise NotCanonical("a field name outside ASCII")
            _check_values(value.values())
        elif isinstance(value, list):
            _check_values(value)
        elif isinstance(value, float):
            raise NotCanonical("a number with a fraction, where decimal text belongs")
        elif isinstance(value, int) and abs(value) > _GREATEST_INTEGER:
            raise NotCanonical("a whole number beyond 2^53")
