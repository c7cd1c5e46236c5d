"""Answering a referral; the answer before stands beside it with what changes, word for word."""

from __future__ import annotations

from collections.abc import Sequence

from ui.screens.referrals.attached import (
    ATTACH,
    attached_field,
    attached_in,
    with_file,
)
from ui.screens.referrals.steps import ANSWER_KEYS
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
from workstation.domain.known_words import one_of
from workstation.domain.referral import ReferralAnswer, ReferralState
from workstation.domain.referral.bodies import ANSWER_KINDS
from workstation.domain.referral_words import ANSWERS
from workstation.domain.runs import Run
from workstation.domain.texts import _
from workstation.domain.word_diff import likely_changes_meaning, word_diff
from workstation.operations.answer_referral import MOST_SIGNS, answer_referral
from workstation.operations.writing import Incomplete


def begin_answer(referral: ReferralState, kinds: Sequence[str] = ANSWER_KEYS) -> dict[str, str]:
    """Return the content of an answer, beginning from the preliminary one where there is one.

    Args:
        kinds: The kinds of answer that may be given now.
    """
    before = referral.answers[-1].body if referral.answers else None
    text = before.text if isinstance(before, ReferralAnswer) else ""
    goes_on = isinstance(before, ReferralAnswer) and before.answer in ("PSV", "SSV")
    return {
        "what": referral.request.question,
        "answer": kinds[-1] if kinds else "SSV",
        "@kinds": " ".join(kinds),
        "text": text if goes_on else "",
        "before": text,
        "@before": before.answer if isinstance(before, ReferralAnswer) else "",
    }


class AnswerWriter:
    """Draws and finishes answers."""

    name = "referral_answer"
    steps = frozenset({ATTACH})

    def form(self, content: Content, context: DraftContext) -> Form:
        kinds = tuple((key, _(ANSWERS[key])) for key in _kinds(content))
        left = MOST_SIGNS - len(content.get("text", ""))
        near = _("{count} signs left.").format(count=left) if left < 500 else ""
        fields = [
            FormField(key="what", label=_("Question"), kind=FieldKind.READ),
            FormField(key="answer", label=_("Answer"), kind=FieldKind.CHOICE, choices=kinds),
        ]
        if content.get("before"):
            label = _("Answered before: {answer}").format(
                answer=_(ANSWERS.get(content.get("@before", ""), ""))
            )
            fields.append(FormField(key="before", label=label, kind=FieldKind.READ))
        fields.append(
            FormField(
                key="text",
                label=_("Text"),
                kind=FieldKind.AREA,
                rows=8,
                hint=near,
                said=_changes(content),
            )
        )
        if _differs(content):
            fields.append(_meaning(content))
        fields.append(FormField(key="conclusion", label=_("Conclusion")))
        if (attached := attached_field(content)) is not None:
            fields.append(attached)
        actions = [
            FormAction(key="answer", text=_("Sign answer"), shortcut="Ctrl+Return", main=True)
        ]
        if context.session.attachments is not None and context.session.files is not None:
            actions.insert(0, FormAction(key=ATTACH, text=_("Attach a file"), shortcut="Ctrl+B"))
        return Form(title=_("Answer"), fields=tuple(fields), actions=tuple(actions))

    async def step(self, action: str, content: Content, context: DraftContext) -> Content:
        return await with_file(content, context)

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        changes = content.get("changes", "")
        if _differs(content) and changes not in ("yes", "no"):
            raise Incomplete(
                _("The text differs from the answer before it."),
                _("Say whether that changes its meaning: then the sender is alerted."),
                ["changes"],
            )
        body = ReferralAnswer(
            answer=one_of(content.get("answer", ""), ANSWER_KINDS, "SSV"),
            text=content.get("text", ""),
            conclusion=content.get("conclusion", ""),
            changes_meaning=_differs(content) and changes == "yes",
            attachments=attached_in(content),
        )
        session, patient = context.session, context.patient.patient
        if body.attachments and session.attachments is not None:
            await session.attachments.release(patient, body.attachments)
        await answer_referral(
            body,
            patient=patient,
            entity=about(content),
            seen=seen_in(content),
            records=session.records,
            desk=session.desk,
        )
        if session.sync.status().connected:
            return _("Answered.")
        return _("Answered. Saved here, sent when the network is back.")


def _kinds(content: Content) -> tuple[str, ...]:
    return tuple(content.get("@kinds", "").split()) or ANSWER_KEYS


def _differs(content: Content) -> bool:
    before, text = content.get("before", ""), content.get("text", "")
    return bool(before) and bool(text) and before != text


def _changes(content: Content) -> tuple[Run, ...]:
    """Return the difference as it is read: what goes in brackets, what comes strong."""
    if not _differs(content):
        return ()
    runs = [Run(_("Changes:") + " ", "quiet")]
    for piece in word_diff(content.get("before", ""), content.get("text", "")):
        if piece.change == "gone":
            runs.append(Run(f"[−{piece.text}−]", "quiet"))
        else:
            runs.append(Run(piece.text, "strong" if piece.change == "new" else ""))
    return tuple(runs)


def _meaning(content: Content) -> FormField:
    likely = likely_changes_meaning(content.get("before", ""), content.get("text", ""))
    hint = _("A number, a side or a negation is changed.") if likely else ""
    return FormField(
        key="changes",
        label=_("Does it change the meaning?"),
        kind=FieldKind.CHOICE,
        choices=(("yes", _("Yes: alert the sender")), ("no", _("No: wording only"))),
        hint=hint,
    )
