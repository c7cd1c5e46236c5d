"""The rules beside an order that is being written: what they say, and the reason to order anyway."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import msgspec

from ui.shell.support_cards import checked_words, fact_words, title_of
from ui.shell.workspace.form import ENTITY, Content, DraftContext, FieldKind, FormField
from workstation.decision_support.records.medicines import codes_of, fits_use, is_coded, ordered
from workstation.domain.clock import to_millis
from workstation.domain.ids import EntityId
from workstation.domain.medication import ATC, Drug, MedicationOrder, Override
from workstation.domain.override_reasons import OVERRIDE_REASONS
from workstation.domain.texts import _
from workstation.domain.values import Coding, is_when
from workstation.operations.support import Checked, Shown, Support
from workstation.operations.writing import Incomplete

REASONS = "@reasons"
_IN_WORDS = frozenset({"wrong", "other", "benefit"})
"""Codes that say too little without words."""


def entity_of(content: Content) -> EntityId | None:
    """Return the order that the draft changes or renews."""
    text = content.get(ENTITY, "")
    return EntityId(UUID(text)) if text else None


def judged(
    order: MedicationOrder, content: Content, context: DraftContext, *, signing: bool = False
) -> Checked | None:
    """Return what the rules say of the draft; None where nobody has asked them yet.

    Of a date that is no date, or not yet, they are asked as if there were none: it never keeps
    them from saying what they know of the medicine.
    """
    support = context.session.support
    if support is None or not content.get("drug", "").strip():
        return None
    patient = context.patient.patient
    asked = msgspec.structs.replace(
        order, start=readable(order.start), planned_stop=readable(order.planned_stop)
    )
    return support.order(patient, asked, signing=signing, entity=entity_of(content))


def readable(when: str | None) -> str | None:
    """Return a date that can be read as it was typed; None for what is no date, or not yet."""
    return when if when and is_when(when) else None


def coded(drug: Drug, support: Support | None) -> Drug:
    """Return the drug with the code its name stands for in the content, where it has none."""
    if support is None or drug.atc or not drug.name.strip():
        return drug
    library = support.in_force.engine.library
    found = ordered(MedicationOrder(action="prescribe", drug=drug), library)
    if not is_coded(found) or not fits_use(found):
        return drug
    coding = Coding(system=ATC, code=found.atc, display=library.title(found.atc))
    concept = msgspec.structs.replace(
        drug.concept, codings=(*drug.concept.codings, coding), text=drug.concept.text or drug.name
    )
    return msgspec.structs.replace(drug, concept=concept)


def name_hint(content: Content, support: Support | None) -> str:
    """Say when a name will not set off any check."""
    name = content.get("drug", "").strip()
    if support is None or not name:
        return ""
    kept = content.get("@drug", "")
    if kept and msgspec.json.decode(kept, type=Drug).name == name:
        return ""
    if codes_of(name, support.in_force.engine.library):
        return ""
    return _("Not in the list of medicines: no check knows it under this name.")


def remark(checked: Checked | None, content: Content, context: DraftContext) -> str:
    """Return what was checked and what was not, and by which content."""
    support = context.session.support
    if support is None:
        return _(
            "No automatic check has been made: interactions, kidney function, "
            "hypersensitivity and duplicates are yours to judge."
        )
    now = to_millis(context.session.clock.now())
    if not content.get("drug", "").strip():
        return _("The rules answer as soon as the medicine is named.")
    return checked_words(checked, support.in_force, now)


def reason_fields(checked: Checked | None, content: Content) -> tuple[FormField, ...]:
    """Return what must be answered before an order binds in spite of a warning."""
    if checked is None or not content.get(REASONS):
        return ()
    choices = tuple((code, _(text)) for code, text in OVERRIDE_REASONS)
    fields: list[FormField] = []
    for shown in checked.interrupting:
        title = title_of(shown.card)
        fields.append(
            FormField(
                key=_code_key(shown),
                label=_("Why it is ordered anyway: {problem}").format(problem=title),
                kind=FieldKind.CHOICE,
                choices=choices,
            )
        )
        if content.get(_code_key(shown), "") in _IN_WORDS:
            fields.append(
                FormField(
                    key=_text_key(shown),
                    label=_("In words: {problem}").format(problem=title),
                    hint=_("Stands in the order, with the rule, for whoever reads it next."),
                )
            )
    return tuple(fields)


def overrides(
    checked: Checked | None, content: Content, support: Support | None
) -> tuple[Override, ...]:
    """Return the reasons given, with rule, version and the facts they rest on.

    Raises:
        Incomplete: A warning that interrupts has no reason yet.
    """
    if checked is None or support is None:
        return ()
    missing = [field for shown in checked.interrupting for field in _missing(shown, content)]
    if missing:
        raise Incomplete(
            _("A warning asks for a decision."),
            _("Choose another way, or say why it is ordered anyway."),
            missing,
        )
    engine = support.in_force.engine
    names = {code: _(text) for code, text in OVERRIDE_REASONS}
    return tuple(
        Override(
            rule=shown.card.lead.rule,
            version=shown.card.lead.version,
            reason_code=content[_code_key(shown)],
            reason=content.get(_text_key(shown), "").strip() or names[content[_code_key(shown)]],
            tier=shown.card.lead.severity,
            basis=shown.card.basis,
            facts=tuple(
                dict.fromkeys(
                    fact_words(used, engine) for f in shown.card.findings for used in f.used
                )
            ),
        )
        for shown in checked.interrupting
    )


def _missing(shown: Shown, content: Content) -> list[str]:
    code = content.get(_code_key(shown), "")
    if code not in dict(OVERRIDE_REASONS):
        return [_code_key(shown)]
    if code in _IN_WORDS and not content.get(_text_key(shown), "").strip():
        return [_text_key(shown)]
    return []


def _code_key(shown: Shown) -> str:
    return f"reason:{shown.card.key}"


def _text_key(shown: Shown) -> str:
    return f"words:{shown.card.key}"


def card_of(checked: Checked | None, key: str) -> Shown | None:
    """Return the card that a suggestion belongs to, where it still stands."""
    return next((s for s in checked.cards if s.card.key == key), None) if checked else None


def counted(checked: Checked | None, given: tuple[Override, ...]) -> Mapping[str, str]:
    """Return the coded reasons by rule, for counting."""
    return {one.rule: one.reason_code for one in given} if checked is not None else {}
