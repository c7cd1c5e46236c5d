"""Filling in a form: NEWS2, vital signs, fall risk, admission; its values become data at once."""

from __future__ import annotations

from datetime import datetime

import msgspec

from forms.answers import Answers, news2_of
from forms.load import shipped
from forms.schema import Form as Declared
from forms.schema import Item
from forms.text import sections
from forms.values import observations
from ui.shell.when import check_born, moment_of
from ui.shell.workspace.form import Content, DraftContext, FieldKind, Form, FormAction, FormField
from ui.shell.workspace.questions import answers_of, fields_of, wrong_in
from workstation.domain.clock import to_millis
from workstation.domain.note import Note
from workstation.domain.runs import Run
from workstation.domain.texts import N_, _, current_language
from workstation.domain.values import local_text
from workstation.operations.save_form import save_form
from workstation.operations.writing import Incomplete

_FORM = "@form"
_WHEN = "when"
_RISKS = {
    "low": N_("low risk: routine monitoring"),
    "low_medium": N_("one single 3: urgent review by a clinician on the ward"),
    "medium": N_("medium risk: urgent review by a physician"),
    "high": N_("high risk: emergency assessment by a critical care team"),
}
_DOWNTON_RISK = 3


def fillable() -> tuple[Declared, ...]:
    """Return the forms that become notes, by title."""
    return tuple(form for form in shipped().values() if form.note_type)


def title_of(form: Declared) -> str:
    """Return a form's title in the current language."""
    return form.en if current_language() == "en" and form.en else form.title


def begin_form(name: str, now: datetime) -> dict[str, str]:
    """Return the content of a form that is begun now."""
    return {_FORM: name, _WHEN: local_text(to_millis(now)), "approved": "yes"}


def means(item: Item, answers: Answers) -> tuple[Run, ...]:
    """Say what a score means, as its source does."""
    if item.calculated is None:
        return ()
    if item.calculated.by == "news2":
        given = {name: answers.get(link, "") for name, link in item.calculated.of.items()}
        score = news2_of(given)
        return (Run(f"  {_(_RISKS[score.clinical_risk])}"),) if score is not None else ()
    points = int(answers[item.link_id]) if item.calculated.by == "sum" else 0
    if item.link_id == "index" and points >= _DOWNTON_RISK:
        return (Run(f"  {_('raised risk of falling')}"),)
    return ()


class FormWriter:
    """Draws and finishes forms."""

    name = "form"

    def form(self, content: Content, context: DraftContext) -> Form:
        declared = _declared(content)
        fields = (
            FormField(key=_WHEN, label=_("When"), hint=_("Year-month-day hour:minute")),
            *fields_of(declared, content, means=means),
            FormField(
                key="approved", label=_("The patient may read the note"), kind=FieldKind.CHECK
            ),
        )
        return Form(
            title=title_of(declared),
            detail=_("form, version {version}").format(version=declared.version),
            fields=fields,
            actions=(
                FormAction(key="save", text=_("Save"), shortcut="Ctrl+S"),
                FormAction(key="sign", text=_("Sign"), shortcut="Ctrl+Return", main=True),
            ),
            remark=declared.source,
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        declared = _declared(content)
        if wrong := wrong_in(declared, content):
            first = wrong[0]
            raise Incomplete(
                f"{first[2]}: {first[1].message}",
                _("What you have filled in is kept."),
                [field for field, _fault, _label in wrong],
            )
        when = moment_of(content.get(_WHEN, ""), _WHEN, now=context.session.clock.now())
        if when is None:
            raise Incomplete(_("Say when it was."), _("Fill in date and time."), [_WHEN])
        check_born(when, context.patient.birth_date, _WHEN)
        answers = answers_of(declared, content)
        note = Note(
            type=declared.note_type or "bes",
            title=declared.title,
            contact_time=when,
            sections=sections(declared, answers),
            form=declared.name,
            form_version=declared.version,
            answers=msgspec.json.encode(answers, order="sorted").decode(),
        )
        await save_form(
            note,
            observations(declared, answers, effective=when),
            sign=action == "sign",
            approved=bool(content.get("approved")),
            patient=context.patient.patient,
            records=context.session.records,
            desk=context.session.desk,
        )
        return _("Signed.") if action == "sign" else _("Saved, unsigned.")


def _declared(content: Content) -> Declared:
    return shipped()[content[_FORM]]
