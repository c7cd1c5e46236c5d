"""What somebody has done since practice began, as the record tells it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from workstation.domain.ids import HsaId, PatientId
from workstation.domain.note import Note
from workstation.domain.record import Record
from workstation.operations.ports import Delivery, Listed, Reading

_FAMILIES = (
    "note",
    "medication_order",
    "administration",
    "observation",
    "diagnostic_report",
    "referral",
    "booking",
    "planned_action",
)
_MOST = 40
_ACKNOWLEDGED = ("observation", "diagnostic_report")


async def facts_of(
    patient: PatientId, *, person: HsaId, since: int, records: Reading
) -> frozenset[str]:
    """Return what ``person`` has written about a patient since then (ms UTC).

    ``family:status`` of each entity, ``form:name:status`` of a filled-in form, ``acknowledged``,
    ``patient`` for a registration, and ``offline`` for what no server has yet.
    """
    found: set[str] = set()
    lists = await asyncio.gather(
        *(records.listed(patient, family, limit=_MOST) for family in _FAMILIES)
    )
    for listed in (one for several in lists for one in several):
        state = listed.state
        if _mine((state.current, *state.signatures), person, since):
            found |= _of(listed)
        if state.family in _ACKNOWLEDGED and _mine(state.acknowledgements, person, since):
            found.add("acknowledged")
    who = await records.listed(patient, "patient", limit=1)
    if who and _mine((who[0].state.first,), person, since):
        found.add("patient")
    return frozenset(found)


def _of(listed: Listed) -> set[str]:
    state, row = listed.state, listed.row
    found = {f"{row.family}:{row.status}"}
    body = state.current.body
    if isinstance(body, Note) and body.form:
        found.add(f"form:{body.form}:{row.status}")
    if listed.delivery is not Delivery.RECEIVED:
        found.add("offline")
    return found


def _mine(records: Iterable[Record], person: HsaId, since: int) -> bool:
    return any(r.author.hsa_id == person and r.written_at.millis >= since for r in records)
