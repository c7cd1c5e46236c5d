"""Dosing as one typed line: read without guessing, told in words, written short again.

``parse_dosage`` reads what Swedish clinicians type: ``1+0+1+0``, ``1x2 i 10 d``, ``1-2 vb högst
4/dygn``, ``5 mg mån ons fre``, ``10 mg 1 gång i veckan``, ``1 var 8:e timme``, ``1 tn``,
``1x1 i 7 d, sedan 1x2``.
"""

from __future__ import annotations

from decimal import Decimal

from workstation.domain.dosage_reader import Reader
from workstation.domain.dosage_terms import WEEKDAY_SHORT
from workstation.domain.dosage_tokens import Stopped
from workstation.domain.dosage_words import dosage_runs, dosage_words, unmeasured_runs
from workstation.domain.medication import Dosage, DosageStep
from workstation.domain.problem import Problem
from workstation.domain.runs import Run, plain
from workstation.domain.texts import _

__all__ = [
    "AmountMissing",
    "DosageProblem",
    "daily_amount",
    "dosage_runs",
    "dosage_words",
    "parse_dosage",
    "short_form",
]


class DosageProblem(Problem):
    """The line is not a dosing that can be meant in only one way.

    ``understood``: the part before ``at`` in words, or empty. ``at``: index into the typed text.
    ``asks_amount``: what is understood says when, and how much is still to be said.
    """

    def __init__(
        self, message: str, advice: str, *, understood: str, at: int, asks_amount: bool = False
    ) -> None:
        super().__init__(message, advice)
        self.understood = understood
        self.at = at
        self.asks_amount = asks_amount


class AmountMissing(DosageProblem):
    """The line says when and for how long, and not how much: that is asked, never guessed.

    ``said``: what it says, in words.
    """

    def __init__(self, said: tuple[Run, ...]) -> None:
        super().__init__(
            _("How much at a time?"),
            _("The dosage says when, and not how much."),
            understood=plain(said),
            at=0,
            asks_amount=True,
        )
        self.said = said


def parse_dosage(text: str, *, unit: str, amount: str = "") -> Dosage:
    """Return the dosing that ``text`` says; ``Dosage.text`` keeps the text as typed.

    Args:
        unit: What a bare number counts: ``tablett``, ``kapsel``, ``mg``, ``mL`` …, or empty
            where the drug does not say; a unit in the text wins.
        amount: How much at a time, ``1`` or ``500 mg``, where ``text`` only says when; it is
            put before the text. A text that says how much itself does not listen to it.

    Raises:
        AmountMissing: It says when and not how much, and ``amount`` is empty.
        DosageProblem: Not understood, ambiguous or contradictory; says what was understood
            and where reading stopped.
    """
    try:
        return Dosage(steps=Reader(text=text, unit=unit).steps(), text=text)
    except Stopped as stopped:
        asked = _asked(text, unit)
        if asked is None:
            raise _problem(text, unit, stopped) from None
    if not amount.strip():
        raise asked
    return parse_dosage(_with_amount(amount.strip(), text.strip(), unit), unit=unit)


def amount_problem(amount: str, *, unit: str) -> str:
    """Return why ``amount`` is not how much at a time; empty where it is, or nothing is said."""
    try:
        if amount.strip():
            Reader(text=amount.strip(), unit=unit).amount()
    except Stopped as stopped:
        return stopped.why
    return ""


def _asked(text: str, unit: str) -> DosageProblem | None:
    """Return what there is to say of a line that does not begin with an amount, if it begins well."""
    try:
        return AmountMissing(unmeasured_runs(_unmeasured(text, unit)))
    except Stopped as stopped:
        rest = text[stopped.at :]
        understood = _beginning(text[: stopped.at], unit)
        if not understood or rest[:1].isdigit():
            return None  # a number here is an amount that could be meant in several ways
        return _told(understood, rest.strip(), stopped, asks_amount=True)


def _beginning(text: str, unit: str) -> str:
    """Return, in words, the longest beginning that says when; empty where there is none."""
    words = text.split()
    for count in range(len(words), 0, -1):
        try:
            return plain(unmeasured_runs(_unmeasured(" ".join(words[:count]), unit)))
        except Stopped:
            continue
    return ""


def _unmeasured(text: str, unit: str) -> tuple[DosageStep, ...]:
    return Reader(text=text, unit=unit, unmeasured=True).steps()


def _with_amount(amount: str, text: str, unit: str) -> str:
    """Return the whole line; a bare number before another gets the unit that it counts.

    Raises:
        DosageProblem: ``amount`` is none.
    """
    reader = Reader(text=amount, unit=unit)
    try:
        reader.amount()
    except Stopped as stopped:
        raise _problem(amount, unit, stopped) from None
    counted = f" {unit}" if text[0].isdigit() and not reader.names_unit else ""
    return f"{amount}{counted} {text}"


