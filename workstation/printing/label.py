"""Labels for specimens: one for each tube, 80 × 40 mm, with the order's number as Code 128.

A patient with protected identity is named by birth date on a label: labels lie about (care
rules section 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from forms.catalogue import Tube, analyses, code_of, tubes
from workstation.domain.entity import EntityState
from workstation.domain.problem import Problem
from workstation.domain.referral import ReferralState, referral_state, requisition_number
from workstation.domain.texts import _, current_language
from workstation.domain.values import Concept
from workstation.printing.fonts import BOLD, ONE_AT_A_TIME, REGULAR, learn, width
from workstation.printing.layout import as_drawn, forget_widths
from workstation.printing.sheet import Sheet

_MM = 72 / 25.4
WIDE, TALL = 80 * _MM, 40 * _MM
_LEFT = 3 * _MM
_ROOM = WIDE - 2 * _LEFT
_BAR = 0.30 * _MM
"""The narrowest bar: readable by any scanner, and fits the label with 13 signs."""


class NothingToLabel(Problem):
    """The referral orders no specimen."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Label:
    """One label: the barcode's signs, then its lines."""

    number: str
    vessel: str
    wanted: str
    remarks: str


def labels(state: EntityState) -> tuple[Label, ...]:
    """Return the labels of a laboratory order, in the order of the tubes.

    Raises:
        NothingToLabel: It orders no analysis.
    """
    referral = referral_state(state)
    request = referral.request
    if request.type != "laboratory" or not request.requested:
        raise NothingToLabel(
            _("The referral orders no specimen."), _("Labels are printed for laboratory orders.")
        )
    number = request.requisition or requisition_number(state.id)
    codes = [code_of(concept) for concept in request.requested]
    known = {analysis.code for analysis in analyses(codes)}
    others = [c for c, code in zip(request.requested, codes, strict=True) if code not in known]
    found = [_of_tube(tube) for tube in tubes(codes)] + [_of_other(c) for c in others]
    return tuple(
        Label(number=f"{number}-{place}", vessel=vessel, wanted=wanted, remarks=_remarks(referral))
        for place, (vessel, wanted) in enumerate(found, start=1)
    )


def _of_tube(tube: Tube) -> tuple[str, str]:
    vessel = tube.specimen
    names = ", ".join(analysis.name for analysis in tube.analyses)
    return f"{vessel.name}, {vessel.colour}, {vessel.volume}", names


def _of_other(concept: Concept) -> tuple[str, str]:
    return _("Vessel by the laboratory's instruction"), concept.label


def _remarks(referral: ReferralState) -> str:
    priority = referral.request.priority
    urgent = _("URGENT") if priority in ("urgent", "immediate") else ""
    return "  ".join(part for part in (urgent, referral.receiver_name) if part)


def print_labels(state: EntityState, *, sheet: Sheet) -> bytes:
    """Return one page for each label.

    Raises:
        NothingToLabel: The referral orders no specimen.
    """
    from reportlab.pdfgen.canvas import Canvas

    found = labels(state)
    with ONE_AT_A_TIME:
        stream = BytesIO()
        canvas = Canvas(stream, pagesize=(WIDE, TALL), invariant=1, lang=current_language())
        canvas.setTitle(_("Label"))
        canvas.setAuthor("")
        canvas.setSubject("")
        canvas.setCreator("Ronden")
        for place, label in enumerate(found, start=1):
            _draw(canvas, label, sheet, place, len(found))
            canvas.showPage()
        canvas.save()
        forget_widths()
    return stream.getvalue()


def _draw(canvas: Any, label: Label, sheet: Sheet, place: int, total: int) -> None:
    from reportlab.graphics.barcode.code128 import Code128

    top = TALL - 4.5 * _MM
    who, number = _who(sheet)
    _line(canvas, top, who, BOLD, 9.5)
    _line(canvas, top - 4.2 * _MM, number, BOLD, 9.5)
    _line(canvas, top - 8.0 * _MM, label.vessel, REGULAR, 7.5)
    _line(canvas, top - 11.4 * _MM, label.wanted, BOLD, 7.5)
    code = Code128(label.number, barHeight=10 * _MM, barWidth=_BAR, quiet=0)
    code.drawOn(canvas, _LEFT, top - 25.2 * _MM)
    _line(canvas, top - 29.0 * _MM, f"{label.number}   {label.remarks}", REGULAR, 7.0)
    taken = _("Taken: date ________  time ______  by ______")
    _line(canvas, top - 33.0 * _MM, f"{taken}   {place}/{total}", REGULAR, 6.5)


def _who(sheet: Sheet) -> tuple[str, str]:
    if not sheet.patient.protected:
        return sheet.name, sheet.identity
    born = sheet.patient.birth_date or ""
    return _("Protected personal data"), _("Born {date}").format(date=born)


def _line(canvas: Any, y: float, text: str, font: str, size: float) -> None:
    """Draw one line; what does not fit is made smaller, then cut with a sign that it goes on."""
    learn(font, text + "…")
    while size > 5.5 and width(text, font, size) > _ROOM:
        size -= 0.5
    whole = text
    while text and width(text, font, size) > _ROOM:
        text = text[:-1]
    if text != whole:
        while text and width(f"{text}…", font, size) > _ROOM:
            text = text[:-1]
        text += "…"
    canvas.setFont(font, size)
    canvas.drawString(_LEFT, y, as_drawn(text))
