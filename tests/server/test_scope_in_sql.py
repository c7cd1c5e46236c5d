"""The SQL predicate says the same as the policy, for every actor, on both databases."""

from __future__ import annotations

import random

from sqlalchemy import select

from tests.access.test_policy import ACTORS
from tests.builders import CLINIC, LABORATORY, WARD, an_id
from tests.server.conftest import Opened
from tests.server.running import a_staff
from workstation.access.actor import PatientSelf
from workstation.access.scope import contains, scope_of
from workstation.domain.ids import HsaId, PatientId
from workstation.server import schema
from workstation.server.store import streams
from workstation.server.store.visible import visible


async def test_the_predicate_and_the_policy_agree_on_a_whole_population(store: Opened) -> None:
    chance = random.Random(4)
    patients = [PatientId(an_id(f"patient {n}")) for n in range(40)]
    care: dict[PatientId, frozenset[HsaId]] = {}

    for patient in patients:
        units = frozenset(u for u in (WARD, CLINIC, LABORATORY) if chance.random() < 0.4)
        left = frozenset(u for u in units if chance.random() < 0.3)
        care[patient] = units - left

        def admit(
            connection: object,
            patient: PatientId = patient,
            units: frozenset[HsaId] = units,
            left: frozenset[HsaId] = left,
        ) -> None:
            streams.append(connection, [streams.Appending(patient=patient, records=())], now=0)  # type: ignore[arg-type]
            for unit in units:
                streams.enter(connection, patient, [unit], rev=0, now=0, reason="test")  # type: ignore[arg-type]
            for unit in left:
                streams.leave(connection, patient, unit, now=1)  # type: ignore[arg-type]

        await store.core.database.write(admit)

    table = schema.patient
    opening = a_staff(opened=frozenset(patients[:3]))
    for actor in (*ACTORS, PatientSelf(patient=patients[0]), opening):
        scope = scope_of(actor)
        query = select(table.c.patient_id).where(visible(scope, table.c.patient_id))
        seen = await store.core.database.read(lambda c, q=query: set(c.scalars(q)))  # type: ignore[misc]
        expected = {p.bytes for p in patients if contains(scope, p, care[p])}
        assert seen == expected, type(actor).__name__
