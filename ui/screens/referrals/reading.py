"""One referral in full: what was asked, what is attached, each answer, what changed, its whole way."""

from __future__ import annotations

from ui.kit.entry import Entry, Label, Paragraph
from ui.kit.textrun import Ink, Run
from ui.screens.referrals.attached import attachment_words
from ui.screens.referrals.words import Happened, moment, span_words, way_of
from ui.theme.tokens import Tone
from workstation.domain.attachment import Attachment
from workstation.domain.record import Record
from workstation.domain.referral import (
    Referral,
    ReferralAnswer,
    ReferralState,
    requisition_number,
)
from workstation.domain.referral_words import ANSWERS, PRIORITIES, STATUS, TYPES
from workstation.domain.texts import _
from workstation.domain.values import local_text
from workstation.domain.word_diff import Piece, word_diff
from workstation.operations.ports import Listed


def reading_of(
    listed: Listed, referral: ReferralState, now: int, *, protected: bool
) -> list[Entry]:
    """Return the referral's entries: the request, the answers newest first, the way.

    Args:
        now: ms UTC; what is not ended says how long it has taken.
        protected: The patient's personal data is protected now, whatever it was when this was
            written: a number that was given then is not shown.
    """
    entries = [_request_entry(listed, referral, now, protected=protected)]
    answers = list(reversed(referral.answers))
    for place, record in enumerate(answers):
        before = answers[place + 1] if place + 1 < len(answers) else None
        entries.append(_answer_entry(listed, referral, record, before))
    way = [_way_paragraph(step) for step in way_of(listed.state, referral)]
    entries.append(Entry(key="way", title=_("The referral's way"), paragraphs=way))
    return entries


def changed_words(before: str, after: str) -> list[Run]:
    """Return both texts as one: what went struck through, what came bold, as it is read."""
    runs = []
    for piece in word_diff(before, after):
        runs.append(_changed(piece))
        if piece.change == "gone":
            runs.append(Run("\u2009"))  # to the eye only: what is copied is the answer's own text
    return runs


def _changed(piece: Piece) -> Run:
    if piece.change == "gone":
        return Run(piece.text, ink=Ink.CRITICAL, struck=True)
    if piece.change == "new":
        return Run(piece.text, ink=Ink.OK, strong=True)
    return Run(piece.text)


def _request_entry(listed: Listed, referral: ReferralState, now: int, *, protected: bool) -> Entry:
    request, record = referral.request, referral.request_record
    parts = _parts(referral, protected=protected)
    paragraphs = [Paragraph(heading=name, text=text) for name, text in parts if text]
    if request.attachments:
        paragraphs.append(_attached(request.attachments))
    number = request.requisition or requisition_number(listed.state.id)
    paragraphs.append(Paragraph(heading=_("Number"), text=number, ink=Ink.QUIET))
    if not referral.closed and now:
        waited = span_words(now - referral.taken[0].record.written_at.millis)
        paragraphs.append(Paragraph(heading=_("Sent"), text=_("{time} ago").format(time=waited)))
    labels = [Label(text=_(STATUS[_status(referral)]), tone=Tone.ACCENT)]
    if referral.urgency < 3:
        labels.append(Label(text=_(PRIORITIES[referral.priority]), tone=Tone.WARNING))
    if request.number > 1:
        labels.append(Label(text=_("version {number}").format(number=request.number)))
    return Entry(
        key=str(record.id),
        title=_("Referral: {type}").format(type=_(TYPES[request.type])),
        meta=_meta(record, referral.receiver_name),
        paragraphs=paragraphs,
        labels=labels,
        voided=listed.state.voided,
    )


def _status(referral: ReferralState) -> str:
    return "undecided" if referral.undecided else referral.status


def _parts(referral: ReferralState, *, protected: bool) -> list[tuple[str, str]]:
    request: Referral = referral.request
    return [
        (_("Question"), request.question),
        (_("Requested"), ", ".join(concept.label for concept in request.requested)),
        (_("Clinical background"), f"\n{request.background}" if request.background else ""),
        (_("Booked time"), moment(referral.booked_for) if referral.booked_for else ""),
        (_("Latest day"), (referral.target or "")[:10]),
        (_("Responsible at the receiver"), referral.assignee_name),
        (_("Answer expected"), (request.due or "")[:10]),
        (_("Direct number"), request.phone),
        (_("Interpreter, language"), request.interpreter),
        (_("Patient's phone"), "" if protected else request.patient_phone),
    ]


def _attached(attachments: tuple[Attachment, ...]) -> Paragraph:
    lines = "\n".join(attachment_words(one) for one in attachments)
    return Paragraph(heading=_("Attachments"), text=f"\n{lines}")


def _answer_entry(
    listed: Listed, referral: ReferralState, record: Record, before: Record | None
) -> Entry:
    body = record.body
    assert isinstance(body, ReferralAnswer)
    paragraphs = [Paragraph(text=body.text)]
    if body.conclusion:
        paragraphs.append(Paragraph(heading=_("Conclusion"), text=body.conclusion))
    if body.attachments:
        paragraphs.append(_attached(body.attachments))
    earlier = before.body if before is not None else None
    if isinstance(earlier, ReferralAnswer) and earlier.text != body.text:
        runs = changed_words(earlier.text, body.text)
        heading = _("Changed since {answer}:").format(answer=_(ANSWERS[earlier.answer]).lower())
        paragraphs.append(Paragraph(heading=f"{heading}\n", text=body.text, runs=runs))
    return Entry(
        key=str(record.id),
        title=_(ANSWERS[body.answer]),
        meta=_meta(record, ""),
        paragraphs=paragraphs,
        labels=_answer_labels(listed, referral, record, body),
    )


def _answer_labels(
    listed: Listed, referral: ReferralState, record: Record, body: ReferralAnswer
) -> list[Label]:
    labels = []
    if body.changes_meaning:
        labels.append(Label(text=_("changes the meaning"), tone=Tone.CRITICAL))
    seen = listed.state.acknowledged(record.id)
    if seen is not None:
        text = _("acknowledged {name}").format(name=seen.author.name)
        labels.append(Label(text=text, tone=Tone.OK))
    elif any(one.id == record.id for one in referral.unseen):
        labels.append(Label(text=_("to acknowledge"), tone=Tone.WARNING))
    return labels


def _way_paragraph(step: Happened) -> Paragraph:
    heading = f"{local_text(step.at)}  {step.what}"
    rest = " · ".join(part for part in (step.detail, step.aside) if part)
    text = "\n".join(part for part in (rest, step.said) if part)
    ink = Ink.QUIET if step.aside else Ink.TEXT
    return Paragraph(heading=heading, text=f"{text} — {step.who}" if text else step.who, ink=ink)


def _meta(record: Record, receiver: str) -> str:
    at = local_text(record.written_at.millis)
    if getattr(record.body, "by", "") == "patient":
        sender = f"{at} · {_('the patient')}"
    else:
        sender = f"{at} · {record.author.name}, {record.author.unit_name}"
    return f"{sender} → {receiver}" if receiver else sender
