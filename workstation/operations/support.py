"""Decision support as screens use it: what the rules in force say of a chart or a draft order.

Reading the record waits; judging does not: once a patient is prepared, an order is judged
between two keystrokes. A whole chart takes longer, so it is judged beside the event loop, once
for everybody who shows it. What was tolerated stays quiet until something it rests on changes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol, TypeVar

import msgspec

from workstation.decision_support.amounts import can_be_measured
from workstation.decision_support.changes import on_stopping
from workstation.decision_support.engine import Engine
from workstation.decision_support.facts import Facts, Medication
from workstation.decision_support.findings import Card
from workstation.decision_support.records.facts_of import (
    facts_of,
    uncoded_diagnoses,
    unknown_hypersensitivities,
)
from workstation.decision_support.records.medicines import is_coded, medication_of, ordered
from workstation.decision_support.risk import Risk, risks
from workstation.domain.dose_standards import Standards
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.medication import MedicationOrder, OrderState, OrderStatus
from workstation.domain.norms import STANDARD, Norms
from workstation.domain.texts import _
from workstation.operations.choosing import Ahead
from workstation.operations.known import Known, read_known
from workstation.operations.ports import LinkedPatient, Reading
from workstation.operations.tally import Tally


@dataclass(frozen=True, kw_only=True)
class InForce:
    """The content a workstation judges by now.

    ``since``: ms UTC from when it is effective; ``known_at``: when the server last said that
    this is right, None for never. ``pending``: versions to come with their time. ``bundled``:
    what came with the program. ``wrong_clock``: this machine's clock is not believed.
    ``lost``: what should be used is not on this computer. ``off``: rules withdrawn one by one.
    """

    engine: Engine
    name: str
    version: int
    title: str
    mark: str = ""
    digest: str = ""
    since: int | None = None
    known_at: int | None = None
    pending: tuple[tuple[int, int], ...] = ()
    bundled: bool = False
    wrong_clock: bool = False
    review_overdue: bool = False
    lost: bool = False
    off: frozenset[str] = frozenset()
    norms: Norms = STANDARD
    dose_times: Standards = Standards()

    @property
    def label(self) -> str:
        """Name and version in one word."""
        return f"{self.name} {self.version}"

    @cached_property
    def allergens(self) -> frozenset[str]:
        """Every name of a substance or a group that the rules know."""
        groups = (name.casefold() for one in self.engine.allergies.groups for name in one.names)
        return frozenset((*self.engine.library.names, *groups))


@dataclass(frozen=True, kw_only=True, repr=False)
class Tolerated:
    """Somebody has ordered in spite of it, for a reason, on facts that still are the same."""

    who: str
    at: int
    reason: str


@dataclass(frozen=True, kw_only=True, repr=False)
class Shown:
    """A card with what was decided about it before.

    ``elsewhere``: what of it is known from another record of the person only, and which.
    """

    card: Card
    tolerated: Tolerated | None = None
    elsewhere: tuple[tuple[LinkedPatient, str], ...] = ()

    @property
    def interrupts(self) -> bool:
        """Whether it needs a reason before the order binds."""
        return self.card.interruptive and self.tolerated is None


@dataclass(frozen=True, kw_only=True, repr=False)
class Checked:
    """What a check answered. ``unseen``: what the rules could not see, in words: never safe."""

    cards: tuple[Shown, ...]
    unseen: tuple[str, ...] = ()
    label: str = ""

    @property
    def interrupting(self) -> tuple[Shown, ...]:
        """The cards that need a reason."""
        return tuple(shown for shown in self.cards if shown.interrupts)


_Question = tuple[str, PatientId, EntityId | None, MedicationOrder | None, bool]
_KEPT_ANSWERS = 16


Answer = TypeVar("Answer")


class Aside(Protocol):
    """Runs work somewhere else and waits for its answer, as ``asyncio.to_thread`` does."""

    def __call__(self, work: Callable[..., Answer], /, *args: object) -> Awaitable[Answer]: ...


async def at_once(work: Callable[..., Answer], /, *args: object) -> Answer:
    """Run the work here and now."""
    return work(*args)


class Support:
    """Judges by the content in force.

    Args:
        in_force: Gives the content; another answer from one call to the next is a switch.
        today: The day to judge by.
        shadow: Gives the engine of scheduled content that runs unseen, if any.
        aside: Runs what takes long beside the event loop; without it, at once.
    """

    def __init__(
        self,
        *,
        records: Reading,
        in_force: Callable[[], InForce],
        today: Callable[[], date],
        shadow: Callable[[], Engine | None] = lambda: None,
        aside: Aside | None = None,
    ) -> None:
        self._aside: Aside = aside or at_once
        self.tally = Tally()
        self.ahead = Ahead(self)
        self.shadow = shadow
        self._records = records
        self._in_force = in_force
        self._today = today
        self._known: dict[PatientId, Known] = {}
        self._before: dict[PatientId, Known] = {}
        self._changes: dict[PatientId, int] = {}
        self._facts: dict[PatientId, tuple[Known, str, date, Facts]] = {}
        self._listed: tuple[Known, str, tuple[tuple[EntityId, Medication], ...]] | None = None
        self._answers: dict[_Question, tuple[Known, Facts, InForce, Checked]] = {}

    @property
    def today(self) -> date:
        """The day that is judged by."""
        return self._today()

    @property
    def in_force(self) -> InForce:
        """The content that judges now."""
        return self._in_force()

    async def prepare(self, patient: PatientId) -> Known:
        """Read what the rules need of a patient, as the record is now.

        What says the same as before is the same object, so that nothing is judged anew.
        """
        while True:
            change = self._changes.get(patient, 0)
            known = await read_known(self._records, patient)
            if change == self._changes.get(patient, 0):
                break  # else it was read from under a change: it may be old already
        before = self._before.pop(patient, None) or self._known.get(patient)
        if before is not None and known == before:
            known = before
        self._known[patient] = known
        return known

    async def ready(self, patient: PatientId) -> Known:
        """Read the patient unless that has been done since the record last changed."""
        return self._known.get(patient) or await self.prepare(patient)

    async def judged(self, patient: PatientId) -> Known:
        """Have the patient read and the whole chart judged, beside the event loop.

        :meth:`chart` then has the answer at once, for everybody who shows it.
        """
        known, inside, today = await self.ready(patient), self._in_force(), self._today()
        kept, question = self._facts.get(patient), _chart_of(patient)
        if kept is None or kept[0] is not known or kept[1:3] != (_named(inside), today):
            facts = await self._aside(facts_of, known.chart, inside.engine.library, today)
            kept = self._facts[patient] = (known, _named(inside), today, facts)
        facts = kept[3]
        if self._kept(question, known, facts, inside) is None:
            checked = await self._aside(_judge_chart, inside, known, facts)
            self._keep(question, known, facts, inside, checked)
        return known

    async def glance(self, patient: PatientId) -> tuple[Known, Facts]:
        """Return what is known of a patient, without keeping it where nobody has opened them."""
        if (known := self._known.get(patient)) is None:
            known = await read_known(self._records, patient)
        kept, inside, today = self._facts.get(patient), self._in_force(), self._today()
        if kept is not None and kept[0] is known and kept[1:3] == (_named(inside), today):
            return known, kept[3]
        return known, await self._aside(facts_of, known.chart, inside.engine.library, today)

    def forget(self, patients: Iterable[PatientId]) -> None:
        """The record of these patients has changed: what was read of them is old."""
        changed = frozenset(patients)
        linked = [p for p, known in self._known.items() if known.others & changed]
        for patient in (*changed, *linked):
            self._changes[patient] = self._changes.get(patient, 0) + 1
            if (known := self._known.pop(patient, None)) is not None:
                self._before[patient] = known

    def facts(self, patient: PatientId) -> Facts | None:
        """Return the facts of a prepared patient."""
        known = self._known.get(patient)
        if known is None:
            return None
        inside = self._in_force()
        key, today = _named(inside), self._today()
        kept = self._facts.get(patient)
        if kept is None or kept[0] is not known or kept[1:3] != (key, today):
            kept = (known, key, today, facts_of(known.chart, inside.engine.library, today))
            self._facts[patient] = kept
        return kept[3]

    def order_of(self, patient: PatientId, entity: EntityId) -> OrderState | None:
        """Return an order of a prepared patient, as it was read."""
        known = self._known.get(patient)
        return dict(known.orders).get(entity) if known is not None else None

    def order(
        self,
        patient: PatientId,
        order: MedicationOrder,
        *,
        signing: bool = False,
        entity: EntityId | None = None,
    ) -> Checked | None:
        """Judge a draft order; None before the patient is prepared.

        Args:
            entity: The order that it changes or renews, which then counts no more.
        """
        known, facts = self._known.get(patient), self.facts(patient)
        if known is None or facts is None:
            return None
        question = ("order", patient, entity, order, signing)
        return self._once(
            question, known, facts, lambda: self._judge(known, facts, order, signing, entity)
        )

    async def judged_aside(
        self, patient: PatientId, order: MedicationOrder, *, entity: EntityId | None = None
    ) -> Checked | None:
        """Answer as :meth:`order` while choosing does, beside the event loop, and keep nothing."""
        known, facts = self._known.get(patient), self.facts(patient)
        if known is None or facts is None:
            return None
        return await self._aside(self._judge, known, facts, order, False, entity)

    def _judge(
        self,
        known: Known,
        facts: Facts,
        order: MedicationOrder,
        signing: bool,  # noqa: FBT001
        entity: EntityId | None,
    ) -> Checked:
        inside = self._in_force()
        new = ordered(order, inside.engine.library)
        others = self._medicines(known, inside)
        asked = msgspec.structs.replace(
            facts,
            hook="order-sign" if signing else "order-select",
            medications=(
                *(medicine for other, medicine in others if other != entity),
                *known.medicines_elsewhere(inside.engine.library),
            ),
            new_order=new,
        )
        return _checked(inside, known, asked, inside.engine.evaluate(asked))

    def _medicines(self, known: Known, inside: InForce) -> tuple[tuple[EntityId, Medication], ...]:
        """Return the list as the rules read it: the same for every key of a draft."""
        kept = self._listed
        if kept is None or kept[0] is not known or kept[1] != _named(inside):
            library = inside.engine.library
            listed = tuple((e, medication_of(o, library)) for e, o in known.orders if not o.voided)
            kept = self._listed = (known, _named(inside), listed)
        return kept[2]

    def chart(self, patient: PatientId) -> Checked | None:
        """Judge the medication list as it stands; nothing in it interrupts."""
        known, facts = self._known.get(patient), self.facts(patient)
        if known is None or facts is None:
            return None
        inside = self._in_force()
        return self._once(
            _chart_of(patient), known, facts, lambda: _judge_chart(inside, known, facts)
        )

    def _once(
        self, question: _Question, known: Known, facts: Facts, answer: Callable[[], Checked]
    ) -> Checked:
        """Judge the same thing on the same facts once: a draft is drawn on every key."""
        inside = self._in_force()
        kept = self._kept(question, known, facts, inside)
        if kept is None:
            kept = self._keep(question, known, facts, inside, answer())
        return kept

    def _kept(
        self, question: _Question, known: Known, facts: Facts, inside: InForce
    ) -> Checked | None:
        kept = self._answers.get(question)
        same = kept is not None and kept[0] is known and kept[1] is facts and kept[2] == inside
        return kept[3] if kept is not None and same else None

    def _keep(
        self, question: _Question, known: Known, facts: Facts, inside: InForce, checked: Checked
    ) -> Checked:
        if len(self._answers) >= _KEPT_ANSWERS:
            self._answers.clear()
        self._answers[question] = (known, facts, inside, checked)
        return checked

    def risks(self, patient: PatientId) -> tuple[Risk, ...]:
        """Return what the whole list adds up to; nothing before the patient is prepared."""
        facts = self.facts(patient)
        return risks(self._in_force().engine, facts) if facts is not None else ()

    def stopping(self, patient: PatientId, entity: EntityId) -> Checked | None:
        """Judge what would be worse without an order."""
        known, facts = self._known.get(patient), self.facts(patient)
        if known is None or facts is None:
            return None
        question = _stopping_of(patient, entity)
        return self._once(question, known, facts, lambda: self._without(known, facts, entity))

    async def judged_stopping(self, patient: PatientId, entity: EntityId) -> None:
        """Judge beside the event loop what :meth:`stopping` then has at once."""
        known, inside = await self.judged(patient), self._in_force()
        facts = self.facts(patient)
        question = _stopping_of(patient, entity)
        if facts is not None and self._kept(question, known, facts, inside) is None:
            checked = await self._aside(self._without, known, facts, entity)
            self._keep(question, known, facts, inside, checked)

    def _without(self, known: Known, facts: Facts, entity: EntityId) -> Checked:
        inside = self._in_force()
        about = dict(known.orders).get(entity)
        if about is None:
            return Checked(cards=(), label=inside.label)
        gone = medication_of(about, inside.engine.library)
        listed = next((m for m in facts.medications if m == gone), None)
        cards = on_stopping(inside.engine, facts, listed) if listed is not None else ()
        return _checked(inside, known, facts, cards)


def _chart_of(patient: PatientId) -> _Question:
    return ("chart", patient, None, None, False)


def _stopping_of(patient: PatientId, entity: EntityId) -> _Question:
    return ("stopping", patient, entity, None, False)


def _named(inside: InForce) -> str:
    return f"{inside.digest}{inside.label}"


def _judge_chart(inside: InForce, known: Known, facts: Facts) -> Checked:
    inside.engine.library.formulary.ready()
    return _checked(inside, known, facts, inside.engine.evaluate(facts))


def _checked(inside: InForce, known: Known, facts: Facts, cards: Iterable[Card]) -> Checked:
    library = inside.engine.library
    shown = tuple(
        Shown(
            card=card,
            tolerated=tolerated(card, known),
            elsewhere=known.sources(card, library),
        )
        for card in cards
    )
    return Checked(cards=shown, unseen=_unseen(inside, known, facts), label=inside.label)


def tolerated(card: Card, known: Known) -> Tolerated | None:
    """Return who has accepted this very situation before, if anybody."""
    rules = {finding.rule for finding in card.findings}
    for _entity, order in known.orders:
        if order.voided or order.status is OrderStatus.STOPPED:
            continue
        for step in order.steps:
            body = step.body
            for one in body.overrides if isinstance(body, MedicationOrder) else ():
                if one.rule in rules and one.basis == card.basis:
                    return Tolerated(
                        who=step.author.name, at=step.written_at.millis, reason=one.reason
                    )
    return None


def _unseen(inside: InForce, known: Known, facts: Facts) -> tuple[str, ...]:
    """Say what the rules could not see. An empty answer then is no promise."""
    said: list[str] = []
    medicines = [m for m in inside.engine.uncovered(facts) if m.name]
    if names := ", ".join(dict.fromkeys(m.name for m in medicines)):
        said.append(_("No rule knows: {names}.").format(names=names))
    new = facts.new_order
    if new is not None and is_coded(new) and not can_be_measured(new, inside.engine.library.codes):
        said.append(_("The dose per day is not known to the rules."))
    if names := ", ".join(unknown_hypersensitivities(known.chart, inside.allergens)):
        said.append(_("Hypersensitivity that no rule knows: {names}.").format(names=names))
    if names := ", ".join(uncoded_diagnoses(known.chart)):
        said.append(_("Diagnoses without a code: {names}.").format(names=names))
    if known.withheld:
        said.append(_("The check is incomplete: there is blocked information."))
    elif not known.complete:
        said.append(_("The whole record is not on this computer."))
    if not all(each.complete for each in known.elsewhere):
        said.append(_("The person's other record is not, or not whole, on this computer."))
    return tuple(said)
