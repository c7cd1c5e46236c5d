"""What is said of a diagnosis code while it is typed."""

from __future__ import annotations

from workstation.domain.icd10 import NotAnIcd10Code, icd10se
from workstation.domain.texts import _


def code_words(typed: str) -> str:
    """Return what is wrong with a code, or that it was compared with nothing; empty while it begins."""
    if not typed.strip():
        return ""
    try:
        icd10se(typed)
    except NotAnIcd10Code as wrong:
        return "" if wrong.unfinished else wrong.message
    return _("The code has the right form. It is not compared with any list: the words are yours.")
