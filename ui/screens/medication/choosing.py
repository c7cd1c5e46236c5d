"""Choosing a medicine while typing: what fits, what is recommended, and what each would set off."""

from __future__ import annotations

import msgspec

from ui.screens.medication.checks import entity_of, readable
from ui.shell.support_cards import warned_of
from ui.shell.workspace.form import Content, DraftContext, FormCard, Offer, Taken
from workstation.decision_support.formulary import Choice, Found
from workstation.domain.dosage import DosageProblem, parse_dosage
from workstation.domain.dosage_words import dosage_words
from workstation.domain.medication import ATC, Drug, MedicationOrder
from workstation.domain.medication_line import generic_name
from workstation.domain.texts import N_, _
from workstation.domain.values import Coding, Concept
from workstation.operations.choosing import Candidate
from workstation.operations.support import Support

USUAL = "@usual"
_LIMIT = 10
_LEAST_TYPED = 2
_MOST_MARKS = 2
_TAGS = {"first": N_("Recommended"), "then": N_("Recommended next"), "instead": "", "": ""}


def held_drug(content: Content) -> Drug | None:
    """Return the drug that was chosen or that the order had, while its name still stands."""
    kept = content.get("@drug", "")
    if not kept:
        return None
    held = msgspec.json.decode(kept, type=Drug)
    return held if held.name == content.get("drug", "").strip() else None


def found_in(content: Content, support: Support | None) -> Found:
    """Return what fits what is typed; nothing once something is chosen."""
    typed = content.get("drug", "").strip()
    if support is None or len(typed) < _LEAST_TYPED or held_drug(content) is not None:
        return Found()
    return support.in_force.engine.library.formulary.find(typed, limit=_LIMIT)


def offers_of(found: Found, content: Content, context: DraftContext) -> tuple[Offer, ...]:
    """Return the rows under the line, with marks where somebody has found out what they set off."""
    offers: list[Offer] = []
    apart = False
    for choice in found.choices:
        heads = choice.offered and not apart
        apart = apart or choice.offered
        offers.append(
            Offer(
                key=choice.key,
                text=choice.name,
                title=generic_name(_drug(choice)),
                detail=_detail(choice),
                tag=_tag(choice),
                apart=_("The region's list recommends instead") if heads else "",
                marks=_marks(choice, content, context),
            )
        )
    return tuple(offers)


def offered_words(found: Found) -> str:
    """Return how many are shown of how many, and whether they only are like what was typed."""
    shown = sum(not choice.offered for choice in found.choices)
    if not shown:
        return ""
    said = _("Showing {shown} of {total}").format(shown=shown, total=found.total)
    if found.choices[0].alike:
        said = _("Nothing has this name; like it are: {said}").format(said=said)
    return said


def candidates(found: Found, content: Content) -> tuple[Candidate, ...]:
    """Return what there is to find out: one question for what differs only in strength."""
    asked = {one.key: one for one in (_candidate(c, content) for c in found.choices)}
    return tuple(asked.values())


def chosen(key: str, support: Support | None) -> Taken:
    """Return the draft with the medicine of a row: its dose is another question."""
    choice = support.in_force.engine.library.formulary.choice(key) if support else None
    if choice is None:
        return Taken()
    content = {
        "drug": choice.name,
        "brand": choice.brand,
        "form": choice.form,
        "strength": choice.strength,
        "route": choice.route,
        "dosage": "",
        "amount": "",
        "@drug": msgspec.json.encode(_drug(choice)).decode(),
        "@before": "",
        "@reasons": "",
    }
    return Taken(content=content, focus="dosage" if choice.strength else "strength")


def usual_card(content: Content, support: Support | None, unit: str) -> tuple[FormCard, ...]:
    """Return the usual dosing as something to take with one key, while none is written."""
    if support is None or content.get("dosage", "").strip() or held_drug(content) is None:
        return ()
    choice = support.in_force.engine.library.formulary.choice(_key(content))
    lines = choice.usual if choice is not None else ()
    if not lines:
        return ()
    return (
        FormCard(
            key=USUAL,
            level="info",
            title=_("Usual dosing"),
            text=_("Of adults with no reason for another dose. Read it before you sign."),
            suggestions=tuple((f"usual:{line}", _in_words(line, unit)) for line in lines),
        ),
    )


def usual_taken(choice: str) -> Taken:
    """Return the draft with a usual dosing."""
    return Taken(content={"dosage": choice.partition(":")[2], "amount": ""}, focus="reason")


def _in_words(line: str, unit: str) -> str:
    try:
        return dosage_words(parse_dosage(line, unit=unit))
    except DosageProblem:
        return line


def _key(content: Content) -> str:
    held = held_drug(content)
    assert held is not None
    parts = (
        held.atc,
        *(content.get(k, "").strip() for k in ("brand", "form", "strength", "route")),
    )
    return "|".join(parts)


def _drug(choice: Choice) -> Drug:
    coding = Coding(system=ATC, code=choice.atc, display=choice.name)
    return Drug(
        name=choice.name,
        brand=choice.brand,
        form=choice.form,
        strength=choice.strength,
        route=choice.route,
        concept=Concept(codings=(coding,), text=choice.name),
    )


def _detail(choice: Choice) -> str:
    parts = [" ".join(p for p in (choice.strength, choice.form) if p), choice.route]
    said = ", ".join(part for part in parts if part)
    return f"{said}  {choice.brand.upper()}" if choice.brand else said


def _tag(choice: Choice) -> str:
    if choice.better:
        names = _(" or ").join(name.lower() for name in choice.better)
        return _("rather choose {names}").format(names=names)
    return _(_TAGS[choice.standing]) if choice.standing in ("first", "then") else ""


def _candidate(choice: Choice, content: Content) -> Candidate:
    order = MedicationOrder(
        action="prescribe", drug=_drug(choice), start=readable(content.get("start"))
    )
    key = "|".join((choice.atc, choice.form, choice.route, content.get("start", "")))
    return Candidate(key=key, order=order, entity=entity_of(content))


def _marks(choice: Choice, content: Content, context: DraftContext) -> tuple[tuple[str, bool], ...]:
    support = context.session.support
    if support is None:
        return ()
    patient = context.patient.patient
    warned = warned_of(support.ahead.answer(patient, _candidate(choice, content)))
    more = len(warned) - _MOST_MARKS
    if more <= 0:
        return warned
    first, last = warned[: _MOST_MARKS - 1], warned[_MOST_MARKS - 1]
    return (*first, (f"{last[0]} +{more}", last[1]))
