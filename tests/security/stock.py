"""What the server holds: people, accounts and a patient whose record is full of needles."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from msgspec.structs import replace

from tests.builders import (
    PERSONNUMMER,
    a_drug,
    a_medication_order,
    a_note,
    a_patient,
    a_referral,
    a_signature,
    an_attention,
    an_id,
    an_observation,
)
from tests.security import needles as n
from tests.server.running import DIRECTORY, OKORO, OKOROS_PEN, STAFF
from workstation.app import hardening
from workstation.domain.ids import PatientId
from workstation.domain.patient import Identifier, Relative, Telecom
from workstation.domain.record import Record, seal
from workstation.server.serve import Accounts, ServerConfig, bootstrap, ingest, opened

PATIENT = PatientId(an_id("the patient whose record is full of needles"))
MACHINE = b"the secret of this machine".ljust(32, b".")


def records() -> list[Record]:
    """Return the patient's record as the ward has it from before."""
    note = a_note(patient=PATIENT, text=f"Palperar {n.NOTE}. Tel {n.PHONE}.")
    return [
        a_patient(
            patient=PATIENT,
            family=n.FAMILY,
            given=(n.GIVEN,),
            birth_date="1974-09-17",
            identifiers=(Identifier(system=PERSONNUMMER, value=n.NUMBER),),
            telecoms=(Telecom(system="phone", value=n.PHONE),),
            relatives=(Relative(name=n.FAMILY, phone=n.PHONE),),
        ),
        note,
        a_signature(note, OKOROS_PEN),
        a_medication_order(patient=PATIENT, drug=a_drug(n.DRUG), purpose=n.COMMENT),
        a_referral(patient=PATIENT, question=n.REFERRAL),
        an_observation(patient=PATIENT, comment=n.COMMENT),
        an_attention(patient=PATIENT, comment=n.COMMENT),
    ]


def main(db: str, key_file: str) -> int:
    """Load it all into the database of a server that is not running."""
    hardening.harden()  # as every command does first
    asyncio.run(_load(ServerConfig(db=db, key_file=Path(key_file))))
    return 0


async def _load(config: ServerConfig) -> None:
    people = tuple(replace(p, name=f"{p.name} {n.STAFF}") for p in DIRECTORY.people)
    staff = {user: (person, n.PASSWORD) for user, (person, _) in STAFF.items()}
    # One of them also reviews the access log: its place is swept like every other.
    assignments = tuple(
        replace(a, rights=(*a.rights, "log_review")) if a.person == OKORO else a
        for a in DIRECTORY.assignments
    )
    accounts = Accounts(
        staff=staff,
        patients={PATIENT: (n.NUMBER, n.PASSWORD)},
        keys={OKOROS_PEN.public_key: OKORO},
    )
    async with opened(config) as core:
        await bootstrap(core, replace(DIRECTORY, people=people, assignments=assignments), accounts)
        sealed = tuple(seal(record, OKOROS_PEN) for record in records())
        await ingest(core, [(PATIENT, sealed)])


def fhir_document(*, broken: bool) -> bytes:
    """Return a bundle about somebody; a broken one has a date that is none."""
    resource = {
        "resourceType": "Patient",
        "id": "8008b382-91cc-468f-95e5-7d6982b7ebb9",
        "name": [{"family": n.IMPORTED, "given": [n.GIVEN]}],
        "telecom": [{"system": "phone", "value": n.PHONE}],
        "birthDate": f"{n.IMPORTED} {n.NUMBER}" if broken else "1974-09-17",
        "unknownElement": n.COMMENT,
    }
    request = {"method": "POST", "url": "Patient"}
    entry = {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource, "request": request}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    return json.dumps(bundle, ensure_ascii=False).encode()
