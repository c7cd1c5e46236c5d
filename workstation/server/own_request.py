"""Egen vårdbegäran: the patient asks a unit for care; it becomes a record of that unit.

The patient's words are kept byte for byte. The form carries a proof made from the patient's own
session, so that no other site can send it, and the record's id, so that sending it twice is once.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, select

from forms.answers import Answers, Fault, asked, faults
from forms.load import shipped
from forms.schema import Form
from forms.text import as_text
from workstation.access.actor import Actor, PatientSelf
from workstation.access.age import DirectAccess, direct_access
from workstation.access.for_patient import without_whereabouts
from workstation.access.policy import Action, Relation
from workstation.access.scope import OnePatient
from workstation.domain.canonical import NotCanonical, canonical
from workstation.domain.clock import HybridTime
from workstation.domain.directory import Unit
from workstation.domain.ids import EntityId, HsaId, PatientId, RecordId, uuid7
from workstation.domain.kinds import BY_NAME
from workstation.domain.patient import Patient
from workstation.domain.record import Author, Record, Sealed, envelope_of
from workstation.domain.referral import Referral
from workstation.domain.texts import _
from workstation.domain.values import local_date
from workstation.server import schema
from workstation.server.core import Core, NotAllowed
from workstation.server.store import directory, index, own, streams

FORM = "referral_own"
DEVICE = "patient-page"
LONGEST_LINE = 200
_MOST_A_DAY = 10
_DAY_MS = 24 * 60 * 60 * 1000


class NotNow(Exception):
    """It was not taken in. ``text`` says why, in the patient's language."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


@dataclass(frozen=True, kw_only=True, repr=False)
class Blank:
    """What the page needs to ask: the form, who receives requests, what is known of the patient."""

    form: Form
    units: tuple[Unit, ...]
    patient: Patient
    record: RecordId
    proof: str


@dataclass(frozen=True, kw_only=True, repr=False)
class Filled:
    """What the patient has sent. ``answers`` by linkId."""

    record: UUID
    unit: str
    answers: Answers
    phone: str = ""
    interpreter: str = ""


def the_form() -> Form:
    """Return the form of an egen vårdbegäran."""
    return shipped()[FORM]


def proof_of(token: str, record: UUID) -> str:
    """Return what shows that the form with this record's id was made for this very session."""
    key = sha256(b"own request\n" + token.encode()).digest()
    return hmac.new(key, record.bytes, sha256).hexdigest()


async def blank(core: Core, actor: Actor, token: str) -> Blank:
    """Return an empty form for the patient.

    Raises:
        NotAllowed: No patient, or one who has no direct access at this age.
    """
    patient = await _allowed(core, actor)
    scope = OnePatient(patient=patient)
    found, units = await core.database.read(
        lambda c: (own.entities(c, scope, ("patient",), limit=1), directory.units(c))
    )
    body = found[0].state.current.body if found else None
    record = RecordId(uuid7(core.now, core.random))
    return Blank(
        form=the_form(),
        units=tuple(unit for unit in units if "own" in unit.receives),
        patient=without_whereabouts(body) if isinstance(body, Patient) else Patient(),
        record=record,
        proof=proof_of(token, record),
    )


def wrong_in(filled: Filled, units: tuple[Unit, ...]) -> dict[str, str]:
    """Return what must be put right, by field; empty when it can be sent."""
    wrong = {fault.path: _fault_text(fault) for fault in faults(the_form(), filled.answers)}
    if filled.unit not in {unit.hsa_id for unit in units}:
        wrong["unit"] = _("Choose where you want to send your request.")
    for name, text in (("phone", filled.phone), ("interpreter", filled.interpreter)):
        if len(text) > LONGEST_LINE:
            wrong[name] = _("Write at most {most} characters.").format(most=LONGEST_LINE)
    return wrong


def _fault_text(fault: Fault) -> str:
    return fault.message


async def send(core: Core, actor: Actor, filled: Filled, blank_now: Blank) -> RecordId:
    """Take in a request without faults; durable when this returns. The same one again is known.

    Raises:
        NotAllowed: As :func:`blank`.
        NotNow: Too many in a day, or a text holds half a character.
    """
    patient = await _allowed(core, actor)
    unit = next(one for one in blank_now.units if one.hsa_id == filled.unit)
    protected = blank_now.patient.protected
    body = _referral(filled, unit, blank_now.form, protected=protected)
    now = core.now

    def store(connection: Connection) -> list[streams.Growth]:
        if _sent_today(connection, patient, now) >= _MOST_A_DAY:
            raise NotNow(_("You have sent many requests today. Call the unit instead."))
        provider = directory.provider(connection, unit.provider)
        author = Author(
            hsa_id=unit.hsa_id,
            name=_("The patient"),
            unit=unit.hsa_id,
            unit_name=unit.name,
            provider=unit.provider,
            provider_name=provider.name if provider else "",
        )
        return _stored(connection, _record(filled.record, patient, author, body, now), now)

    grown = await core.database.write(store)
    await core.log(actor, "Skriva", "own_request", patients=(patient,))
    core.hub.publish({growth.patient: growth.head_rev for growth in grown})
    core.wake_drainer.set()
    return RecordId(filled.record)


