"""Records that were opened on a workstation, told to the server's access log: each once, however late.

| route              | request        | reply            |
|--------------------|----------------|------------------|
| POST /log/openings | OpeningsReport | OpeningsReceived |

An opening carries the signature of who opened, so that whoever of the unit is next online can carry
it, as records are carried. Sending one again is harmless: it is known by its id.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from uuid import UUID

import msgspec

from sync.protocol.messages import Message, Whole
from workstation.domain.record import Sealed, Signer

MOST_OPENINGS = 200
"""In one report."""
_PREFIX = b"ronden opening\n"
"""Signed before the opening's bytes: no signature of a record is one of an opening, or the reverse."""


class Opening(Message, frozen=True, kw_only=True):
    """Somebody opened a record. ``at``: ms UTC by the workstation's clock. Ids are HSA-ids.

    ``what`` is something else that they did, instead: ``blocks``, had shown whose information is
    blocked (spärr); ``print``, printed; ``print in emergency``, what was open in an emergency;
    ``emergency attempt``, wanted to open it in an emergency without contact, and read nothing.
    ``reason``: of the last, what the person said, if anything.
    """

    id: UUID
    patient: UUID
    at: Whole
    person: str
    assignment: str
    unit: str
    provider: str
    device: str
    what: str = ""
    reason: str = ""


class SignedOpening(Message, frozen=True, kw_only=True):
    """``raw``: an ``Opening`` as it was signed; ``sig`` and the key's id ``by`` in base64."""

    raw: msgspec.Raw
    sig: str
    by: str


class OpeningsReport(Message, frozen=True, kw_only=True):
    """The oldest first."""

    openings: tuple[SignedOpening, ...]


class OpeningsReceived(Message, frozen=True, kw_only=True):
    """Of those that were sent, which lie in the log now."""

    ids: tuple[UUID, ...]


def signed_opening(opening: Opening, signer: Signer) -> SignedOpening:
    """Return an opening as it is kept and sent."""
    raw = msgspec.json.encode(opening)
    return SignedOpening(
        raw=msgspec.Raw(raw),
        sig=b64encode(signer.sign(_PREFIX + raw)).decode(),
        by=b64encode(signer.key_id).decode(),
    )


def sealed_of(signed: SignedOpening) -> Sealed | None:
    """Return what the signature is about, to be verified; None where there is no signature."""
    try:
        signature, signer = (
            b64decode(signed.sig, validate=True),
            b64decode(signed.by, validate=True),
        )
    except (NotBase64, ValueError):
        return None
    return Sealed(raw=_PREFIX + bytes(signed.raw), signature=signature, signer=signer)
