"""Statuses and steps of an order in words."""

from __future__ import annotations

from workstation.domain.medication import MedicationOrder, OrderState, OrderStatus, Standing
from workstation.domain.medication_line import line_runs, medication_line
from workstation.domain.record import Record
from workstation.domain.runs import Run, plain
from workstation.domain.texts import N_, _
from workstation.domain.values import local_date, local_text, millis_of

STATUS = {
    OrderStatus.ACTIVE: N_("Ongoing"),
    OrderStatus.PAUSED: N_("Paused"),
    OrderStatus.HELD: N_("Undecided"),
    OrderStatus.STOPPED: N_("Stopped"),
}
ACTION = {
    "prescribe": N_("Prescribed"),
    "change": N_("Changed"),
    "renew": N_("Renewed"),
    "pause": N_("Paused"),
    "resume": N_("Resumed"),
    "stop": N_("Stopped"),
}
SOURCE = {
    "ward": N_("Ward order"),
    "prescription": N_("Prescription"),
    "other_provider": N_("Other care provider"),
    "own_report": N_("Stated by the patient"),
    "otc": N_("Own purchase"),
}


def day_of(when: str | None) -> str:
    """Return a stored time as its Swedish day; partial dates as they are."""
    if not when:
        return ""
    return local_date(millis_of(when)).isoformat() if "T" in when else when


def status_word(order: OrderState) -> str:
    """Return the status that stands in bold: never empty."""
    if order.voided:
        return _("Voided")
    if order.undecided:
        return _("Undecided")
    start = order.effective.content.start
    now_is_before = start and order.status is OrderStatus.ACTIVE and _is_ahead(order)
    return _("Not started") if now_is_before else _(STATUS[order.status])


def _is_ahead(order: OrderState) -> bool:
    start = order.effective.content.start
    # Written before its first day: the record's own time says so, without asking a clock.
    return (
        bool(start) and millis_of(str(start)) > order.effective.step.written_at.millis + 86_400_000
    )


def status_detail(order: OrderState) -> str:
    """Return since when, until when, or from where the order stands as it does."""
    content, step = order.effective.content, order.effective.step
    body = step.body
    since = local_date(step.written_at.millis).isoformat()
    if order.undecided:
        return _("changed in two places")
    if order.status is OrderStatus.PAUSED and isinstance(body, MedicationOrder) and body.until:
        return _("until {date}").format(date=day_of(body.until))
    if order.status in (OrderStatus.PAUSED, OrderStatus.STOPPED):
        return since
    if isinstance(body, MedicationOrder) and body.action == "change":
        return _("changed {date}").format(date=since)
    start = day_of(content.start)
    return _("since {date}").format(date=start) if start else ""


def step_text(record: Record) -> str:
    """Return one step of the chain: what, by whom, where and when, and why."""
    body = record.body
    action = ACTION.get(body.action, "") if isinstance(body, MedicationOrder) else ""
    word = _(action) if action else _("Decided")
    why = body.why if isinstance(body, MedicationOrder) else getattr(body, "reason", "")
    head = _("{what} by {name}, {unit}, {time}").format(
        what=word,
        name=record.author.name,
        unit=record.author.unit_name,
        time=local_text(record.written_at.millis),
    )
    return f"{head}: {why}" if why else head


def standing_words(standing: Standing) -> str:
    """Return what one side of a fork means for the patient, in words."""
    status = _(STATUS[standing.status])
    runs = line_runs(medication_line(standing.content))
    # Read as plain text: an amount is still never broken from its unit.
    whole = [Run(run.text.replace(" ", "\u00a0")) if run.strong else run for run in runs]
    return f"{status} — {plain(whole)}".replace(_("DOSE") + " ", _("DOSE") + "\u00a0")
