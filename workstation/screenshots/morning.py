"""A morning at a primary care reception: booked, arrived, late, over, and with an interpreter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from workstation.domain.clock import swedish_zone
from workstation.domain.contact import Booking
from workstation.domain.values import utc_text
from workstation.operations.arrive import arrive
from workstation.operations.book import book
from workstation.operations.change_booking import Outcome, end_booking
from workstation.operations.session import Session
from workstation.operations.writing import heads_of

_VISITS = (
    (-130, "Blodtryckskontroll", "Rum 2", "Avgift betald", "", "fulfilled"),
    (-100, "Hosta sedan tre veckor", "Rum 4", "Frikort", "", "fulfilled"),
    (-70, "Årskontroll diabetes", "Rum 4", "Avgift betald", "", "arrived"),
    (-45, "Såromläggning", "Behandlingsrum", "Avgift betald", "", "noshow"),
    (-25, "Öronvärk", "Rum 3", "", "", "booked"),
    (-5, "Uppföljning efter sjukhusvård", "Rum 4", "Frikort", "", "arrived"),
    (15, "Magsmärta", "Rum 4", "", "arabiska", "booked"),
    (45, "Läkemedelsgenomgång", "Rum 4", "", "", "booked"),
    (75, "Knäsmärta", "Rum 3", "", "", "booked"),
    (105, "Vaccination", "Behandlingsrum", "", "somaliska", "booked"),
)
_OUTCOMES: dict[str, Outcome] = {"fulfilled": "fulfilled", "noshow": "noshow"}


def _at(now: datetime, hour: int) -> datetime:
    return now.astimezone(swedish_zone()).replace(hour=hour, minute=30)


async def fill_the_morning(session: Session, now: datetime) -> None:
    """Book the unit's patients around ``now``, and let the earlier ones have come."""
    unit = session.desk.author.unit
    # A picture taken at night still shows a whole morning of its day.
    now = min(max(now, _at(now, 9)), _at(now, 21))
    lines = await session.records.patients_of(unit, limit=len(_VISITS))
    for line, visit in zip(lines, _VISITS, strict=False):
        minutes, reason, room, fee, interpreter, status = visit
        start = (now + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
        booking = Booking(
            status="booked",
            start=utc_text(start),
            end=utc_text(start + timedelta(minutes=20)),
            unit=unit,
            unit_name=session.desk.author.unit_name,
            reason=reason,
            clinician=session.desk.author.name,
            clinician_id=session.desk.author.hsa_id,
            room=room,
            fee=fee,
            interpreter=interpreter,
        )
        where: dict[str, Any] = {
            "patient": line.patient,
            "records": session.records,
            "desk": session.desk,
        }
        record = await book(booking, **where)
        for step in ("arrived", "fulfilled") if status == "fulfilled" else (status,):
            listed = await session.records.entity(line.patient, record.entity)
            assert listed is not None
            seen: dict[str, Any] = {"entity": record.entity, "seen": heads_of(listed.state)}
            if step == "arrived":
                await arrive(**where, **seen)
            elif step != "booked":
                await end_booking(_OUTCOMES[step], **where, **seen)
