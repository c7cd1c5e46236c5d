"""The state of one note, order or referral: a pure function of its records.

The same on workstation, server and patient page, whatever order the records came in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.kind import Kind, Safer
from workstation.domain.lineage import Lineage, lineage
from workstation.domain.marks import Acknowledgement, Resolution, Signature, Void
from workstation.domain.record import Record, UnknownBody

_NOT_VERSIONS = (Signature, Acknowledgement)
_MARKS = (Signature, Acknowledgement, Void, Resolution)


@dataclass(frozen=True, kw_only=True, repr=False)
class EntityState:
    """What holds for an entity now, and how it came to be.

    Attributes:
        family: Its main kind; ``unknown`` when no record of it is readable.
        line: Its versions, voids and resolutions, in order, with heads.
        current: The version whose content holds: of a fork, the safer one.
        contenders: The versions that stand side by side; one of them when all is decided.
        voided: Makulerad (and undisputed, or the safer side of a dispute).
        signatures, acknowledgements: In order of writing.
        unreadable: Records that need a newer program.
    """

    patient: PatientId
    id: EntityId
    family: str
    line: Lineage
    current: Record
    contenders: tuple[Record, ...]
    void: Record | None
    signatures: tuple[Record, ...]
    acknowledgements: tuple[Record, ...]
    unreadable: tuple[Record, ...]

    @property
    def first(self) -> Record:
        """The version everything began with."""
        return self.line.versions[0]

    @property
    def undecided(self) -> bool:
        """Whether a clinician has to choose between versions."""
        return len(self.line.heads) > 1

    @property
    def voided(self) -> bool:
        """Whether it is makulerad."""
        return self.void is not None

    @property
    def signed(self) -> bool:
        """Whether the version that holds is signed (not countersigned), here or at its source."""
        return self.signature_of(self.current.id) is not None or self.signed_at_source is not None

    @property
    def signed_at_source(self) -> str | None:
        """Who signed the version that holds in the system it was imported from.

        Empty where the source says that it was signed but not by whom; None where it does not
        say so, or somebody has signed it here.
        """
        origin = self.current.body.origin
        if origin is None or not origin.signed or self.signature_of(self.current.id) is not None:
            return None
        return origin.signed_by

    @property
    def corrected(self) -> bool:
        """Whether an earlier version was replaced after somebody could have read it."""
        return sum(1 for v in self.line.versions if v.kind == self.first.kind) > 1

    def signature_of(self, version: RecordId, role: str = "sign") -> Record | None:
        """Return the first signature in ``role`` on that version."""
        for record in self.signatures:
            body = record.body
            if isinstance(body, Signature) and body.role == role and version in record.bases:
                return record
        return None

    def acknowledged(self, version: RecordId) -> Record | None:
        """Return the first acknowledgement of that version."""
        return next((r for r in self.acknowledgements if version in r.bases), None)


def entity_state(records: Iterable[Record], kinds: dict[str, Kind]) -> EntityState:
    """Fold the records of one entity, in any order, duplicates allowed.

    Args:
        kinds: By name, as ``workstation.domain.kinds.BY_NAME``.

    Raises:
        ValueError: No records.
    """
    apart = list({record.id: record for record in records}.values())
    if not apart:
        raise ValueError("an entity without records has no state")
    if len(apart) == 1 and not isinstance(apart[0].body, _MARKS):
        return _of_one(apart[0], kinds)
    whole = sorted(apart, key=lambda record: record.order)
    unreadable = tuple(r for r in whole if isinstance(r.body, UnknownBody))
    versions = [r for r in whole if not isinstance(r.body, _NOT_VERSIONS)]
    line = lineage(versions or whole)
    family = _family(line, kinds)
    contenders = _contenders(line)
    safer = kinds[family].safer if family in kinds else _first
    return EntityState(
        patient=whole[0].patient,
        id=whole[0].entity,
        family=family,
        line=line,
        current=contenders[0] if len(contenders) == 1 else safer(contenders),
        contenders=contenders,
        void=next((h for h in line.heads if _is_void(h, line)), None),
        signatures=tuple(r for r in whole if isinstance(r.body, Signature)),
        acknowledgements=tuple(r for r in whole if isinstance(r.body, Acknowledgement)),
        unreadable=unreadable,
    )


def _of_one(record: Record, kinds: dict[str, Kind]) -> EntityState:
    """The state of most entities, those of one record, without the ado; the same as by folding."""
    kind = kinds.get(record.kind)
    missing = frozenset(base for base in record.bases if base != record.id)
    return EntityState(
        patient=record.patient,
        id=record.entity,
        family=kind.family if kind is not None and kind.family else "unknown",
        line=Lineage(versions=(record,), heads=(record,), missing=missing),
        current=record,
        contenders=(record,),
        void=None,
        signatures=(),
        acknowledgements=(),
        unreadable=(record,) if isinstance(record.body, UnknownBody) else (),
    )


def _family(line: Lineage, kinds: dict[str, Kind]) -> str:
    for version in line.versions:
        kind = kinds.get(version.kind)
        if kind is not None and kind.family:
            return kind.family
    return "unknown"


def _contenders(line: Lineage) -> tuple[Record, ...]:
    """Return what stands side by side; a void whose base is not here has no content to show."""
    contents = [_content(head, line, set()) for head in line.heads]
    shown = [r for r in contents if not isinstance(r.body, (Void, Resolution))] or contents
    return tuple({r.id: r for r in shown}.values())


def _content(version: Record, line: Lineage, seen: set[RecordId]) -> Record:
    """Return the version whose content holds at ``version``: through voids and resolutions."""
    by_id = {v.id: v for v in line.versions}
    while version.id not in seen:
        seen.add(version.id)
        body = version.body
        if isinstance(body, Resolution):
            target = RecordId(body.chosen)
        elif isinstance(body, Void) and version.bases:
            target = version.bases[0]
        else:
            return version
        if target not in by_id:
            return version
        version = by_id[target]
    return version


def _is_void(head: Record, line: Lineage) -> bool:
    if isinstance(head.body, Resolution):
        chosen = next((v for v in line.versions if v.id == head.body.chosen), None)
        return chosen is not None and isinstance(chosen.body, Void)
    return isinstance(head.body, Void)


def _first(heads: tuple[Record, ...]) -> Record:
    return min(heads, key=lambda record: record.order)


__all__ = ["EntityState", "Safer", "entity_state"]
