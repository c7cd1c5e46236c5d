"""Läkemedelsberättelse: what changed among a patient's medicines in a period, and why.

Built from the orders' own chains: what was started, changed, paused and stopped, with reason and
follow-up, and what goes on as before (HSLF-FS 2017:37, 11 kap). Each line ends with its source.
What the record gives no reason for is said to be without one, never explained.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from workstation.domain.clock import Clock, to_millis
from workstation.domain.contact import Contact
from workstation.domain.ids import RecordId
from workstation.domain.marks import Resolution
from workstation.domain.medication import (
    MedicationOrder,
    OrderState,
    OrderStatus,
    Standing,
    order_state,
)
from workstation.domain.medication_line import line_runs, medication_line
from workstation.domain.record import Record
from workstation.domain.runs import plain
from workstation.domain.texts import N_, _
from workstation.domain.values import local_date, local_text, millis_of
from workstation.operations.ports import PatientLine, Reading

Change = Literal["undecided", "started", "changed", "paused", "stopped", "unchanged"]
SECTIONS: Mapping[Change, str] = {
    "undecided": N_("Undecided: two orders side by side"),
    "started": N_("Started medicines"),
    "changed": N_("Changed medicines"),
    "paused": N_("Paused medicines"),
    "stopped": N_("Stopped medicines"),
    "unchanged": N_("Unchanged medicines"),
}
_SIDE = {
    OrderStatus.STOPPED: N_("Stopped"),
    OrderStatus.PAUSED: N_("Paused"),
    OrderStatus.HELD: N_("Undecided"),
}
USUAL_DAYS = 30
"""How far back it reaches for somebody who is not admitted."""
_WHOLE_DATE = 10


@dataclass(frozen=True, kw_only=True, repr=False)
class AccountLine:
    """One medicine: ``text`` what it is or became, ``details`` why and how it is followed up."""

    change: Change
    name: str
    text: str
    details: tuple[str, ...]
    source: str


@dataclass(frozen=True, kw_only=True, repr=False)
class MedicationAccount:
    """What changed from ``since`` to ``until``, both days included. Lines by section and name."""

    since: date
    until: date
    complete: bool
    lines: tuple[AccountLine, ...]

    def of(self, change: Change) -> tuple[AccountLine, ...]:
        """Return one section."""
        return tuple(line for line in self.lines if line.change == change)


async def read_account(
    patient: PatientLine, *, records: Reading, clock: Clock
) -> MedicationAccount:
    """Return the account of the admission under way, else of the last 30 days."""
    who = patient.patient
    until = local_date(to_millis(clock.now()))
    admissions = [
        local_date(millis_of(body.start))
        for one in await records.listed(who, "contact", group="current")
        if isinstance(body := one.state.current.body, Contact)
        and body.type == "admission"
        and body.status in ("arrived", "ongoing")
        and body.start
    ]
    since = min([day for day in admissions if day <= until], default=_days_before(until))
    orders = await records.listed(who, "medication_order")
    return medication_account(
        (order_state(one.state) for one in orders),
        since=since,
        until=until,
        complete=await records.is_complete(who),
    )


def _days_before(day: date) -> date:
    return day - timedelta(days=USUAL_DAYS)


def medication_account(
    orders: Iterable[OrderState], *, since: date, until: date, complete: bool
) -> MedicationAccount:
    """Return what became of each order between two Swedish days, both included.

    Every current order is in exactly one section; what was stopped before ``since`` or is voided
    is in none. The order of ``orders`` changes nothing.
    """
    found: list[tuple[AccountLine, bytes]] = []
    for order in orders:
        if (line := _line(order, since, until)) is not None:
            found.append((line, order.first.entity.bytes))
    place = {change: number for number, change in enumerate(SECTIONS)}
    found.sort(key=lambda pair: (place[pair[0].change], pair[0].name.casefold(), pair[1]))
    return MedicationAccount(
        since=since, until=until, complete=complete, lines=tuple(line for line, _id in found)
    )


def account_text(account: MedicationAccount) -> str:
    """Return the account as text for a note: a line for each medicine under each heading."""
    period = _("Medication account {since} to {until}")
    told = [period.format(since=account.since.isoformat(), until=account.until.isoformat())]
    if not account.complete:
        told.append(_("Parts of the record are not on this computer: medicines may be missing."))
    if not any(line.change != "unchanged" for line in account.lines):
        told.append(_("No medicine was started, changed or stopped."))
    for change, heading in SECTIONS.items():
        if lines := account.of(change):
            told.append(f"{_(heading)}:")
            told += [line_text(line) for line in lines]
    return "\n".join(told)


def line_text(line: AccountLine) -> str:
    """Return one medicine in a line, with its source last."""
    return " ".join(["–", ". ".join([line.text, *line.details]), line.source])


def _line(order: OrderState, since: date, until: date) -> AccountLine | None:
    if order.voided:
        return None
    path = _path(order)
    change = _change(order, path, since, until)
    if change is None:
        return None
    content, drug = order.effective.content, order.effective.content.drug
    before = _before(path, since) if change in ("changed", "paused") else None
    return AccountLine(
        change=change,
        name=drug.name if drug else "",
        text=_text(content, before, order.status),
        details=tuple(_details(order, path, change, since)),
        source=_source(order.effective.step),
    )


def _path(order: OrderState) -> tuple[Record, ...]:
    """Return the steps that led to what holds, oldest first; a rejected side is no part of it."""
    by_id = {step.id: step for step in order.steps}
    found: list[Record] = []
    seen: set[RecordId] = set()
    step: Record | None = order.effective.step
    while step is not None and step.id not in seen:
        seen.add(step.id)
        found.append(step)
        body = step.body
        base = next((base for base in step.bases if base in by_id), None)
        if isinstance(body, Resolution) and body.chosen in by_id:
            base = RecordId(body.chosen)
        step = by_id[base] if base is not None else None
    return tuple(reversed(found))


def _change(order: OrderState, path: tuple[Record, ...], since: date, until: date) -> Change | None:
    last = _day(order.effective.step)
    if _day(path[0]) > until:
        return None
    if order.undecided:
        return "undecided"
    if order.status is OrderStatus.STOPPED:
        return "stopped" if last >= since else None
    planned = order.effective.content.planned_stop
    if planned and len(planned) >= _WHOLE_DATE and order.status is OrderStatus.ACTIVE:
        end = local_date(millis_of(planned))
        if end < until:
            return "stopped" if end >= since else None
    if order.status is not OrderStatus.ACTIVE:
        return "paused"
    if _began(path[0]) >= since:
        return "started"
    if any(_is_change(step) for step in path if _day(step) >= since):
        return "changed"
    before, content = _before(path, since), order.effective.content
    same = before is None or (before.drug, before.dosage) == (content.drug, content.dosage)
    return "unchanged" if same else "changed"


def _is_change(step: Record) -> bool:
    body = step.body
    return isinstance(body, MedicationOrder) and body.action in ("change", "pause", "resume")


def _day(step: Record) -> date:
    return local_date(step.written_at.millis)


def _began(first: Record) -> date:
    """Return the first day, where the order states it to the day, else when it was written."""
    body = first.body
    start = body.start if isinstance(body, MedicationOrder) else None
    if not start:
        return _day(first)
    if len(start) >= _WHOLE_DATE:
        return local_date(millis_of(start))
    return min(local_date(millis_of(start)), _day(first))


def _before(path: tuple[Record, ...], since: date) -> MedicationOrder | None:
    """Return what held before the period: the last whole content written before it."""
    found: MedicationOrder | None = None
    for step in path:
        if _day(step) < since and isinstance(step.body, MedicationOrder) and step.body.drug:
            found = step.body
    return found


def _text(content: MedicationOrder, before: MedicationOrder | None, status: OrderStatus) -> str:
    parts = medication_line(content)
    if status is OrderStatus.HELD:  # nothing is to be given: no dose stands as if it were
        return plain(line_runs(part for part in parts if part.attribute != "dose"))
    now = plain(line_runs(parts))
    if before is None or (before.drug, before.dosage) == (content.drug, content.dosage):
        return now
    if before.drug != content.drug:
        was = plain(line_runs(medication_line(before)))
    else:
        was = plain(line_runs(p for p in medication_line(before) if p.attribute == "dose"))
    return _("{now} (before: {was})").format(now=now, was=was)


def _details(
    order: OrderState, path: tuple[Record, ...], change: Change, since: date
) -> Iterator[str]:
    content = order.effective.content
    if change == "undecided":
        yield _("Nobody has decided: the safer side holds")
        for side in order.sides:
            yield _side(side)
        return
    if change == "started" or (change == "stopped" and _began(path[0]) >= since):
        yield _("Started {date}").format(date=_began(path[0]).isoformat())
    reason = content.reason.label if content.reason else content.purpose
    if change != "unchanged" and reason:
        yield _("Reason for treatment: {reason}").format(reason=reason)
    yield from _whys(path, since, change)
    if change == "stopped" and order.status is OrderStatus.ACTIVE:
        yield _("Ended as planned {date}").format(date=_shown(content.planned_stop or ""))
    elif change != "stopped":
        yield from _ahead(order, content, change)


def _side(side: Standing) -> str:
    """Return one of the orders that stand side by side: what it says, whose and from when."""
    dose = plain(line_runs(p for p in medication_line(side.content) if p.attribute == "dose"))
    said = dose if side.status is OrderStatus.ACTIVE else _(_SIDE[side.status])
    why = getattr(side.step.body, "why", "").strip().rstrip(".")
    told = f"{said}: {why}" if why else said
    name = side.step.author.name
    return _("{name}: {what} {source}").format(name=name, what=told, source=_source(side.step))


def _whys(path: tuple[Record, ...], since: date, change: Change) -> Iterator[str]:
    """Why each step of the period was taken; a stop or a change without a reason says so."""
    words = {
        "change": N_("Changed {date}: {why}"),
        "pause": N_("Paused {date}: {why}"),
        "resume": N_("Resumed {date}: {why}"),
        "stop": N_("Stopped {date}: {why}"),
    }
    for step in path:
        body = step.body
        if not isinstance(body, MedicationOrder) or body.action not in words:
            continue
        if _day(step) >= since or (change == "paused" and body.action == "pause"):
            why = body.why.strip().rstrip(".") or _("no reason is stated")
            yield _(words[body.action]).format(date=_taken(step, body), why=why)


def _taken(step: Record, body: MedicationOrder) -> str:
    """Return the day of a step, and from when it holds where that is another day."""
    day = _day(step).isoformat()
    start = _shown(body.start or "") if body.action == "change" else ""
    if not start or start.startswith(day):
        return day
    return _("{date}, holds from {start}").format(date=day, start=start)


def _ahead(order: OrderState, content: MedicationOrder, change: Change) -> Iterator[str]:
    """What is planned: until when, and how it is followed up."""
    step = order.effective.step.body
    if change == "paused" and isinstance(step, MedicationOrder) and step.until:
        yield _("Paused until {date}").format(date=_shown(step.until))
    if content.planned_stop:
        yield _("Last day {date}").format(date=_shown(content.planned_stop))
    parts = [_shown(content.follow_up or ""), content.follow_up_how.strip().rstrip(".")]
    if followed := " ".join(part for part in parts if part):
        yield _("Followed up: {how}").format(how=followed)


def _shown(when: str) -> str:
    return local_text(millis_of(when)) if "T" in when else when


def _source(step: Record) -> str:
    return f"[{step.author.unit_name or step.author.unit}, {_day(step).isoformat()}]"
