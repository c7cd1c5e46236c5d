"""From which age one reads one's own record, and until when a guardian does.

Source: Inera, regelverk for 1177 Journal: the person from 16, guardians until the child turns
13, from 13 to 15 neither. Who heads the unit may decide otherwise in a single case.
"""

from __future__ import annotations

from datetime import date
from enum import Enum

from workstation.domain.values import age_on

OWN_FROM = 16
GUARDIAN_UNTIL = 13


class DirectAccess(Enum):
    """Who may read the record of somebody of that age on the patient's page."""

    OWN = "own"
    GUARDIAN = "guardian"
    NEITHER = "neither"


def direct_access(born: date, today: date) -> DirectAccess:
    """Return who has direct access on ``today`` (Swedish calendar day).

    Somebody born on 29 February gets older on 1 March in years without one.
    """
    age = age_on(born, today)
    if age >= OWN_FROM:
        return DirectAccess.OWN
    return DirectAccess.GUARDIAN if age < GUARDIAN_UNTIL else DirectAccess.NEITHER
