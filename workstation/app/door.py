"""The way in at the record server: logging in, and staying logged in without keeping a password."""

from __future__ import annotations

import asyncio

from sync.client import login
from sync.client.connection import Connection
from sync.protocol.login import LoginReply, LoginRequest
from sync.protocol.ports import NoContact, Refusal
from sync.protocol.violation import ProtocolViolation
from workstation.domain.record import Signer
from workstation.domain.texts import _
from workstation.operations.session import NotAdmitted

_FAREWELL_SECONDS = 1.0


class Denied(Exception):
    """The key is revoked, the account closed, or the assignment ended."""


class Door:
    """One person's standing with the server. ``token`` is empty while there is none."""

    def __init__(self, connection: Connection, *, device: str) -> None:
        self._connection = connection
        self._device = device
        self._renewing = asyncio.Lock()
        self.token = ""

    async def log_in(
        self, user: str, password: str, *, assignment: str = "", public_key: bytes = b""
    ) -> LoginReply:
        """Log in with a password; with an assignment chosen, a session begins.

        Raises:
            NoContact: There is no network; the person may unlock offline.
            NotAdmitted: The server said no, or what this program cannot read.
        """
        request = LoginRequest(
            user=user,
            password=password,
            device=self._device,
            assignment=assignment,
            public_key=public_key,
        )
        try:
            reply = await login.log_in(self._connection, request)
        except Refusal as refusal:
            raise _not_admitted(refusal) from None
        except ProtocolViolation:
            raise _not_understood() from None
        self.token = reply.token
        return reply

    async def renew(self, *, assignment: str, signer: Signer) -> LoginReply | None:
        """Begin a new session by proof of the signing key; None when there is no contact now.

        Raises:
            Denied: The server does not let this key in.
        """
        async with self._renewing:
            try:
                reply = await login.renew(
                    self._connection, device=self._device, assignment=assignment, signer=signer
                )
            except (NoContact, ProtocolViolation):
                return None
            except Refusal as refusal:
                if refusal.code == "unauthenticated":
                    raise Denied from None
                return None
            self.token = reply.token
            return reply

    async def log_out(self) -> None:
        """End the session at the server, where it can be reached: nobody waits at a silent line."""
        if not self.token:
            return
        try:
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await login.log_out(self._connection)
        except (NoContact, Refusal, TimeoutError):
            return
        finally:
            self.token = ""


def _not_understood() -> NotAdmitted:
    return NotAdmitted(
        _("The server answers, but in a way that this program does not understand."),
        _("This program may be older than the server. Ask your IT support for the new one."),
    )


def _not_admitted(refusal: Refusal) -> NotAdmitted:
    return NotAdmitted(
        refusal.text or _("The server did not let you in."),
        _("Check user name and password, or ask your IT support."),
    )
