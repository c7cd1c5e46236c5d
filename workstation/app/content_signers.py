"""Whose signatures count on clinical content: a file that IT installs with the program."""

from __future__ import annotations

from pathlib import Path

import msgspec

from workstation.content.statements import BadStatement, Signer, roster
from workstation.domain.problem import Problem
from workstation.domain.texts import _


def read_signers(path: Path) -> tuple[Signer, ...]:
    """Return the signers in a JSON file.

    Raises:
        Problem: The file cannot be read, or a key in it is none.
    """
    try:
        signers = msgspec.json.decode(path.read_bytes(), type=tuple[Signer, ...])
        roster(signers)
    except (OSError, msgspec.MsgspecError, BadStatement):
        raise Problem(
            _("The list of content signers cannot be read."),
            _("It is a JSON list of person, public_key (hexadecimal) and roles."),
        ) from None
    return signers
