"""The page's lines as the two tables draw them. A key is ``tab:entity``: the way to the source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ui.kit.cell import Group, Row, text_cell
from ui.kit.spark import Spark
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.screens.overview.news import news
from ui.screens.overview.state import (
    OverviewState,
    RuleLine,
    course_of,
    earlier_of,
    leading,
    newest_of_each,
)
from ui.screens.overview.writers import CATEGORIES, CERTAINTIES, SEVERITIES
from ui.shell.extract import beginning
from ui.shell.value_words import ink_of, kind_of, shape_of, told_apart, value_text
from ui.theme.tokens import Tone
from ui.theme.typography import Size
from workstation.domain.attention import Attention, Overruled, overruled
from workstation.domain.attention_words import overruled_words
from workstation.domain.contact import Contact
from workstation.domain.diagnosis import ICD10SE, Diagnosis
from workstation.domain.dosage_words import dosage_words
from workstation.domain.medication import OrderStatus, order_state
from workstation.domain.medication_line import generic_name
from workstation.domain.note import Note
from workstation.domain.observation import Observation
from workstation.domain.plan import PlannedAction
from workstation.domain.record import Record
from workstation.domain.referral import referral_state
from workstation.domain.texts import _
from workstation.domain.values import local_date, local_text
from workstation.operations.ports import Listed

_MOST_VALUES = 9
_MOST_NAMED = 36  # letters of what is out of sight
_MOST_GUIDELINES = 4
GUIDELINE = "guideline"
"""In the key of a row: it opens no entity, but a guideline."""
Entries = list[Group | Row]


def columns_of(state: OverviewState, count: int) -> tuple[Entries, ...]:
    """Return the page in one, two or three columns; one reads them from the left."""
    warnings, rest = warned(state), rules_of(state, serious=False)
    if count >= 3:
        return (
            [*_dangers(state), *warnings, *_problems(state)],
            [*_medicines(state), *rest, *_guidelines(state), *_waited_for(state)],
            [*news(state), *_now(state), *_notes(state)],
        )
    first = [*_dangers(state), *warnings, *_problems(state), *_medicines(state), *rest]
    second = [*news(state), *_now(state), *_waited_for(state), *_guidelines(state), *_notes(state)]
    return (first, second) if count == 2 else ([*first, *second],)


def _dangers(state: OverviewState) -> Entries:
    warnings = state.attention
    if warnings is not None:
        warnings = tuple(sorted(warnings, key=_danger))
    against = overruled(one.state for one in warnings or ())
    return _part(
        _("Attention"),
        warnings,
        lambda one: _attention(one, against.get(one.state.id)),
        "overview",
        state,
        name="attention",
    )


def _medicines(state: OverviewState) -> Entries:
    orders = state.orders
    if orders is not None:
        orders = tuple(sorted(orders, key=lambda o: (not o.row.undecided, o.row.title.casefold())))
    return _part(_("Current medication"), orders, _order, "medication", state, name="orders")


def warned(state: OverviewState) -> Entries:
    """Return what decision support warns of: it stands with the dangers, above what is long."""
    return rules_of(state, serious=True)


def rules_of(state: OverviewState, *, serious: bool) -> Entries:
    """Return the warnings of decision support, or the rest; nothing where it observes nothing."""
    lines = [line for line in state.rules or () if line.serious is serious]
    if not lines:
        return []
    sort = "warning" if serious else "rule"
    rows = [
        Row(
            key=f"medication:{line.order}:{sort}{number}" if line.order else f":{sort}{number}",
            cells=(text_cell(*_rule(line)),),
            name=line.title,
        )
        for number, line in enumerate(lines)
    ]
    if not serious:
        return [Group(title=_("Decision support, to know"), count=len(rows)), *rows]
    title = _("Decision support warns")
    return [Group(title=title, count=len(rows), icon="warning", tone=Tone.WARNING), *rows]


def _guidelines(state: OverviewState) -> Entries:
    """The guidelines that are about this patient, each with the first fact that makes it so."""
    if not state.guidelines:
        return []
    rows: Entries = [
        Row(
            key=f"{GUIDELINE}:{one.guideline}",
            cells=(text_cell((strong(one.title),), (quiet(one.why[0]),)),),
            name=one.title,
        )
        for one in state.guidelines[:_MOST_GUIDELINES]
    ]
    title = _("Guidelines that concern the patient")
    return [Group(title=title, count=len(state.guidelines)), *rows]


def _rule(line: RuleLine) -> list[Line]:
    shape, ink = ("▲ ", Ink.WARNING) if line.serious else ("● ", Ink.QUIET)
    if line.stops:
        shape, ink = "◆ ", Ink.CRITICAL
    return [(Run(shape, ink=ink), strong(line.title)), (quiet(line.text),)]


def _problems(state: OverviewState) -> Entries:
    return [
        *_part(
            _("Problems and diagnoses"),
            state.diagnoses,
            _diagnosis,
            "overview",
            state,
            name="diagnoses",
        ),
    ]


def _now(state: OverviewState) -> Entries:
    # Where somebody with protected identity is stands nowhere, as in the banner.
    protected = state.patient is not None and state.patient.protected
    values = state.values
    before, course = earlier_of(values or ()), course_of(values or ())
    apart: dict[str, str] = {}
    if values is not None:
        known = newest_of_each(values, most=len(values))
        apart = told_apart({kind_of(one): one for one in known})
        values = known[:_MOST_VALUES]
    return [
        *_part(
            _("Care contacts"),
            state.contacts,
            lambda c: _contact(c, protected=protected),
            "overview",
            state,
            name="contacts",
        ),
        *_part(
            _("Newest values"),
            values,
            lambda v: _value(v, before, apart),
            "values",
            state,
            name="values",
            spark=lambda v: _spark(v, course),
        ),
    ]


def _waited_for(state: OverviewState) -> Entries:
    return [
        *_part(
            _("Ongoing referrals"), state.referrals, _referral, "referrals", state, name="referrals"
        ),
        *_part(_("Planned actions"), state.actions, _action, "plan", state, name="actions"),
    ]


def _notes(state: OverviewState) -> Entries:
    return _part(_("Latest notes, all units"), state.notes, _note, "journal", state, name="notes")


def _part(
    title: str,
    listed: tuple[Listed, ...] | None,
    draw: Callable[[Listed], list[Line]],
    tab: str,
    state: OverviewState,
    *,
    name: str,
    spark: Callable[[Listed], Spark | None] | None = None,
) -> Entries:
    # What the lines are made of: what was read, and what nobody may see of a protected person.
    protected = state.patient is not None and state.patient.protected
    source = (getattr(state, name), protected)
    source_before, drawn = state.drawn.get(name, (None, []))
    if source[0] is not None and source_before == source and name not in state.failed:
        return list(drawn)
    entries = _entries(title, listed, draw, tab, state, name=name, spark=spark)
    state.drawn[name] = (source, entries)
    return entries


def _entries(
    title: str,
    listed: tuple[Listed, ...] | None,
    draw: Callable[[Listed], list[Line]],
    tab: str,
    state: OverviewState,
    *,
    name: str,
    spark: Callable[[Listed], Spark | None] | None = None,
) -> Entries:
    if name in state.failed:
        head = Group(title=title, icon="unavailable", tone=Tone.OFFLINE)
        return [head, _plain(name, _("Could not be read from this computer."))]
    if listed is None:
        return [Group(title=title), _plain(name, "…")]
    if not listed:
        nothing = replace(_plain(name, _("Nothing recorded")), name="")  # nobody looks for it
        return [Group(title=title), nothing]
    rows: list[Row] = []
    for one in listed:
        lines = draw(one)
        if one.row.undecided:
            lines = [*lines, (Run("⇄ " + _("two versions, undecided"), ink=Ink.WARNING),)]
        key = f"{tab}:{one.state.id}"
        called = beginning(one.row.title, _MOST_NAMED)
        line = spark(one) if spark is not None else None
        rows.append(Row(key=key, cells=(text_cell(*lines),), name=called, spark=line))
    return [Group(title=title, count=len(rows)), *rows]


def _plain(name: str, text: str) -> Row:
    return Row(key=f":{name}", cells=(text_cell((quiet(text),)),), name=text)


def _attention(listed: Listed, against: Overruled | None) -> list[Line]:
    body = listed.state.current.body
    assert isinstance(body, Attention)
    if body.none_known and against is not None:
        day = local_date(listed.state.current.written_at.millis).isoformat()
        said = Run(_("No known hypersensitivity"), ink=Ink.QUIET, struck=True)
        return [(said, quiet(f"  {day}")), (quiet(overruled_words(against)),)]
    if body.none_known:
        return [(strong(_("No known hypersensitivity")), quiet("  " + (body.verified or "")[:10]))]
    critical = body.severity == "life_threatening"
    ink = Ink.CRITICAL if critical else Ink.TEXT
    sign = "! " if critical else ""
    details = [_(CATEGORIES[body.category])]
    if body.severity:
        details.append(_(SEVERITIES[body.severity]).lower())
    if body.certainty:
        details.append(_(CERTAINTIES[body.certainty]).lower())
    lines: list[Line] = [
        (strong(sign + body.concept.label, ink=ink),),
        (quiet(", ".join(details)),),
    ]
    if body.comment:
        lines.append((quiet(body.comment),))
    return lines


def _diagnosis(listed: Listed) -> list[Line]:
    body = listed.state.current.body
    assert isinstance(body, Diagnosis)
    code = body.concept.code_in(ICD10SE)
    since = _("since {date}").format(date=body.onset[:10]) if body.onset else ""
    doubt = _("suspected") if body.verification == "unconfirmed" else ""
    tail = ", ".join(part for part in (since, doubt) if part)
    head = (strong(f"{code} "),) if code else ()
    return [(*head, Run(body.concept.label), quiet(f"  {tail}" if tail else ""))]


def _order(listed: Listed) -> list[Line]:
    order = order_state(listed.state)
    content = order.effective.content
    name = generic_name(content.drug) if content.drug else _("Drug not stated")
    strength = f" {content.drug.strength}" if content.drug and content.drug.strength else ""
    line: list[Run] = [strong(name), Run(f"{strength}")]
    if order.undecided:
        return [tuple(line)]
    if order.status is OrderStatus.PAUSED:
        line.append(Run("  " + _("Paused"), strong=True, ink=Ink.WARNING))
    dose = dosage_words(content.dosage) if content.dosage else _("Dosage not stated")
    return [(*line, quiet(" — "), Run(dose, strong=True))]


def _contact(listed: Listed, *, protected: bool) -> list[Line]:
    body = listed.state.current.body
    assert isinstance(body, Contact)
    start = local_date(listed.row.at).isoformat()
    where = ", ".join(part for part in (body.unit_name, body.place) if part)
    if protected:
        return [(strong(body.reason or _("Care contact")), quiet(f"  {start}"))]
    return [(strong(where or body.reason or _("Care contact")), quiet(f"  {start}  {body.reason}"))]


def _danger(listed: Listed) -> int:
    body = listed.state.current.body
    ranks = {"life_threatening": 0, "harmful": 1, "troublesome": 2}
    return ranks.get(body.severity, 3) if isinstance(body, Attention) else 4


def _value(listed: Listed, before: Mapping[str, Listed], apart: Mapping[str, str]) -> list[Line]:
    body = listed.state.current.body
    assert isinstance(body, Observation)
    said = strong(f"{value_text(body)} {shape_of(body)}".rstrip(), ink=ink_of(body))
    name: Line = (Run(f"{body.concept.label}  "),)
    if words := apart.get(kind_of(listed)):
        name = (*name, quiet(f"{words}  "))
    line: Line = (*name, said, *_whole(str(local_date(listed.row.at))))
    earlier = before.get(kind_of(listed))
    if earlier is not None and isinstance(earlier.state.current.body, Observation):
        text = _("earlier {value}").format(value=value_text(earlier.state.current.body))
        line = (*line, *_whole(text))
    return [line]


def _spark(listed: Listed, course: Mapping[str, tuple[Observation, ...]]) -> Spark | None:
    """Return how the value has gone; nothing where there is no line to draw."""
    bodies = course.get(kind_of(listed), ())
    numbers = [number for body in bodies if (number := leading(body)) is not None]
    newest = listed.state.current.body
    if len(numbers) < 2 or not isinstance(newest, Observation):
        return None
    reference = newest.reference if newest.quantity is not None else None
    low, high = (reference.low, reference.high) if reference is not None else (None, None)
    unit = numbers[-1].unit
    return Spark(
        values=tuple(float(number.value) for number in numbers),
        low=float(low.value) if low is not None and low.unit == unit else None,
        high=float(high.value) if high is not None and high.unit == unit else None,
        tone=Tone.CRITICAL
        if newest.critical
        else Tone.WARNING
        if newest.abnormal
        else Tone.NEUTRAL,
    )


def _whole(text: str) -> Line:
    """Return a quiet piece that is never broken: a date, a number with its unit."""
    return (quiet("  "), Run(text, ink=Ink.QUIET, size=Size.SMALL, keep=True))


def _referral(listed: Listed) -> list[Line]:
    referral = referral_state(listed.state)
    due = (referral.request.due or "")[:10]
    tail = "  " + _("answer expected {date}").format(date=due) if due else ""
    first = beginning(referral.request.question, 90)
    return [(strong(referral.receiver_name), quiet(tail)), (Run(first),)]


def _action(listed: Listed) -> list[Line]:
    body = listed.state.current.body
    assert isinstance(body, PlannedAction)
    return [(Run(body.title), quiet(f"  {body.due or ''}  {body.responsible}".rstrip()))]


def _note(listed: Listed) -> list[Line]:
    current = listed.state.current
    body = current.body
    text = body.text if isinstance(body, Note) else ""
    first = beginning(text, 110)
    head: list[Run] = [
        strong(listed.row.title or _("Note")),
        quiet(f"  {local_text(listed.row.at)} · {_author(current)}"),
    ]
    if listed.row.status == "unsigned":
        head.append(Run("  "))
        head.append(Run("▲ " + _("unsigned"), ink=Ink.WARNING, keep=True))
    return [tuple(head), (Run(first),)]


def _author(record: Record) -> str:
    return ", ".join(part for part in (record.author.name, record.author.unit_name) if part)
