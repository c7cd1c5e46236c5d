"""Decide an action or a goal: what, when, by whom. The patient sees it."""

from __future__ import annotations

import msgspec

from workstation.domain.ids import PatientId
from workstation.domain.plan import PlannedAction
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Writing
from workstation.operations.writing import (
    Incomplete,
    check_date,
    record_for,
    require_care,
    save,
)


async def plan_action(
    action: PlannedAction,
    *,
    patient: PatientId,
    approved: bool = True,
    records: Writing,
    desk: Desk,
) -> Record:
    """Store a planned action; the unit that decides it answers for it unless it says another.

    ``approved``: whether the patient may read it at once.

    Raises:
        NotAllowed: Not a profession in care.
        Incomplete: It has no words, or no day while it is more than a goal.
    """
    require_care(desk)
    if not action.title.strip():
        raise Incomplete(_("Say what is to be done."), _("Write it in a few words."), ["title"])
    if action.type != "goal" and not action.due:
        raise Incomplete(_("Say when it is to be done."), _("Fill in a date."), ["due"])
    check_date("due", action.due)
    body = msgspec.structs.replace(
        action,
        status="planned",
        done=None,
        responsible_unit=action.responsible_unit or desk.author.unit,
    )
    record = record_for(
        desk, patient=patient, kind="planned_action", body=body, approved_for_patient=approved
    )
    await save(records, desk, record)
    return record
