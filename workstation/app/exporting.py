"""A patient's record out of a server's store as files: FHIR, a patient summary, and the records themselves.

Nothing is dropped: what has no form in FHIR is counted by its kind, and lies in ``records.ndjson`` byte for
byte. Where a patient with protected identity can be reached leaves in no form: then the records, which say
it, stay where they are, and that is said as well.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid5

from workstation.access.actor import Nobody
from workstation.domain.clock import to_text
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.kinds import entity_state, open_raw
from workstation.domain.log_words import EXPORTED
from workstation.domain.patient import Patient
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.texts import _
from workstation.interop.fhir.ips import summary
from workstation.interop.fhir.writing import NotExported, around, bundle, fhir_bytes, resources
from workstation.server.core import Core
from workstation.server.store import find, whole

RECORD, SUMMARY, RECORDS = "record.fhir.json", "summary.ips.json", "records.ndjson"
_DOCUMENTS = UUID("3c5f1a0e-6f0d-5f35-9a6e-9f8f2a4f7d11")


@dataclass(kw_only=True)
class Exported:
    """What was written. ``without_form``: entities by family that FHIR has no form for here.

    ``records``: None where the records themselves were left, the patient being protected.
    ``blocked``: records left out because the patient has blocked them.
    """

    resources: Counter[str] = field(default_factory=Counter)
    without_form: Counter[str] = field(default_factory=Counter)
    records: int | None = 0
    blocked: int = 0
    files: list[Path] = field(default_factory=list)


async def patient_named(core: Core, words: str) -> PatientId:
    """Return the one patient that an identity number or a name means.

    Raises:
        Problem: There is none, or more than one.
    """
    found = await core.database.read(lambda c: find.find(c, words, limit=2))
    if len(found) != 1:
        raise Problem(
            _("No single patient was found."),
            _("Give the whole identity number, or the patient's id with --patient."),
        )
    return PatientId(found[0].patient)


async def export_patient(
    core: Core, patient: PatientId, folder: Path, *, with_blocked: bool = False
) -> Exported:
    """Write the record of one patient into a folder; the access log says that it was done.

    What the patient has blocked from those outside is left out, and counted. ``with_blocked``: it
    is not, as in the copy that is the patient's own.

    Raises:
        Problem: There is no such patient, or the folder holds an export already.
    """
    now = core.now
    raws, left_out = await core.database.read(
        lambda c: whole.raw_records(c, patient, now=now, with_blocked=with_blocked)
    )
    if not raws:
        raise Problem(_("No single patient was found."), _("Look at the patient's id again."))
    await core.log(Nobody(), "Utskrift", EXPORTED, patients=(patient,))
    states = _states(open_raw(raw) for raw in raws)
    told = Exported(blocked=left_out)
    documents = {RECORD: _whole(states, told), SUMMARY: _summary(core, states)}
    if _protected(states):
        told.records = None
    else:
        told.records = len(raws)
        documents[RECORDS] = b"".join(raw + b"\n" for raw in raws)
    told.files = _written(folder, documents)
    return told


def _states(records: Iterable[Record]) -> tuple[EntityState, ...]:
    by_entity: dict[EntityId, list[Record]] = defaultdict(list)
    for record in records:
        by_entity[record.entity].append(record)
    return tuple(entity_state(found) for found in by_entity.values())


def _protected(states: Iterable[EntityState]) -> bool:
    people = [body for s in states if isinstance(body := s.current.body, Patient)]
    return not people or any(person.protected for person in people)


def _whole(states: tuple[EntityState, ...], told: Exported) -> bytes:
    known, made = around(states), []
    for state in states:
        try:
            found = resources(state, known)
        except NotExported:
            told.without_form[state.family] += 1
            continue
        made += found
        told.resources.update(one["resourceType"] for one in found)
    return fhir_bytes(bundle(made))


def _summary(core: Core, states: tuple[EntityState, ...]) -> bytes:
    person = next((state for state in states if state.family == "patient"), None)
    if person is None:
        raise Problem(
            _("The record does not say who the patient is."),
            _("Register the patient, then export again."),
        )
    at = to_text(core.now)
    document = uuid5(_DOCUMENTS, f"{person.patient} {at}")
    return fhir_bytes(summary(states, at=at, author=person.first.author, document=document))


def _written(folder: Path, documents: dict[str, bytes]) -> list[Path]:
    """Write the files, readable by their owner only; one that is there already is never replaced."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    paths = [folder / name for name in documents]
    if there := [path for path in paths if path.exists()]:
        raise Problem(
            _("{path} is there already.").format(path=there[0]), _("Choose another folder.")
        )
    for path, content in zip(paths, documents.values(), strict=True):
        path.touch(mode=0o600)
        path.write_bytes(content)
    return paths
