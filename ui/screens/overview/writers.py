"""Recording a diagnosis, and attention information (UMI) with hypersensitivity."""

from __future__ import annotations

from ui.shell.code_words import code_words
from ui.shell.workspace.form import (
    Content,
    DraftContext,
    FieldKind,
    Form,
    FormAction,
    FormField,
)
from workstation.domain import attention as known
from workstation.domain.attention import Attention, Reaction
from workstation.domain.diagnosis import DIAGNOSIS_TYPES, Diagnosis, typed_diagnosis
from workstation.domain.known_words import one_of
from workstation.domain.texts import N_, _
from workstation.domain.values import Concept, local_date
from workstation.operations.save_attention import save_attention
from workstation.operations.save_diagnosis import save_diagnosis

CATEGORIES = {
    "C": N_("Hypersensitivity"),
    "A": N_("Medical condition or treatment"),
    "B": N_("Communicable disease"),
    "D": N_("Special care routine"),
    "E": N_("Not structured"),
}
SEVERITIES = {
    "life_threatening": N_("Life-threatening"),
    "harmful": N_("Harmful"),
    "troublesome": N_("Troublesome"),
}
CERTAINTIES = {
    "confirmed": N_("Confirmed"),
    "probable": N_("Probable"),
    "suspected": N_("Suspected"),
}
_DIAGNOSIS_TYPES = (
    ("main", N_("Main diagnosis")),
    ("secondary", N_("Secondary diagnosis")),
    ("problem", N_("Lasting problem")),
)


def _choices(texts: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((key, _(text)) for key, text in texts.items())


class DiagnosisWriter:
    """Draws and finishes diagnoses."""

    name = "diagnosis"

    def form(self, content: Content, context: DraftContext) -> Form:
        kinds = tuple((key, _(text)) for key, text in _DIAGNOSIS_TYPES)
        fields = (
            FormField(key="text", label=_("Diagnosis")),
            FormField(
                key="code", label=_("ICD-10-SE code"), hint=code_words(content.get("code", ""))
            ),
            FormField(
                key="type", label=_("Type"), kind=FieldKind.CHOICE, choices=kinds, beside=True
            ),
            FormField(key="onset", label=_("Since"), kind=FieldKind.DATE),
            FormField(key="comment", label=_("Comment"), kind=FieldKind.AREA),
        )
        done = FormAction(key="sign", text=_("Sign"), shortcut="Ctrl+Return", main=True)
        return Form(title=_("Diagnosis"), fields=fields, actions=(done,))

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        today = local_date(int(context.session.clock.now().timestamp() * 1000)).isoformat()
        diagnosis = Diagnosis(
            concept=typed_diagnosis(content.get("code", ""), content.get("text", "")),
            type=one_of(content.get("type", ""), DIAGNOSIS_TYPES, "problem"),
            onset=content.get("onset") or None,
            recorded=today,
            comment=content.get("comment", ""),
        )
        await save_diagnosis(
            diagnosis,
            patient=context.patient.patient,
            records=context.session.records,
            desk=context.session.desk,
        )
        return _("Recorded.")


class AttentionWriter:
    """Draws and finishes attention information."""

    name = "attention"

    def form(self, content: Content, context: DraftContext) -> Form:
        category = content.get("category", "")
        fields = [
            FormField(
                key="category",
                label=_("Category"),
                kind=FieldKind.CHOICE,
                choices=_choices(CATEGORIES),
            )
        ]
        if category == "C":
            fields.append(
                FormField(
                    key="none_known",
                    label=_("Asked: no known hypersensitivity"),
                    kind=FieldKind.CHECK,
                )
            )
        if content.get("none_known") != "yes":
            fields.extend(_details(category))
        done = FormAction(key="sign", text=_("Sign"), shortcut="Ctrl+Return", main=True)
        remark = ""
        if category == "C":
            remark = _("Written in words without a code, it will not trigger automatic warnings.")
        return Form(title=_("Attention"), fields=tuple(fields), actions=(done,), remark=remark)

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        await save_attention(
            _attention(content, context),
            patient=context.patient.patient,
            records=context.session.records,
            desk=context.session.desk,
        )
        return _("Recorded.")


def _details(category: str) -> list[FormField]:
    label = _("Substance") if category == "C" else _("What it is about")
    fields = [FormField(key="text", label=label)]
    if category == "C":
        fields.append(
            FormField(
                key="severity",
                label=_("Severity"),
                kind=FieldKind.CHOICE,
                choices=_choices(SEVERITIES),
            )
        )
        fields.append(
            FormField(
                key="certainty",
                label=_("Certainty"),
                kind=FieldKind.CHOICE,
                choices=_choices(CERTAINTIES),
                beside=True,
            )
        )
        fields.append(FormField(key="reaction", label=_("What happened")))
    fields.append(FormField(key="comment", label=_("Comment"), kind=FieldKind.AREA))
    return fields


def _attention(content: Content, context: DraftContext) -> Attention:
    none_known = content.get("none_known") == "yes" and content.get("category") == "C"
    today = local_date(int(context.session.clock.now().timestamp() * 1000)).isoformat()
    reaction = content.get("reaction", "").strip()
    return Attention(
        category=one_of(content.get("category", ""), known.CATEGORIES, "E"),
        concept=Concept(text="" if none_known else content.get("text", "").strip()),
        none_known=none_known,
        severity="" if none_known else one_of(content.get("severity", ""), known.SEVERITIES, ""),
        certainty="" if none_known else one_of(content.get("certainty", ""), known.CERTAINTIES, ""),
        reactions=(Reaction(manifestation=Concept(text=reaction)),) if reaction else (),
        verified=today,
        comment=content.get("comment", ""),
    )
