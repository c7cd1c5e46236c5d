"""Revoke a consent: the patient no longer lets the unit read what other care providers wrote."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workstation.domain.consent import Consent
from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Records
from workstation.operations.privacy import require_keeper
from workstation.operations.writing import read_seen, record_for, save


async def revoke_consent(
    *,
    comment: str = "",
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Store that the consent as it was ``seen`` holds no more.

    Raises:
        NotAllowed: Neither a licensed profession nor a medical secretary.
        ChangedMeanwhile: It is no longer what was ``seen``.
        Problem: It is revoked or voided already.
    """
    require_keeper(desk)
    state = await read_seen(patient, entity, seen=seen, records=records)
    body = state.current.body
    if not isinstance(body, Consent) or body.status != "active" or state.voided:
        raise Problem(_("The consent is revoked already."), "")
    record = record_for(
        desk,
        patient=patient,
        kind="consent",
        body=msgspec.structs.replace(body, status="revoked", comment=comment.strip()),
        entity=entity,
        bases=tuple(seen),
    )
    await save(records, desk, record)
    return record
