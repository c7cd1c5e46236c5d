"""The phrases a typed dosing is made of; each sets fields of the step once.

A second phrase for the same field is a contradiction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from workstation.domain.dosage_advice import advice_for
from workstation.domain.dosage_terms import (
    INSTRUCTIONS,
    LONGEST,
    OCCASION_LEADS,
    OCCASION_WORDS,
    ORDINALS,
    PERIODS,
    PIECES,
    SMALL_NUMBERS,
    UNITS,
    WEEKDAY_WORDS,
)
from workstation.domain.dosage_tokens import Cursor, Stopped
from workstation.domain.texts import _

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])(?:[:.]([0-5][0-9]))?(?![0-9:.,]*[0-9])")
_DAILY = frozenset({"dagligen", "dagl", "dgl", "dygn", "dygnet", "dag", "dagen", "d"})
_TIMES = frozenset({"gång", "gånger", "ggr", "ggn", "ggr."})
MOST_TIMES = 24
_MOST_DAYS = 3650
_DAYS_IN = {"dagar": 1, "dgr": 1, "dag": 1, "dygn": 1, "d": 1, "veckor": 7, "vecka": 7, "v": 7}


@dataclass(kw_only=True)
class Phrases(Cursor):
    """Reads one phrase at the cursor into the step's fields.

    ``unmeasured``: the first step says when and not how much; its amounts mean nothing then.
    """

    unit: str
    unmeasured: bool = False
    occasions: dict[int, str] = field(default_factory=dict)

    def _unit_here(self) -> None:
        """Take the unit that may stand here; a bare ``d`` or ``h`` is time, never a unit."""
        at = self._at()
        word = self._word_at(0)
        if word and word == self.unit.lower() and word not in UNITS:
            unit = self.unit
        elif word in UNITS and word not in PERIODS:
            unit = UNITS[word]
        else:
            return
        self.place += 1
        if self.fields.setdefault("unit", unit) != unit:
            raise Stopped(_("Two different units."), at)
        self._take(".")

    def _phrase(self) -> None:
        at = self._at()
        if self._instruction():
            return
        readers = (
            self._as_needed,
            self._at_most,
            self._how_often,
            self._every,
            self._at_times,
            self._on_weekdays,
            self._at_occasion,
            self._how_long,
            self._once,
        )
        if not any(read() for read in readers):
            raise Stopped(advice_for(self.text[at:]), at)

    def _instruction(self) -> bool:
        rest = self.text[self._at() :]
        for words in INSTRUCTIONS:
            if re.match(rf"{words}(?!\w)", rest, re.IGNORECASE):
                self._set("instruction", rest[: len(words)])
                end = self._at() + len(words)
                while not self._ended() and self.tokens[self.place].at < end:
                    self.place += 1
                return True
        return False

    def _as_needed(self) -> bool:
        if not (self._take("vb") or self._take_all("v", ".", "b") or self._take_all("v", "b")):
            if not self._take_all("vid", "behov"):
                return False
        else:
            self._take(".")
        self._set("as_needed", True)
        if self._peek() in ("mot", "vid"):
            self.place += 1
            self._set("as_needed_for", self._free_words())
        return True

    def _free_words(self) -> str:
        first = self.place
        while self._word_at(0) and self._word_at(0) not in _KEYWORDS:
            self.place += 1
        if self.place == first:
            raise Stopped(_("It does not say what for."), self._at())
        return self.text[self.tokens[first].at : self.tokens[self.place - 1].end]

    def _at_most(self) -> bool:
        at = self._at()
        if not self._take("högst", "max", "maximalt"):
            return False
        self._take(".")
        if self._word_at(1) in _TIMES:
            self._set("frequency", self._whole(MOST_TIMES))
            self.place += 1
            self._set("period_unit", self._period_of(at))
            if not self.fields.get("as_needed"):
                raise Stopped(_('A greatest number of times needs "vid behov" before it.'), at)
            return True
        if not self._here_is_number():
            raise Stopped(_("Write for example högst 4/dygn, or 1 var 6:e timme vb."), self._at())
        most = self._number()
        self._unit_here()
        self._need_per_day()
        self._set("max_per_day", most)
        return True

    def _need_per_day(self) -> None:
        at = self._at()
        if self._take("/", "per", "om"):
            if not self._take("dygn", "dygnet", "dag", "dagen", "d"):
                raise Stopped(_("It must say per day and night (per dygn)."), at)
        elif not self._take("dagligen", "dagl"):
            raise Stopped(_("It must say per day and night (per dygn)."), at)

    def _how_often(self) -> bool:
        """``2 gånger dagligen``, ``1 gång i veckan``; after ``1x2`` only ``per dag`` or ``per vecka``."""
        at = self._at()
        if self._word_at(1) in _TIMES and (
            self._here_is_number() or self._word_at(0) in SMALL_NUMBERS
        ):
            count = SMALL_NUMBERS.get(self._word_at(0)) or self._whole(MOST_TIMES, consume=False)
            self.place += 2
            self._set("frequency", count)
            self._set("period_unit", self._period_of(at))
            return True
        if self.fields.get("crossed") and self._peek() in ("/", "per", "dagligen", "dagl", "om"):
            self._set("period_unit", self._period_of(at))
            return True
        return self._daily(at)

    def _period_of(self, at: int) -> str:
        if self._take("dagligen", "dagl", "dgl"):
            self._take(".")
            return "d"
        lead = self._peek()
        if lead in ("/", "per", "om", "i", "varje", "på"):
            self.place += 1
            word = self._peek()
            unit = {"veckan": "wk", "månaden": "mo"}.get(word) or PERIODS.get(word, "")
            unit = "d" if word in _DAILY else unit
            if unit in ("d", "wk", "mo") and not (
                lead == "i" and word not in ("veckan", "månaden")
            ):
                self.place += 1
                return unit
        raise Stopped(_("It must say how often: per day, per week or per month."), at)

    def _daily(self, at: int) -> bool:
        if not (
            self._take("dagligen", "dagl", "dgl")
            or self._take_all("varje", "dag")
            or self._take_all("om", "dagen")
            or any(self._take_all(per, day) for per in ("per", "/") for day in ("dag", "dygn", "d"))
        ):
            return False
        piece = self.fields.get("unit", self.unit) in PIECES
        alone = self.fields.get("dose") in ("1", None) and "dose_high" not in self.fields
        if "frequency" in self.fields or self.occasions or self.fields.get("amounts"):
            self._set("period_unit", "d")
        elif piece and alone:
            self._set("frequency", 1)
            self._set("period_unit", "d")
        else:
            raise Stopped(_("Say how many times a day: at once or divided?"), at)
        return True

    def _every(self) -> bool:
        """``var 8:e timme``, ``varannan dag``, ``varje vecka``."""
        at = self._at()
        word = self._peek()
        if word in ("varannan", "vartannat"):
            self.place += 1
            count = 2
        elif word in ("var", "vart"):
            self.place += 1
            count = self._ordinal()
        elif word == "varje" and self._word_at(1) in ("timme", "vecka", "månad"):
            self.place += 1
            count = 1
        else:
            return False
        unit = PERIODS.get(self._peek())
        if unit is None or self._peek() in ("v", "d") or not 1 <= count <= LONGEST[unit]:
            raise Stopped(_("It must say every how many hours, days, weeks or months."), at)
        self.place += 1
        if self.fields.pop("frequency", 1) != 1:
            raise Stopped(_("Both a number of times and an interval."), at)
        self._set("frequency", 1)
        self._set("period", count)
        self._set("period_unit", unit)
        return True

    def _ordinal(self) -> int:
        if self._word_at(0) in ORDINALS:
            self.place += 1
            return ORDINALS[self.tokens[self.place - 1].text]
        count = self._whole(max(LONGEST.values()))
        if self._take(":"):
            self._take("e", "a", "de", "te")
        return count

    def _at_times(self) -> bool:
        at = self._at()
        if not self._take("kl", "klockan"):
            return False
        self._take(".")
        times = [self._clock()]
        while self._peek() in (",", "och", "+") and self._is_clock(self._past_clock_word()):
            self.place = self._past_clock_word()
            times.append(self._clock())
        if sorted(set(times)) != times:
            raise Stopped(_("The times must come in order, each once."), at)
        self._set("times", tuple(times))
        return True

    def _past_clock_word(self) -> int:
        """Return where the next time of day would begin: ``, 14`` or ``och kl. 20``."""
        ahead = self.place + 1
        if self._word_at(1) in ("kl", "klockan"):
            ahead += 1
            if ahead < len(self.tokens) and self.tokens[ahead].text == ".":
                ahead += 1
        return ahead

    def _is_clock(self, place: int) -> bool:
        return (
            place < len(self.tokens) and _CLOCK.match(self.text, self.tokens[place].at) is not None
        )

    def _clock(self) -> str:
        match = _CLOCK.match(self.text, self._at())
        if match is None:
            raise Stopped(
                _("This is not a time of day; write for example kl 08:00 och 20:00."), self._at()
            )
        while not self._ended() and self.tokens[self.place].at < match.end():
            self.place += 1
        return f"{int(match[1]):02d}:{match[2] or '00'}"

    def _on_weekdays(self) -> bool:
        self._take_if_next(("på", "varje", "endast"), WEEKDAY_WORDS)
        days: list[int] = []
        while self._word_at(0) in WEEKDAY_WORDS:
            if not days and self._says_from():
                raise Stopped(_("The first and the last day have fields of their own."), self._at())
            days.append(WEEKDAY_WORDS[self._word_at(0)])
            self.place += 1
            self._take(".")
            if self._peek() in (",", "och", "+") and self._word_at(1) in WEEKDAY_WORDS:
                self.place += 1
        if not days:
            return False
        if len(set(days)) != len(days):
            raise Stopped(_("The same weekday twice."), self._at())
        self._set("weekdays", tuple(sorted(days)))
        return True

    def _says_from(self) -> bool:
        """``fr.o.m.``, ``fr måndag``: a first day, and not a Friday."""
        after = [token.text for token in self.tokens[self.place : self.place + 3]]
        if after[0] != "fr" or len(after) == 1:
            return False
        long_day = after[1] in WEEKDAY_WORDS and len(after[1]) > 2
        return long_day or after[1] == "o" or after[1][0].isdigit() or after[1:] == [".", "o"]

    def _at_occasion(self) -> bool:
        """``tn``, ``på morgonen``, ``morgon och kväll``, ``… och 2 till natten``."""
        found = False
        while (occasion := self._occasion()) is not None:
            at = self._at()
            if "dose_high" in self.fields or "amounts" in self.fields:
                raise Stopped(_("Such an amount cannot be tied to a time of day."), at)
            if occasion in self.occasions:
                raise Stopped(_("The same time of day twice."), at)
            self.occasions[occasion] = self.fields["dose"]
            found = True
            if not self._another_occasion():
                break
        return found

    def _occasion(self) -> int | None:
        if self._take_all("mitt", "på", "dagen"):
            return 1
        if self._peek() in OCCASION_LEADS and self._word_at(1) in OCCASION_WORDS:
            self.place += 1
        if self._word_at(0) not in OCCASION_WORDS:
            return None
        self.place += 1
        return OCCASION_WORDS[self.tokens[self.place - 1].text]

    def _another_occasion(self) -> bool:
        start = self.place
        if not self._take(",", "och", "+"):
            return False
        if self._here_is_number():
            if self.unmeasured:
                raise Stopped(_("Begin with how much at a time, for example 1x2 or 1 vb."), start)
            dose = self._number()
            self._unit_here()
            self.fields["dose"] = dose
        ahead = self.place
        if self._occasion() is None:
            if ahead > start + 1:
                raise Stopped(_("It does not say when this amount is taken."), self._at())
            self.place = start
            return False
        self.place = ahead
        return True

    def _how_long(self) -> bool:
        at = self._at()
        if self._take_all("tills", "vidare"):
            self._set("days", None)
            return True
        if not self._take("i"):
            return False
        if self._peek() in ("veckan", "månaden", "timmen", "minuten"):
            raise Stopped(advice_for(self.text[at:]), at)
        count = SMALL_NUMBERS.get(self._word_at(0)) or self._whole(_MOST_DAYS, consume=False)
        self.place += 1
        per = _DAYS_IN.get(self._peek())
        if per is None:
            raise Stopped(_("Say for how long in days or weeks."), at)
        self.place += 1
        self._take(".")
        self._set("days", count * per)
        return True

    def _once(self) -> bool:
        single = self._take("engångsdos") or self._take_all("vid", "ett", "tillfälle")
        if not single:
            return False
        self._set("frequency", 1)
        self._set("days", 1)
        return True


_KEYWORDS = (
    frozenset(
        {"högst", "max", "maximalt", "i", "sedan", "därefter", "kl", "klockan", "var", "varje"}
    )
    | frozenset({"varannan", "vartannat", "vart", "per", "om", "dagligen", "dagl", "tills", "vb"})
    | frozenset(OCCASION_WORDS)
    | frozenset(WEEKDAY_WORDS)
    | frozenset(_TIMES)
    | frozenset(UNITS)
    | frozenset({"x", "till", "engångsdos", "före", "efter", "med", "under"})
)