def _referral(filled: Filled, unit: Unit, form: Form, *, protected: bool) -> Referral:
    answers = {
        q.path: filled.answers[q.path] for q in asked(form, {}) if filled.answers.get(q.path)
    }
    return Referral(
        type="own",
        question=answers["question"],
        background=as_text(form, answers, without=frozenset({"question"})),
        to_unit=unit.hsa_id,
        to_unit_name=unit.name,
        interpreter=filled.interpreter.strip(),
        # Of somebody protected no number is passed on: the unit reaches them through förmedling.
        patient_phone="" if protected else filled.phone.strip(),
        form=form.name,
        form_version=form.version,
        answers=json.dumps(answers, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        by="patient",
    )


def _record(record: UUID, patient: PatientId, author: Author, body: Referral, now: int) -> Record:
    return Record(
        id=RecordId(record),
        patient=patient,
        kind="referral",
        kind_version=BY_NAME["referral"].version,
        entity=EntityId(record),
        author=author,
        device=DEVICE,
        written_at=HybridTime(now),
        body=body,
    )


def _stored(connection: Connection, record: Record, now: int) -> list[streams.Growth]:
    if _is_there(connection, record):
        return []
    try:
        sealed = Sealed(canonical(envelope_of(record)))
    except NotCanonical:
        raise NotNow(_("The text holds a broken character. Delete it and send again.")) from None
    incoming = streams.Incoming(sealed=sealed, record=record, at=now)
    group = streams.Appending(patient=record.patient, records=(incoming,))
    _placed, grown = streams.append(connection, [group], now=now)
    index.update_rows(connection, grown, now=now)
    return list(grown)


def _is_there(connection: Connection, record: Record) -> bool:
    table = schema.entry
    query = select(table.c.rev).where(
        table.c.patient_id == record.patient.bytes, table.c.op_id == record.id.bytes
    )
    return connection.execute(query).one_or_none() is not None


def _sent_today(connection: Connection, patient: PatientId, now: int) -> int:
    table = schema.entry
    query = select(table.c.raw).where(
        table.c.patient_id == patient.bytes,
        table.c.kind == "referral",
        table.c.at > now - _DAY_MS,
    )
    return sum(1 for raw in connection.scalars(query) if raw and b'"by":"patient"' in raw)


async def _allowed(core: Core, actor: Actor) -> PatientId:
    """Return who asks, where the policy and the age say that they may."""
    relation = Relation.SELF if isinstance(actor, PatientSelf) else Relation.NONE
    await core.allowed(actor, Action.ASK_FOR_CARE, relation)
    assert isinstance(actor, PatientSelf)
    patient = actor.patient
    born = await core.database.read(lambda c: _born(c, patient))
    today = local_date(core.now)
    if born is None or direct_access(born, today) is not DirectAccess.OWN:
        await core.log(actor, "Nekad", "age", patients=(patient,))
        raise NotAllowed
    return patient


def _born(connection: Connection, patient: PatientId) -> date | None:
    table = schema.patient_card
    text = connection.execute(
        select(table.c.birth_date).where(table.c.patient_id == patient.bytes)
    ).scalar_one_or_none()
    return date.fromisoformat(text[:10]) if text and len(text) >= 10 else None


def filled_from(fields: Mapping[str, str], record: UUID) -> Filled:
    """Return what the fields of the page's form say. A line feed is one again, as it was typed."""
    answers = {
        question.path: _typed(fields.get(f"q_{question.path}", ""))
        for question in asked(the_form(), {})
    }
    return Filled(
        record=record,
        unit=HsaId(fields.get("unit", "")),
        answers={path: text for path, text in answers.items() if text.strip()},
        phone=fields.get("phone", ""),
        interpreter=fields.get("interpreter", ""),
    )


def _typed(text: str) -> str:
    """Browsers send every line break of a text area as CR LF, whatever was typed."""
    return text.replace("\r\n", "\n")
