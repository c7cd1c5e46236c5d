"""Reads one line of dosing as Swedish clinicians type it, or says where it stopped understanding.

It never guesses: what can be meant in two ways is refused with the two ways to write it.
A grammar of phrases over tokens; each phrase sets fields of a step once, and a second phrase
for the same field is a contradiction.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from workstation.domain.dosage_advice import advice_for
from workstation.domain.dosage_phrases import MOST_TIMES, Phrases
from workstation.domain.dosage_terms import (
    GREATEST_PIECES,
    PERIODS,
    PIECES,
    UNITS,
)
from workstation.domain.dosage_tokens import Stopped, tokens_of
from workstation.domain.medication import DosageStep
from workstation.domain.texts import _


@dataclass(kw_only=True)
class Reader(Phrases):
    """Reads phrase after phrase, step after step."""

    def steps(self) -> tuple[DosageStep, ...]:
        """Read the whole line.

        Raises:
            Stopped: Something was not understood, ambiguous or contradictory.
        """
        self.tokens = tokens_of(self.text)
        if not self.tokens:
            raise Stopped(_("Nothing is written."), 0)
        found = [self._step()]
        while not self._ended():
            found.append(self._next_step(found[-1]))
        return tuple(found)

    def _next_step(self, before: DosageStep) -> DosageStep:
        at = self._at()
        self._take(",", ";")
        if not self._take("sedan", "därefter"):
            raise Stopped(_("This is not understood."), at)
        if before.days is None:
            raise Stopped(_("It must be said for how many days before the next step."), at)
        step = self._step()
        if step.unit != before.unit:
            raise Stopped(_("The steps have different units."), at)
        return step

    def _step(self) -> DosageStep:
        self.fields, self.occasions = {}, {}
        start = self._at()
        if self.unmeasured:
            self.fields["dose"] = "1"
        else:
            self._amount()
        while not self._ended() and not self._at_next_step():
            self._take(",")
            self._phrase()
        self.fields.setdefault("unit", self.unit)
        return self._finished(start)

    def amount(self) -> None:
        """Read an amount and nothing else: ``1``, ``1-2``, ``½``, ``500 mg``.

        Raises:
            Stopped: It is something else, or more.
        """
        self.tokens = tokens_of(self.text)
        at = self._at()
        self._amount()
        if not self._ended() or "dose" not in self.fields or "frequency" in self.fields:
            raise Stopped(_("Write only how much at a time, for example 1 or 1-2."), at)

    @property
    def names_unit(self) -> bool:
        """Whether a unit stands in the amount that was read."""
        return any(token.is_word for token in self.tokens)

    def _amount(self) -> None:
        at = self._at()
        if self._dashes():
            raise Stopped(_("Write the times of day with plus: 1+0+1."), at)
        if not self._here_is_number() and not self._ended():
            raise Stopped(advice_for(self.text[at:], begins=True), at)
        first = self._number(zero=True)
        if self._peek() == "+":
            self._occasion_amounts(first, at)
            return
        self.fields["dose"] = first
        if self._take("-", "–", "−"):
            high = self._number()
            if Decimal(high) <= Decimal(first):
                raise Stopped(_("The higher amount must come last."), at)
            self.fields["dose_high"] = high
        if not Decimal(first):
            raise Stopped(_("An amount of zero is not a dose."), at)
        self._unit_here()
        if self._take("x", "×", "*"):
            self._set("frequency", self._whole(MOST_TIMES))
            self.fields["crossed"] = True
            if self._word_at(0) in UNITS and self._word_at(0) not in PERIODS:
                raise Stopped(_("Write the unit after the first number."), self._at())
        self.fields.setdefault("unit", self.unit)

    def _dashes(self) -> bool:
        """``1-0-1``: meant as ``1+0+1``, but a dash is a range elsewhere."""
        signs = [token.text for token in self.tokens[self.place : self.place + 5]]
        return len(signs) == 5 and {signs[1], signs[3]} <= set("-–−") and signs[4][0].isdigit()

    def _occasion_amounts(self, first: str, at: int) -> None:
        amounts = [first]
        while self._take("+"):
            amounts.append(self._number(zero=True))
        if len(amounts) == 3:
            amounts.append("0")
        if len(amounts) != 4:
            raise Stopped(
                _(
                    "Write three or four amounts (morning, midday, evening, night) or for example 1x2."
                ),
                at,
            )
        if not any(Decimal(amount) for amount in amounts):
            raise Stopped(_("An amount of zero is not a dose."), at)
        self.fields["amounts"] = tuple(amounts)
        self._unit_here()
        self.fields.setdefault("unit", self.unit)

    def _finished(self, at: int) -> DosageStep:
        fields = self.fields
        crossed = fields.pop("crossed", False)
        if self.occasions:
            self._tie_to_occasions(at)
        repeated = "frequency" in fields and "period" not in fields
        if "amounts" in fields and (repeated or "times" in fields):
            raise Stopped(_("Amounts for times of day together with a number of times."), at)
        if fields.get("times"):
            if fields.pop("frequency", len(fields["times"])) != len(fields["times"]):
                raise Stopped(_("The number of times and the times of day do not agree."), at)
            fields.pop("period_unit", None)
        elif fields.get("weekdays"):
            self._tie_to_weekdays(crossed, at)
        if fields.get("period_unit", "d") == "d" and fields.get("period", 1) == 1:
            fields.pop("period_unit", None)
        said = any(fields.get(name) for name in ("amounts", "frequency", "times", "as_needed"))
        if not said:
            raise Stopped(_("It does not say how often."), self._at())
        if self.unmeasured:
            self.unmeasured = False
        else:
            self._check_amounts(at)
        return DosageStep(**fields)

    def _tie_to_occasions(self, at: int) -> None:
        fields = self.fields
        count = fields.pop("frequency", None)
        if count not in (None, len(self.occasions)) and "period" not in fields:
            raise Stopped(_("The number of times and the times of day do not agree."), at)
        if "times" in fields or fields.get("period_unit", "d") not in ("d", "wk"):
            raise Stopped(_("A time of day together with another interval."), at)
        if "period" in fields:
            fields["frequency"] = 1
        fields.pop("dose")
        fields["amounts"] = tuple(self.occasions.get(place, "0") for place in range(4))

    def _tie_to_weekdays(self, crossed: bool, at: int) -> None:
        fields = self.fields
        weekly = fields.get("period_unit") == "wk"
        if fields.get("period", 1) != 1 or fields.get("period_unit", "d") not in ("d", "wk"):
            raise Stopped(_("Weekdays together with another interval."), at)
        if weekly and fields["frequency"] != len(fields["weekdays"]):
            raise Stopped(_("The number of times a week and the weekdays do not agree."), at)
        if "amounts" not in fields and not fields.get("as_needed"):
            fields.setdefault("frequency", 1)

    def _check_amounts(self, at: int) -> None:
        fields = self.fields
        high = (
            fields.get("dose_high")
            or fields.get("dose")
            or max(fields.get("amounts", "0"), key=Decimal)
        )
        if fields["unit"] in PIECES and Decimal(high) > GREATEST_PIECES:
            raise Stopped(_("So many at once? Write the unit, for example mg."), at)
        if not fields["unit"]:
            raise Stopped(_("The unit is missing, for example mg or tablett."), at)
        most = fields.get("max_per_day")
        if most is None:
            return
        if Decimal(most) < Decimal(high):
            raise Stopped(
                _("The greatest amount per day is less than one dose: is it högst 4 ggr/dygn?"), at
            )
        count = len(fields.get("times", ())) or fields.get("frequency")
        daily = fields.get("period", 1) == 1 and fields.get("period_unit", "d") == "d"
        if count and daily and Decimal(most) > Decimal(high) * count:
            raise Stopped(_("The greatest amount per day is more than the doses of a day."), at)
