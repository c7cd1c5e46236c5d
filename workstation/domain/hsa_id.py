"""HSA-id: how units, providers and staff are named in Swedish care."""

from __future__ import annotations

import re

from workstation.domain.ids import HsaId
from workstation.domain.problem import Problem
from workstation.domain.texts import _

HSA_ID_LONGEST = 31
_SHAPE = re.compile(r"SE[0-9]{10}-[A-Za-z0-9]+", re.ASCII)


def parse_hsa_id(text: str) -> HsaId:
    """Read an HSA-id that somebody typed or pasted; blanks around it do not count.

    ``SE``, a ten-digit organisation number, a hyphen, then letters and digits without å, ä or
    ö; 31 characters at most. Case is kept as it came.

    Raises:
        Problem: It is not an HSA-id.

    Source: Inera, HSA-id.
    """
    typed = text.strip()
    if len(typed) > HSA_ID_LONGEST or not _SHAPE.fullmatch(typed):
        raise Problem(
            _("This is not an HSA-id."),
            _(
                "Type SE, the ten digits of the organisation number, a hyphen, and then only "
                "letters A to Z and digits; at most 31 characters."
            ),
        )
    return HsaId(typed)


def organisation_number(hsa_id: HsaId) -> str:
    """Return the ten digits of the organisation that issued ``hsa_id``."""
    return hsa_id[2:12]
