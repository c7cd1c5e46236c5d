"""Answer a referral: in part, preliminary or final."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.ids import EntityId, PatientId, RecordId
from workstation.domain.record import Record
from workstation.domain.referral import ReferralAnswer, Step, referral_state
from workstation.domain.texts import _
from workstation.operations.ports import Desk, Records
from workstation.operations.record_referral_event import check_step
from workstation.operations.writing import (
    Incomplete,
    NotAllowed,
    read_seen,
    record_for,
    require_licensed,
    save,
)

MOST_SIGNS = 8_192
"""RIV request v2.2: outcomeText."""


async def answer_referral(
    answer: ReferralAnswer,
    *,
    patient: PatientId,
    entity: EntityId,
    seen: Sequence[RecordId],
    records: Records,
    desk: Desk,
) -> Record:
    """Store an answer from the receiving unit to the referral as it was ``seen``.

    Raises:
        NotAllowed: Not licensed, or the referral is another unit's to answer.
        Incomplete: The answer is empty or longer than 8,192 signs.
        ChangedMeanwhile: Something has happened to it since.
        IllegalStep: It was rejected or cancelled, or a part comes after the final answer. A final
            answer after a final one is a correction: both stay, the sender acknowledges it.
    """
    require_licensed(desk)
    _check_text(answer.text)
    state = await read_seen(patient, entity, seen=seen, records=records)
    referral = referral_state(state)
    if referral.receiver != desk.author.unit:
        raise NotAllowed(
            _("The referral is answered by {unit}.").format(unit=referral.receiver_name),
            _("Forward what you know to them, or write a note."),
        )
    check_step(referral, Step(answer.answer), desk)
    record = record_for(
        desk, patient=patient, kind="referral_answer", body=answer, entity=entity, bases=seen
    )
    await save(records, desk, record)
    return record


def _check_text(text: str) -> None:
    if not text.strip():
        raise Incomplete(_("The answer is empty."), _("Write the answer."), ["text"])
    if len(text) > MOST_SIGNS:
        raise Incomplete(
            _("The answer is {count} signs too long.").format(count=len(text) - MOST_SIGNS),
            _("Shorten it to 8,192 signs; details belong in a report."),
            ["text"],
        )
