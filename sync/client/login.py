"""Logging in at the record server, and renewing a session with the signing key."""

from __future__ import annotations

import asyncio

from sync.client.connection import Connection
from sync.protocol.login import (
    ChallengeReply,
    LoginReply,
    LoginRequest,
    RenewRequest,
    proof_of,
)
from sync.protocol.ports import NoContact
from workstation.domain.record import Signer

DEADLINE_SECONDS = 10.0
"""A password check takes the server a second; somebody stands and waits."""


async def log_in(connection: Connection, request: LoginRequest) -> LoginReply:
    """Log in with a password.

    Raises:
        NoContact: No answer: unlock offline instead.
        Refusal: ``unauthenticated`` (wrong user or password), ``not_allowed``, ``busy``.
    """
    return await _in_time(connection, "/auth/login", request)


async def renew(
    connection: Connection, *, device: str, assignment: str, signer: Signer
) -> LoginReply:
    """Get a new session for somebody who has unlocked this workstation offline.

    Raises:
        NoContact, Refusal: As :func:`log_in`.
    """
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            reply = await connection.ask("/auth/challenge", {}, ChallengeReply)
    except TimeoutError:
        raise NoContact from None
    proof = proof_of(challenge=reply.challenge, device=device, assignment=assignment)
    request = RenewRequest(
        device=device,
        assignment=assignment,
        challenge=reply.challenge,
        key_id=signer.key_id,
        signature=signer.sign(proof),
    )
    return await _in_time(connection, "/auth/renew", request)


async def log_out(connection: Connection) -> None:
    """End the session at the server.

    Raises:
        NoContact, Refusal: It could not be told; the session ends by itself.
    """
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            await connection.tell("/auth/logout")
    except TimeoutError:
        raise NoContact from None


async def _in_time(
    connection: Connection, path: str, request: LoginRequest | RenewRequest
) -> LoginReply:
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await connection.ask(path, request, LoginReply)
    except TimeoutError:
        raise NoContact from None
