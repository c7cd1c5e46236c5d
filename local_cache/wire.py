"""From the wire's lines to records on their way in."""

from __future__ import annotations

from binascii import a2b_base64
from functools import lru_cache

from local_cache.arrivals import Arrival, arrival, erased, unread_arrival
from sync.protocol.messages import EntryLine
from sync.protocol.violation import ProtocolViolation
from workstation.domain.record import Sealed


def arrival_of(line: EntryLine, *, unread: bool = False) -> Arrival:
    """Return the record in a line, its bytes as they came; ``unread``: to be looked into later.

    Raises:
        ProtocolViolation: Hash, signature or key id are not in the form the protocol gives them.
    """
    try:
        if line.hash:
            return erased(bytes.fromhex(line.hash), rev=line.rev)
        sealed = Sealed(bytes(line.raw), a2b_base64(line.sig), _key_id(line.by))
    except ValueError:
        raise ProtocolViolation("a hash or signature in another form") from None
    if unread:
        return unread_arrival(sealed, rev=line.rev)
    return arrival(sealed, patient=line.p, rev=line.rev)


@lru_cache(maxsize=1_024)
def _key_id(text: str) -> bytes:
    return a2b_base64(text)
