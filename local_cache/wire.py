"""From the wire's lines to records on their way in."""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache

from local_cache.arrivals import Arrival, arrival, erased, unread_arrival
from sync.protocol.messages import EntryLine
from sync.protocol.violation import ProtocolViolation
from workstation.domain.record import Sealed


def arrival_of(line: EntryLine) -> Arrival:
    """Return the record in a line, its bytes as they came.

    Raises:
        ProtocolViolation: Hash, signature or key id are not in the form the protocol gives them.
    """
    with _as_agreed():
        if line.hash:
            return erased(bytes.fromhex(line.hash), rev=line.rev)
        sealed = Sealed(bytes(line.raw), a2b_base64(line.sig), _key_id(line.by))
    return arrival(sealed, patient=line.p, rev=line.rev)


def unread_of(lines: Iterable[EntryLine]) -> list[Arrival]:
    """Return the records in lines, to be looked into later: for each only its hash and its id.

    Raises:
        ProtocolViolation: As :func:`arrival_of`.
    """
    with _as_agreed():
        return [
            unread_arrival(bytes(line.raw), a2b_base64(line.sig), _key_id(line.by), line.rev)
            if not line.hash
            else erased(bytes.fromhex(line.hash), rev=line.rev)
            for line in lines
        ]


@contextmanager
def _as_agreed() -> Iterator[None]:
    try:
        yield
    except ValueError:
        raise ProtocolViolation("a hash or signature in another form") from None


@lru_cache(maxsize=1_024)
def _key_id(text: str) -> bytes:
    return a2b_base64(text)
