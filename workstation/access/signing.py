"""Ed25519 signatures on records: made with a person's key, verified by anyone with its public half."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from workstation.domain.record import Sealed

SEED_BYTES = 32
PUBLIC_KEY_BYTES = 32
KEY_ID_BYTES = 16


def key_id_of(public_key: bytes) -> bytes:
    """Return the name of a public key (its 32 raw bytes): 16 bytes of its SHA-256."""
    return sha256(public_key).digest()[:KEY_ID_BYTES]


class Ed25519Signer:
    """A person's signing key. Implements ``workstation.domain.record.Signer``.

    ``seed``: the private key's 32 raw bytes.
    """

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._public = self._private.public_key().public_bytes_raw()
        self._key_id = key_id_of(self._public)

    def __repr__(self) -> str:
        return "<Ed25519Signer>"

    @property
    def public_key(self) -> bytes:
        """The public key's 32 raw bytes."""
        return self._public

    @property
    def key_id(self) -> bytes:
        """16 bytes that name the public key."""
        return self._key_id

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of ``message``."""
        return self._private.sign(message)


def verifies(sealed: Sealed, public_key: bytes) -> bool:
    """Return whether a record carries a valid signature by the holder of ``public_key``.

    False as well when the record names another key, or ``public_key`` is no Ed25519 key.
    """
    if len(public_key) != PUBLIC_KEY_BYTES or sealed.signer != key_id_of(public_key):
        return False
    try:
        _opened(public_key).verify(sealed.signature, sealed.raw)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=1_024)  # opening a key takes half as long as a verification
def _opened(public_key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public_key)
