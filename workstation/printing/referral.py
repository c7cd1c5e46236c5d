"""A referral on paper: what was asked, every step, every answer."""

from __future__ import annotations

from workstation.domain.entity import EntityState
from workstation.domain.marks import Void
from workstation.domain.record import Record
from workstation.domain.referral import (
    ReferralAnswer,
    ReferralEvent,
    ReferralState,
    referral_state,
)
from workstation.domain.referral_words import ANSWERS, EVENTS, PRIORITIES, STATUS, TYPES
from workstation.domain.texts import _
from workstation.printing.layout import Block, text_block
from workstation.printing.sheet import Sheet, pdf
from workstation.printing.words import labelled, when_words, written


def print_referral(state: EntityState, *, sheet: Sheet) -> bytes:
    """Return the referral with its events and answers as a PDF.

    A protected patient's phone number is never printed.
    """
    referral = referral_state(state)
    title = _("Referral")
    kind = _(TYPES[referral.request.type])
    blocks = [text_block(f"{title}: {kind}", bold=True, size=14.0)]
    blocks += _marks(state, referral)
    blocks += [text_block(line) for line in _facts(referral, protected=sheet.patient.protected)]
    blocks += _paragraph(_("Question"), referral.request.question)
    blocks += _paragraph(_("Background"), referral.request.background)
    if referral.events:
        blocks.append(text_block(_("Events"), bold=True, space=10.0, together=True))
    for record in referral.events:
        blocks += _event(record)
    for record in referral.answers:
        blocks += _answer(state, record)
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


def _facts(referral: ReferralState, *, protected: bool) -> list[str]:
    request = referral.request
    status = STATUS.get(referral.status, referral.status)
    facts = [
        (_("Status"), _(status)),
        (_("To"), referral.receiver_name or referral.receiver),
        (_("From"), written(referral.request_record)),
        (_("Phone"), request.phone),
        (_("Priority"), _(PRIORITIES[request.priority])),
        (_("Requested"), ", ".join(item.label for item in request.requested)),
        (_("Diagnosis"), request.diagnosis.label if request.diagnosis else ""),
        (_("Answer expected"), when_words(request.due) if request.due else ""),
        (_("Interpreter"), request.interpreter),
        (_("Patient's phone"), "" if protected else request.patient_phone),
        (_("Version"), str(request.number) if request.number > 1 else ""),
    ]
    return [labelled(label, value) for label, value in facts if value]


def _paragraph(title: str, text: str) -> list[Block]:
    if not text:
        return []
    return [text_block(title, bold=True, space=10.0, together=True), text_block(text)]


def _event(record: Record) -> list[Block]:
    body = record.body
    if not isinstance(body, ReferralEvent):
        return []
    to = body.to_unit_name or body.to_unit
    booked = when_words(body.booked_for) if body.booked_for else ""
    parts = [_(EVENTS[body.event]), to, booked]
    line = f"{written(record)}: {' '.join(part for part in parts if part)}"
    blocks = [text_block(line)]
    if body.reason:
        blocks.append(text_block(body.reason, indent=14.0))
    return blocks


def _answer(state: EntityState, record: Record) -> list[Block]:
    body = record.body
    if not isinstance(body, ReferralAnswer):
        return []
    heading = f"{_(ANSWERS[body.answer])} {written(record)}"
    blocks = [
        text_block(heading, bold=True, space=10.0, together=True),
        text_block(body.text),
    ]
    if body.conclusion:
        blocks.append(text_block(labelled(_("Conclusion"), body.conclusion), space=4.0))
    seen = state.acknowledged(record.id)
    words = _("Acknowledged {when}").format(when=written(seen)) if seen else _("NOT ACKNOWLEDGED")
    blocks.append(text_block(words, bold=seen is None, space=4.0))
    return blocks
