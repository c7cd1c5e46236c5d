"""A rule compiled: its drugs as sets, its conditions as functions, its first hit as the answer."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.decision_support.conditions import MOST_INPUTS, condition, inputs
from workstation.decision_support.drugs import DrugSet
from workstation.decision_support.facts import Medication
from workstation.decision_support.findings import RANK, Finding, Used
from workstation.decision_support.rows import Level, Rule
from workstation.decision_support.situation import Check, ContentError, Situation
from workstation.decision_support.truth import Truth
from workstation.decision_support.view import Library
from workstation.domain.texts import N_, _

_RANK = {"none": -1, **RANK}


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """One rule, ready to be asked."""

    rule: Rule
    drug: DrugSet
    partner: DrugSet | None
    when: Check
    levels: tuple[tuple[Check, Level], ...]

    def ask(self, situation: Situation) -> Finding | None:
        """Return what the rule says about this situation, None when it has nothing to say."""
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
            text=level.text or self.rule.text,
            rule=self.rule.id,
            version=self.rule.version,
            source=self.rule.source,
            grade=self.rule.grade,
            suggestions=tuple(self.rule.suggest),
            guidelines=tuple(self.rule.guidelines),
        )

    def _open(self, situation: Situation, missing: list[str], rank: int) -> Finding | None:
        if self.rule.unknown != "show" or rank < RANK["warning"] or not missing:
            return None
        names = tuple(dict.fromkeys(missing))
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
            suggestions=tuple(f"order_lab:{name}" for name in names),
            unknown=True,
        )


_SPOKEN = {
    "age": N_("age"),
    "sex": N_("sex"),
    "weight_kg": N_("weight"),
    "pregnant": N_("whether she is pregnant"),
    "gestational_week": N_("gestational week"),
    "breastfeeding": N_("whether she breast-feeds"),
    "dose_per_day": N_("dose per day"),
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
    """Compile one rule.

    Raises:
        ContentError: It names a set, code or predicate that does not exist, or asks too much.
    """
    try:
        _reasonable(rule)
        return Compiled(
            rule=rule,
            drug=_set(rule.drug, library),
            partner=_set(rule.with_, library) if rule.with_ else None,
            when=condition(rule.when, library),
            levels=tuple((condition(level.if_, library), level) for level in rule.levels),
        )
    except ContentError as error:
        raise ContentError(f"{rule.id}: {error}") from None


def _reasonable(rule: Rule) -> None:
    if not rule.levels:
        raise ContentError("no levels")
    asked = inputs(rule.when) + max(inputs(level.if_) for level in rule.levels)
    if asked > MOST_INPUTS:
        raise ContentError(f"{asked} inputs, at most {MOST_INPUTS}")
    early = [n for n, level in enumerate(rule.levels[:-1], 1) if not level.if_]
    if early:
        raise ContentError(f"the levels after line {early[0]} can never be reached")
    if len({repr(level.if_) for level in rule.levels}) < len(rule.levels):
        raise ContentError("two levels have the same condition")
    if any(level.interrupts for level in rule.levels) and not rule.verified:
        raise ContentError("interrupts, and rests on nothing that was verified")


def _set(name: str, library: Library) -> DrugSet:
    if name not in library.sets:
        raise ContentError(f"no such drug set: {name!r}")
    return library.sets[name]
