"""Signed statements about a package: who handed it in, approved, published or withdrew it.

One statement is one line of JSON. What is signed is the statement's canonical bytes, so that it
can be carried by anybody, kept beside the package, and held against the signer's key anywhere,
online or not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from workstation.content.source import ContentProblem
from workstation.domain.canonical import canonical
from workstation.domain.texts import _

_PREFIX = b"ronden content statement\n"
_LONGEST_LINE = 16 * 1024

Role = Literal["author", "approver", "publisher"]


class Act(StrEnum):
    """What was done. ``RETURN`` is the reviewer's no; ``REVIEW`` is a new date of review."""

    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    PUBLISH = "publish"
    REVIEW = "review"
    WITHDRAW = "withdraw"


MAY: Mapping[Act, frozenset[Role]] = {
    Act.SUBMIT: frozenset({"author"}),
    Act.RETURN: frozenset({"approver"}),
    Act.APPROVE: frozenset({"approver"}),
    Act.PUBLISH: frozenset({"approver", "publisher"}),
    Act.REVIEW: frozenset({"approver"}),
    Act.WITHDRAW: frozenset({"approver", "publisher"}),
}
"""Which roles a statement counts from."""


class BadStatement(ContentProblem):
    """A statement that does not count; the message says why."""


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one person says about one package, known by name, version and digest.

    ``at`` is a time with an offset. ``effective_from`` belongs to ``PUBLISH``, ``review_by`` to
    ``REVIEW``. ``rules`` names the rules a ``WITHDRAW`` turns off; none means the whole package.
    ``decision`` is the committee's own number, ``reason`` is shown to readers.
    """

    act: Act
    package: str
    version: int
    digest: str
    by: str
    at: datetime
    effective_from: datetime | None = None
    review_by: date | None = None
    rules: tuple[str, ...] = ()
    reason: str = ""
    decision: str = ""


class Signed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement with the id of the key that signed it and the signature, in hexadecimal."""

    statement: Statement
    key: str
    signature: str


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whose statements count, in these roles. ``public_key``: 32 bytes in hexadecimal."""

    person: str
    public_key: str
    roles: tuple[Role, ...]
    name: str = ""


Roster = Mapping[str, Signer]
"""Signers by key id: what a workstation or server trusts."""


def key_id(key: Ed25519PublicKey) -> str:
    """Return the id a key is known by: the first 16 hexadecimal digits of its SHA-256."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def roster(signers: Iterable[Signer]) -> dict[str, Signer]:
    """Return signers by key id.

    Raises:
        BadStatement: A key is none, or stands for two people.
    """
    found: dict[str, Signer] = {}
    for signer in signers:
        known = found.setdefault(key_id(_public(signer)), signer)
        if known.person != signer.person:
            raise BadStatement(
                _("One key in the list of signers stands for two people."),
                _("Give each person a key of their own."),
            )
    return found


class StatementKey(Protocol):
    """What signs a statement: an Ed25519 private key, wherever it is kept."""

    def public_key(self) -> Ed25519PublicKey: ...

    def sign(self, data: bytes, /) -> bytes:
        """Return the Ed25519 signature of ``data``."""
        ...


def sign_statement(statement: Statement, key: StatementKey) -> Signed:
    """Return the statement signed.

    Raises:
        BadStatement: A time has no offset, or a field that the act needs is missing.
    """
    _complete(statement)
    return Signed(
        statement=statement,
        key=key_id(key.public_key()),
        signature=key.sign(_to_sign(statement)).hex(),
    )


def check_statement(signed: Signed, trusted: Roster) -> Statement:
    """Return what was said, when somebody who may say it has signed it.

    Raises:
        BadStatement: The key is not trusted, belongs to another person or role, or the
            signature does not fit.
    """
    signer = trusted.get(signed.key)
    statement = signed.statement
    if signer is None or signer.person != statement.by:
        raise BadStatement(_("The statement is signed by somebody who is not trusted."))
    if not MAY[statement.act] & set(signer.roles):
        raise BadStatement(_("The signer may not do this with clinical content."))
    try:
        _public(signer).verify(bytes.fromhex(signed.signature), _to_sign(statement))
    except (InvalidSignature, ValueError):
        raise BadStatement(_("The signature of the statement does not fit.")) from None
    _complete(statement)
    return statement


def to_line(signed: Signed) -> bytes:
    """Return one line of JSON, without its line feed."""
    return canonical(signed)


def from_lines(raw: bytes) -> tuple[Signed, ...]:
    """Read statements, one to a line; empty lines are skipped.

    Raises:
        BadStatement: A line is no statement; the message names its number.
    """
    found: list[Signed] = []
    for number, line in enumerate(raw.splitlines(), 1):
        if not line.strip():
            continue
        try:
            if len(line) > _LONGEST_LINE:
                raise msgspec.DecodeError
            found.append(msgspec.json.decode(line, type=Signed))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise BadStatement(
                _("Line {number} is no statement about content.").format(number=number)
            ) from None
    return tuple(found)


def _to_sign(statement: Statement) -> bytes:
    return _PREFIX + canonical(statement)


def _complete(statement: Statement) -> None:
    times = (statement.at, statement.effective_from)
    if any(time is not None and time.tzinfo is None for time in times):
        raise BadStatement(_("A time in a statement must have an offset."))
    if statement.act is Act.PUBLISH and statement.effective_from is None:
        raise BadStatement(_("Publishing needs a time from which the content is effective."))
    if statement.act is Act.REVIEW and statement.review_by is None:
        raise BadStatement(_("A review needs the day of the next one."))
    if statement.act in (Act.WITHDRAW, Act.RETURN) and not statement.reason.strip():
        raise BadStatement(_("Withdrawing or returning content needs a reason."))


def _public(signer: Signer) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer.public_key))
    except ValueError:
        raise BadStatement(_("A key in the list of signers is no Ed25519 key.")) from None
