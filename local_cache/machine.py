"""The machine's share of every key: 32 bytes in the operating system's own store, or nothing.

There is no fallback. Without a store that protects secrets the workstation works online only.
"""

from __future__ import annotations

import secrets
from typing import Protocol

import keyring
from keyring.backend import KeyringBackend
from keyring.backends import chainer
from keyring.errors import KeyringError

from workstation.domain.problem import Problem
from workstation.domain.texts import _

MACHINE_SECRET_BYTES = 32
_SERVICE = "ronden"
_NAME = "machine secret"
_PROTECTING = (
    "keyring.backends.SecretService",
    "keyring.backends.Windows",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
    "keyring.backends.macOS",
)
"""Backends that encrypt what they keep. Others, ``keyrings.alt`` above all, may not."""


class OnlineOnly(Problem):
    """This computer has nowhere to keep a secret: without the server nothing on it may be opened."""


class MachineSecret(Protocol):
    """Gives the machine's secret."""

    def read(self) -> bytes:
        """Return 32 bytes, the same each time; made the first time.

        Raises:
            OnlineOnly: There is no place that protects a secret.
        """
        ...


class GivenSecret:
    """A secret handed in, for demonstration and tests: it protects nothing by itself."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != MACHINE_SECRET_BYTES:
            raise ValueError("a machine secret has 32 bytes")
        self._secret = secret

    def __repr__(self) -> str:
        return "<GivenSecret>"

    def read(self) -> bytes:
        """Return the secret that was handed in."""
        return self._secret


class KeyringSecret:
    """The secret in the operating system's store, as 64 hexadecimal digits and nothing else."""

    def __init__(self, backend: KeyringBackend | None = None) -> None:
        self._backend = backend

    def __repr__(self) -> str:
        return "<KeyringSecret>"

    def read(self) -> bytes:
        """Return the secret; the first time a random one is made, stored and read back.

        Raises:
            OnlineOnly: There is no store, it does not protect what it keeps, or it is locked.
        """
        backend = _protecting(self._backend or keyring.get_keyring())
        try:
            stored = backend.get_password(_SERVICE, _NAME)
            if stored is None:
                backend.set_password(_SERVICE, _NAME, secrets.token_hex(MACHINE_SECRET_BYTES))
                stored = backend.get_password(_SERVICE, _NAME)
            return _from_hex(stored)
        except (KeyringError, ValueError):
            raise _online_only() from None


def _protecting(backend: KeyringBackend) -> KeyringBackend:
    within = backend.backends if isinstance(backend, chainer.ChainerBackend) else [backend]
    for each in within:
        if type(each).__module__ in _PROTECTING:
            if hasattr(each, "persist"):  # Windows: never roam to another machine
                each.persist = "local machine"
            return each
    raise _online_only()


def _from_hex(stored: str | None) -> bytes:
    secret = bytes.fromhex(stored or "")
    if len(secret) != MACHINE_SECRET_BYTES:
        raise ValueError("not a machine secret")
    return secret


def _online_only() -> OnlineOnly:
    return OnlineOnly(
        _("This computer cannot keep a secret: what is on it opens only with a connection."),
        _(
            "You can work as long as there is a connection. Ask IT to turn on the system's store "
            "for passwords to be able to work without one."
        ),
    )
