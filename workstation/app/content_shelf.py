"""Content packages and statements on this computer: signed, checked whenever they are read.

They say nothing of anybody and are not secret, so they lie in plain files; what keeps them whole
is their signatures. Statements are kept a second time in the person's encrypted file, so that a
withdrawal cannot be undone by deleting a file here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from workstation.content import packages
from workstation.content.lifecycle import Offer
from workstation.content.source import Content, ContentProblem
from workstation.content.statements import BadStatement, Roster, Signed, from_lines, to_line
from workstation.domain.texts import _

_STATEMENTS = "statements.ndjson"


class Shelf:
    """A folder of packages by digest. No call waits for the network."""

    def __init__(self, folder: Path, trusted: Roster) -> None:
        self._folder = folder
        self.trusted = trusted
        self._offers: dict[str, Offer] = {}

    def _keys(self) -> Sequence[Ed25519PublicKey]:
        return [
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer.public_key))
            for signer in self.trusted.values()
        ]

    def statements(self) -> tuple[Signed, ...]:
        """Return what is kept; a damaged file counts as none."""
        try:
            return from_lines((self._folder / _STATEMENTS).read_bytes())
        except (OSError, BadStatement):
            return ()

    def keep_statements(self, statements: Iterable[Signed]) -> None:
        """Write them all, in one move."""
        self._write(_STATEMENTS, b"".join(to_line(one) + b"\n" for one in statements))

    def offers(self) -> tuple[Offer, ...]:
        """Return the packages here that are whole and signed by somebody who is trusted."""
        found: list[Offer] = []
        for path in sorted(self._folder.glob("*.package")):
            offer = self._offers.get(path.stem) or self._offer(path)
            if offer is not None:
                self._offers[path.stem] = offer
                found.append(offer)
        return tuple(found)

    def _offer(self, path: Path) -> Offer | None:
        try:
            raw = path.read_bytes()
            manifest = packages.opened(raw, trusted=self._keys()).manifest
        except (OSError, ContentProblem):
            return None
        digest = packages.digest(raw)
        return Offer.of(manifest, digest) if digest == path.stem else None

    def take(self, digest: str, raw: bytes) -> Content:
        """Check a package that was fetched and keep it.

        Raises:
            Refused: Garbage, damaged, another than was asked for, or signed by a stranger.
        """
        content = packages.opened(raw, trusted=self._keys())
        if packages.digest(raw) != digest:
            raise _another()
        self._write(f"{digest}.package", raw)
        return content

    def content(self, digest: str) -> Content:
        """Read a package.

        Raises:
            ContentProblem: It is gone or damaged since it was listed.
        """
        try:
            raw = (self._folder / f"{digest}.package").read_bytes()
        except OSError:
            raise _another() from None
        return packages.opened(raw, trusted=self._keys())

    def _write(self, name: str, raw: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        young = self._folder / f"{name}.new"
        with young.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        young.replace(self._folder / name)


def _another() -> packages.Refused:
    return packages.Refused(
        _("The content package is not the one that was asked for."), _("It is fetched again.")
    )
