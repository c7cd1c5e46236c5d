"""One package: the content's bytes, compressed, with its digest and signature before them.

Layout: the magic line, one line of JSON with digest, key id and signature, then the compressed
content. What is signed is the digest together with the name and version, so that neither can
be put on another package. Sizes are bounded before anything is unpacked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
import zstandard
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from workstation.content.memory import collected_later
from workstation.content.source import Content, ContentProblem
from workstation.domain.texts import _

_MAGIC = b"RONDEN-CONTENT 1\n"
_MOST_PACKED = 16 * 1024 * 1024
_MOST_UNPACKED = 64 * 1024 * 1024
_LONGEST_HEAD = 4096
_MOST_VERSIONS = 2**31


class Refused(ContentProblem):
    """The package is not used; what was in use stays in use."""


class _Head(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    version: int
    digest: str
    signature: str = ""


def build(content: Content) -> bytes:
    """Return the unsigned package; the same content gives the same bytes."""
    packed = zstandard.ZstdCompressor(level=10).compress(
        msgspec.json.encode(content.bare(), order="sorted")
    )
    head = _Head(
        name=content.manifest.name,
        version=content.manifest.version,
        digest=hashlib.sha256(packed).hexdigest(),
    )
    return _joined(head, packed)


def digest(raw: bytes) -> str:
    """Return the digest a package is known by, in hexadecimal."""
    return _split(raw)[0].digest


def is_signed(raw: bytes) -> bool:
    """Does the package carry a signature? Whose is asked when it is opened."""
    return bool(_split(raw)[0].signature)


def signed(raw: bytes, key: Ed25519PrivateKey) -> bytes:
    """Return the package with a signature.

    Raises:
        Refused: It is no package.
    """
    head, packed = _split(raw)
    signature = key.sign(_to_sign(head)).hex()
    return _joined(msgspec.structs.replace(head, signature=signature), packed)


def not_newer(version: int) -> Refused:
    """Return what is said of a package that is no newer than what there is already."""
    return Refused(
        _("Content package version {version} is not newer than the one in use.").format(
            version=version
        ),
        _keep(),
    )


def opened(
    raw: bytes, *, trusted: Sequence[Ed25519PublicKey], newer_than: int | None = None
) -> Content:
    """Return the content of a package that somebody trusted has signed.

    Args:
        newer_than: The version in use; the same or an older one is refused.

    Raises:
        Refused: Garbage, truncated, too large, signed by a stranger, or older than what is used.
    """
    head, packed = _split(raw)
    if not any(_signed_by(key, head) for key in trusted):
        raise Refused(
            _("The content package is not signed by anyone this workstation trusts."), _keep()
        )
    if newer_than is not None and head.version <= newer_than:
        raise not_newer(head.version)
    content = _content(packed)
    if (content.manifest.name, content.manifest.version) != (head.name, head.version):
        raise Refused(_("The content package is not what its label says."), _keep())
    return content


def unchecked(raw: bytes) -> Content:
    """Return the content of a package for reading and comparing, its signature not asked for.

    Raises:
        Refused: It is no package.
    """
    return _content(_split(raw)[1])


def private_key(pem: bytes) -> Ed25519PrivateKey:
    """Read a private key.

    Raises:
        Refused: It is none.
    """
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise Refused(_("The file is no Ed25519 private key."), _("Choose another file."))
    return key


def public_key(pem: bytes) -> Ed25519PublicKey:
    """Read a public key.

    Raises:
        Refused: It is none.
    """
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise Refused(_("The file is no Ed25519 public key."), _("Choose another file."))
    return key


def read(path: Path) -> bytes:
    """Return a package file's bytes; one that is too large is not read.

    Raises:
        Refused: It is too large, or cannot be read.
    """
    try:
        if path.stat().st_size > _MOST_PACKED:
            raise Refused(_("The content package is too large."), _keep())
        return path.read_bytes()
    except OSError:
        raise Refused(_("The file cannot be read."), _("Choose another file.")) from None


def _keep() -> str:
    return _("The content in use stays in use.")


def _split(raw: bytes) -> tuple[_Head, bytes]:
    if len(raw) > _MOST_PACKED:
        raise Refused(_("The content package is too large."), _keep())
    end = raw.find(b"\n", len(_MAGIC), len(_MAGIC) + _LONGEST_HEAD)
    if not raw.startswith(_MAGIC) or end < 0:
        raise Refused(_("The file is no content package."), _keep())
    try:
        head = msgspec.json.decode(raw[len(_MAGIC) : end], type=_Head)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refused(_("The file is no content package."), _keep()) from None
    packed = raw[end + 1 :]
    if hashlib.sha256(packed).hexdigest() != head.digest:
        raise Refused(_("The content package is damaged."), _keep())
    return head, packed


def _content(packed: bytes) -> Content:
    try:
        size = zstandard.frame_content_size(packed)
        if not 0 <= size <= _MOST_UNPACKED:
            raise Refused(_("The content package is too large."), _keep())
        raw = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_MOST_UNPACKED)
        with collected_later():
            content = msgspec.json.decode(raw, type=Content)
        for day in (content.manifest.effective_from, content.manifest.review_by):
            if day:
                date.fromisoformat(day)
    except (zstandard.ZstdError, msgspec.DecodeError, ValueError, RecursionError):
        raise Refused(_("The content package is damaged."), _keep()) from None
    if not 0 < content.manifest.version < _MOST_VERSIONS:
        raise Refused(_("The content package is not what its label says."), _keep())
    return content


def _joined(head: _Head, packed: bytes) -> bytes:
    return _MAGIC + msgspec.json.encode(head, order="sorted") + b"\n" + packed


def _to_sign(head: _Head) -> bytes:
    return b"ronden content\n" + msgspec.json.encode([head.name, head.version, head.digest])


def _signed_by(key: Ed25519PublicKey, head: _Head) -> bool:
    try:
        key.verify(bytes.fromhex(head.signature), _to_sign(head))
    except (InvalidSignature, ValueError):
        return False
    return True
