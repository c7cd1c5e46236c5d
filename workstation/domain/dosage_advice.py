"""What to write instead of what cannot be read in one meaning only."""

from __future__ import annotations

import re
from typing import Final

from workstation.domain.texts import N_, _

_BEGIN = N_("Begin with how much at a time, for example 1x2 or 1 vb.")
_STEPS = N_("Several steps are written after each other: 1x1 i 7 d, sedan 1x2.")
_ROUTE = N_("How it is given has a field of its own: Route.")
_DATES = N_("The first and the last day have fields of their own.")
_RATE = N_("A rate is written so: 100 ml varje timme.")
_ADVICE: Final[tuple[tuple[str, str], ...]] = (
    (r"(vid behov|vb|v\.b)\b", _BEGIN),
    (r"(v|vecka|dag|d)\.?\s*[0-9]+\s*:?", _STEPS),
    (
        r"(f\.?\s?r\.?\s?o\.?\s?m|fr\.?\s?o\.?\s?m|from|t\.?\s?o\.?\s?m|till och med|till o m)\b",
        _DATES,
    ),
    (r"t\b\.?", N_("Write tabl or tim: t can mean either.")),
    (r"(po|p\.?\s?o|sc|s\.?\s?c|im|i\.?\s?m|iv|i\.?\s?v)\b", _ROUTE),
    (r"(till |vid |på )?(frukost|kvällsmat)", N_("Write på morgonen or på kvällen.")),
    (r"(före |innan )?sänggå", N_("Write till natten.")),
    (r"(vid|mot|för)\b", N_("What it is taken for is written so: 1 vb mot smärta.")),
    (
        r"(upp till|x|×|\*)\s*[0-9]",
        N_("The number of times is said once: 1x3, or 1 vb högst 4 ggr/dygn."),
    ),
    (r"[-–−]\s*[0-9]", N_("How often is one number; the amount may be two: 1-2x3.")),
    (r"[-–−]\s*[a-zåäö]", N_("Write every weekday: mån tis ons tors fre.")),
    (r"(varje )?vardag(ar|en)?\b", N_("Write every weekday: mån tis ons tors fre.")),
    (r"(udda|jämna)\b", N_("Write varannan dag; the first day has a field of its own.")),
    (r"middag", N_("Write lunch or kväll: middag can mean either.")),
    (r"(i|per|/)\s*(h|t|tim|timme|timma|timmen)\b", _RATE),
    (r"(i|per|/)\s*(min|minut|minuten)\b", N_("Write how much in an hour: 5 ml varje timme.")),
    (
        r"(per|/)\s*(kg|kilo|m2|m²)(?!\w)",
        N_("Write the amount worked out for this patient: the line does not calculate it."),
    ),
    (r"(i|per|/)\s*(vecka|veckan|v|månad|månaden)\b", N_("Write for example 1 gång i veckan.")),
    (r"[0-9]+\s*g\s*/", N_("Write gång or ggr: g means gram.")),
    (r"[0-9]", _STEPS),
)
"""What the line goes on with, in lower case, to what is written instead; the first that fits."""


def advice_for(rest: str, *, begins: bool = False) -> str:
    """Return what to write instead of ``rest``, with which the line cannot go on, or not begin."""
    said = rest.strip().lower()
    for pattern, advice in _ADVICE:
        if re.match(pattern, said):
            return _(advice)
    return _(_BEGIN) if begins else _("This is not understood.")
