"""Register that a patient lets the unit read what other care providers have written."""

from __future__ import annotations

from workstation.domain.consent import Consent, check_consent
from workstation.domain.ids import PatientId
from workstation.domain.record import Record
from workstation.operations.ports import Desk, Records
from workstation.operations.privacy import require_keeper
from workstation.operations.writing import check_date, record_for, save


async def register_consent(
    consent: Consent, *, patient: PatientId, records: Records, desk: Desk
) -> Record:
    """Store the consent.

    Raises:
        NotAllowed: Neither a licensed profession nor a medical secretary.
        Incomplete: There is no such date.
        ConsentUnclear: It could never hold.
    """
    require_keeper(desk)
    check_date("valid_from", consent.valid_from)
    check_date("valid_to", consent.valid_to)
    check_consent(consent)
    record = record_for(desk, patient=patient, kind="consent", body=consent)
    await save(records, desk, record)
    return record
