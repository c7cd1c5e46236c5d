"""Reading handed on, for what stands in front of a store and changes only how it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId
from workstation.domain.journal_filter import EntryFacts
from workstation.domain.record import Sealed
from workstation.operations.ports import Listed, PatientLine, Reading, TextHit, Visit, WorkLine


class ReadingThrough:
    """Reads from another store. Implements ``Reading``."""

    def __init__(self, store: Reading) -> None:
        self._store = store

    def _of(self, patient: PatientId) -> Reading:
        """Return where this patient's record is read."""
        return self._store

    # Of one patient

    async def patient(self, patient: PatientId) -> PatientLine | None:
        return await self._of(patient).patient(patient)

    async def listed(
        self,
        patient: PatientId,
        family: str,
        *,
        group: str | None = None,
        code: str | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> tuple[Listed, ...]:
        return await self._of(patient).listed(
            patient, family, group=group, code=code, before=before, limit=limit
        )

    async def newest_by_code(
        self, patient: PatientId, family: str, *, each: int, codes: int = -1, titled: str = ""
    ) -> tuple[Listed, ...]:
        return await self._of(patient).newest_by_code(
            patient, family, each=each, codes=codes, titled=titled
        )

    async def journal(
        self, patient: PatientId, *, families: Sequence[str], offset: int, limit: int
    ) -> tuple[Listed, ...]:
        return await self._of(patient).journal(
            patient, families=families, offset=offset, limit=limit
        )

    async def journal_facts(
        self, patient: PatientId, *, families: Sequence[str]
    ) -> tuple[EntryFacts, ...]:
        return await self._of(patient).journal_facts(patient, families=families)

    async def counts(self, patient: PatientId) -> Mapping[str, int]:
        return await self._of(patient).counts(patient)

    async def entity(self, patient: PatientId, entity: EntityId) -> Listed | None:
        return await self._of(patient).entity(patient, entity)

    async def entities(
        self, patient: PatientId, wanted: Sequence[EntityId]
    ) -> Mapping[EntityId, Listed]:
        return await self._of(patient).entities(patient, wanted)

    async def sealed(self, patient: PatientId, record: RecordId) -> Sealed | None:
        return await self._of(patient).sealed(patient, record)

    async def search_text(
        self, patient: PatientId, text: str, *, limit: int
    ) -> tuple[TextHit, ...]:
        return await self._of(patient).search_text(patient, text, limit=limit)

    async def is_complete(self, patient: PatientId) -> bool:
        return await self._of(patient).is_complete(patient)

    # Of the unit

    async def patients_of(
        self, unit: HsaId, *, limit: int, offset: int = 0
    ) -> tuple[PatientLine, ...]:
        return await self._store.patients_of(unit, limit=limit, offset=offset)

    async def find_patients(self, text: str, *, limit: int) -> tuple[PatientLine, ...]:
        return await self._store.find_patients(text, limit=limit)

    async def work(self, *, unit: HsaId, person: HsaId, limit: int) -> tuple[WorkLine, ...]:
        return await self._store.work(unit=unit, person=person, limit=limit)

    async def visits(self, *, unit: HsaId, since: int, until: int) -> tuple[Visit, ...]:
        return await self._store.visits(unit=unit, since=since, until=until)
