"""The page on which a patient asks for care: questions, answers given so far, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms.answers import asked
from forms.text import label_of
from workstation.domain.texts import _, in_language
from workstation.server.own_request import LONGEST_LINE, Blank, Filled
from workstation.server.page.render import render

HERE = "/journal/request"
_MOST = 2_000


@dataclass(frozen=True, kw_only=True, repr=False)
class Question:
    """A question as the page asks it. ``most``: characters; ``long``: several lines."""

    path: str
    text: str
    required: bool
    long: bool
    most: int
    answer: str


def request_page(
    blank: Blank,
    filled: Filled | None,
    wrong: Mapping[str, str],
    *,
    chapters: list[tuple[str, str]],
    language: str,
    problem: str = "",
) -> str:
    """Return the page as HTML; what has been written stands where it was written."""
    with in_language(language):
        questions = [
            Question(
                path=q.path,
                text=label_of(q.item),
                required=q.item.required,
                long=q.item.type == "text",
                most=q.item.max_length or _MOST,
                answer=filled.answers.get(q.path, "") if filled else "",
            )
            for q in asked(blank.form, {})
        ]
        return render(
            "request.html",
            language,
            heading=_("Ask for care"),
            live=False,
            chapters=chapters,
            here=HERE,
            units=blank.units,
            unit=filled.unit if filled else "",
            questions=questions,
            phone=filled.phone if filled else _phone(blank),
            interpreter=filled.interpreter if filled else _language(blank),
            protected=blank.patient.protected,
            record=filled.record if filled else blank.record,
            proof=blank.proof,
            wrong=wrong,
            problem=problem,
        )


def _phone(blank: Blank) -> str:
    phones = [t for t in blank.patient.telecoms if t.system == "phone"]
    phones.sort(key=lambda t: t.use != "mobile")
    return phones[0].value[:LONGEST_LINE] if phones else ""


def _language(blank: Blank) -> str:
    return blank.patient.language if blank.patient.interpreter else ""
