"""A patient as read for the rules: this record, and what warns in the person's other records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from workstation.decision_support.facts import Medication
from workstation.decision_support.findings import Card
from workstation.decision_support.records.facts_of import Chart
from workstation.decision_support.records.medicines import medication_of
from workstation.decision_support.view import Library
from workstation.domain.attention import Attention
from workstation.domain.diagnosis import Diagnosis
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.medication import ATC, OrderState, OrderStatus, order_state
from workstation.domain.observation import Observation
from workstation.domain.patient import Patient
from workstation.operations.ports import LinkedPatient, Listed, Reading

_RESULTS_OF_EACH = 3


@dataclass(frozen=True, kw_only=True, repr=False)
class Learned:
    """A fact of the chart: when its record was written, when it was so, what it says. ms UTC."""

    written: int
    at: int
    body: Diagnosis | Attention | Observation


@dataclass(frozen=True, kw_only=True, repr=False)
class Elsewhere:
    """What another record of the same person says of medication and hypersensitivity.

    ``complete`` False: some of it, or all, is not on this computer.
    """

    link: LinkedPatient
    orders: tuple[OrderState, ...] = ()
    learned: tuple[Learned, ...] = ()
    complete: bool = False


@dataclass(frozen=True, kw_only=True, repr=False)
class Known:
    """A patient as read: each order with its entity, and every fact. ``complete``: all is here.

    ``withheld``: some is not because a block (spärr) keeps it from the unit.
    ``elsewhere``: the person's other records. What stands there counts, and is never changed here.
    """

    person: Patient | None
    orders: tuple[tuple[EntityId, OrderState], ...]
    learned: tuple[Learned, ...]
    complete: bool
    elsewhere: tuple[Elsewhere, ...] = ()
    withheld: bool = False

    @cached_property
    def chart(self) -> Chart:
        """What is known now."""
        return self.chart_at(None)

    @cached_property
    def others(self) -> frozenset[PatientId]:
        """The person's other records."""
        return frozenset(one.link.patient for one in self.elsewhere)

    @cached_property
    def everything(self) -> tuple[Learned, ...]:
        """Every fact, of whichever record of the person."""
        return (*self.learned, *(one for each in self.elsewhere for one in each.learned))

    def chart_at(self, moment: int | None) -> Chart:
        """Return what had been written down by then (ms UTC), beside the orders of today."""
        facts = [one for one in self.everything if moment is None or one.written <= moment]
        return Chart(
            person=self.person,
            orders=(*(state for _entity, state in self.orders), *self._orders_elsewhere()),
            diagnoses=tuple(o.body for o in facts if isinstance(o.body, Diagnosis)),
            attentions=tuple(o.body for o in facts if isinstance(o.body, Attention)),
            results=tuple((o.at, o.body) for o in facts if isinstance(o.body, Observation)),
        )

    def medicines_elsewhere(self, library: Library) -> tuple[Medication, ...]:
        """Return the medication of the other records."""
        return tuple(medication_of(order, library) for order in self._orders_elsewhere())

    def _orders_elsewhere(self) -> tuple[OrderState, ...]:
        return tuple(order for each in self.elsewhere for order in each.orders)

    def sources(self, card: Card, library: Library) -> tuple[tuple[LinkedPatient, str], ...]:
        """Return what of a card is known from another record only, and from which."""
        if not self.elsewhere:
            return ()
        about = set(card.about)
        own = {code for code, _name in _said(self.orders_here(), self.learned, library)}
        return tuple(
            (each.link, name)
            for each in self.elsewhere
            for code, name in dict(_said(each.orders, each.learned, library)).items()
            if code in about and code not in own
        )

    def orders_here(self) -> tuple[OrderState, ...]:
        """Return the orders of this very record."""
        return tuple(order for _entity, order in self.orders)


def _said(
    orders: Iterable[OrderState], learned: Iterable[Learned], library: Library
) -> Iterable[tuple[str, str]]:
    """Yield what medication and hypersensitivity are called by the rules, with their names."""
    for order in orders:
        if not order.voided and order.status is not OrderStatus.STOPPED:
            medicine = medication_of(order, library)
            yield medicine.atc, medicine.name
    for one in learned:
        if isinstance(one.body, Attention) and one.body.status == "active":
            concept = one.body.concept
            yield concept.code_in(ATC) or concept.label, concept.label


async def read_known(records: Reading, patient: PatientId) -> Known:
    """Read a patient's chart, and what warns in linked records, from the local store."""
    person = await records.entity(patient, EntityId(patient))
    orders = await records.listed(patient, "medication_order")
    diagnoses = await records.listed(patient, "diagnosis")
    attentions = await records.listed(patient, "attention")
    results = await records.newest_by_code(patient, "observation", each=_RESULTS_OF_EACH)
    line = await records.patient(patient)
    elsewhere = [await _elsewhere(records, link) for link in (line.links if line else ())]
    body = person.state.current.body if person is not None else None
    return Known(
        person=body if isinstance(body, Patient) else None,
        orders=tuple((one.state.id, order_state(one.state)) for one in orders),
        learned=_all_learned((*diagnoses, *attentions, *results)),
        complete=await records.is_complete(patient),
        elsewhere=tuple(elsewhere),
        withheld=line is not None and line.withheld,
    )


async def _elsewhere(records: Reading, link: LinkedPatient) -> Elsewhere:
    if not link.here:
        return Elsewhere(link=link)
    orders = await records.listed(link.patient, "medication_order", group="current")
    attentions = await records.listed(link.patient, "attention")
    return Elsewhere(
        link=link,
        orders=tuple(order_state(one.state) for one in orders),
        learned=_all_learned(attentions),
        complete=await records.is_complete(link.patient),
    )


def _all_learned(listed: Iterable[Listed]) -> tuple[Learned, ...]:
    facts = [_learned(one) for one in listed]
    return tuple(sorted((f for f in facts if f is not None), key=_newest_first))


def _newest_first(one: Learned) -> int:
    return -one.at


def _learned(one: Listed) -> Learned | None:
    version = one.state.current
    body = version.body
    if one.state.voided or not isinstance(body, Diagnosis | Attention | Observation):
        return None
    return Learned(written=version.written_at.millis, at=one.row.at, body=body)
