"""What the panel beside the work list shows: the unit in numbers, and the patients behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ui.shell.standing import EMERGENCY, URGENT
from ui.shell.unit_now import Inpatient, UnitNow
from workstation.domain.values import age_on, local_date
from workstation.operations.ports import PatientLine

PLACES = {"to_come": "reception", "waiting": "reception", "assess": "referrals_in"}
"""Counts of what stands in another place, and which."""
_NEWS2_FROM = 16
"""Years: Royal College of Physicians, National Early Warning Score 2 (2017)."""


@dataclass(frozen=True, kw_only=True, repr=False)
class NowState:
    """``unit`` None until read. ``only``: the count whose patients are shown; empty: all in beds."""

    unit: UnitNow | None = None
    only: str = ""

    @property
    def shown(self) -> tuple[Inpatient, ...]:
        """The patients under the counts, as the beds stand; of a chosen count only its own."""
        patients = self.unit.patients if self.unit is not None else ()
        return tuple(one for one in patients if self.counted(self.only, one))

    def counted(self, key: str, one: Inpatient) -> bool:
        """Whether the count ``key`` counts this patient; one without a key counts who lies here."""
        score = one.standing.news2
        return (
            key not in PLACES
            and {
                "": one.lies_here,
                "in": not one.lies_here,
                "out": one.expected == "out",
                "emergency": one.lies_here and score is not None and score >= EMERGENCY,
                "urgent": one.lies_here and score is not None and URGENT <= score < EMERGENCY,
                "unscored": self._lacks_score(one),
                "fetched": not one.line.complete,
                "late": one.late > 0,
                "critical": False,  # results, not patients: they have lines of their own
            }[key]
        )

    def _lacks_score(self, one: Inpatient) -> bool:
        unknown = one.standing.news2 is None and one.line.complete
        day = local_date(self.unit.as_of) if self.unit is not None else date.max
        return one.lies_here and unknown and _is_scored(one.line, day)

    def count(self, key: str) -> int:
        """Return how many patients a count counts."""
        patients = self.unit.patients if self.unit is not None else ()
        return sum(self.counted(key, one) for one in patients)

    @property
    def doses(self) -> int:
        """How many doses of today nobody has recorded in time."""
        return sum(one.late for one in self.unit.patients) if self.unit is not None else 0


def _is_scored(line: PatientLine, day: date) -> bool:
    """Whether NEWS2 is for this patient; of unknown age it is."""
    try:
        old_enough = age_on(date.fromisoformat(line.birth_date), day) >= _NEWS2_FROM
    except ValueError:
        old_enough = True
    return old_enough and not line.deceased
