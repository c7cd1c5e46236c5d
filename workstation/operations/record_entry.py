"""Record what a note says as data, under the rule of its own kind; take it back with the note."""

from __future__ import annotations

from typing import assert_never

from workstation.domain.attention import Attention
from workstation.domain.diagnosis import Diagnosis
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.observation import Observation
from workstation.domain.plan import PlannedAction
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.plan_action import plan_action
from workstation.operations.ports import Desk, Records
from workstation.operations.record_observation import record_observation
from workstation.operations.save_attention import save_attention
from workstation.operations.save_diagnosis import save_diagnosis
from workstation.operations.void_entity import void_entity
from workstation.operations.writing import heads_of

Entry = Observation | Diagnosis | Attention | PlannedAction


async def record_entry(
    entry: Entry, *, patient: PatientId, approved: bool, records: Records, desk: Desk
) -> Record:
    """Store one entry of a note and return its record.

    Args:
        approved: Whether the patient may read it at once: as the note it stands in.

    Raises:
        NotAllowed, Incomplete: As the operation of its kind.
    """
    if isinstance(entry, Observation):
        return await record_observation(
            entry, patient=patient, approved=approved, records=records, desk=desk
        )
    if isinstance(entry, Diagnosis):
        return await save_diagnosis(
            entry, patient=patient, approved=approved, records=records, desk=desk
        )
    if isinstance(entry, Attention):
        return await save_attention(
            entry, patient=patient, approved=approved, records=records, desk=desk
        )
    if isinstance(entry, PlannedAction):
        return await plan_action(
            entry, patient=patient, approved=approved, records=records, desk=desk
        )
    assert_never(entry)


def is_as_made(state: EntityState) -> bool:
    """Whether nobody has changed, voided or disputed a record since it was made."""
    return not state.voided and not state.undecided and len(state.line.versions) == 1


async def take_back(
    entity: EntityId, *, reason: str, patient: PatientId, records: Records, desk: Desk
) -> None:
    """Void a record that a note made, because the note no longer says so. Voided ones are left.

    Raises:
        Problem: Somebody has changed it since: it is theirs to judge, and nothing was voided.
    """
    listed = await records.entity(patient, entity)
    if listed is None or listed.state.voided:
        return
    if not is_as_made(listed.state):
        raise Problem(
            _("“{what}” has been changed since the note was written.").format(
                what=listed.row.title
            ),
            _("Void it where it stands, then take it out of the note."),
        )
    await void_entity(
        reason=reason,
        patient=patient,
        entity=entity,
        seen=heads_of(listed.state),
        records=records,
        desk=desk,
    )
