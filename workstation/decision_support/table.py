"""A rule compiled: its drugs as sets, its conditions as functions, its first hit as the answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import get_args

from workstation.decision_support.conditions import KNOWN, MOST_INPUTS, condition, inputs
from workstation.decision_support.drugs import DrugSet
from workstation.decision_support.facts import Medication, SignCode
from workstation.decision_support.findings import RANK, Finding, Used
from workstation.decision_support.rows import Level, Rule
from workstation.decision_support.situation import Check, ContentError, Situation
from workstation.decision_support.truth import Truth
from workstation.decision_support.view import Library
from workstation.domain.texts import N_, _

_RANK = {"none": -1, **RANK}
_SIGNS = frozenset(get_args(SignCode))
_NOTHING = DrugSet(name="", include=())


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """One rule, ready to be asked. Its conditions are made when it is asked the first time.

    Twenty thousand rules are loaded in a moment that way, and an order asks a few dozen.
    """

    rule: Rule
    drug: DrugSet
    partner: DrugSet | None
    library: Library

    @cached_property
    def when(self) -> Check:
        """The condition common to all levels."""
        return condition(self.rule.when, self.library)

    @cached_property
    def asks_if(self) -> Check:
        """The condition under which an open question is told."""
        return condition(self.rule.unknown_if, self.library)

    @cached_property
    def levels(self) -> tuple[tuple[Check, Level], ...]:
        """The levels with their conditions, in order."""
        return tuple((condition(level.if_, self.library), level) for level in self.rule.levels)

    def ask(self, situation: Situation) -> Finding | None:
        """Return what the rule says about this situation, None when it has nothing to say.

        A rule that cannot be read says so: it is never taken for a rule that is silent.
        """
        try:
            return self._asked(situation)
        except ContentError:
            return self._open(situation, [self.rule.id], RANK["critical"], told=True)

    def _asked(self, situation: Situation) -> Finding | None:
        common = self.when(situation)
        if common.truth is Truth.FALSE:
            return None
        open_rank, missing = -1, list(common.missing)
        if common.truth is Truth.UNKNOWN:
            return self._open(situation, missing, max(_RANK[v.severity] for _, v in self.levels))
        for check, level in self.levels:
            answer = check(situation)
            if answer.truth is Truth.TRUE:
                used = (*_drugs(situation), *common.used, *answer.used)
                if open_rank > _RANK[level.severity] and level.severity == "none":
                    return self._open(situation, missing, open_rank)
                return self._hit(level, used)
            if answer.truth is Truth.UNKNOWN:
                open_rank = max(open_rank, _RANK[level.severity])
                missing.extend(answer.missing)
        return self._open(situation, missing, open_rank)

    def _hit(self, level: Level, used: tuple[Used, ...]) -> Finding | None:
        if level.severity == "none":
            return None
        return Finding(
            category=self.rule.category,
            problem=self.rule.problem,
            severity=level.severity,
            interruptive=level.interrupts and self.rule.verified,
            used=used,
            text=" ".join((level.text or self.rule.text, *(one.value for one in used if one.told))),
            rule=self.rule.id,
            version=self.rule.version,
            source=self.rule.source,
            grade=self.rule.grade,
            suggestions=tuple(self.rule.suggest),
            guidelines=tuple(self.rule.guidelines),
        )

    def _open(
        self, situation: Situation, missing: list[str], rank: int, *, told: bool = False
    ) -> Finding | None:
        shown = told or self.rule.unknown == "show"
        if not shown or rank < RANK["warning"] or not missing:
            return None
        names = tuple(dict.fromkeys(missing))
        if not told and self._spared(situation, names):
            return None
        return Finding(
            category=self.rule.category,
            problem=self.rule.problem,
            severity="info",
            interruptive=False,
            used=(*_drugs(situation), *(Used(code=name, value="saknas") for name in names)),
            text=_("Check not possible, missing: {what}.").format(
                what=", ".join(_spoken(name) for name in names)
            ),
            rule=self.rule.id,
            version=self.rule.version,
            source=self.rule.source,
            suggestions=tuple(
                f"order_lab:{name}" for name in names if name in self.library.analytes
            ),
            unknown=True,
        )

    def _spared(self, situation: Situation, missing: tuple[str, ...]) -> bool:
        """Is it something nobody would look for in this patient? A dose can always be asked for."""
        if "weight_kg" in missing and self.rule.unknown_if:  # of a child that is known to be one
            return self.asks_if(situation).truth is not Truth.TRUE
        result = any(name in self.library.analytes or name in _SIGNS for name in missing)
        return result and self.asks_if(situation).truth is Truth.FALSE


_SPOKEN = {
    "age": N_("age"),
    "sex": N_("sex"),
    "weight_kg": N_("weight"),
    "pregnant": N_("whether she is pregnant"),
    "gestational_week": N_("gestational week"),
    "breastfeeding": N_("whether she breast-feeds"),
    "dose_per_day": N_("dose per day"),
    "single_dose": N_("single dose"),
    "confusion": N_("level of consciousness"),
    "oxygen": N_("whether oxygen is given"),
    "smoker": N_("whether the patient smokes"),
    "fever": N_("whether there is fever"),
    "tender_nodes": N_("whether the lymph nodes at the jaw are tender"),
    "tonsillar_coating": N_("whether the tonsils are coated"),
    "no_cough": N_("whether there is a cough"),
    "route": N_("route of administration"),
    "schedule": N_("dosing schedule"),
    "form": N_("pharmaceutical form"),
    "prn": N_("whether it is taken as needed"),
    "start": N_("day of start"),
    "planned_stop": N_("planned last day"),
}


def _spoken(name: str) -> str:
    return _(_SPOKEN[name]) if name in _SPOKEN else name


def _drugs(situation: Situation) -> tuple[Used, ...]:
    both = (situation.subject, situation.partner)
    return tuple(Used(code=t.medication.atc, value=_told(t.medication)) for t in both if t)


def _told(medication: Medication) -> str:
    """Return name and dose: another dose is another situation."""
    amount = medication.dose_per_day
    dose = f"{amount.value:f} {amount.unit}" if amount else ""
    return ", ".join(part for part in (medication.name, dose) if part)


def compiled(rule: Rule, library: Library) -> Compiled:
    """Make one rule ready that has not been refused."""
    partner = library.sets[rule.with_] if rule.with_ else None
    drug = library.sets[rule.drug] if rule.drug else _NOTHING
    return Compiled(rule=rule, drug=drug, partner=partner, library=library)


def refuse_unsafe(rule: Rule, library: Library) -> None:
    """Refuse what must never be asked.

    Raises:
        ContentError: The rule names a set or predicate that does not exist, has no levels, or
            would interrupt although nothing was verified.
    """
    sets = library.sets
    if not rule.drug:
        _refuse_loud_omission(rule)
    elif rule.drug not in sets or (rule.with_ and rule.with_ not in sets):
        raise ContentError(f"{rule.id}: no such drug set: {rule.drug!r} or {rule.with_!r}")
    if not rule.levels:
        raise ContentError(f"{rule.id}: no levels")
    common = rule.when.keys() | rule.unknown_if.keys()
    if not common <= KNOWN:
        raise ContentError(f"{rule.id}: no such predicate: {sorted(common - KNOWN)}")
    for level in rule.levels:
        if level.interrupts and not rule.verified:
            raise ContentError(f"{rule.id}: interrupts, and rests on nothing that was verified")
        if level.if_ and not level.if_.keys() <= KNOWN:
            raise ContentError(f"{rule.id}: no such predicate: {sorted(level.if_.keys() - KNOWN)}")


def _refuse_loud_omission(rule: Rule) -> None:
    if rule.with_ or not rule.when:
        raise ContentError(f"{rule.id}: a rule without a drug needs a condition, and no other drug")
    if any(one.interrupts or one.severity not in ("none", "info") for one in rule.levels):
        raise ContentError(f"{rule.id}: what is lacking is told quietly")


def check_whole(one: Compiled) -> None:
    """Make everything of a rule that is otherwise made when it is asked, and read it critically.

    Raises:
        ContentError: A condition cannot be read, or the table asks too much or repeats itself.
    """
    try:
        _reasonable(one.rule)
        _ = one.when, one.asks_if, one.levels
    except ContentError as error:
        raise ContentError(f"{one.rule.id}: {error}") from None


def _reasonable(rule: Rule) -> None:
    asked = inputs(rule.when) + max(inputs(level.if_) for level in rule.levels)
    if asked > MOST_INPUTS:
        raise ContentError(f"{asked} inputs, at most {MOST_INPUTS}")
    early = [n for n, level in enumerate(rule.levels[:-1], 1) if not level.if_]
    if early:
        raise ContentError(f"the levels after line {early[0]} can never be reached")
    if rule.unknown_if and rule.unknown != "show":
        raise ContentError("it says whom to ask, and never asks")
    if len({repr(level.if_) for level in rule.levels}) < len(rule.levels):
        raise ContentError("two levels have the same condition")
