"""What stands over a draft: what happened, what is kept, what to do now, and one way to do it."""

from __future__ import annotations

from dataclasses import dataclass

from ui.shell.workspace.form import Form
from ui.shell.workspace.state import OpenDraft
from ui.theme.tokens import Tone
from workstation.domain.texts import _

COPY, BUILD_ON_NEW = "@copy", "@build"


@dataclass(frozen=True, kw_only=True, repr=False)
class Told:
    """``said``: (message, advice), ``remedy``: (key, text) of the one action; empty for none."""

    said: tuple[str, str]
    remedy: tuple[str, str] = ("", "")
    tone: Tone = Tone.WARNING


def told_of(draft: OpenDraft) -> Told:
    """Return what stands over a draft: first what may lose text, then what may mislead."""
    if draft.unkept:
        advice = _(
            "What you write is on this screen only. It is kept by itself as soon as that is"
            " possible. Do not close the program; copy the text if you have to."
        )
        copy = (COPY, _("Copy the text"))
        return Told(said=(draft.unkept, advice), remedy=copy, tone=Tone.CRITICAL)
    if draft.overtaken is not None:
        remedy = (COPY, _("Copy the text"))
        if draft.overtaken.content is not None:
            remedy = (BUILD_ON_NEW, _("Go on from the new version"))
        return Told(said=draft.overtaken.said, remedy=remedy)
    return Told(said=draft.problem)


def text_of(draft: OpenDraft, form: Form) -> str:
    """Return what is written in a draft, as text to be pasted elsewhere."""
    parts = []
    for field in form.fields:
        value = draft.content.get(field.key, "")
        if value:
            shown = dict(field.choices).get(value, value)
            parts.append(f"{field.label}\n{shown}" if field.label else shown)
    return "\n\n".join(parts)
