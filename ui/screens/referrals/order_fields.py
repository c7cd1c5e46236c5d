"""What is ordered: analyses with their tubes and sampling instructions, examinations with theirs."""

from __future__ import annotations

from forms.catalogue import (
    Analysis,
    Examination,
    analyses,
    code_of,
    examinations,
    laboratory,
    tubes,
)
from ui.screens.referrals.request_form import forms_in
from ui.shell.workspace.form import Content, FieldKind, FormField
from workstation.domain.runs import Run
from workstation.domain.texts import _
from workstation.domain.values import Concept

CODES = "codes"
OTHER = "requested"


def order_fields(content: Content) -> list[FormField]:
    """Return the fields for what is ordered; none for a consultation."""
    kind = content.get("type", "consultation")
    if kind == "laboratory":
        return [_analyses_field(content), _other(_("Other analyses (optional)"))]
    if kind == "imaging":
        return [_examinations_field(content), _other(_("Other examinations (optional)"))]
    return []


def requested_in(content: Content, before: tuple[Concept, ...] = ()) -> tuple[Concept, ...]:
    """Return what the draft orders; what was ordered ``before`` under the same words keeps its codes."""
    kind = content.get("type", "consultation")
    chosen: list[Concept] = []
    if kind == "laboratory":
        chosen = [one.concept for one in _chosen_analyses(content)]
    elif kind == "imaging":
        chosen = [one.concept for one in chosen_examinations(content)]
    known = {concept.label: concept for concept in before}
    names = [part.strip() for part in content.get(OTHER, "").split(",")]
    taken = {concept.label for concept in chosen}
    return (
        *chosen,
        *(known.get(name) or Concept(text=name) for name in names if name and name not in taken),
    )


def order_content(requested: tuple[Concept, ...]) -> dict[str, str]:
    """Return the fields that say what was ordered."""
    known = {a.code for a in laboratory().analyses} | {e.code for e in examinations()}
    codes = [code_of(concept) for concept in requested]
    others = [c.label for c, code in zip(requested, codes, strict=True) if code not in known]
    return {
        CODES: " ".join(code for code in codes if code in known),
        OTHER: ", ".join(others),
    }


def chosen_examinations(content: Content) -> tuple[Examination, ...]:
    """Return the examinations that are ticked."""
    wanted = set(content.get(CODES, "").split())
    return tuple(e for e in examinations() if e.code in wanted)


def _chosen_analyses(content: Content) -> tuple[Analysis, ...]:
    return analyses(content.get(CODES, "").split())


def _other(label: str) -> FormField:
    return FormField(key=OTHER, label=label, hint=_("Divide with commas."))


def _analyses_field(content: Content) -> FormField:
    catalogue = laboratory()
    micro = any(form.specialty == "microbiology" for form in forms_in(content))
    field = "microbiology" if micro and content.get("to_unit") else ""
    offered = [a for a in catalogue.analyses if a.field == field or not content.get("to_unit")]
    first = catalogue.favourites.get(content.get("@unit_type", ""), ())
    offered.sort(key=lambda a: a.code not in first)
    codes = {a.code for a in offered}
    chosen = _chosen_analyses(content)
    return FormField(
        key=CODES,
        label=_("Analyses"),
        kind=FieldKind.PICK,
        choices=tuple((a.code, _name(a)) for a in offered),
        bundles=tuple(
            (panel.name, panel.analyses)
            for panel in catalogue.panels
            if set(panel.analyses) <= codes
        ),
        hint=_instructions(chosen) or _("Panels first, then this kind of unit's favourites."),
        said=_tube_words(chosen),
    )


def _name(analysis: Analysis) -> str:
    short = ", ".join(alias for alias in analysis.aliases if alias not in analysis.name)
    return f"{analysis.name} ({short})" if short else analysis.name


def _tube_words(chosen: tuple[Analysis, ...]) -> tuple[Run, ...]:
    if not chosen:
        return ()
    runs = [Run(_("Chosen: {count}.").format(count=len(chosen)) + " ", "strong")]
    for tube in tubes(a.code for a in chosen):
        vessel = tube.specimen
        runs.append(Run(f"{vessel.name}, {vessel.colour}, {vessel.volume}: ", "strong"))
        runs.append(Run(", ".join(a.name for a in tube.analyses) + ". "))
    return tuple(runs)


def _instructions(chosen: tuple[Analysis, ...]) -> str:
    lines = [f"{a.name}: {a.instruction}" for a in chosen if a.instruction]
    if any(a.fasting for a in chosen):
        lines.insert(0, _("The patient must be fasting."))
    return "\n".join(lines)


def _examinations_field(content: Content) -> FormField:
    forms = {form.name for form in forms_in(content)}
    offered = [e for e in examinations() if e.form in forms or not content.get("to_unit")]
    preparations = [
        f"{e.name}: {e.preparation}" for e in chosen_examinations(content) if e.preparation
    ]
    return FormField(
        key=CODES,
        label=_("Examinations"),
        kind=FieldKind.PICK,
        choices=tuple((e.code, e.name) for e in offered),
        hint="\n".join(preparations),
        said=_examination_words(chosen_examinations(content)),
    )


def _examination_words(chosen: tuple[Examination, ...]) -> tuple[Run, ...]:
    if not chosen:
        return ()
    return (Run(_("Chosen: {names}").format(names=", ".join(e.name for e in chosen)), "strong"),)
