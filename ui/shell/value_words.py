"""Values as screens write them: the words are the domain's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ui.kit.textrun import Ink
from ui.shell.standing import EMERGENCY, URGENT, score_of
from workstation.domain.observation import NPU, Observation
from workstation.domain.texts import _
from workstation.domain.value_words import amount, mark, range_text, value_text
from workstation.operations.ports import Listed

__all__ = [
    "amount",
    "code_of",
    "ink_of",
    "kind_of",
    "mark",
    "range_text",
    "shape_of",
    "told_apart",
    "value_text",
]
_BETWEEN = "\x1f"  # stands in no code


def ink_of(body: Observation) -> Ink:
    """Return how a value is coloured, beside its mark: by its flag, NEWS2 by its points."""
    points = score_of(body) or 0
    if body.critical or points >= EMERGENCY:
        return Ink.CRITICAL
    return Ink.WARNING if body.abnormal or points >= URGENT else Ink.TEXT


def shape_of(body: Observation) -> str:
    """Return the mark that stands with a value; a NEWS2 that calls for somebody has one too."""
    points = score_of(body) or 0
    return mark(body) or ("◆" if points >= EMERGENCY else "▲" if points >= URGENT else "")


def kind_of(one: Listed) -> str:
    """Return the key of what was measured: values of one kind, and no others, are one series.

    The same code of another system is another kind, and so are words without a code.
    """
    code, body = one.row.code or one.row.title, _body(one)
    if body is None or not body.concept.codings or body.concept.code_in(NPU):
        return code
    return f"{code}{_BETWEEN}{body.concept.codings[0].system}"


def code_of(kind: str) -> str:
    """Return the code that values of a kind are listed by, among others."""
    return kind.partition(_BETWEEN)[0]


def told_apart(kinds: Mapping[str, Listed]) -> dict[str, str]:
    """Return what tells kinds of the same name from each other, by the key of ``kinds``.

    They are never joined to one line of values: without the same code in the same system nobody
    knows that the same was measured in the same way.
    """
    bodies = {key: body for key, one in kinds.items() if (body := _body(one)) is not None}
    names = {key: body.concept.label.casefold() for key, body in bodies.items()}
    times = Counter(names.values())
    told = {key: _code_words(body) for key, body in bodies.items() if times[names[key]] > 1}
    said = Counter((names[key], words) for key, words in told.items())
    return {
        key: f"{words} ({_system_words(bodies[key])})" if said[names[key], words] > 1 else words
        for key, words in told.items()
    }


def _body(one: Listed) -> Observation | None:
    body = one.state.current.body
    return body if isinstance(body, Observation) else None


def _code_words(body: Observation) -> str:
    if npu := body.concept.code_in(NPU):
        return npu
    if not body.concept.codings:
        return _("without a code")
    return _("code {code}").format(code=body.concept.codings[0].code)


def _system_words(body: Observation) -> str:
    """Return the end of a code system's address: it tells two laboratories' codes apart."""
    codings = body.concept.codings
    return codings[0].system.replace("/", ":").rstrip(":").rpartition(":")[2] if codings else ""
