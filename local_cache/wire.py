"""From the wire's lines to records on their way in."""

from __future__ import annotations

from base64 import b64decode

from local_cache.entries import Arrival, arrival, erased
from sync.protocol.messages import EntryLine
from workstation.domain.record import Sealed


def arrival_of(line: EntryLine) -> Arrival:
    """Return the record in a line, its bytes as they came."""
    if line.hash:
        return erased(bytes.fromhex(line.hash), rev=line.rev)
    sealed = Sealed(bytes(line.raw), b64decode(line.sig), b64decode(line.by))
    return arrival(sealed, patient=line.p, rev=line.rev)
