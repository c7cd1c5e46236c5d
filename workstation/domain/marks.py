"""Marks that stand on an entity of any family: signature, void, acknowledgement, resolution.

A mark names the versions it is about as its ``bases`` and lives in their entity.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from workstation.domain.kind import Kind
from workstation.domain.record import Body, Role


class Signature(Body, frozen=True, kw_only=True):
    """Signering (``sign``) or vidimering of somebody else's note (``countersign``).

    A recorded act: who and when stand in the envelope. ``target_hash`` is the SHA-256 (hex) of
    the signed version's bytes, so that a signature can never come to stand under another text.
    """

    role: Literal["sign", "countersign"] = "sign"
    target_hash: str


class Void(Body, frozen=True, kw_only=True):
    """Makulering: the entity should not have been written. It stays readable, struck through."""

    reason: str


class Acknowledgement(Body, frozen=True, kw_only=True):
    """Vidimering of a result or an answer: seen, and responsibility taken (care rules 9)."""

    comment: str = ""


class Resolution(Body, frozen=True, kw_only=True):
    """A clinician's decision on a fork: its bases are all the heads, ``chosen`` the one that holds."""

    chosen: UUID
    reason: str = ""


KINDS = (
    Kind(name="signature", body=Signature),
    Kind(name="void", body=Void, role=Role.INTENT),
    Kind(name="acknowledgement", body=Acknowledgement),
    Kind(name="resolution", body=Resolution, role=Role.INTENT),
)
