"""How a patient stands right now, for the list: why they are here, who answers for them, what warns."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from workstation.domain.attention import Attention
from workstation.domain.contact import Contact
from workstation.domain.ids import PatientId
from workstation.domain.observation import Observation
from workstation.operations.ports import Listed, PatientLine, Reading

_NEWS2 = "news2"
_NUMBER = re.compile(r"(\d+)")
URGENT, EMERGENCY = 5, 7
"""NEWS2 from where urgent assessment, and emergency response, is due (RCP 2017)."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Standing:
    """``reason`` and ``responsible`` of the current contact. ``warns``: there is attention
    information. ``news2``: the newest score and ``before`` the one before it, None where unknown.
    """

    reason: str = ""
    responsible: str = ""
    warns: bool = False
    news2: int | None = None
    before: int | None = None


async def standing_of(line: PatientLine, records: Reading) -> tuple[PatientId, Standing]:
    """Read how a patient stands; scores only of those who have a place on the unit."""
    contacts, attention, values = await asyncio.gather(
        records.listed(line.patient, "contact", group="current", limit=1),
        records.listed(line.patient, "attention", group="current"),
        _values(line, records),
    )
    contact = contacts[0].state.current.body if contacts else None
    scores = [score for value in values if (score := _score(value)) is not None]
    return line.patient, Standing(
        reason=contact.reason if isinstance(contact, Contact) else "",
        responsible=contact.responsible if isinstance(contact, Contact) else "",
        warns=any(_warns(one) for one in attention),
        news2=scores[0] if scores else None,
        before=scores[1] if len(scores) > 1 else None,
    )


async def _values(line: PatientLine, records: Reading) -> tuple[Listed, ...]:
    if not line.place:
        return ()
    found = await records.newest_by_code(line.patient, "observation", each=2)
    scores = [one for one in found if one.row.title.casefold() == _NEWS2 and not one.state.voided]
    return tuple(sorted(scores, key=lambda one: -one.row.at))


def _score(listed: Listed) -> int | None:
    body = listed.state.current.body
    return score_of(body) if isinstance(body, Observation) else None


def score_of(body: Observation) -> int | None:
    """Return the points of a NEWS2; None of anything else, and of what is no whole number."""
    if body.concept.label.casefold() != _NEWS2 or body.quantity is None:
        return None
    number = body.quantity.number
    return int(number) if number == int(number) and not body.quantity.comparator else None


def _warns(listed: Listed) -> bool:
    body = listed.state.current.body
    return isinstance(body, Attention) and not body.none_known


def by_room(lines: Sequence[PatientLine]) -> tuple[PatientLine, ...]:
    """Return a ward's patients as its rooms stand: room 2 before room 16, who has none last.

    Somebody with protected identity stands among those last: the order would else tell the room.
    """

    def place(line: PatientLine) -> tuple[bool, list[tuple[int, str]]]:
        said = "" if line.protected else line.place.casefold()
        parts = _NUMBER.split(said)
        return not said, [(int(p), "") if p.isdecimal() else (0, p) for p in parts]

    return tuple(sorted(lines, key=place))
