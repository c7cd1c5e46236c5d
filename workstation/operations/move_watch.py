"""Move the watch over a referral: somebody else, or another unit, sees to it from now on."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.record import Record
from workstation.domain.referral import ReferralWatch, Step, referral_state
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Records
from workstation.operations.record_referral_event import check_step
from workstation.operations.writing import (
    Incomplete,
    read_seen,
    record_for,
    require_licensed,
    save,
)


async def move_watch(
    watch: ReferralWatch,
    *,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Store that ``watch.owner`` of ``watch.unit`` watches the referral as it was ``seen``.

    At every moment exactly one watches. Two moves made apart: the one written first holds, the
    other is kept as having come too late.

    Raises:
        NotAllowed: Neither unit of the referral, or no licensed profession.
        Incomplete: No unit is named.
        ChangedMeanwhile: Something has happened to it since.
    """
    require_licensed(desk)
    if not watch.unit:
        raise Incomplete(_("Say which unit watches it."), _("Choose the unit."), ["unit"])
    state = await read_seen(patient, entity, seen=seen, records=records)
    check_step(referral_state(state), Step.WATCH, desk)
    record = record_for(
        desk, patient=patient, kind="referral_watch", body=watch, entity=entity, bases=seen
    )
    await save(records, desk, record)
    return record
