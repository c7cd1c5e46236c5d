"""Register a patient: with a number, or unidentified with a reserve number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec

from workstation.domain.identity import IdentityKind, IdentityNumber, parse_identity
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.known_words import one_of
from workstation.domain.patient import SEXES, Identifier, Patient
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.domain.values import local_date
from workstation.operations.ports import Desk, PatientLine, Records
from workstation.operations.writing import Incomplete, check_date, record_for, save

_LETTERS = "ABCDEFGHJKLMNPRSTUXYZ"
_TRIES = 20

RandomBelow = Callable[[int], int]
"""Give a random whole number from 0 up to, not including, the argument."""


class AlreadyRegistered(Problem):
    """The number belongs to a patient who is here. ``line`` is that patient."""

    def __init__(self, message: str, advice: str, line: PatientLine) -> None:
        super().__init__(message, advice)
        self.line = line


async def register_patient(
    details: Patient, *, number: str, records: Records, desk: Desk
) -> Record:
    """Register a patient under the number as typed; the patient's unit becomes this one.

    Raises:
        IdentityProblem: The number is none.
        AlreadyRegistered: It belongs to a patient in this computer's store.
        Incomplete: The name is missing, or the birth date is none.
    """
    if not details.family.strip() and not details.given:
        raise Incomplete(_("The name is missing."), _("Write the patient's name."), ["family"])
    check_date("birth_date", details.birth_date)
    written_at = desk.now()
    identity = parse_identity(number, as_of=local_date(written_at.millis))
    await _refuse_known(identity, records)
    born = details.birth_date or (identity.birth_date.isoformat() if identity.birth_date else None)
    sex = details.sex if details.sex != "unknown" else (identity.sex or "unknown")
    body = msgspec.structs.replace(
        details,
        identifiers=(_identifier(identity), *details.identifiers),
        birth_date=born,
        sex=str(sex),
        listed_unit=details.listed_unit or desk.author.unit,
    )
    return await _store(body, records, desk)


async def register_unidentified(
    *,
    birth_year: int,
    sex: str,
    description: str = "",
    records: Records,
    desk: Desk,
    random_below: RandomBelow,
) -> Record:
    """Register somebody nobody can name, under a new national reserve number.

    Args:
        birth_year: Estimated; stands as 1 January in the number, and as no birth date.
        sex: In FHIR's words, ``unknown`` where nobody can say.
        description: What is shown where a name would stand, such as *Okänd man, ca 40 år*.

    Raises:
        Incomplete: The year is impossible.
        Problem: No free number was found (almost all of a day's are taken).
    """
    this_year = local_date(desk.now().millis).year
    if not 1900 <= birth_year <= this_year:
        raise Incomplete(
            _("The birth year is not possible."), _("Type an estimate, such as 1980."), ["year"]
        )
    number = await reserve_number(
        date(birth_year, 1, 1), records=records, random_below=random_below
    )
    body = Patient(
        identifiers=(_identifier(number),),
        family=description or _("Unidentified"),
        sex=one_of(sex, SEXES, "unknown"),
        listed_unit=desk.author.unit,
    )
    return await _store(body, records, desk)


async def reserve_number(
    born: date, *, records: Records, random_below: RandomBelow
) -> IdentityNumber:
    """Return a national reserve number that nobody in the store has.

    44,100 numbers share a birth date; two workstations that are apart may draw the same with
    that chance, and the two patients are then told apart by their own ids and linked to nothing.
    """
    for _try in range(_TRIES):
        tail = (
            _LETTERS[random_below(len(_LETTERS))]
            + _LETTERS[random_below(len(_LETTERS))]
            + f"{random_below(100):02d}"
        )
        number = IdentityNumber(kind=IdentityKind.NATIONAL_RESERVE, value=f"{born:%Y%m%d}{tail}")
        if not await records.find_patients(number.value, limit=1):
            return number
    raise Problem(_("No free reserve number was found."), _("Try again, or another birth year."))


async def _refuse_known(identity: IdentityNumber, records: Records) -> None:
    for line in await records.find_patients(identity.value, limit=5):
        if line.identity == identity.value:
            raise AlreadyRegistered(
                _("A patient with this number is already registered."),
                _("Open that patient instead."),
                line,
            )


def _identifier(number: IdentityNumber) -> Identifier:
    return Identifier(system=number.system.emitted, value=number.value)


async def _store(body: Patient, records: Records, desk: Desk) -> Record:
    # The patient's stream and the patient entity carry the same id.
    patient = PatientId(desk.new_id())
    record = record_for(desk, patient=patient, kind="patient", body=body, entity=EntityId(patient))
    await save(records, desk, record)
    return record
