"""Who somebody is and where they may work, as the server last told: kept for work without it."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.protocol.login import Held
from workstation.domain.directory import Person

_NONCE_BYTES = 12
_PURPOSE = b"ronden profile 1"


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A person with the assignments they hold."""

    person: Person
    held: tuple[Held, ...]

    def __repr__(self) -> str:
        return "<Profile>"


def keep_profile(path: Path, own_key: bytes, profile: Profile) -> None:
    """Write the profile, encrypted with the person's own key (AES-256-GCM)."""
    nonce = os.urandom(_NONCE_BYTES)
    box = AESGCM(own_key).encrypt(nonce, msgspec.json.encode(profile), _PURPOSE)
    young = path.with_name(path.name + ".new")
    young.write_bytes(nonce + box)
    os.replace(young, path)


def kept_profile(path: Path, own_key: bytes) -> Profile | None:
    """Return the profile; None where there is none, or it is not this key's."""
    try:
        whole = path.read_bytes()
        plain = AESGCM(own_key).decrypt(whole[:_NONCE_BYTES], whole[_NONCE_BYTES:], _PURPOSE)
        return msgspec.json.decode(plain, type=Profile)
    except (FileNotFoundError, InvalidTag, ValueError):
        return None