def _problem(text: str, unit: str, stopped: Stopped) -> DosageProblem:
    understood = _understood(text[: stopped.at], unit)
    return _told(understood, text[stopped.at :].strip(), stopped)


def _told(
    understood: str, rest: str, stopped: Stopped, *, asks_amount: bool = False
) -> DosageProblem:
    parts = [_("The dosage is not clear.")]
    if understood:
        parts.append(_("Understood: {words}.").format(words=understood))
    if rest:
        parts.append(_("Stopped at: {rest}").format(rest=rest))
    return DosageProblem(
        " ".join(parts),
        stopped.why,
        understood=understood,
        at=stopped.at,
        asks_amount=asks_amount,
    )


def _understood(prefix: str, unit: str) -> str:
    """Return the longest whole beginning in words, or as typed where it is no dosing by itself."""
    trimmed = prefix.rstrip(" ,;")
    try:
        return dosage_words(Dosage(steps=Reader(text=trimmed, unit=unit).steps()))
    except Stopped:
        return trimmed


def daily_amount(dosage: Dosage) -> Decimal | None:
    """Return the most that is taken on any one day, in the steps' unit.

    None where it cannot be told: as needed without a limit, doses that only a week or longer
    counts, words only, or steps in different units.
    """
    amounts = [_daily(step) for step in dosage.steps]
    if not amounts or len({step.unit for step in dosage.steps}) != 1:
        return None
    known = [amount for amount in amounts if amount is not None]
    return max(known) if len(known) == len(amounts) else None


def _daily(step: DosageStep) -> Decimal | None:
    if step.max_per_day is not None:
        return Decimal(step.max_per_day)
    if step.amounts:
        return sum((Decimal(amount) for amount in step.amounts), Decimal(0))
    dose = step.dose_high or step.dose
    count = _times_a_day(step)
    return Decimal(dose) * count if dose is not None and count is not None else None


def _times_a_day(step: DosageStep) -> int | None:
    if step.times:
        return len(step.times)
    if step.frequency is None:
        return None
    if step.period_unit == "h":
        return step.frequency * (24 // step.period) if 24 % step.period == 0 else None
    once_a_period = step.frequency == 1 and (step.period > 1 or step.period_unit != "d")
    if once_a_period:
        return 1
    return step.frequency if step.period == 1 and step.period_unit == "d" else None


def short_form(dosage: Dosage, *, unit: str = "") -> str:
    """Return the line that ``parse_dosage(…, unit=unit)`` reads back to the same steps.

    Holds for what was parsed; an imported dosing may say more than a typed line can.
    """
    return ", sedan ".join(_short_step(step, unit) for step in dosage.steps)


def _short_step(step: DosageStep, unit: str) -> str:
    named = "" if step.unit == unit else f" {step.unit}"
    if step.amounts:
        parts = ["+".join(_short(amount) for amount in step.amounts) + named]
    else:
        to = f"-{_short(step.dose_high)}" if step.dose_high else ""
        parts = [f"{_short(step.dose or '0')}{to}{named}"]
    parts.append(_short_often(step))
    if step.times:
        parts.append("kl " + " och ".join(step.times))
    parts.extend(WEEKDAY_SHORT[day - 1] for day in step.weekdays)
    if step.as_needed:
        parts.append(f"vb mot {step.as_needed_for}" if step.as_needed_for else "vb")
    if step.max_per_day is not None:
        parts.append(f"högst {_short(step.max_per_day)}/dygn")
    if step.days is not None:
        parts.append(f"i {step.days} d")
    line = " ".join(part for part in parts if part)
    return f"{line}, {step.instruction}" if step.instruction else line


def _short_often(step: DosageStep) -> str:
    if step.frequency is None:
        return ""
    if step.period_unit == "h" or step.period > 1:
        name = {"h": "timme", "d": "dag", "wk": "vecka", "mo": "månad"}[step.period_unit]
        return f"var {step.period}:e {name}"
    if step.period_unit == "d":
        weekly = step.frequency == 1 and step.weekdays and not step.as_needed
        return "" if weekly else f"x {step.frequency}"
    return f"x {step.frequency} per {'vecka' if step.period_unit == 'wk' else 'månad'}"


def _short(number: str) -> str:
    """Decimal comma; three decimals get a fourth, since ``1,125`` could be read as thousands."""
    whole, _point, fraction = format(Decimal(number), "f").partition(".")
    if len(fraction) == 3 and int(whole):
        fraction += "0"
    return f"{whole},{fraction}" if fraction else whole
