"""What was ordered in spite of a warning stays quiet, and what gets worse is told: by facts that came later."""

from __future__ import annotations

import pytest

from tests.builders import (
    GRACE,
    a_diagnosis,
    a_medication_order,
    a_time,
    an_attention,
    an_observation,
)
from tests.ward import Ward
from workstation.domain.diagnosis import ICD10SE
from workstation.domain.dosage import parse_dosage
from workstation.domain.medication import ATC, Drug, MedicationOrder, Override
from workstation.domain.observation import NPU
from workstation.domain.record import Record
from workstation.domain.values import Coding, Concept, Quantity
from workstation.operations.support import Checked, Support
from workstation.operations.worsened import Worse, worsened


def an_order(name: str, atc: str, strength: str, **more: object) -> Record:
    concept = Concept(text=name, codings=(Coding(system=ATC, code=atc),))
    drug = Drug(name=name, form="tablett", strength=strength, route="peroralt", concept=concept)
    values: dict[str, object] = {
        "drug": drug,
        "dosage": parse_dosage("1x1", unit="tablett"),
        "start": "2026-02-20",
    }
    return a_medication_order(**(values | more))


def a_result(code: str, name: str, value: str, unit: str, minutes: float) -> Record:
    return an_observation(
        concept=Concept(text=name, codings=(Coding(system=NPU, code=code),)),
        quantity=Quantity(value=value, unit=unit),
        effective="2026-03-02T09:00:00Z",
        reference=None,
        written_at=a_time(minutes),
    )


def a_problem(code: str, name: str, **more: object) -> Record:
    concept = Concept(text=name, codings=(Coding(system=ICD10SE, code=code, display=name),))
    return a_diagnosis(concept=concept, **more)


def potassium(value: str, minutes: float) -> Record:
    return a_result("NPU03230", "P-Kalium", value, "mmol/L", minutes)


def sodium(value: str, minutes: float) -> Record:
    return a_result("NPU03429", "P-Natrium", value, "mmol/L", minutes)


async def support_of(ward: Ward) -> Support:
    support = ward.session().support
    assert support is not None
    return support


async def judged(support: Support, order: Record) -> Checked:
    """Judge the order as a change of itself, on the record as it is now."""
    await support.prepare(GRACE)
    assert isinstance(order.body, MedicationOrder)
    checked = support.order(GRACE, order.body, entity=order.entity)
    assert checked is not None
    return checked


async def accepted(ward: Ward, order: Record) -> Record:
    """Put an order with a reason for every warning that interrupts it."""
    support = await support_of(ward)
    checked = await judged(support, order)
    assert checked.interrupting
    given = tuple(
        Override(
            rule=shown.card.lead.rule,
            version=shown.card.lead.version,
            reason_code="followed",
            reason="Följs upp med prov",
            basis=shown.card.basis,
        )
        for shown in checked.interrupting
    )
    body = order.body
    assert isinstance(body, MedicationOrder)
    assert body.drug is not None
    kept = an_order(
        body.drug.name,
        body.drug.atc,
        body.drug.strength,
        entity=order.entity,
        overrides=given,
        written_at=order.written_at,
    )
    await ward.put(kept)
    return kept


async def test_what_was_accepted_stays_quiet_while_only_what_does_not_matter_changes(
    ward: Ward,
) -> None:
    await ward.put(potassium("6.4", 1))
    order = await accepted(ward, an_order("spironolakton", "C03DA01", "25 mg"))
    await ward.put(
        sodium("139", 40),
        a_problem("M17.1", "Gonartros"),
        an_attention(concept=Concept(text="nickel")),
    )
    checked = await judged(await support_of(ward), order)
    assert checked.interrupting == ()
    told = [shown.tolerated for shown in checked.cards if shown.tolerated is not None]
    assert told
    assert told[0].reason == "Följs upp med prov"


async def test_what_was_accepted_speaks_again_when_the_result_it_rested_on_is_another(
    ward: Ward,
) -> None:
    await ward.put(potassium("6.1", 1))
    order = await accepted(ward, an_order("spironolakton", "C03DA01", "25 mg"))
    await ward.put(potassium("6.9", 50))
    checked = await judged(await support_of(ward), order)
    assert checked.interrupting


async def found(ward: Ward) -> tuple[Worse, ...]:
    support = await support_of(ward)
    known, facts = await support.glance(GRACE)
    return worsened(support.in_force.engine, known, facts)


@pytest.mark.parametrize(
    ("order", "fact"),
    [
        (("spironolakton", "C03DA01", "25 mg"), potassium("6.4", 60)),
        (("propranolol", "C07AA05", "40 mg"), a_problem("J45.9", "Astma", written_at=a_time(60))),
        (
            ("fenoximetylpenicillin", "J01CE02", "1 g"),
            an_attention(concept=Concept(text="penicillin"), written_at=a_time(60)),
        ),
    ],
    ids=["result", "diagnosis", "hypersensitivity"],
)
async def test_a_fact_that_makes_an_order_dangerous_is_work_for_who_ordered_it(
    ward: Ward, order: tuple[str, str, str], fact: Record
) -> None:
    ordered = an_order(*order, written_at=a_time(5))
    await ward.put(ordered)
    assert await found(ward) == ()
    await ward.put(fact)
    (worse,) = await found(ward)
    assert (worse.order, worse.prescriber, worse.why) == (
        ordered.entity,
        ordered.author.hsa_id,
        "learned",
    )
    assert worse.since == fact.written_at.millis


@pytest.mark.parametrize(
    "fact",
    [
        sodium("139", 60),
        a_problem("J45.9", "Astma", written_at=a_time(60), verification="refuted"),
        a_problem("J45.9", "Astma", written_at=a_time(60), subject="family"),
        an_attention(concept=Concept(text="penicillin"), written_at=a_time(60), status="refuted"),
        potassium("4.1", 60),
    ],
    ids=["another result", "refuted", "a relative's", "refuted hypersensitivity", "normal"],
)
async def test_a_fact_that_changes_nothing_is_nobodys_work(ward: Ward, fact: Record) -> None:
    await ward.put(
        an_order("propranolol", "C07AA05", "40 mg", written_at=a_time(5)),
        an_order("fenoximetylpenicillin", "J01CE02", "1 g", written_at=a_time(6)),
        fact,
    )
    assert await found(ward) == ()


async def test_what_was_accepted_and_has_got_worse_since_is_work_again(ward: Ward) -> None:
    await ward.put(potassium("6.1", 1))
    order = await accepted(
        ward, an_order("spironolakton", "C03DA01", "25 mg", written_at=a_time(5))
    )
    assert await found(ward) == ()
    await ward.put(
        a_result("SWE05406", "Pt-eGFR(Krea)relativ", "18", "mL/min/1.73m2", 90),
        potassium("6.9", 95),
    )
    worse = await found(ward)
    assert order.entity in {one.order for one in worse}
