"""How a unit stands right now: who lies there, who is worst, what is late, who comes and goes.

Only what the records say; what they do not say is not counted as nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from ui.shell.standing import Standing, by_room, standing_of
from workstation.domain.clock import to_millis
from workstation.domain.contact import Booking, Contact
from workstation.domain.dose_ledger import given_of, ledger
from workstation.domain.dose_times import DoseTimes, day_bounds
from workstation.domain.doses import plan_of_day
from workstation.domain.medication import order_state
from workstation.domain.values import local_date, millis_of
from workstation.operations.ports import Listed, PatientLine, Visit
from workstation.operations.referral_lists import ReferralLine
from workstation.operations.session import Session

Expected = Literal["", "in", "out"]
_MOST = 80
"""Patients that are read: more lie on no ward."""
_MOST_GIVEN = 120
_MOST_WATCHED = 400
_AT_ONCE = 4


@dataclass(frozen=True, kw_only=True, repr=False)
class Inpatient:
    """Somebody who lies on the unit, or is expected there (``expected`` ``in``).

    ``late``: doses of today that nobody has recorded an hour after their time.
    """

    line: PatientLine
    standing: Standing
    late: int = 0
    expected: Expected = ""

    @property
    def lies_here(self) -> bool:
        """Whether they have come."""
        return self.expected != "in"


@dataclass(frozen=True, kw_only=True, repr=False)
class UnitNow:
    """``as_of``: ms UTC. Visits of today: ``waiting`` have come and nobody has seen them.

    ``critical``: results of the unit that nobody has acknowledged, whoever they wait for.
    ``assess``: referrals that wait to be assessed. ``more``: not all patients were read.
    ``looked_at``: how many patients' records were opened to find who lies here.
    """

    patients: tuple[Inpatient, ...] = ()
    critical: tuple[ReferralLine, ...] = ()
    assess: int = 0
    to_come: int = 0
    waiting: int = 0
    as_of: int = 0
    more: bool = False
    looked_at: int = 0


async def unit_now(session: Session) -> UnitNow:
    """Read how the unit of this session stands."""
    unit, now = session.desk.author.unit, to_millis(session.clock.now())
    lines = by_room(await session.records.patients_of(unit, limit=_MOST + 1))
    found: list[Inpatient] = []
    # Who lies in a ward; where nobody has a bed there is no ward, and nobody is opened for it.
    looked_at = min(len(lines), _MOST) if any(line.place for line in lines) else 0
    for start in range(0, looked_at, _AT_ONCE):
        some = lines[start : min(start + _AT_ONCE, looked_at)]
        read = await asyncio.gather(*(_inpatient(one, session, now) for one in some))
        found.extend(one for one in read if one is not None)
    since, until = day_bounds(local_date(now))
    visits, watched, counts = await asyncio.gather(
        session.records.visits(unit=unit, since=since, until=until),
        session.lists.watched(unit, limit=_MOST_WATCHED),
        session.lists.list_counts(unit),
    )
    return UnitNow(
        patients=tuple(found),
        critical=tuple(line for line in watched if line.reason == "critical"),
        assess=counts.get("assess", 0),
        to_come=_with_status(visits, "booked"),
        waiting=_with_status(visits, "arrived"),
        as_of=now,
        more=len(lines) > _MOST,
        looked_at=looked_at,
    )


async def _inpatient(line: PatientLine, session: Session, now: int) -> Inpatient | None:
    contacts = await session.records.listed(line.patient, "contact", group="current")
    stays = [
        body
        for one in contacts
        if isinstance(body := one.state.current.body, Contact)
        and body.type == "admission"
        and body.unit == session.desk.author.unit
    ]
    here = [stay for stay in stays if stay.status in ("ongoing", "arrived")]
    if not here and not any(stay.status == "planned" for stay in stays):
        return None
    _patient, standing = await standing_of(line, session.records)
    if not here:
        return Inpatient(line=line, standing=standing, expected="in")
    leaves = any(stay.end and millis_of(stay.end) > now for stay in here)
    late = await _late(line, session, now)
    return Inpatient(line=line, standing=standing, late=late, expected="out" if leaves else "")


async def _late(line: PatientLine, session: Session, now: int) -> int:
    records = session.records
    orders, given = await asyncio.gather(
        records.listed(line.patient, "medication_order", group="current"),
        records.listed(line.patient, "administration", limit=_MOST_GIVEN),
    )
    return await asyncio.to_thread(late_doses, orders, given, now, session.dose_times)


def late_doses(
    orders: tuple[Listed, ...], given: tuple[Listed, ...], now: int, times: DoseTimes
) -> int:
    """Return how many of today's planned doses nobody has recorded in time; ``now`` ms UTC."""
    day = local_date(now)
    plan = plan_of_day([order_state(one.state) for one in orders], day, times)
    rows = ledger(plan, given_of(one.state for one in given), day=day, now=now)
    return sum(row.late for row in rows)


def _with_status(visits: tuple[Visit, ...], status: str) -> int:
    bodies = [visit.booking.state.current.body for visit in visits]
    return sum(isinstance(body, Booking) and body.status == status for body in bodies)
