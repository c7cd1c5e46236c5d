"""Send a referral; complete or change one that was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from workstation.domain.directory import Unit
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.record import Record
from workstation.domain.referral import Referral, Step, referral_state, requisition_number
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Records, Writing
from workstation.operations.record_referral_event import check_step
from workstation.operations.writing import (
    Incomplete,
    check_date,
    read_seen,
    record_for,
    require_licensed,
    save,
)

_ANALYSES = frozenset({"laboratory"})


async def write_referral(
    referral: Referral,
    *,
    patient: PatientId,
    records: Writing,
    desk: Desk,
    receiver: Unit | None,
) -> Record:
    """Send a new referral; who writes it watches it unless ``owner`` says somebody else.

    It gets its requisition number here, offline as well. ``receiver``: the requested unit as
    the directory has it, None when it has it not; it is asked whether it takes such referrals.

    Raises:
        NotAllowed: Not a licensed profession.
        Incomplete: A part that a referral must say is missing; ``fields`` names all of them. Or
            nobody knows the receiver, or it takes no such referrals.
    """
    require_licensed(desk)
    check_referral(referral)
    _check_receiver(referral, receiver)
    first = record_for(desk, patient=patient, kind="referral", body=referral)
    body = msgspec.structs.replace(
        referral,
        number=1,
        owner=referral.owner or desk.author.hsa_id,
        owner_name=referral.owner_name if referral.owner else desk.author.name,
        requisition=requisition_number(first.entity),
    )
    record = replace(first, body=body)
    await save(records, desk, record)
    return record


def _check_receiver(referral: Referral, receiver: Unit | None) -> None:
    if receiver is None or receiver.hsa_id != referral.to_unit:
        raise Incomplete(
            _("The unit is not in the directory."), _("Choose another receiver."), ["to_unit"]
        )
    if receiver.receives and referral.type not in receiver.receives:
        raise Incomplete(
            _("{unit} does not take such referrals.").format(unit=receiver.name),
            _("Choose a unit that does, or another kind of referral."),
            ["to_unit"],
        )


async def complete_referral(
    referral: Referral,
    *,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Send a new version of one's unit's referral, its number raised, to where it is now.

    Who watches it is changed by :func:`workstation.operations.move_watch.move_watch` only.

    Raises:
        NotAllowed: Another unit sent it.
        ChangedMeanwhile: Something has happened to it since it was ``seen``.
        IllegalStep: It is answered, ended or undecided.
    """
    require_licensed(desk)
    check_referral(referral)
    state = await read_seen(patient, entity, seen=seen, records=records)
    before = referral_state(state)
    check_step(before, Step.AMENDED, desk)
    number = before.request.number + 1
    body = msgspec.structs.replace(
        referral,
        number=number,
        owner=before.request.owner,
        owner_name=before.request.owner_name,
        to_unit=before.receiver,
        to_unit_name=before.receiver_name,
        requisition=before.request.requisition or requisition_number(entity),
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
