"""Void a note, and with it the records it made: what nobody has changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.note_records import ENTERED, all_made_by
from workstation.domain.record import Record
from workstation.operations.note_rules import require_note
from workstation.operations.ports import Desk, Listed, Records
from workstation.operations.record_entry import is_as_made
from workstation.operations.together import Together
from workstation.operations.void_entity import void_entity
from workstation.operations.writing import heads_of, read_seen


@dataclass(frozen=True, kw_only=True, repr=False)
class MadeByNote:
    """What a note made: what goes with it, and what stays: orders, and what was changed since."""

    goes: tuple[Listed, ...]
    stays: tuple[Listed, ...]


async def made_by_note(patient: PatientId, entity: EntityId, *, records: Records) -> MadeByNote:
    """Return the records that the version that holds made and that still hold themselves."""
    listed = await records.entity(patient, entity)
    if listed is None:
        return MadeByNote(goes=(), stays=())
    made = all_made_by(require_note(listed.state))
    found = await records.entities(patient, [each.entity for each in made])
    here = [found[each.entity] for each in made if each.entity in found]
    standing = [each for each in here if not each.state.voided]
    goes = [e for e in standing if e.state.family in ENTERED and is_as_made(e.state)]
    return MadeByNote(goes=tuple(goes), stays=tuple(e for e in standing if e not in goes))


async def void_note(
    *,
    reason: str,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> tuple[Record, MadeByNote]:
    """Void the note as it was ``seen`` and what it made, in one transaction.

    Returns the record that voids the note, and what went with it and what did not.

    Raises:
        As ``void_entity``; nothing was stored.
    """
    require_note(await read_seen(patient, entity, seen=seen, records=records))
    made = await made_by_note(patient, entity, records=records)
    together = Together(records)
    voided = await void_entity(
        reason=reason,
        patient=patient,
        entity=entity,
        seen=seen,
        records=together,
        desk=desk,
    )
    for each in made.goes:
        await void_entity(
            reason=reason,
            patient=patient,
            entity=each.state.id,
            seen=heads_of(each.state),
            records=together,
            desk=desk,
        )
    await together.store()
    return voided, made
