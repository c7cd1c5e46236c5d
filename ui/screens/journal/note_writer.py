"""Writing a note: template or free, sökord by ``/``; save, sign, new version, correction."""

from __future__ import annotations

import msgspec

from forms.phrases import shipped_phrases
from forms.schema import Prefill
from ui.screens.journal.note_content import (
    MADE,
    MODE,
    ORDER,
    kind_in,
    may_take_back,
    with_template,
    with_term,
)
from ui.screens.journal.note_saving import save_draft
from ui.screens.journal.structured import drawn, field_key, given_in, offers
from ui.screens.journal.templates import FREE_NAME, TEMPLATES, TERMS
from ui.shell.workspace.form import Content, DraftContext, FieldKind, Form, FormAction, FormField
from ui.shell.workspace.joined import Line, lines_in
from workstation.domain.note import NEVER_FOR_THE_PATIENT
from workstation.domain.runs import Run
from workstation.domain.texts import _
from workstation.operations.medication_account import account_text, read_account
from workstation.operations.referral_background import background

PHRASES = "@phrases"
_OF_THE_RECORD: dict[str, Prefill] = {
    "lm": "medication",
    "diagnoser": "problems",
    "prover": "laboratory",
    "mätvärden": "vitals",
    "ök": "hypersensitivity",
    "njure": "kidney",
    "vikt": "weight",
}
"""Phrases that insert what the record says, each line with its source."""

_ACCOUNT = "lb"
"""The phrase for the läkemedelsberättelse."""


class NoteWriter:
    """Draws and finishes notes."""

    name = "note"

    def form(self, content: Content, context: DraftContext) -> Form:
        mode = content.get(MODE, "new")
        numbers = content.get(ORDER, "").split()
        shown = [each for n in numbers for each in _section(content, n)]
        joined = [_joined(n, line) for n, line in enumerate(lines_in(content))]
        fields = [*_head(mode), *shown, *joined, *_tail(mode)]
        return Form(
            title=content.get("title") or _(FREE_NAME),
            detail=_detail(mode),
            fields=tuple(fields),
            actions=_actions(mode),
            terms=_terms(),
            phrases=_phrases(content),
            remark=_remark(content, numbers),
        )

    async def prepared(self, content: Content, context: DraftContext) -> Content:
        """Read what phrases insert of the record, as text that says where it stands."""
        session = context.session
        found = await background(context.patient, records=session.records, now=session.clock.now())
        texts = {name: found[key].text for name, key in _OF_THE_RECORD.items() if key in found}
        account = await read_account(context.patient, records=session.records, clock=session.clock)
        texts[_ACCOUNT] = account_text(account)
        return {**content, PHRASES: msgspec.json.encode(texts).decode()}

    def rewritten(self, content: Content, key: str, value: str) -> Content:
        """A chosen template brings its sökord; what is written stays."""
        return with_template(content, value) if key == "template" else {**content, key: value}

    def takes_joined(self, content: Content) -> bool:
        """An order or a referral is signed with a new note; later it is a matter of its own."""
        return content.get(MODE, "new") == "new"

    def with_term(self, content: Content, after: str, term: str) -> tuple[Content, str]:
        """A sökord behind the section one writes in, or over it while it is empty and has none."""
        changed = with_term(content, after, term)
        new = [n for n in changed[ORDER].split() if n not in content.get(ORDER, "").split()]
        if not new:
            return changed, after
        kind = kind_in(changed, new[0])
        first = field_key(new[0], kind.fields({})[0].key) if kind is not None else f"text{new[0]}"
        return changed, first

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        return await save_draft(action, content, context)


def _phrases(content: Content) -> dict[str, str]:
    kept = content.get(PHRASES, "")
    of_record = msgspec.json.decode(kept, type=dict[str, str]) if kept else {}
    return {**shipped_phrases(), **of_record}


def _head(mode: str) -> tuple[FormField, ...]:
    if mode != "new":
        return (FormField(key="title", label=_("Title")),)
    choices = tuple((t.key, t.title or _(FREE_NAME)) for t in TEMPLATES)
    return (
        FormField(key="template", label=_("Template"), kind=FieldKind.CHOICE, choices=choices),
        FormField(key="title", label=_("Title"), beside=True),
    )


def _section(content: Content, number: str) -> tuple[FormField, ...]:
    term = content.get(f"@term{number}", "")
    if content.get(f"@kind{number}") == MADE:
        return _made(content, number, term)
    if (kind := kind_in(content, number)) is not None:
        return drawn(kind, number, given_in(content, number))
    hidden = term in NEVER_FOR_THE_PATIENT
    area = FormField(
        key=f"text{number}",
        label=term or _("Text"),
        kind=FieldKind.AREA,
        rows=2,
        slash=True,
        hint=_("Never shown to the patient.") if hidden else "",
        placeholder="" if term else _("Write, or type / for a sökord"),
    )
    return (area,)


def _joined(number: int, line: Line) -> FormField:
    """What is signed with the note, in the words that the note gets."""
    said = Run(line.text) if line.text else Run(_("not complete yet"), "quiet")
    return FormField(key=f"joined{number}", label=line.term, kind=FieldKind.READ, said=(said,))


def _made(content: Content, number: str, term: str) -> tuple[FormField, ...]:
    """What is a record already is read here, and taken back as a whole: it is never rewritten."""
    if not may_take_back(content, number):
        return (FormField(key=f"text{number}", label=term, kind=FieldKind.READ),)
    out = _("Take it out of the note, and void it as data")
    return (
        FormField(key=f"text{number}", label=term, kind=FieldKind.READ),
        FormField(key=f"void{number}", label=out, kind=FieldKind.CHECK),
    )


def _terms() -> tuple[str, ...]:
    """Sökord, and among them what becomes data: each after the sökord that it begins like."""
    return tuple(sorted((*TERMS, *offers()), key=lambda term: term.replace(" –", "")))


def _tail(mode: str) -> tuple[FormField, ...]:
    approved = FormField(
        key="approved", label=_("The patient may read the note"), kind=FieldKind.CHECK
    )
    if mode != "correct":
        return (approved,)
    why = FormField(
        key="why_corrected",
        label=_("Why the note is corrected"),
        hint=_("Shown beside both versions."),
    )
    return (why, approved)


def _detail(mode: str) -> str:
    return {"correct": _("correction of a signed note"), "version": _("unsigned note")}.get(
        mode, _("new note")
    )


def _actions(mode: str) -> tuple[FormAction, ...]:
    if mode == "correct":
        return (
            FormAction(key="sign", text=_("Sign correction"), shortcut="Ctrl+Return", main=True),
        )
    return (
        FormAction(key="save", text=_("Save"), shortcut="Ctrl+S"),
        FormAction(key="sign", text=_("Sign"), shortcut="Ctrl+Return", main=True),
    )


def _remark(content: Content, numbers: list[str]) -> str:
    if any(content.get(f"text{n}") or content.get(f"@kind{n}") for n in numbers):
        return ""
    return _(
        "/ at the start of a line inserts a sökord, or a value, a diagnosis or a planned action"
        " that becomes data. .lm, .lb, .prover or .diagnoser and a space insert what the record"
        " says."
    )
