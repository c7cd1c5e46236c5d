"""A person's wrapped keys on one machine: what the small file holds, and how it is written.

Nothing in it opens anything without both the machine's secret and the person's own. What an
attacker could gain from changing (tries, times) is under a MAC with the machine's secret.
"""

from __future__ import annotations

import hmac
import os
from hashlib import sha256
from pathlib import Path

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = 1
KEY_BYTES = 32
_NONCE_BYTES = 12
LEAST_MEMORY_KIB = 64 * 1024
LEAST_TIME = 3
LANES = 4


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What one guess of a password costs (Argon2id). Never below 64 MiB and three passes.

    Source: RFC 9106, section 4, second recommended option.
    """

    memory_kib: int = LEAST_MEMORY_KIB
    time: int = LEAST_TIME
    lanes: int = LANES

    def __post_init__(self) -> None:
        if self.memory_kib < LEAST_MEMORY_KIB or self.time < LEAST_TIME or self.lanes < 1:
            raise ValueError("guessing a password would be too cheap")


class Wrap(msgspec.Struct, frozen=True, kw_only=True):
    """A key under another: AES-256-GCM, its purpose bound in as associated data."""

    nonce: bytes
    box: bytes


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What changes from try to try. Times in ms UTC.

    ``tries``: since the last right password. ``locked_until``: no try before. ``not_after``: end
    of the lease to work without the server. ``highest``: the latest time ever seen.
    """

    tries: int = 0
    locked_until: int = 0
    not_after: int
    highest: int


class Wraps(msgspec.Struct, frozen=True, kw_only=True):
    """The file. ``keys``: by purpose: ``own``, ``signing``, ``unit:<HSA-id>``."""

    version: int = VERSION
    salt: bytes
    cost: Cost
    keys: dict[str, Wrap]
    standing: Standing
    mac: bytes = b""


class NotOurs(Exception):
    """The file, or a wrap in it, was not made with these secrets."""


def read(path: Path, machine: bytes, who: str) -> Wraps:
    """Read the file.

    Raises:
        FileNotFoundError: There is none.
        NotOurs: It was changed, or belongs to another machine or person.
    """
    try:
        wraps = msgspec.json.decode(path.read_bytes(), type=Wraps)
    except (msgspec.DecodeError, ValueError):
        raise NotOurs from None
    if wraps.version != VERSION or not hmac.compare_digest(wraps.mac, _mac(wraps, machine, who)):
        raise NotOurs
    return wraps


def write(path: Path, wraps: Wraps, machine: bytes, who: str) -> None:
    """Write the file so that a power cut leaves the old one or the new one."""
    marked = msgspec.structs.replace(wraps, mac=_mac(wraps, machine, who))
    young = path.with_name(path.name + ".new")
    descriptor = os.open(young, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(msgspec.json.encode(marked))
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(young, path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def key_of(password: str, *, salt: bytes, cost: Cost, machine: bytes, who: str) -> bytes:
    """Return the key that wraps the others: from the password and the machine's secret together.

    KEK = HKDF-SHA256(ikm = Argon2id(password, salt), salt = HMAC(machine, who | version)).
    """
    person = hash_secret_raw(
        password.encode(),
        salt,
        time_cost=cost.time,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )
    bound = hmac.digest(machine, f"{who}|{VERSION}".encode(), "sha256")
    return HKDF(SHA256(), KEY_BYTES, bound, b"ronden key encryption key").derive(person)


def wrap(kek: bytes, key: bytes, *, who: str, purpose: str) -> Wrap:
    """Put a key under another."""
    nonce = os.urandom(_NONCE_BYTES)
    return Wrap(nonce=nonce, box=AESGCM(kek).encrypt(nonce, key, _bound(who, purpose)))


def unwrap(kek: bytes, wrapped: Wrap, *, who: str, purpose: str) -> bytes:
    """Take a key out.

    Raises:
        NotOurs: The other key is wrong, or the wrap was made for something else.
    """
    try:
        return AESGCM(kek).decrypt(wrapped.nonce, wrapped.box, _bound(who, purpose))
    except InvalidTag:
        raise NotOurs from None


def _bound(who: str, purpose: str) -> bytes:
    return f"{who}|{purpose}|{VERSION}".encode()


def _mac(wraps: Wraps, machine: bytes, who: str) -> bytes:
    plain = msgspec.json.encode(msgspec.structs.replace(wraps, mac=b""), order="sorted")
    key = sha256(b"ronden wraps\x00" + machine).digest()
    return hmac.digest(key, who.encode() + b"\x00" + plain, "sha256")
