"""One patient's chart while it is being written: makes records, seals them, keeps their order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from workstation.domain.clock import HybridTime, to_millis
from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId, uuid7
from workstation.domain.kinds import BY_NAME, units_concerned
from workstation.domain.marks import Acknowledgement, Signature, Void
from workstation.domain.record import Body, Record, Sealed, Signer, seal
from workstation.generator.chance import Chance
from workstation.generator.region import StaffMember


@dataclass(frozen=True, kw_only=True)
class Membership:
    """A unit has the patient in its scope from ``since``; open while ``until`` is None. ms UTC."""

    unit: HsaId
    since: int
    until: int | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class PatientBatch:
    """Everything about one patient, oldest first. ``archetype`` says which course was lived.

    ``opened``: the very records whose bytes ``records`` are, in the same order.
    """

    patient: PatientId
    archetype: str
    records: tuple[Sealed, ...]
    opened: tuple[Record, ...]
    memberships: tuple[Membership, ...]

    @property
    def units(self) -> frozenset[HsaId]:
        """The units that have the patient in their scope now."""
        return frozenset(m.unit for m in self.memberships if m.until is None)


class Chart:
    """Writes records for one patient. Times are given; identifiers follow from them and chance."""

    def __init__(self, *, chance: Chance, signer: Signer, begun: datetime, as_of: datetime) -> None:
        self._chance = chance
        self._signer = signer
        self._latest = to_millis(as_of)
        self._written: list[tuple[Record, Sealed]] = []
        self._hashes: dict[RecordId, str] = {}
        self._concern: dict[HsaId, tuple[int, int]] = {}
        # The time in a patient's id is when the chart was begun: it must not say who it is.
        self.patient = PatientId(uuid7(to_millis(begun), chance.bytes))

    @property
    def count(self) -> int:
        """How many records have been written."""
        return len(self._written)

    def write(
        self,
        body: Body,
        *,
        by: StaffMember,
        at: datetime,
        kind: str = "",
        entity: UUID | None = None,
        bases: tuple[Record, ...] = (),
        approved: bool = True,
    ) -> Record:
        """Write one record and return it. Nothing is ever written later than ``as_of``.

        Args:
            kind: The kind's name; only needed where the body's class has no kind of its own.
            entity: What it is about; a new entity, named as the record, when left out.
            bases: The records it builds on; it is written after all of them.
        """
        name = kind or _NAMES[type(body)]
        millis = min(self._latest, to_millis(at.astimezone(UTC)))
        written_at = max([HybridTime(millis), *(_after(base) for base in bases)])
        record_id = RecordId(uuid7(written_at.millis, self._chance.bytes))
        record = Record(
            id=record_id,
            patient=self.patient,
            kind=name,
            kind_version=BY_NAME[name].version,
            entity=EntityId(entity or record_id),
            bases=tuple(base.id for base in bases),
            author=by.author,
            device=_device(by),
            written_at=written_at,
            approved_for_patient=approved,
            body=body,
        )
        self._keep(record)
        return record

    def sign(self, version: Record, *, by: StaffMember, at: datetime, role: str = "sign") -> Record:
        """Sign or countersign a version."""
        body = Signature(
            role="countersign" if role == "countersign" else "sign",
            target_hash=self._hashes[version.id],
        )
        return self.write(body, by=by, at=at, entity=version.entity, bases=(version,))

    def acknowledge(
        self, version: Record, *, by: StaffMember, at: datetime, comment: str = ""
    ) -> Record:
        """Acknowledge (vidimera) a result or an answer."""
        body = Acknowledgement(comment=comment)
        return self.write(body, by=by, at=at, entity=version.entity, bases=(version,))

    def void(self, version: Record, *, by: StaffMember, at: datetime, reason: str) -> Record:
        """Void (makulera) an entity."""
        body = Void(reason=reason)
        return self.write(body, by=by, at=at, entity=version.entity, bases=(version,))

    def batch(self, archetype: str) -> PatientBatch:
        """Return what has been written, oldest first."""
        self._written.sort(key=lambda pair: pair[0].order)
        return PatientBatch(
            patient=self.patient,
            archetype=archetype,
            records=tuple(sealed for _record, sealed in self._written),
            opened=tuple(record for record, _sealed in self._written),
            memberships=tuple(
                self._membership(unit, first, last)
                for unit, (first, last) in sorted(self._concern.items())
            ),
        )

    def keep_listed(self, unit: HsaId) -> None:
        """The unit the patient is listed at has them in scope as long as they are."""
        first, _last = self._concern.get(unit, (self._latest, self._latest))
        self._concern[unit] = (first, self._latest)

    def _membership(self, unit: HsaId, first: int, last: int) -> Membership:
        left = last + _SCOPE_MILLIS
        return Membership(unit=unit, since=first, until=left if left < self._latest else None)

    def _keep(self, record: Record) -> None:
        sealed = seal(record, self._signer)
        self._hashes[record.id] = sealed.hash.hex()
        self._written.append((record, sealed))
        millis = record.written_at.millis
        for unit in units_concerned(record):
            first, last = self._concern.get(unit, (millis, millis))
            self._concern[unit] = (min(first, millis), max(last, millis))


_SCOPE_MILLIS = 548 * 86_400_000
"""A unit keeps a patient in scope for a year and a half after the last that concerned it."""

_NAMES = {kind.body: kind.name for kind in BY_NAME.values()}


def _after(base: Record) -> HybridTime:
    return HybridTime(base.written_at.millis, base.written_at.tick + 1)


def _device(by: StaffMember) -> str:
    """Two workstations at every unit: the second letter of chance is the author's own number."""
    return f"ws-{by.unit.hsa_id[-7:]}-{int(by.hsa_id[-7:]) % 2 + 1}"
