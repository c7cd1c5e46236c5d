"""Codes of diagnoses: the form they have, and what is wrong with what has another.

No list of codes travels with the product: a code of the right form is taken with its author's
words, and that nothing was compared is said. Rules and other systems' cases are read by it too.
"""

from __future__ import annotations

import re

from workstation.domain.problem import Problem
from workstation.domain.texts import _

_DIGITS, _LETTERS = frozenset("0123456789"), frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_OTHER_EDITION = re.compile(r"[A-Z][0-9][0-9A-Z]([.\-]?[0-9A-Z\-]{0,4})")
_STEM = re.compile(r"[A-Z][0-9]{2}(\.[0-9][0-9A-Z]?)?")


class NotAnIcd10Code(Problem):
    """What is typed has not the form. ``at``: the place of the first wrong sign, from 0.

    ``unfinished``: it is the beginning of a code.
    """

    def __init__(self, message: str, advice: str, *, at: int, unfinished: bool) -> None:
        super().__init__(message, advice)
        self.at = at
        self.unfinished = unfinished


def icd10se(typed: str) -> str:
    """Return an ICD-10-SE code as it is stored: ``I50.9`` of `` i509 ``.

    A letter, two digits and, where the category is divided, a dot, a digit and perhaps one more
    sign (``F43.8A``, ``S72.00``). Primary care's categories end with ``-`` or ``-P``.

    Raises:
        NotAnIcd10Code: It has another form; says where.

    Source: Socialstyrelsen, ICD-10-SE; KSH97-P for primary care.
    """
    code = typed.strip().upper()
    signs = code.replace(",", ".")
    for at, wanted in enumerate((_LETTERS, _DIGITS, _DIGITS)):
        if signs[at : at + 1] not in wanted or len(signs) <= at:
            raise _fault(code, at, _("a letter A–Z") if wanted is _LETTERS else _("a digit"))
    stem, rest = signs[:3], signs[3:]
    if rest in ("", "-", "-P"):
        return code[:3] + rest
    dotted = rest.startswith(".")
    parts = rest.removeprefix(".")
    first = 3 + dotted
    if not parts or parts[0] not in _DIGITS:
        raise _fault(code, first, _("a digit") if dotted else _("a dot and a digit"))
    if len(parts) > 1 and parts[1] not in _DIGITS | _LETTERS:
        raise _fault(code, first + 1, _("a letter or a digit"))
    if len(parts) > 2:
        raise _fault(code, first + 2, _("nothing more"))
    return f"{stem}.{parts}"


def is_icd10(code: str) -> bool:
    """Has ``code`` the form of an ICD-10 code of any country's edition? As cases give them."""
    return _OTHER_EDITION.fullmatch(code.strip().upper()) is not None


def is_stem(code: str) -> bool:
    """Is ``code`` written as a rule names diagnoses: a category, or a code with its dot?"""
    return _STEM.fullmatch(code) is not None


def _fault(code: str, at: int, wanted: str) -> NotAnIcd10Code:
    unfinished = at >= len(code)
    if unfinished:
        where = _("It ends too soon: {wanted} is missing.")
    else:
        where = _("Sign {number}, “{sign}”: {wanted} is expected there.")
    where = where.format(number=at + 1, sign=code[at : at + 1], wanted=wanted)
    return NotAnIcd10Code(
        _("“{code}” has not the form of an ICD-10-SE code. {where}").format(code=code, where=where),
        _("Write for example I50.9, or leave the code out: the diagnosis in words is enough."),
        at=at,
        unfinished=unfinished,
    )
