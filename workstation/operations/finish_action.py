"""Mark a planned action as done, or cancel it with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.plan import PlannedAction
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.domain.values import local_date
from workstation.operations.ports import Desk, Records
from workstation.operations.writing import Incomplete, read_seen, record_for, require_care, save


async def finish_action(
    *,
    outcome: Literal["done", "cancelled"],
    comment: str = "",
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Store the outcome of the action as it was ``seen``; the day done is today.

    Raises:
        NotAllowed: Not a profession in care.
        Incomplete: It is cancelled without a reason.
        ChangedMeanwhile: It is no longer what was ``seen``.
        Problem: It is done, cancelled, voided or undecided already.
    """
    require_care(desk)
    if outcome == "cancelled" and not comment.strip():
        raise Incomplete(_("Say why."), _("The patient reads the reason."), ["comment"])
    state = await read_seen(patient, entity, seen=seen, records=records)
    body = state.current.body
    planned = isinstance(body, PlannedAction) and body.status == "planned"
    if not isinstance(body, PlannedAction) or not planned or state.voided or state.undecided:
        raise Problem(
            _("The action is no longer planned."), _("Look at its latest version in the plan.")
        )
    written_at = desk.now()
    changed = msgspec.structs.replace(
        body,
        status=outcome,
        done=local_date(written_at.millis).isoformat() if outcome == "done" else None,
        comment=comment or body.comment,
    )
    record = record_for(
        desk,
        patient=patient,
        kind="planned_action",
        body=changed,
        entity=entity,
        bases=seen,
        approved_for_patient=state.current.approved_for_patient,
        written_at=written_at,
    )
    await save(records, desk, record)
    return record
