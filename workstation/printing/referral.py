"""A referral on paper: what was asked, every step, every answer."""

from __future__ import annotations

from workstation.domain.entity import EntityState
from workstation.domain.marks import Void
from workstation.domain.record import Record
from workstation.domain.referral import (
    ReferralEvent,
    ReferralState,
    referral_state,
    requisition_number,
)
from workstation.domain.referral_words import EVENTS, PRIORITIES, STANDINGS, STATUS, TYPES
from workstation.domain.texts import _
from workstation.domain.values import local_text
from workstation.printing.answer import answer_blocks
from workstation.printing.layout import Block, text_block
from workstation.printing.sheet import Sheet, pdf
from workstation.printing.words import attachments_words, labelled, when_words, written


def print_referral(state: EntityState, *, sheet: Sheet) -> bytes:
    """Return the referral with its events and answers as a PDF; a patient's own request in its words.

    A protected patient's phone number is never printed.
    """
    referral = referral_state(state)
    own = referral.request.type == "own"
    title = _("Patient's own request") if own else _("Referral")
    kind = _(TYPES[referral.request.type])
    heading = title if own else f"{title}: {kind}"
    blocks = [text_block(heading, bold=True, size=14.0)]
    blocks += _marks(state, referral)
    number = requisition_number(state.id)
    facts = _facts(referral, number, protected=sheet.patient.protected)
    blocks += [text_block(line) for line in facts]
    question = _("What the patient wants help with") if own else _("Question")
    blocks += _paragraph(question, referral.request.question)
    background = _("In the patient's own words") if own else _("Background")
    blocks += _paragraph(background, referral.request.background)
    if referral.request.attachments:
        blocks.append(text_block(attachments_words(referral.request.attachments), space=10.0))
    if referral.events:
        blocks.append(text_block(_("Events"), bold=True, space=10.0, together=True))
    for record in referral.events:
        blocks += _event(referral, record)
    for record in referral.answers:
        blocks += answer_blocks(state, record)
    found = [(state.voided, _("VOIDED")), (referral.undecided, _("UNDECIDED"))]
    marks = [word for holds, word in found if holds]
    return pdf(blocks, title=title, sheet=sheet, marks=marks)


def _marks(state: EntityState, referral: ReferralState) -> list[Block]:
    marks = []
    if state.void is not None:
        marks.append(_mark(_("VOIDED {when}").format(when=written(state.void))))
        if isinstance(state.void.body, Void):
            marks.append(text_block(labelled(_("Reason"), state.void.body.reason), space=4.0))
    if referral.undecided:
        marks.append(_mark(_("UNDECIDED: steps stand side by side and nobody has decided")))
    return marks


def _mark(text: str) -> Block:
    return text_block(text, bold=True, space=8.0, together=True, framed=True)


def _facts(referral: ReferralState, number: str, *, protected: bool) -> list[str]:
    request = referral.request
    status = STATUS.get(referral.status, referral.status)
    sender = _sender(referral)
    facts = [
        (_("Status"), _(status)),
        (_("Number"), request.requisition or number),
        (_("To"), referral.receiver_name or referral.receiver),
        (_("From"), sender),
        (_("Phone"), request.phone),
        (_("Priority"), _(PRIORITIES[request.priority])),
        (_("Requested"), ", ".join(item.label for item in request.requested)),
        (_("Diagnosis"), request.diagnosis.label if request.diagnosis else ""),
        (_("Answer expected"), when_words(request.due) if request.due else ""),
        (_("Booked time"), when_words(referral.booked_for) if referral.booked_for else ""),
        (_("Interpreter"), request.interpreter),
        (_("Patient's phone"), "" if protected else request.patient_phone),
        (_("Version"), str(request.number) if request.number > 1 else ""),
    ]
    return [labelled(label, value) for label, value in facts if value]


def _sender(referral: ReferralState) -> str:
    if referral.request.by == "patient":
        when = local_text(referral.request_record.written_at.millis)
        return _("the patient, on the patient's page {when}").format(when=when)
    return written(referral.request_record)


def _paragraph(title: str, text: str) -> list[Block]:
    if not text:
        return []
    return [text_block(title, bold=True, space=10.0, together=True), text_block(text)]


def _event(referral: ReferralState, record: Record) -> list[Block]:
    body = record.body
    if not isinstance(body, ReferralEvent):
        return []
    to = body.to_unit_name or body.to_unit
    booked = when_words(body.booked_for) if body.booked_for else ""
    standing = referral.standing_of(record.id)
    aside = _(STANDINGS[standing]) if standing in STANDINGS else ""
    parts = [_(EVENTS[body.event]), to, booked, body.person_name, f"({aside})" if aside else ""]
    line = f"{written(record)}: {' '.join(part for part in parts if part)}"
    blocks = [text_block(line)]
    if body.reason:
        blocks.append(text_block(body.reason, indent=14.0))
    return blocks
