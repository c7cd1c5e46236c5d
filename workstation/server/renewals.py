"""A new session for somebody who unlocked a workstation without us: proved by signing a challenge.

Who worked offline is let in again without typing the password once more, and the workstation
never has to keep the password. The key was registered when the person last logged in here.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

from sync.protocol.login import ChallengeReply, LoginReply, RenewRequest, proof_of
from workstation.access.signing import verifies
from workstation.domain.record import Sealed
from workstation.server.logins import Logins, WrongLogin, choices_of, choose
from workstation.server.store import sessions

_VALID_MS = 60_000
_MOST_WAITING = 10_000


@dataclass(kw_only=True)
class Renewals:
    """Hands out challenges and takes each of them once."""

    logins: Logins
    _waiting: dict[str, int] = field(default_factory=dict)

    def challenge(self) -> ChallengeReply:
        """Return something that has never been signed."""
        now = self.logins.core.now
        text = urlsafe_b64encode(self.logins.core.random(24)).decode()
        self._waiting = {c: until for c, until in self._waiting.items() if until > now}
        while len(self._waiting) >= _MOST_WAITING:
            self._waiting.pop(next(iter(self._waiting)))
        self._waiting[text] = now + _VALID_MS
        return ChallengeReply(challenge=text)

    async def renew(self, request: RenewRequest) -> LoginReply:
        """Begin a session for the holder of a registered key.

        Raises:
            WrongLogin: The challenge is used or old, the key unknown or revoked, the signature
                another's, or the person no longer holds the assignment.
        """
        core = self.logins.core
        now = core.now
        until = self._waiting.pop(request.challenge, 0)
        known = await core.database.read(lambda c: sessions.keys(c, {request.key_id}, now=now))
        owner = known.get(request.key_id)
        if until <= now or owner is None or not _proved(request, owner[1]):
            raise WrongLogin
        active = await core.database.read(lambda c: sessions.may_log_in(c, owner[0]))
        held = await core.database.read(lambda c: choices_of(c, owner[0], now))
        chosen = choose(held, request.assignment)
        if chosen is None or not active:
            raise WrongLogin
        return await self.logins.begin(held, chosen, device=request.device, public_key=b"")


def _proved(request: RenewRequest, public_key: bytes) -> bool:
    message = proof_of(
        challenge=request.challenge, device=request.device, assignment=request.assignment
    )
    return verifies(Sealed(message, request.signature, request.key_id), public_key)
