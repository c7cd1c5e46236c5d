"""The unit's records, and beside them those that are open in an emergency: one port for all screens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from local_cache.attachments import AttachmentShelf
from local_cache.cache import Cache
from workstation.app.emergency import EmergencyKeeper
from workstation.domain.attachment import Attachment
from workstation.domain.ids import PatientId
from workstation.domain.record import Sealed, read_envelope
from workstation.operations.open_in_emergency import only_read
from workstation.operations.ports import Reading
from workstation.operations.reading_through import ReadingThrough

_BEGINS_CARE = "contact"


class SideRecords(ReadingThrough):
    """Reads a patient's record where it is. Implements ``Records``, ``Changes``.

    What is open in an emergency is read from a file of its own, also where the unit has the
    patient: there it is the whole record. Lists, search and work are the unit's alone.
    """

    def __init__(self, unit: Cache, emergency: EmergencyKeeper) -> None:
        super().__init__(unit)
        self._unit, self._emergency = unit, emergency

    def _of(self, patient: PatientId) -> Reading:
        return self._emergency.cache_of(patient) or self._unit

    def subscribe(self, changed: Callable[[frozenset[PatientId]], None]) -> Callable[[], None]:
        """Have ``changed`` called with the patients concerned; returns how to stop it."""
        ends = (self._unit.subscribe(changed), self._emergency.on_change(changed))

        def stop() -> None:
            for end in ends:
                end()

        return stop

    async def save(self, records: Sequence[Sealed]) -> None:
        """Save with the unit, and let an open emergency show it too.

        Raises:
            OnlyRead: Some of it is about a patient whose record is opened only to be read; a
                visit that begins, with what is written with it, is not.
        """
        envelopes = [read_envelope(each.raw) for each in records]
        cared = {each.patient for each in envelopes if each.kind == _BEGINS_CARE}
        about = {PatientId(each.patient) for each in envelopes}
        opened = [found for each in about if (found := self._emergency.of(each)) is not None]
        if not all(each.writes or each.patient in cared for each in opened):
            raise only_read()
        await self._unit.save(records)
        if not all(each.writes for each in opened):
            await self._emergency.look_for_care()
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
