"""What a card offers to do, as data: one key, one action.

A row writes ``verb`` or ``verb:code``: ``replace:N02BE01``, ``add:A02BC02``, ``order_lab:INR``,
``change_dose``, ``change_schedule``, ``stop``, ``stop_other``, ``stop_date``, ``pause:C10AA``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from workstation.decision_support.findings import Card
from workstation.decision_support.view import Library
from workstation.domain.known_words import known_word
from workstation.domain.texts import N_, _

Verb = Literal[
    "replace",
    "add",
    "order_lab",
    "change_dose",
    "change_schedule",
    "stop",
    "stop_other",
    "stop_date",
    "pause",
]
VERBS: tuple[Verb, ...] = get_args(Verb)
_NEEDS_CODE = frozenset({"add", "order_lab"})
_WITH_CODE = {
    "replace": N_("Choose {name} instead"),
    "add": N_("Add {name}"),
    "order_lab": N_("Order {name}"),
    "pause": N_("Pause {name}"),
    "stop_other": N_("Stop {name}"),
}
_ALONE = {
    "replace": N_("Choose another medicine"),
    "change_dose": N_("Change the dose"),
    "change_schedule": N_("Change to once a week"),
    "stop": N_("Stop the treatment"),
    "stop_other": N_("Stop the other medicine"),
    "stop_date": N_("Set a stop date"),
    "pause": N_("Make a pause in the treatment"),
}


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """``code`` is an ATC or laboratory code, empty where the person chooses. ``text`` is shown."""

    verb: Verb
    code: str
    text: str


def fault(written: str, library: Library) -> str | None:
    """Return what is wrong with a suggestion as a row writes it, None when nothing is."""
    verb, _colon, code = written.partition(":")
    if verb not in VERBS:
        return f"no such suggestion: {written!r}"
    if not code:
        return f"{verb} needs a code" if verb in _NEEDS_CODE else None
    known = code in library.analytes if verb == "order_lab" else bool(library.title(code))
    return None if known else f"{written}: nobody knows this code"


def suggested(card: Card, library: Library) -> tuple[Suggestion, ...]:
    """Return what the card offers, each once, the most serious finding's first."""
    written = dict.fromkeys(one for finding in card.findings for one in finding.suggestions)
    return tuple(_made(one, library) for one in written)


def _made(written: str, library: Library) -> Suggestion:
    verb, _colon, code = written.partition(":")
    if not code:
        text = _(_ALONE[verb])
    else:
        analyte = library.analytes.get(code)
        name = analyte.name if analyte and verb == "order_lab" else library.title(code)
        text = _(_WITH_CODE[verb]).format(name=name or code)
    return Suggestion(verb=known_word(verb, VERBS), code=code, text=text)
