"""What a referral begins with: the record's own facts, as text that says where each one stands.

A referral must stand alone (HSLF-FS 2017:25): nothing here is a pointer to the record. Each line
ends with its source in brackets: unit and day. What the record does not say is not made up: the
text is then empty and ``caution`` says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from forms.schema import Prefill
from workstation.domain.attention import Attention, HypersensitivityState, hypersensitivity
from workstation.domain.attention_words import CERTAINTY, SEVERITY
from workstation.domain.clock import to_millis
from workstation.domain.diagnosis import ICD10SE, Diagnosis
from workstation.domain.dosage_words import number_words
from workstation.domain.medication import OrderState, OrderStatus, order_state
from workstation.domain.medication_line import line_runs, medication_line
from workstation.domain.observation import Observation
from workstation.domain.record import Record
from workstation.domain.runs import plain
from workstation.domain.texts import _
from workstation.domain.value_words import mark, range_text, value_text
from workstation.domain.values import age_on, days_between, local_date, millis_of
from workstation.operations.ports import Listed, PatientLine, Reading

OLD_DAYS = 90
"""A renal function or a weight older than this is pointed out."""
_RESULTS_DAYS = 365
_MOST_RESULTS = 30
_LOW_EGFR = 45
_EGFR = frozenset({"SWE05406", "swe05406"})
_CREATININE = frozenset({"NPU04998"})
_WEIGHT = frozenset({"29463-7", "3141-9", "NPU03804"})
_EGFR_NAME = re.compile(r"\be?gfr\b")
_CREATININE_NAME = re.compile(r"^([ps]-)?kreatinin\b|^creatinine\b")
_WEIGHT_NAME = re.compile(r"^(kropps)?vikt$|^body weight$")
_VITALS = ("blodtryck", "puls", "vikt", "kroppsvikt", "saturation", "temperatur")
_METFORMIN_COMBINED = frozenset(
    f"A10BD{n:02}" for n in (2, 3, 5, 7, 8, 10, 11, 13, 14, 15, 16, 17, 18, 20, 22, 23, 25, 26, 27)
)
_ANTICOAGULANT_WORDS = ("warfarin", "apixaban", "rivaroxaban", "dabigatran", "edoxaban", "heparin",
                        "dalteparin", "tinzaparin", "enoxaparin", "klopidogrel", "tikagrelor",
                        "acetylsalicylsyra")  # fmt: skip
_IMPLANT = re.compile(
    r"pacemaker|\bicd\b|implantat|protes|klipp|\bclip|shunt|(?<!si)stent\b|(?<!si)stentar|\bcoil"
    r"|stimulator|pump\b|defibrillator|klaff"
)
"""Swedish words are put together: höftprotes, kranskärlsstent; but not resistent."""
_IMPLANT_CODES = ("Z95", "Z96", "Z97")
_PREGNANCY_CODES = ("O", "Z33", "Z34", "Z35")
_MAY_BE_PREGNANT = range(12, 56)


@dataclass(frozen=True, kw_only=True, repr=False)
class FromRecord:
    """What one question begins with.

    Attributes:
        text: Ready to stand in the referral, with sources.
        answer: For a choice or an amount: the answer itself; empty where a person must say.
        caution: What to look at before it is sent; empty for nothing.
    """

    text: str = ""
    answer: str = ""
    caution: str = ""


@dataclass(frozen=True, kw_only=True, repr=False)
class _Facts:
    patient: PatientLine
    today: date
    complete: bool
    diagnoses: tuple[Listed, ...]
    attention: tuple[Listed, ...]
    orders: tuple[OrderState, ...]
    values: tuple[tuple[Listed, Observation], ...]


async def background(
    patient: PatientLine, *, records: Reading, now: datetime
) -> Mapping[Prefill, FromRecord]:
    """Read what every kind of referral may begin with."""
    who = patient.patient
    orders = await records.listed(who, "medication_order", group="current")
    newest = await records.newest_by_code(who, "observation", each=1)
    facts = _Facts(
        patient=patient,
        today=local_date(to_millis(now)),
        complete=await records.is_complete(who),
        diagnoses=await records.listed(who, "diagnosis", group="current"),
        attention=await records.listed(who, "attention"),
        orders=tuple(order_state(one.state) for one in orders),
        values=tuple(
            (one, one.state.current.body)
            for one in sorted(newest, key=lambda v: -v.row.at)
            if isinstance(one.state.current.body, Observation) and not one.state.voided
        ),
    )
    return {name: tell(facts) for name, tell in _TOLD.items()}


def _source(record: Record, when: str | None = None) -> str:
    """Return ``[unit, day]``: where the line stands in the record."""
    day = when[:10] if when else local_date(record.written_at.millis).isoformat()
    return f"[{record.author.unit_name or record.author.unit}, {day}]"


def _unless_complete(facts: _Facts) -> str:
    return "" if facts.complete else _("Parts of the record are not on this computer.")


def _own(facts: _Facts) -> list[tuple[Listed, Diagnosis]]:
    return [
        (one, body)
        for one in facts.diagnoses
        if isinstance(body := one.state.current.body, Diagnosis) and body.subject == "own"
    ]


def _problems(facts: _Facts) -> FromRecord:
    lines = []
    for one, body in _own(facts):
        code = body.concept.code_in(ICD10SE)
        said = f"{body.concept.label} ({code})" if code else body.concept.label
        if body.verification == "unconfirmed":
            said += ", " + _("suspected")
        if body.onset:
            said += ", " + _("since {date}").format(date=body.onset[:10])
        lines.append(f"{said} {_source(one.state.current)}")
    return FromRecord(text="\n".join(lines), caution=_unless_complete(facts))


def _order_line(order: OrderState) -> str:
    content = order.effective.content
    said = plain(line_runs(medication_line(content)))
    reason = content.purpose or (content.reason.label if content.reason else "")
    if reason:
        said += f" — {reason}"
    if order.undecided:
        said = _("UNDECIDED, two orders side by side: {order}").format(order=said)
    elif order.status is not OrderStatus.ACTIVE:
        said = _("PAUSED: {order}").format(order=said)
    return f"{said} {_source(order.effective.step)}"


def _medication(facts: _Facts) -> FromRecord:
    if not facts.orders:
        empty = _("No current medicine in the medication list {date}.")
        return FromRecord(
            text=empty.format(date=facts.today.isoformat()) if facts.complete else "",
            caution=_unless_complete(facts),
        )
    undecided = any(order.undecided for order in facts.orders)
    caution = _("An order is undecided: decide before you refer.") if undecided else ""
    return FromRecord(
        text="\n".join(_order_line(order) for order in facts.orders),
        caution=caution or _unless_complete(facts),
    )


def _in_force(facts: _Facts, category: str) -> list[tuple[Listed, Attention]]:
    return [
        (one, body)
        for one in facts.attention
        if isinstance(body := one.state.current.body, Attention)
        and body.category == category
        and body.status == "active"
        and not one.state.voided
    ]


def _hypersensitivity(facts: _Facts) -> FromRecord:
    known = _in_force(facts, "C")
    state = hypersensitivity((one.state for one, _body in known), complete=facts.complete)
    if state is HypersensitivityState.NOT_ASKED:
        return FromRecord(caution=_("The record does not say: ask the patient."))
    if state is HypersensitivityState.UNAVAILABLE:
        return FromRecord(
            caution=_("Could not be read: parts of the record are not on this computer.")
        )
    lines = []
    for one, body in known:
        if body.none_known:
            if state is HypersensitivityState.NONE_KNOWN:
                lines.append(f"{_('No known hypersensitivity')} {_source(one.state.current)}")
            continue
        said = ", ".join(
            part
            for part in (
                body.concept.label,
                _(SEVERITY.get(body.severity, "")),
                _(CERTAINTY.get(body.certainty, "")),
                ", ".join(r.manifestation.label for r in body.reactions),
                body.comment,
            )
            if part
        )
        lines.append(f"{said} {_source(one.state.current)}")
    return FromRecord(text="\n".join(lines), caution=_unless_complete(facts))


def _infection(facts: _Facts) -> FromRecord:
    lines = [
        f"{body.concept.label} {_source(one.state.current)}" for one, body in _in_force(facts, "B")
    ]
    return FromRecord(text="\n".join(lines))


def _when(one: Listed, body: Observation) -> str:
    if not body.effective:
        return local_date(one.row.at).isoformat()
    return local_date(millis_of(body.effective)).isoformat()


def _value_line(one: Listed, body: Observation) -> str:
    flag = mark(body)
    said = f"{body.concept.label} {value_text(body)}" + (f" {flag}" if flag else "")
    if body.reference is not None and (limits := range_text(body.reference)):
        said += f" ({_('reference {range}').format(range=limits)})"
    return f"{said} {_source(one.state.current, _when(one, body))}"


def _age_days(facts: _Facts, one: Listed) -> int:
    return days_between(local_date(one.row.at), facts.today)


def _laboratory(facts: _Facts) -> FromRecord:
    recent = [
        _value_line(one, body)
        for one, body in facts.values
        if body.category == "laboratory" and _age_days(facts, one) <= _RESULTS_DAYS
    ]
    left = len(recent) - _MOST_RESULTS
    caution = _("{count} older results left out.").format(count=left) if left > 0 else ""
    return FromRecord(
        text="\n".join(recent[:_MOST_RESULTS]), caution=caution or _unless_complete(facts)
    )


def _vitals(facts: _Facts) -> FromRecord:
    lines = [
        _value_line(one, body)
        for one, body in facts.values
        if any(word in body.concept.label.casefold() for word in _VITALS)
    ]
    return FromRecord(text="\n".join(lines))


def _newest(
    facts: _Facts, codes: frozenset[str], named: re.Pattern[str]
) -> tuple[Listed, Observation] | None:
    for one, body in facts.values:
        if one.row.code in codes or named.search(body.concept.label.casefold()):
            return one, body
    return None


def _kidney(facts: _Facts) -> FromRecord:
    rate = _newest(facts, _EGFR, _EGFR_NAME)
    creatinine = _newest(facts, _CREATININE, _CREATININE_NAME)
    found = [value for value in (rate, creatinine) if value is not None]
    if not found:
        return FromRecord(caution=_("No eGFR and no creatinine in the record: order them."))
    cautions = []
    if all(_age_days(facts, one) > OLD_DAYS for one, _body in found):
        cautions.append(_("Older than 3 months."))
    if rate is None:
        cautions.append(_("No eGFR in the record."))
    elif (quantity := rate[1].quantity) is not None and quantity.number < _LOW_EGFR:
        cautions.append(_("eGFR under {limit}.").format(limit=_LOW_EGFR))
    lines = (_value_line(one, body) for one, body in found)
    return FromRecord(text="\n".join(lines), caution=" ".join(cautions))


def _taken(facts: _Facts, codes: Iterable[str], words: Iterable[str]) -> list[OrderState]:
    starts, names = tuple(codes), tuple(words)
    found = []
    for order in facts.orders:
        drug = order.effective.content.drug
        if drug is None:
            continue
        name = f"{drug.name} {drug.brand}".casefold()
        if drug.atc.startswith(starts) or any(word in name for word in names):
            found.append(order)
    return found


def _drug(
    facts: _Facts, codes: Iterable[str], words: Iterable[str], *, none: str, some: str
) -> FromRecord:
    found = _taken(facts, codes, words)
    if found:
        return FromRecord(text="\n".join(_order_line(order) for order in found), caution=some)
    if not facts.complete:
        return FromRecord(caution=_unless_complete(facts))
    return FromRecord(text=none.format(date=facts.today.isoformat()))


def _metformin(facts: _Facts) -> FromRecord:
    codes = ("A10BA02", *_METFORMIN_COMBINED)
    none = _("No metformin in the medication list {date}.")
    some = _("The patient takes metformin: plan a pause where the routine says so.")
    return _drug(facts, codes, ("metformin",), none=none, some=some)


def _anticoagulant(facts: _Facts) -> FromRecord:
    none = _("No anticoagulant or antiplatelet in the medication list {date}.")
    some = _("The patient takes an anticoagulant or antiplatelet.")
    return _drug(facts, ("B01A",), _ANTICOAGULANT_WORDS, none=none, some=some)


def _pregnancy(facts: _Facts) -> FromRecord:
    if facts.patient.sex == "male":
        return FromRecord(answer="not_relevant", text=_("Male."))
    for one, body in _own(facts):
        if body.concept.code_in(ICD10SE).startswith(_PREGNANCY_CODES):
            said = f"{body.concept.label} {_source(one.state.current)}"
            return FromRecord(answer="pregnant", text=said, caution=_("Pregnant."))
    age = _age(facts)
    if age is not None and age not in _MAY_BE_PREGNANT:
        return FromRecord(answer="not_relevant", text=_("{age} years.").format(age=age))
    return FromRecord(caution=_("The record does not say: ask the patient."))


def _age(facts: _Facts) -> int | None:
    try:
        return age_on(date.fromisoformat(facts.patient.birth_date), facts.today)
    except ValueError:
        return None


def _implants(facts: _Facts) -> FromRecord:
    lines = []
    for one, body in _own(facts):
        code = body.concept.code_in(ICD10SE)
        if code.startswith(_IMPLANT_CODES) or _names_implant(body.concept.label):
            lines.append(f"{body.concept.label} {_source(one.state.current)}")
    for category in "ADE":
        lines += [
            f"{body.concept.label} {_source(one.state.current)}"
            for one, body in _in_force(facts, category)
            if _names_implant(f"{body.concept.label} {body.comment}")
        ]
    if lines:
        return FromRecord(
            text="\n".join(lines), caution=_("The record names an implant: MR safety.")
        )
    if not facts.complete:
        return FromRecord(caution=_unless_complete(facts))
    none = _("No implant in diagnoses or attention information {date}; ask the patient.")
    return FromRecord(text=none.format(date=facts.today.isoformat()))


def _names_implant(text: str) -> bool:
    return _IMPLANT.search(text.casefold()) is not None


def _weight(facts: _Facts) -> FromRecord:
    newest = _newest(facts, _WEIGHT, _WEIGHT_NAME)
    quantity = newest[1].quantity if newest else None
    if newest is None or quantity is None or quantity.unit not in ("kg", ""):
        return FromRecord(caution=_("No weight in the record: weigh the patient."))
    one, body = newest
    old = _age_days(facts, one) > OLD_DAYS
    return FromRecord(
        answer=quantity.value,
        text=f"{number_words(quantity.value)} kg {_source(one.state.current, _when(one, body))}",
        caution=_("Older than 3 months.") if old else "",
    )


_TOLD: Mapping[Prefill, Callable[[_Facts], FromRecord]] = {
    "problems": _problems,
    "medication": _medication,
    "hypersensitivity": _hypersensitivity,
    "infection": _infection,
    "laboratory": _laboratory,
    "vitals": _vitals,
    "kidney": _kidney,
    "metformin": _metformin,
    "anticoagulant": _anticoagulant,
    "pregnancy": _pregnancy,
    "implants": _implants,
    "weight": _weight,
}
