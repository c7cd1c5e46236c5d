"""The unit's records, and beside them those that are open in an emergency: one port for all screens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from local_cache.attachments import AttachmentShelf
from local_cache.cache import Cache
from workstation.app.emergency import EmergencyKeeper
from workstation.domain.attachment import Attachment
from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId
from workstation.domain.journal_filter import EntryFacts
from workstation.domain.record import Sealed, read_envelope
from workstation.operations.open_in_emergency import only_read
from workstation.operations.ports import Listed, PatientLine, TextHit, Visit, WorkLine


class SideRecords:
    """Reads a patient's record where it is. Implements ``Records``, ``Changes``.

    What is open in an emergency is read from a file of its own, also where the unit has the
    patient: there it is the whole record. Lists, search and work are the unit's alone.
    """

    def __init__(self, unit: Cache, emergency: EmergencyKeeper) -> None:
        self._unit, self._emergency = unit, emergency

    def _of(self, patient: PatientId) -> Cache:
        return self._emergency.cache_of(patient) or self._unit

    def subscribe(self, changed: Callable[[frozenset[PatientId]], None]) -> Callable[[], None]:
        """Have ``changed`` called with the patients concerned; returns how to stop it."""
        ends = (self._unit.subscribe(changed), self._emergency.on_change(changed))

        def stop() -> None:
            for end in ends:
                end()

        return stop

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
        return await self._unit.patients_of(unit, limit=limit, offset=offset)

    async def find_patients(self, text: str, *, limit: int) -> tuple[PatientLine, ...]:
        return await self._unit.find_patients(text, limit=limit)

    async def work(self, *, unit: HsaId, person: HsaId, limit: int) -> tuple[WorkLine, ...]:
        return await self._unit.work(unit=unit, person=person, limit=limit)

    async def visits(self, *, unit: HsaId, since: int, until: int) -> tuple[Visit, ...]:
        return await self._unit.visits(unit=unit, since=since, until=until)

    # Writing

    async def save(self, records: Sequence[Sealed]) -> None:
        """Save with the unit, and let an open emergency show it too.

        Raises:
            OnlyRead: Some of it is about a patient whose record is opened only to be read.
        """
        about = {PatientId(read_envelope(each.raw).patient) for each in records}
        opened = [found for each in about if (found := self._emergency.of(each)) is not None]
        if not all(each.writes for each in opened):
            raise only_read()
        await self._unit.save(records)
        for each in opened:
            side = self._emergency.cache_of(each.patient)
            if side is not None:
                own = [one for one in records if read_envelope(one.raw).patient == each.patient]
                await side.save(own)


class SideAttachments:
    """Attachments, those of a record that is open in an emergency with it."""

    def __init__(self, unit: AttachmentShelf, emergency: EmergencyKeeper) -> None:
        self._unit, self._emergency = unit, emergency

    def _of(self, patient: PatientId) -> AttachmentShelf:
        return self._emergency.shelf_of(patient) or self._unit

    async def hold(self, patient: PatientId, attachment: Attachment, content: bytes) -> None:
        await self._unit.hold(patient, attachment, content)

    async def release(self, patient: PatientId, attachments: Sequence[Attachment]) -> None:
        await self._unit.release(patient, attachments)

    async def content(self, patient: PatientId, attachment: Attachment) -> bytes | None:
        return await self._of(patient).content(patient, attachment)

    async def want(self, patient: PatientId, attachments: Sequence[Attachment]) -> None:
        await self._of(patient).want(patient, attachments)
