"""Send a referral; complete or change one that was sent."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.referral import Referral, referral_state
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Records, Writing
from workstation.operations.writing import (
    Incomplete,
    NotAllowed,
    check_date,
    read_seen,
    record_for,
    require_licensed,
    save,
)

_ANALYSES = frozenset({"laboratory"})


async def write_referral(
    referral: Referral, *, patient: PatientId, records: Writing, desk: Desk
) -> Record:
    """Send a new referral; who writes it watches it unless ``owner`` says somebody else.

    Raises:
        NotAllowed: Not a licensed profession.
        Incomplete: A part that a referral must say is missing; ``fields`` names all of them.
    """
    require_licensed(desk)
    check_referral(referral)
    body = msgspec.structs.replace(referral, number=1, owner=referral.owner or desk.author.hsa_id)
    record = record_for(desk, patient=patient, kind="referral", body=body)
    await save(records, desk, record)
    return record


async def complete_referral(
    referral: Referral,
    *,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Send a new version of one's unit's referral, its number raised.

    Raises:
        NotAllowed: Another unit sent it.
        ChangedMeanwhile: Something has happened to it since it was ``seen``.
        Problem: It is answered or ended.
    """
    require_licensed(desk)
    check_referral(referral)
    state = await read_seen(patient, entity, seen=seen, records=records)
    before = referral_state(state)
    if before.request_record.author.unit != desk.author.unit:
        raise NotAllowed(
            _("The referral was sent by {unit}.").format(
                unit=before.request_record.author.unit_name
            ),
            _("Ask the sender to complete it."),
        )
    if before.closed or before.final is not None or state.undecided:
        raise Problem(
            _("The referral is answered, ended or undecided and cannot be changed."),
            _("Write a new referral."),
        )
    number = before.request.number + 1
    body = msgspec.structs.replace(
        referral, number=number, owner=referral.owner or before.request.owner
    )
    record = record_for(
        desk, patient=patient, kind="referral", body=body, entity=entity, bases=seen
    )
    await save(records, desk, record)
    return record


def check_referral(referral: Referral) -> None:
    """Raise ``Incomplete`` naming every part a referral must say (SOSFS 2004:11).

    It must stand alone: clinical background belongs in it, save for plain laboratory orders.
    """
    missing: list[tuple[str, str]] = []
    if not referral.to_unit:
        missing.append(("to_unit", _("receiver")))
    if not referral.question.strip():
        missing.append(("question", _("question")))
    if referral.type not in _ANALYSES and not referral.background.strip():
        missing.append(("background", _("clinical background")))
    if referral.type in _ANALYSES and not referral.requested:
        missing.append(("requested", _("analyses")))
    if not referral.due:
        missing.append(("due", _("the day an answer is expected")))
    if missing:
        raise Incomplete(
            _("The referral does not say everything it must."),
            _("Fill in: {fields}.").format(fields=", ".join(name for _field, name in missing)),
            [field for field, _name in missing],
        )
    check_date("due", referral.due)
