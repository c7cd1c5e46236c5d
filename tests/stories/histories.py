"""Random histories of a patient: versions on any earlier version, so with forks, and marks on them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.builders import (
    CLINIC,
    LABORATORY,
    WARD,
    a_booking,
    a_change_of_dose,
    a_contact,
    a_diagnosis,
    a_medication_order,
    a_note,
    a_patient,
    a_planned_action,
    a_referral,
    a_referral_answer,
    a_referral_event,
    a_resolution,
    a_signature,
    a_stop,
    a_void,
    an_acknowledgement,
    an_administration,
    an_attention,
    an_author,
    an_observation,
)
from workstation.access.signing import Ed25519Signer
from workstation.domain.ids import PatientId
from workstation.domain.record import Record

SIGNER = Ed25519Signer(b"\x07" * 32)
_Step = Callable[[Record], Record]


def a_history(patient: PatientId, chance: Random) -> list[Record]:
    """Return the patient's records, in the order in which they were written."""
    who = {"patient": patient}
    written = [a_patient(**who), a_patient(family="Östlund", **who)]
    for begin, steps in _LIVES:
        for _ in range(chance.randint(1, 2)):
            written.extend(_life(begin(**who), steps, chance))
    order = next(record for record in written if record.kind == "medication_order")
    return [*written, an_administration(order), an_attention(**who), a_diagnosis(**who)]


def _life(first: Record, steps: tuple[_Step, ...], chance: Random) -> list[Record]:
    life = [first]
    for _ in range(chance.randint(0, 5)):
        if len(life) > 2 and chance.random() < 0.25:
            heads = tuple(chance.sample(life, 2))
            life.append(a_resolution(heads, chance.choice(heads), author=_somebody(chance)))
        else:
            life.append(chance.choice(steps)(chance.choice(life)))
    return life


def _somebody(chance: Random) -> object:
    return an_author(unit=chance.choice((WARD, CLINIC, LABORATORY)))


def _signed(version: Record) -> Record:
    return a_signature(version, SIGNER)


def _corrected(version: Record) -> Record:
    return a_note(
        patient=version.patient, entity=version.entity, bases=(version.id,), text="ingen blödning"
    )


def _paused(version: Record) -> Record:
    return a_medication_order(
        patient=version.patient,
        entity=version.entity,
        bases=(version.id,),
        action="pause",
        drug=None,
        dosage=None,
        why="illamående",
    )


def _ended(version: Record) -> Record:
    return a_contact(
        patient=version.patient, entity=version.entity, bases=(version.id,), status="finished"
    )


_LIVES: tuple[tuple[Callable[..., Record], tuple[_Step, ...]], ...] = (
    (a_note, (_corrected, _signed, a_void)),
    (a_medication_order, (a_change_of_dose, a_stop, _paused, a_void)),
    (a_referral, (a_referral_event, a_referral_answer, an_acknowledgement)),
    (an_observation, (an_acknowledgement, a_void)),
    (a_contact, (_ended, a_void)),
    (a_booking, (a_void,)),
    (a_planned_action, (a_void,)),
)
