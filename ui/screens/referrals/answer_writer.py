"""Answering a referral; the preliminary answer stands beside the final one while it is written."""

from __future__ import annotations

from ui.shell.workspace.form import (
    Content,
    DraftContext,
    FieldKind,
    Form,
    FormAction,
    FormField,
    seen_in,
)
from ui.shell.workspace.mark_writers import about
from workstation.domain.referral import ReferralAnswer, ReferralState
from workstation.domain.referral_words import ANSWERS
from workstation.domain.texts import _
from workstation.operations.answer_referral import MOST_SIGNS, answer_referral


def begin_answer(referral: ReferralState) -> dict[str, str]:
    """Return the content of an answer, beginning from the preliminary one where there is one."""
    before = referral.answers[-1].body if referral.answers else None
    text = before.text if isinstance(before, ReferralAnswer) else ""
    return {
        "what": referral.request.question,
        "answer": "SSV",
        "text": text if isinstance(before, ReferralAnswer) and before.answer == "PSV" else "",
        "before": text,
    }


class AnswerWriter:
    """Draws and finishes answers."""

    name = "referral_answer"

    def form(self, content: Content, context: DraftContext) -> Form:
        kinds = tuple((key, _(text)) for key, text in ANSWERS.items())
        left = MOST_SIGNS - len(content.get("text", ""))
        near = _("{count} signs left.").format(count=left) if left < 500 else ""
        fields = [
            FormField(key="what", label=_("Question"), kind=FieldKind.READ),
            FormField(key="answer", label=_("Answer"), kind=FieldKind.CHOICE, choices=kinds),
        ]
        if content.get("before"):
            fields.append(FormField(key="before", label=_("Answered before"), kind=FieldKind.READ))
        fields.append(
            FormField(key="text", label=_("Text"), kind=FieldKind.AREA, rows=8, hint=near)
        )
        fields.append(FormField(key="conclusion", label=_("Conclusion")))
        return Form(
            title=_("Answer"),
            fields=tuple(fields),
            actions=(
                FormAction(key="answer", text=_("Sign answer"), shortcut="Ctrl+Return", main=True),
            ),
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        body = ReferralAnswer(
            answer=content.get("answer") or "SSV",  # type: ignore[arg-type]
            text=content.get("text", ""),
            conclusion=content.get("conclusion", ""),
        )
        await answer_referral(
            body,
            patient=context.patient.patient,
            entity=about(content),
            seen=seen_in(content),
            records=context.session.records,
            desk=context.session.desk,
        )
        return _("Answered.")
