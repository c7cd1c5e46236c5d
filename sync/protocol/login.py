"""The messages of logging in: who one is, where one works, and what this workstation gets for it.

| route                | request        | reply          |
|----------------------|----------------|----------------|
| POST /auth/login     | LoginRequest   | LoginReply     |
| POST /auth/challenge | –              | ChallengeReply |
| POST /auth/renew     | RenewRequest   | LoginReply     |
"""

from __future__ import annotations

from sync.protocol.messages import Message
from workstation.domain.directory import Assignment, Person, Provider, Unit
from workstation.domain.ids import HsaId
from workstation.domain.record import Author

IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 12 * 3_600


class LoginRequest(Message, frozen=True, kw_only=True):
    """``assignment``: HSA-id, may be left out by who has only one. ``public_key``: base64, Ed25519."""

    user: str
    password: str
    device: str
    assignment: str = ""
    public_key: bytes = b""


class Held(Message, frozen=True, kw_only=True):
    """An assignment to choose, with its unit and care provider."""

    assignment: Assignment
    unit: Unit
    provider: Provider


class LoginReply(Message, frozen=True, kw_only=True):
    """``token`` empty: the password is right, and one of ``held`` must be chosen.

    ``units``: those the session may follow. ``unit_key``: 32 bytes, base64: what this
    workstation's cache of the unit is encrypted with, the same for everybody who works there;
    ``own_key``: likewise for the person's own file with drafts.
    """

    person: Person
    held: tuple[Held, ...]
    token: str = ""
    author: Author | None = None
    units: tuple[HsaId, ...] = ()
    unit_key: bytes = b""
    own_key: bytes = b""
    idle_seconds: int = IDLE_SECONDS
    absolute_seconds: int = ABSOLUTE_SECONDS


class ChallengeReply(Message, frozen=True, kw_only=True):
    """To be signed once, within a minute."""

    challenge: str


class RenewRequest(Message, frozen=True, kw_only=True):
    """A new session for somebody who unlocked this workstation: proved with the signing key.

    ``signature``: Ed25519 over :func:`proof_of`, base64. ``key_id``: 16 bytes, base64.
    """

    device: str
    assignment: str
    challenge: str
    key_id: bytes
    signature: bytes


def proof_of(*, challenge: str, device: str, assignment: str) -> bytes:
    """Return what is signed to renew a session: unlike any record, and for this one use."""
    return b"\n".join(
        part.encode() for part in ("ronden session renewal", challenge, device, assignment)
    )
