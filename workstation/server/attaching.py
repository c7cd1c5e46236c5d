"""An answer becomes records of its order's patient: each value, the report, and the order's answer.

The same value again changes nothing; a corrected one is a new version of the same; an early one after
the final is told in its answer and never takes the final one's place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from uuid import UUID

import msgspec

from workstation.domain.attachment import described
from workstation.domain.clock import HybridTime
from workstation.domain.entity import EntityState
from workstation.domain.ids import EntityId, RecordId, uuid7
from workstation.domain.kinds import BY_NAME
from workstation.domain.marks import Acknowledgement
from workstation.domain.observation import DiagnosticReport, Observation, primary_code
from workstation.domain.record import Author, Body, Record
from workstation.domain.referral import ReferralAnswer
from workstation.domain.results import (
    ANSWER_OF,
    Delivery,
    Value,
    analysis_of,
    answer_text,
    flagged,
    is_older,
)
from workstation.domain.texts import _
from workstation.domain.unmatched import UnmatchedAnswer
from workstation.domain.values import millis_of
from workstation.server.gathering import Gathering
from workstation.server.store import attachments, orders
from workstation.server.store.orders import Order

DEVICE = "fhir"
NOTHING_AHEAD: Mapping[int, EntityId] = MappingProxyType({})
_CHANGING = ("corrected", "cancelled")
_NOT_FOR_THE_PATIENT = ("unmatched_answer",)


def notice_of(identity: str) -> EntityId:
    """Return the entity of the notice about an unmatched answer."""
    return EntityId(UUID(bytes=sha256(f"unmatched {identity}".encode()).digest()[:16], version=5))


@dataclass(kw_only=True, repr=False)
class Attaching:
    """Writes one answer to one order, into ``into``. ``random``: for ids."""

    into: Gathering
    order: Order
    author: Author
    random: Callable[[int], bytes]
    _records: list[Record] = field(default_factory=list)
    _held: Mapping[UUID, EntityState] = field(default_factory=dict)
    _changed: bool = False
    _overtaken: bool = False

    def attach_new(self, delivery: Delivery, some: Sequence[int]) -> dict[int, EntityId]:
        """Write some of the answer's values, by number, of which there is nothing yet; return their
        places. What changes a value waits for :meth:`attach`, which tells of it.
        """
        report = self._entity("report", delivery.identifier)
        places = self._places(delivery, some)
        self._held = orders.states_of(
            self.into.connection, self.order.patient, tuple(places.values())
        )
        new = {n: place for n, place in places.items() if place not in self._held}
        for n, place in new.items():
            self._value(delivery.values[n], place, delivery, report)
        self.into.add(self._records)
        return new

    def attach(self, delivery: Delivery, ahead: Mapping[int, EntityId] = NOTHING_AHEAD) -> None:
        """Write what is new in the answer. ``ahead``: places of values just written, by number."""
        report = self._entity("report", delivery.identifier)
        left = [n for n in range(len(delivery.values)) if n not in ahead]
        places = self._places(delivery, left)
        self._held = orders.states_of(
            self.into.connection, self.order.patient, (report, *places.values())
        )
        values = tuple(
            ahead[n] if n in ahead else self._value(value, places[n], delivery, report)
            for n, value in enumerate(delivery.values)
        )
        body = msgspec.structs.replace(
            delivery.report, results=values, order=self.order.entity, performer=self.author.name
        )
        self._version(report, "diagnostic_report", body)
        self._answer(delivery, report)
        self.into.add(self._records)

    def refuse(self, identity: str, why: str) -> None:
        """Tell in the order's patient's record that an answer came that could not be attached."""
        referral = self.order.referral
        notice = UnmatchedAnswer(
            answer=identity,
            why=why,
            order=self.order.entity,
            question=referral.request.question,
            requisition=referral.request.requisition,
            performer=self.author.name,
            unit=referral.owner_unit,
        )
        self._write("unmatched_answer", notice, notice_of(identity), ())
        self.into.add(self._records)

    def settled(self, identity: str) -> None:
        """Tell that the answer of a notice has been seen to; nothing where there is no notice."""
        notice = notice_of(identity)
        self.into.before_reading(notice)
        state = orders.state_of(self.into.connection, self.order.patient, notice)
        if state is None or state.acknowledgements:
            return
        self._write("acknowledgement", Acknowledgement(), notice, (state.current.id,))
        self.into.add(self._records)

    def _entity(self, *names: str) -> EntityId:
        """Return the entity that the laboratory means by a name, the same every time."""
        key = "\0".join((str(self.order.entity), self.author.unit, *names))
        return EntityId(UUID(bytes=sha256(key.encode()).digest()[:16], version=5))

    def _places(self, delivery: Delivery, some: Sequence[int]) -> dict[int, EntityId]:
        """Return where values have their places, by number; two under one name (a person let them
        in) have two.
        """
        found: dict[int, EntityId] = {}
        seen: Counter[str] = Counter()
        wanted = set(some)
        for n, value in enumerate(delivery.values):
            name = value.identifier or primary_code(value.body.concept)
            again = (str(seen[name]),) if seen[name] else ()
            seen[name] += 1
            if n in wanted:
                found[n] = self._entity("value", name, *again)
        return found

    def _value(
        self, value: Value, place: EntityId, delivery: Delivery, report: EntityId
    ) -> EntityId:
        body = msgspec.structs.replace(
            value.body,
            status=_status_in(value.body, delivery),
            order=self.order.entity,
            report=report,
            contact=self.order.referral.request.contact,
            answers_to=self.order.referral.owner,
            answers_to_unit=self.order.referral.owner_unit,
            issued=value.body.issued or delivery.issued or None,
            effective=value.body.effective or delivery.report.effective,
        )
        code = primary_code(body.concept)
        held = self._held.get(place)
        if held is not None and _code_of(held) != code:
            # A name the laboratory has used again, for another analysis: neither hides the other.
            place = self._entity("value", value.identifier, code)
            own = orders.state_of(self.into.connection, self.order.patient, place)
            self._held = {**self._held, place: own} if own is not None else self._held
        body = flagged(body, self._earlier(body), self.into.analyses)
        self._version(place, "observation", body)
        return place

    def _earlier(self, body: Observation) -> tuple[Observation, ...]:
        """Return the results before this one, where a change is worth a mark."""
        known = analysis_of(body.concept, self.into.analyses)
        if known is None or known.delta is None or body.quantity is None:
            return ()
        code = primary_code(body.concept)
        before = millis_of(body.effective) if body.effective else self.into.now
        return self.into.results_of(self.order.patient, code, before=before)

    def _version(self, entity: EntityId, kind: str, body: Observation | DiagnosticReport) -> None:
        """Write a version unless the standing one says the same, or is the newer of the two."""
        standing = self._held.get(entity)
        if standing is None:
            self._write(kind, body, entity, ())
            return
        held = standing.current.body
        if held == body or standing.voided:
            return
        if isinstance(held, Observation) and isinstance(body, Observation) and is_older(body, held):
            return
        if isinstance(held, DiagnosticReport) and _is_overtaken(body, held):
            self._overtaken = True
            return
        self._changed = self._changed or not _means_the_same(held, body)
        self._write(kind, body, entity, tuple(head.id for head in standing.line.heads))

    def _answer(self, delivery: Delivery, report: EntityId) -> None:
        code = ANSWER_OF.get(delivery.status, "SSV")
        text = answer_text(delivery)
        if self._overtaken:  # it is told, and never looks like what counts
            code = "DSV" if code == "SSV" else code
            text = f"{_('This answer is older than one that came before it. The newer one counts.')}\n{text}"
        earlier = [
            a.body for a in self.order.referral.answers if isinstance(a.body, ReferralAnswer)
        ]
        forms = tuple(described(content, delivery.title) for content in delivery.forms)
        told = (code, text, report, forms)
        if any((a.answer, a.text, a.report, a.attachments) == told for a in earlier):
            return
        for one, content in zip(forms, delivery.forms, strict=True):
            attachments.put(
                self.into.connection,
                self.order.patient,
                one,
                content,
                by=self.author.hsa_id,
                now=self.into.now,
            )
        body = ReferralAnswer(
            answer=code,  # type: ignore[arg-type]
            text=text,
            report=report,
            conclusion=delivery.report.conclusion if delivery.values else "",
            changes_meaning=bool(earlier)
            and not self._overtaken
            and (self._changed or delivery.status in _CHANGING),
            attachments=forms,
            by="system",
        )
        heads = tuple(head.id for head in self.order.state.line.heads)
        self._write("referral_answer", body, self.order.entity, heads)

    def _write(self, kind: str, body: Body, entity: EntityId, bases: tuple[RecordId, ...]) -> None:
        self._records.append(
            Record(
                id=RecordId(uuid7(self.into.now, self.random)),
                patient=self.order.patient,
                kind=kind,
                kind_version=BY_NAME[kind].version,
                entity=entity,
                bases=bases,
                author=self.author,
                device=DEVICE,
                written_at=HybridTime(self.into.now, len(self._records)),
                approved_for_patient=kind not in _NOT_FOR_THE_PATIENT,
                body=body,
            )
        )


def _code_of(state: EntityState) -> str:
    body = state.current.body
    return primary_code(body.concept) if isinstance(body, Observation) else ""


def _status_in(body: Observation, delivery: Delivery) -> str:
    """A value of a preliminary report is no more than preliminary, whatever it says of itself."""
    if delivery.status in ANSWER_OF and body.status == "final":
        return delivery.status
    return body.status


def _means_the_same(held: Body, body: Body) -> bool:
    """Whether two versions say the same to who reads them: final after preliminary often does."""
    if isinstance(held, Observation) and isinstance(body, Observation):
        shown = ("quantity", "coded", "text", "components", "interpretation", "absent", "comment")
        gone = "cancelled" in (held.status, body.status) and held.status != body.status
        return not gone and all(getattr(held, one) == getattr(body, one) for one in shown)
    if isinstance(held, DiagnosticReport) and isinstance(body, DiagnosticReport):
        return (held.conclusion, held.conclusions) == (body.conclusion, body.conclusions)
    return False


def _is_overtaken(body: Body, held: DiagnosticReport) -> bool:
    """Whether a report came after a newer one: early after final, or issued before."""
    if not isinstance(body, DiagnosticReport) or held.status in ANSWER_OF:
        return False
    return body.status in ANSWER_OF or is_older(body, held)
