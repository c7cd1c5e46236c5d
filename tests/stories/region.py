"""A hospital and a practice of another provider, with two physicians on the hospital's ward."""

from __future__ import annotations

from tests.builders import GRACE, WARD
from tests.server.grace import NUMBER
from tests.server.running import DIRECTORY, PASSWORD, STAFF
from workstation.domain.directory import Assignment, Directory, Person, Provider, Unit
from workstation.domain.ids import HsaId
from workstation.server.serve import Accounts

PRACTICE_PROVIDER = HsaId("SE5560000001-A000")
PRACTICE = HsaId("SE5560000001-V1VC")
FALK = HsaId("SE2321000016-P006")
EKMAN = HsaId("SE5560000001-P001")

REGION = Directory(
    providers=(*DIRECTORY.providers, Provider(hsa_id=PRACTICE_PROVIDER, name="Vårdbolaget AB")),
    units=(
        *DIRECTORY.units,
        Unit(
            hsa_id=PRACTICE, name="Vårdcentralen", provider=PRACTICE_PROVIDER, type="primary_care"
        ),
    ),
    people=(
        *DIRECTORY.people,
        Person(hsa_id=FALK, name="Nora Falk", profession="physician", title="Läkare"),
        Person(hsa_id=EKMAN, name="Per Ekman", profession="physician", title="Distriktsläkare"),
    ),
    assignments=(
        *DIRECTORY.assignments,
        Assignment(hsa_id=HsaId("SE2321000016-M006"), person=FALK, unit=WARD),
        Assignment(hsa_id=HsaId("SE5560000001-M001"), person=EKMAN, unit=PRACTICE),
    ),
)
ACCOUNTS = Accounts(
    staff={**STAFF, "falk": (FALK, PASSWORD), "ekman": (EKMAN, PASSWORD)},
    patients={GRACE: (NUMBER, PASSWORD)},
)
