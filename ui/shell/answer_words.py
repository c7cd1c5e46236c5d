"""A laboratory's or imaging department's answer as it is read: what is abnormal first, then the rest."""

from __future__ import annotations

from collections.abc import Sequence

from ui.kit.entry import Label, Paragraph
from ui.kit.textrun import Ink
from ui.shell.value_words import mark, range_text, value_text
from ui.theme.tokens import Tone
from workstation.domain.observation import DiagnosticReport, Observation
from workstation.domain.texts import N_, _
from workstation.domain.value_words import corrected_text, earlier_value
from workstation.operations.ports import Listed

_STATUS = {
    "partial": N_("partial answer"),
    "preliminary": N_("preliminary answer"),
    "corrected": N_("corrected"),
    "cancelled": N_("cancelled"),
}


def answer_paragraphs(
    report: DiagnosticReport, results: Sequence[Listed | None]
) -> list[Paragraph]:
    """Return the answer's conclusion and results. None: a result that is not on this computer."""
    paragraphs = [Paragraph(text=report.conclusion)] if report.conclusion else []
    coded = ", ".join(concept.label for concept in report.conclusions)
    if coded:
        paragraphs.append(Paragraph(heading=_("Conclusion"), text=coded))
    paragraphs.extend(_results(results))
    missing = sum(1 for one in results if one is None)
    if missing:
        text = _("{count} results are not on this computer yet.").format(count=missing)
        paragraphs.append(Paragraph(text=text, ink=Ink.WARNING))
    if not paragraphs:
        text = _("The answer holds neither results nor a conclusion.")
        paragraphs.append(Paragraph(text=text, ink=Ink.QUIET))
    return paragraphs


def status_label(report: DiagnosticReport) -> Label | None:
    """Return a label for an answer that is not final."""
    word = _STATUS.get(report.status)
    return Label(text=_(word), tone=Tone.WARNING) if word else None


def _results(results: Sequence[Listed | None]) -> list[Paragraph]:
    flagged: list[Paragraph] = []
    rest: list[str] = []
    for listed in results:
        body = listed.state.current.body if listed is not None else None
        if listed is None or not isinstance(body, Observation):
            continue
        name = body.concept.label
        if listed.state.voided:
            flagged.append(Paragraph(heading=name, text=_("voided"), ink=Ink.WARNING))
        elif (before := earlier_value(listed.state)) is not None:
            flagged.append(_corrected(before, body))
        elif body.abnormal:
            flagged.append(_flagged(body))
        else:
            rest.append(f"{name}\u00a0 {value_text(body)}")
    return [*flagged, *([Paragraph(text="  ·  ".join(rest))] if rest else [])]


def _corrected(before: Observation, body: Observation) -> Paragraph:
    ink = Ink.CRITICAL if body.critical else Ink.WARNING
    return Paragraph(heading=body.concept.label, text=corrected_text(before, body), ink=ink)


def _flagged(body: Observation) -> Paragraph:
    reference = range_text(body.reference)
    tail = "   " + _("reference {range}").format(range=reference) if reference else ""
    ink = Ink.CRITICAL if body.critical else Ink.WARNING
    text = f"{value_text(body)}\u00a0{mark(body)}{tail}"
    return Paragraph(heading=body.concept.label, text=text, ink=ink)
