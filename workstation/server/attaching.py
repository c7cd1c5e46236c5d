"""An answer becomes records of its order's patient: each value, the report, and the order's answer.

The same value again changes nothing; a corrected one is a new version of the same; an early one after
the final is told in its answer and never takes the final one's place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from workstation.domain.attachment import described
from workstation.domain.canonical import canonical
from workstation.domain.clock import HybridTime
from workstation.domain.ids import EntityId, RecordId, uuid7
from workstation.domain.kinds import BY_NAME
from workstation.domain.marks import Acknowledgement
from workstation.domain.observation import DiagnosticReport, Observation, primary_code
from workstation.domain.record import Author, Body, Record, Sealed, envelope_of
from workstation.domain.referral import ReferralAnswer
from workstation.domain.results import (
    ANSWER_OF,
    Delivery,
    Value,
    answer_text,
    flagged,
    is_older,
)
from workstation.domain.unmatched import UnmatchedAnswer
from workstation.domain.values import millis_of
from workstation.server.store import attachments, index, norms, orders, streams
from workstation.server.store.orders import Order

DEVICE = "fhir"
_CHANGING = ("corrected", "cancelled")
_NOT_FOR_THE_PATIENT = ("unmatched_answer",)


def notice_of(identity: str) -> EntityId:
    """Return the entity of the notice about an unmatched answer."""
    return EntityId(UUID(bytes=sha256(f"unmatched {identity}".encode()).digest()[:16], version=5))


@dataclass(kw_only=True, repr=False)
class Attaching:
    """Writes one answer to one order. ``now``: ms UTC; ``random``: for ids."""

    connection: Connection
    order: Order
    author: Author
    now: int
    random: Callable[[int], bytes]
    _records: list[Record] = field(default_factory=list)
    _changed: bool = False

    def attach(self, delivery: Delivery) -> list[streams.Growth]:
        """Write what is new in the answer; return what the patient's stream gained."""
        report = self._entity("report", delivery.identifier)
        values = tuple(self._value(value, delivery, report) for value in delivery.values)
        body = msgspec.structs.replace(
            delivery.report, results=values, order=self.order.entity, performer=self.author.name
        )
        self._version(report, "diagnostic_report", body)
        self._answer(delivery, report)
        return self._stored()

    def _stored(self) -> list[streams.Growth]:
        if not self._records:
            return []
        records = tuple(self._incoming(record) for record in self._records)
        self._records.clear()
        group = streams.Appending(patient=self.order.patient, records=records)
        _placed, grown = streams.append(self.connection, [group], now=self.now)
        index.update_rows(self.connection, grown, now=self.now)
        return list(grown)

    def refuse(self, identity: str, why: str) -> list[streams.Growth]:
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
        return self._stored()

    def settled(self, identity: str) -> list[streams.Growth]:
        """Tell that the answer of a notice has been seen to; nothing where there is no notice."""
        notice = notice_of(identity)
        state = orders.state_of(self.connection, self.order.patient, notice)
        if state is None or state.acknowledgements:
            return []
        self._write("acknowledgement", Acknowledgement(), notice, (state.current.id,))
        return self._stored()

    def _entity(self, *names: str) -> EntityId:
        """Return the entity that the laboratory means by a name, the same every time."""
        key = "\0".join((str(self.order.entity), self.author.unit, *names))
        return EntityId(UUID(bytes=sha256(key.encode()).digest()[:16], version=5))

    def _value(self, value: Value, delivery: Delivery, report: EntityId) -> EntityId:
        entity = self._entity("value", value.identifier or primary_code(value.body.concept))
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
        analyses = norms.in_force(self.connection).analyses
        self._version(entity, "observation", flagged(body, self._earlier(body), analyses))
        return entity

    def _earlier(self, body: Observation) -> tuple[Observation, ...]:
        before = millis_of(body.effective) if body.effective else self.now
        return orders.earlier_values(
            self.connection, self.order.patient, primary_code(body.concept), before=before
        )

    def _version(self, entity: EntityId, kind: str, body: Observation | DiagnosticReport) -> None:
        """Write a version unless the standing one says the same, or is the newer of the two."""
        standing = orders.state_of(self.connection, self.order.patient, entity)
        if standing is None:
            self._write(kind, body, entity, ())
            return
        held = standing.current.body
        if held == body or standing.voided:
            return
        if isinstance(held, Observation) and isinstance(body, Observation) and is_older(body, held):
            return
        if isinstance(held, DiagnosticReport) and _finished(held) and not _finished(body):
            return
        self._changed = self._changed or not _means_the_same(held, body)
        self._write(kind, body, entity, tuple(head.id for head in standing.line.heads))

    def _answer(self, delivery: Delivery, report: EntityId) -> None:
        code = ANSWER_OF.get(delivery.status, "SSV")
        text = answer_text(delivery)
        earlier = [
            a.body for a in self.order.referral.answers if isinstance(a.body, ReferralAnswer)
        ]
        forms = tuple(described(content, delivery.title) for content in delivery.forms)
        told = (code, text, report, forms)
        if any((a.answer, a.text, a.report, a.attachments) == told for a in earlier):
            return
        for one, content in zip(forms, delivery.forms, strict=True):
            attachments.put(
                self.connection,
                self.order.patient,
                one,
                content,
                by=self.author.hsa_id,
                now=self.now,
            )
        body = ReferralAnswer(
            answer=code,  # type: ignore[arg-type]
            text=text,
            report=report,
            conclusion=delivery.report.conclusion if delivery.values else "",
            changes_meaning=bool(earlier) and (self._changed or delivery.status in _CHANGING),
            attachments=forms,
            by="system",
        )
        heads = tuple(head.id for head in self.order.state.line.heads)
        self._write("referral_answer", body, self.order.entity, heads)

    def _write(self, kind: str, body: Body, entity: EntityId, bases: tuple[RecordId, ...]) -> None:
        self._records.append(
            Record(
                id=RecordId(uuid7(self.now, self.random)),
                patient=self.order.patient,
                kind=kind,
                kind_version=BY_NAME[kind].version,
                entity=entity,
                bases=bases,
                author=self.author,
                device=DEVICE,
                written_at=HybridTime(self.now, len(self._records)),
                approved_for_patient=kind not in _NOT_FOR_THE_PATIENT,
                body=body,
            )
        )

    def _incoming(self, record: Record) -> streams.Incoming:
        sealed = Sealed(canonical(envelope_of(record)))
        return streams.Incoming(sealed=sealed, record=record, at=self.now)


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


def _finished(body: Body) -> bool:
    return isinstance(body, DiagnosticReport) and body.status not in (*ANSWER_OF, "unknown")
