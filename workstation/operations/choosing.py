"""What each medicine in a list of choices would set off for this patient, found while it is shown.

A list is drawn at once; what is marked in it comes a moment later, judged beside the event
loop, and is kept while the record, the content and the day are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.decision_support.facts import Facts
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.medication import MedicationOrder

if TYPE_CHECKING:
    from workstation.operations.support import Checked, InForce, Support

_AT_ONCE = 4


@dataclass(frozen=True, kw_only=True, repr=False)
class Candidate:
    """Something that may be ordered. ``key``: the same for what the rules cannot tell apart.

    ``entity``: the order it would replace, which then counts no more.
    """

    key: str
    order: MedicationOrder
    entity: EntityId | None = None


class Ahead:
    """Answers for candidates, of one patient at a time."""

    def __init__(self, support: Support) -> None:
        self._support = support
        self._patient: PatientId | None = None
        self._facts: Facts | None = None
        self._inside: InForce | None = None
        self._answers: dict[tuple[str, EntityId | None], Checked] = {}

    def answer(self, patient: PatientId, candidate: Candidate) -> Checked | None:
        """Return what choosing it would set off; None while nobody has asked."""
        if not self._is_about(patient):
            return None
        return self._answers.get((candidate.key, candidate.entity))

    async def look(self, patient: PatientId, candidates: Sequence[Candidate]) -> bool:
        """Judge the first few that nobody has asked about; return whether any was answered."""
        await self._support.ready(patient)
        if not self._is_about(patient):
            self._turn_to(patient)
        asked = [one for one in candidates if (one.key, one.entity) not in self._answers]
        answered = False
        for one in asked[:_AT_ONCE]:
            checked = await self._support.judged_aside(patient, one.order, entity=one.entity)
            if checked is None or not self._is_about(patient):
                return False  # the record changed meanwhile: it is asked anew when that is drawn
            self._answers[one.key, one.entity] = checked
            answered = True
        return answered

    def _is_about(self, patient: PatientId) -> bool:
        same = self._patient == patient and self._inside == self._support.in_force
        return same and self._facts is not None and self._facts is self._support.facts(patient)

    def _turn_to(self, patient: PatientId) -> None:
        self._answers.clear()
        self._patient, self._inside = patient, self._support.in_force
        self._facts = self._support.facts(patient)
