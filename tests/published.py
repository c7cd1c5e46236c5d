"""Content signed by two invented people: an author, and another who approves and publishes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workstation.content import packages, shipped
from workstation.content.source import Content
from workstation.content.statements import Act, Role, Signed, Signer, Statement, sign_statement

ANNA, BO, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))


def a_signer(person: str, key: Ed25519PrivateKey, *roles: Role) -> Signer:
    """Return somebody whose statements count."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return Signer(person=person, public_key=raw.hex(), roles=roles)


SIGNERS = (
    a_signer("SE-ANNA", ANNA, "author", "approver"),
    a_signer("SE-BO", BO, "approver", "publisher"),
)


def a_content(version: int, *, without: tuple[str, ...] = ()) -> Content:
    """Return the shipped content as the region's own, some rules left out."""
    content = shipped.content()
    manifest = msgspec.structs.replace(
        content.manifest, name="region", version=version, title=f"Regionens innehåll {version}"
    )
    rules = tuple(rule for rule in content.rules if rule.id not in without)
    return msgspec.structs.replace(content, manifest=manifest, rules=rules)


def a_package(version: int, *, key: Ed25519PrivateKey = BO, without: tuple[str, ...] = ()) -> bytes:
    """Return it built and signed."""
    return packages.signed(packages.build(a_content(version, without=without)), key)


def said(act: Act, raw: bytes, **more: Any) -> Signed:
    """Return a statement about a package; Anna hands in, Bo does everything else."""
    by, key = ("SE-ANNA", ANNA) if act is Act.SUBMIT else ("SE-BO", BO)
    manifest = packages.unchecked(raw).manifest
    fields: dict[str, Any] = {
        "package": manifest.name,
        "version": manifest.version,
        "digest": packages.digest(raw),
        "at": datetime.now(UTC),
    }
    return sign_statement(Statement(act=act, by=by, **(fields | more)), key)


def published(raw: bytes, *, start: datetime) -> tuple[Signed, ...]:
    """Return what makes a package effective from ``start``."""
    now = datetime.now(UTC)
    return (
        said(Act.SUBMIT, raw, at=now - timedelta(minutes=3)),
        said(Act.APPROVE, raw, at=now - timedelta(minutes=2), decision="LK 2026:14"),
        said(Act.PUBLISH, raw, at=now - timedelta(minutes=1), effective_from=start),
    )


def withdrawn(raw: bytes, *, rules: tuple[str, ...] = ()) -> Signed:
    """Return what takes it, or single rules of it, away at once."""
    return said(Act.WITHDRAW, raw, reason="Fel gräns", rules=rules)
