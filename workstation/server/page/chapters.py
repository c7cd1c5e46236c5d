"""Entities as cards: notes, medication, results, referrals, plans, attention information."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from workstation.access.for_patient import sections_for_patient
from workstation.domain.attention import Attention, Overruled, overruled
from workstation.domain.attention_words import overruled_words
from workstation.domain.contact import Booking
from workstation.domain.entity import EntityState
from workstation.domain.medication import OrderStatus, order_state
from workstation.domain.medication_line import line_runs, medication_line
from workstation.domain.note import Note, note_time
from workstation.domain.observation import DiagnosticReport, Observation
from workstation.domain.plan import CarePlan, PlannedAction
from workstation.domain.record import Record
from workstation.domain.referral import (
    Referral,
    ReferralAnswer,
    ReferralEvent,
    ReferralState,
    referral_state,
)
from workstation.domain.texts import _
from workstation.domain.values import Quantity, local_text
from workstation.server.page import privacy, words
from workstation.server.page.cards import Badge, Block, Card, Step, Tone
from workstation.server.page.words import by_line, when_text, word
from workstation.server.store.own import Shown

_ORDER_TONES: dict[OrderStatus, Tone] = {
    OrderStatus.ACTIVE: "ok",
    OrderStatus.STOPPED: "neutral",
}


def cards_of(shown: Sequence[Shown]) -> tuple[Card, ...]:
    """Return entities as cards, those that have one: what no longer holds says so."""
    against = overruled(one.state for one in shown)
    drawn = [(card(one), against.get(one.state.id)) for one in shown]
    return tuple(_held_against(made, said) for made, said in drawn if made is not None)


def _held_against(drawn: Card, against: Overruled | None) -> Card:
    if against is None:
        return drawn
    return replace(drawn, struck=True, notice=overruled_words(against))


def card(one: Shown) -> Card | None:
    """Return an entity as a card; None for a family without one."""
    draw = _DRAWN.get(one.row.family)
    return draw(one) if draw else None


def _note(one: Shown) -> Card:
    state, body = one.state, one.state.current.body
    assert isinstance(body, Note)
    badges = []
    if state.voided:
        badges.append(Badge(text=_("Withdrawn: written by mistake"), tone="critical"))
    elif state.signed_at_source is not None:
        badges.append(Badge(text=_("Signed in the source system"), tone="ok"))
    elif state.signed:
        badges.append(Badge(text=_("Signed"), tone="ok"))
    else:
        badges.append(Badge(text=_("Not signed"), tone="warning"))
    if state.corrected:
        badges.append(Badge(text=_("Corrected"), tone="accent"))
    notice = _("Two versions of this note exist. Care is deciding which one holds.")
    return Card(
        title=body.title or word(words.NOTE_TYPES, body.type),
        when=local_text(note_time(state.current)),
        by=by_line(state.current.author),
        badges=tuple(badges),
        notice=notice if state.undecided else "",
        blocks=tuple(Block(heading=s.term, text=s.text) for s in sections_for_patient(body)),
        struck=state.voided,
    )


def _order(one: Shown) -> Card:
    order = order_state(one.state)
    content = order.effective.content
    status = "voided" if order.voided else order.status.value
    tone = _ORDER_TONES.get(order.status, "warning")
    blocks = [
        Block(heading=_("What it is for"), text=content.purpose or _label(content.reason)),
        Block(heading=_("Why it was changed"), text=_why(order.effective.step)),
        Block(heading=_("To be followed up"), text=when_text(content.follow_up)),
    ]
    notice = _(
        "Two different decisions about this medicine exist. Until care has decided, the safer one holds."
    )
    return Card(
        runs=line_runs(medication_line(content)),
        when=local_text(order.effective.step.written_at.millis),
        by=by_line(order.effective.step.author),
        badges=(Badge(text=word(words.ORDER_STATUS, status), tone=tone),),
        notice=notice if order.undecided else "",
        blocks=tuple(block for block in blocks if block.text),
        struck=order.voided,
    )


def _why(step: Record) -> str:
    return str(getattr(step.body, "why", ""))


def _label(concept: object) -> str:
    return str(getattr(concept, "label", "") or "")


def _observation(one: Shown) -> Card:
    body = one.state.current.body
    assert isinstance(body, Observation)
    parts = [
        f"{c.concept.label} {_amount(c.quantity) or _label(c.coded) or c.text}"
        for c in body.components
    ]
    value = _amount(body.quantity) or _label(body.coded) or ", ".join(parts)
    badges = [*_result_badge(body.status, voided=one.state.voided)]
    if said := word(words.INTERPRETATIONS, body.interpretation):
        badges.append(Badge(text=said, tone="critical" if body.critical else "warning"))
    blocks = (
        Block(text=body.text),
        Block(heading=_("Reference range"), text=_reference(body)),
        Block(heading=_("Comment"), text=body.comment),
    )
    return Card(
        title=body.concept.label,
        value=value,
        when=when_text(body.effective) or local_text(one.state.current.written_at.millis),
        by=by_line(one.state.current.author),
        badges=tuple(badges),
        blocks=tuple(block for block in blocks if block.text),
        struck=one.state.voided,
    )


def _amount(quantity: Quantity | None) -> str:
    if quantity is None:
        return ""
    return " ".join(p for p in (quantity.comparator, quantity.value, quantity.unit) if p)


def _reference(body: Observation) -> str:
    if body.reference is None:
        return ""
    low = body.reference.low.value if body.reference.low else ""
    high = body.reference.high.value if body.reference.high else ""
    if low and high:
        return f"{low} – {high}"
    return body.reference.text or (f"> {low}" if low else f"< {high}" if high else "")


def _result_badge(status: str, *, voided: bool) -> tuple[Badge, ...]:
    if voided:
        return (Badge(text=_("Withdrawn: written by mistake"), tone="critical"),)
    said = word(words.RESULT_STATUS, status)
    return (Badge(text=said, tone="accent"),) if said else ()


def _report(one: Shown) -> Card:
    body = one.state.current.body
    assert isinstance(body, DiagnosticReport)
    return Card(
        title=body.concept.label,
        when=when_text(body.effective or body.issued),
        by=body.performer or by_line(one.state.current.author),
        badges=_result_badge(body.status, voided=one.state.voided),
        blocks=(Block(heading=_("Answer"), text=body.conclusion),) if body.conclusion else (),
        struck=one.state.voided,
    )


def _referral(one: Shown) -> Card:
    referral = referral_state(one.state)
    request = referral.request
    status = "undecided" if referral.undecided else referral.status
    ended = status in ("rejected", "cancelled", "voided")
    tone: Tone = "critical" if ended else "ok" if status == "final" else "accent"
    own = request.by == "patient"
    steps = _way(one.state, own=own)
    return Card(
        title=word(words.REFERRAL_TYPES, request.type),
        when=local_text(referral.request_record.written_at.millis),
        by=_("You") if own else by_line(referral.request_record.author),
        badges=(Badge(text=word(words.REFERRAL_STATUS, status), tone=tone),),
        blocks=_referral_blocks(referral),
        steps=tuple(steps),
        struck=one.state.voided,
    )


def _way(state: EntityState, *, own: bool) -> list[Step]:
    """Return every step after what it builds on, each answer followed by who has read it."""
    steps: list[Step] = []
    for version in state.line.versions:
        if (step := _step(version, own=own)) is not None:
            steps.append(step)
        read = (r for r in state.acknowledgements if r.bases and r.bases[-1] == version.id)
        steps += [_seen(record) for record in read if not own]
    return steps


def _referral_blocks(referral: ReferralState) -> tuple[Block, ...]:
    request = referral.request
    own = request.by == "patient"
    blocks = [
        Block(heading=_("Your question") if own else _("Question"), text=request.question),
        Block(heading=_("You wrote"), text=request.background if own else ""),
        Block(heading=_("Ordered"), text=", ".join(c.label for c in request.requested)),
        Block(heading=_("Your time"), text=when_text(referral.booked_for)),
        Block(heading=_("Answer is expected by"), text=_expected(referral)),
        Block(heading=_("Attached"), text=", ".join(a.title for a in request.attachments)),
    ]
    return tuple(block for block in blocks if block.text)


def _expected(referral: ReferralState) -> str:
    return (referral.request.due or "")[:10] if not referral.answers and not referral.closed else ""


def _seen(record: Record) -> Step:
    unit = record.author.unit_name or record.author.unit
    text = _("{unit} has read the answer and taken responsibility for it.").format(unit=unit)
    return Step(when=local_text(record.written_at.millis), text=text)


def _step(version: Record, *, own: bool) -> Step | None:
    body, when = version.body, local_text(version.written_at.millis)
    unit = version.author.unit_name or version.author.unit
    if isinstance(body, Referral):
        to_unit = body.to_unit_name or body.to_unit
        if own:
            text = _("You sent your request to {unit}.")
        elif version.bases:
            text = _("The referral to {unit} was completed.")
        else:
            text = _("The referral was sent to {unit}.")
        return Step(when=when, text=text.format(unit=to_unit))
    if isinstance(body, ReferralEvent):
        to_unit, time = body.to_unit_name or body.to_unit, when_text(body.booked_for)
        told = {**words.EVENTS, **words.OWN_EVENTS} if own else words.EVENTS
        text = word(told, body.event).format(unit=unit, to_unit=to_unit, time=time)
        return Step(when=when, text=text, said=body.reason)
    if isinstance(body, ReferralAnswer):
        text = word(words.ANSWERS, body.answer).format(unit=unit)
        said = "\n\n".join(p for p in (body.text, body.conclusion) if p)
        if body.changes_meaning:
            text += " " + _("It says something else than the answer before it.")
        return Step(when=when, text=text, said=said)
    return None


def _action(one: Shown) -> Card:
    body = one.state.current.body
    assert isinstance(body, PlannedAction)
    status = "voided" if one.state.voided else body.status
    tone: Tone = "ok" if status == "done" else "accent" if status == "planned" else "neutral"
    return Card(
        title=body.title,
        when=when_text(body.done or body.due),
        by=" · ".join(p for p in (word(words.PLAN_TYPES, body.type), body.responsible) if p),
        badges=(Badge(text=word(words.PLAN_STATUS, status), tone=tone),),
        blocks=(Block(text=body.comment),) if body.comment else (),
        struck=one.state.voided,
    )


def _plan(one: Shown) -> Card:
    body = one.state.current.body
    assert isinstance(body, CarePlan)
    lines = [a.concept.label or a.text for a in body.activities]
    blocks = (
        Block(text=body.text),
        Block(heading=_("Activities"), text="\n".join(lines)),
        Block(heading=_("Goals"), text="\n".join(body.goals)),
    )
    said = word(words.PLAN_STATUS, one.row.status)
    return Card(
        title=one.row.title or _("Care plan"),
        when=" – ".join(p for p in (when_text(body.start), when_text(body.end)) if p),
        by=by_line(one.state.current.author),
        badges=(Badge(text=said, tone="accent"),) if said else (),
        blocks=tuple(block for block in blocks if block.text),
        struck=one.state.voided,
    )


def _booking(one: Shown) -> Card:
    body = one.state.current.body
    assert isinstance(body, Booking)
    said = word(words.PLAN_STATUS, one.row.status)
    return Card(
        title=body.reason or _("Booked visit"),
        when=when_text(body.start),
        by=" · ".join(p for p in (body.clinician, body.unit_name, body.room) if p),
        badges=(Badge(text=said, tone="accent"),) if said else (),
        struck=one.state.voided,
    )


def _attention(one: Shown) -> Card:
    body = one.state.current.body
    assert isinstance(body, Attention)
    said = word(words.SEVERITIES, body.severity)
    tone: Tone = "critical" if body.severity == "life_threatening" else "warning"
    title = _("No known hypersensitivity") if body.none_known else body.concept.label
    return Card(
        title=title,
        by=word(words.ATTENTION, body.category),
        badges=(Badge(text=said, tone=tone),) if said else (),
        blocks=(Block(text=body.comment),) if body.comment else (),
    )


_DRAWN: dict[str, Callable[[Shown], Card]] = {
    "note": _note,
    "medication_order": _order,
    "observation": _observation,
    "diagnostic_report": _report,
    "referral": _referral,
    "planned_action": _action,
    "care_plan": _plan,
    "booking": _booking,
    "attention": _attention,
    "consent": privacy.consent,
    "block": privacy.block,
    "block_lift": privacy.lift,
}
