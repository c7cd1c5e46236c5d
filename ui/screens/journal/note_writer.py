"""Writing a note: template or free, sökord by ``/``; save, sign, new version, correction."""

from __future__ import annotations

import msgspec

from forms.phrases import shipped_phrases
from forms.schema import Prefill
from ui.screens.journal.templates import FREE_NAME, TEMPLATES, TERMS, template
from ui.shell.workspace.form import (
    Content,
    DraftContext,
    FieldKind,
    Form,
    FormAction,
    FormField,
    basis,
    entity_in,
    seen_in,
)
from workstation.domain.entity import EntityState
from workstation.domain.note import NEVER_FOR_THE_PATIENT, Note, Section
from workstation.domain.texts import _
from workstation.operations.correct_note import correct_note
from workstation.operations.medication_account import account_text, read_account
from workstation.operations.referral_background import background
from workstation.operations.save_note import save_new_version, save_note
from workstation.operations.sign_note import sign_note, write_signed_note
from workstation.operations.writing import heads_of

ORDER = "@sections"
MODE = "@mode"
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


def begin(key: str) -> dict[str, str]:
    """Return a new note's content from a template."""
    chosen = template(key)
    content = {"template": chosen.key, "title": chosen.title, "approved": "yes", MODE: "new"}
    return _with_sections(content, [(term, "") for term in chosen.terms])


def begin_from(state: EntityState) -> dict[str, str]:
    """Return the content that changes an existing note: a correction when it is signed."""
    note = state.current.body
    assert isinstance(note, Note)
    content = {
        **basis(state.id, heads_of(state)),
        MODE: "correct" if state.signed else "version",
        "template": note.template,
        "title": note.title,
        "approved": "yes" if state.current.approved_for_patient else "",
        "@note": msgspec.json.encode(note).decode(),
    }
    return _with_sections(content, [(s.term, s.text) for s in note.sections])


def _with_sections(content: dict[str, str], sections: list[tuple[str, str]]) -> dict[str, str]:
    for number, (term, text) in enumerate(sections):
        content[f"@term{number}"] = term
        content[f"text{number}"] = text
    content[ORDER] = " ".join(str(number) for number in range(len(sections)))
    return content


def with_term(content: Content, after: str, term: str) -> dict[str, str]:
    """Return the content with a new section ``term`` behind the field ``after``, or in place of
    an empty one that has no sökord yet.
    """
    numbers = content.get(ORDER, "").split()
    here = after.removeprefix("text")
    if here in numbers and not content.get(f"@term{here}") and not content.get(after):
        return {**content, f"@term{here}": term}
    new = str(max((int(n) for n in numbers), default=-1) + 1)
    place = numbers.index(here) + 1 if here in numbers else len(numbers)
    order = [*numbers[:place], new, *numbers[place:]]
    return {**content, f"@term{new}": term, f"text{new}": "", ORDER: " ".join(order)}


def with_template(content: Content, key: str) -> dict[str, str]:
    """Return the content under another template: what is written stays, its sökord are added."""
    chosen = template(key)
    numbers = content.get(ORDER, "").split()
    kept = [
        (content.get(f"@term{n}", ""), text)
        for n in numbers
        if (text := content.get(f"text{n}", ""))
    ]
    have = {term for term, _text in kept}
    sections = [*kept, *((term, "") for term in chosen.terms if term not in have)]
    bare = {k: v for k, v in content.items() if not k.startswith(("@term", "text")) and k != ORDER}
    return _with_sections({**bare, "template": key, "title": chosen.title}, sections)


def note_of(content: Content) -> Note:
    """Return the note that the draft says. Sections without any text are left out.

    A new version keeps whatever of the earlier one is no field here: its contact, its form's
    answers, the codes of its sökord.
    """
    chosen = template(content.get("template", ""))
    base = Note(type=chosen.type, template=chosen.key, sections=())
    if kept := content.get("@note"):
        base = msgspec.json.decode(kept, type=Note)
    sections = tuple(
        _section_of(base, int(number), content.get(f"@term{number}", ""), text)
        for number in content.get(ORDER, "").split()
        if (text := content.get(f"text{number}", ""))
    )
    return msgspec.structs.replace(base, title=content.get("title", ""), sections=sections)


def _section_of(base: Note, number: int, term: str, text: str) -> Section:
    if number < len(base.sections) and base.sections[number].term == term:
        return msgspec.structs.replace(base.sections[number], text=text)
    return Section(term=term, text=text)


class NoteWriter:
    """Draws and finishes notes."""

    name = "note"

    def form(self, content: Content, context: DraftContext) -> Form:
        mode = content.get(MODE, "new")
        numbers = content.get(ORDER, "").split()
        fields = [*_head(mode), *(_section(content, n) for n in numbers), *_tail(mode)]
        return Form(
            title=content.get("title") or _(FREE_NAME),
            detail=_detail(mode),
            fields=tuple(fields),
            actions=_actions(mode),
            terms=TERMS,
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

    def with_term(self, content: Content, after: str, term: str) -> tuple[Content, str]:
        """A sökord behind the section one writes in, or over it while it is empty and has none."""
        changed = with_term(content, after, term)
        new = [n for n in changed[ORDER].split() if n not in content.get(ORDER, "").split()]
        return changed, f"text{new[0]}" if new else after

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        note = note_of(content)
        session, patient = context.session, context.patient.patient
        approved = content.get("approved") == "yes"
        records, desk = session.records, session.desk
        entity, seen = entity_in(content), seen_in(content)
        if entity is None and action == "sign":
            await write_signed_note(
                note, patient=patient, approved=approved, records=records, desk=desk
            )
            return _("Signed.")
        if entity is None:
            await save_note(note, patient=patient, approved=approved, records=records, desk=desk)
            return _("Saved, unsigned.")
        if content.get(MODE) == "correct":
            await correct_note(
                note,
                why=content.get("why_corrected", ""),
                patient=patient,
                entity=entity,
                seen=seen,
                approved=approved,
                records=records,
                desk=desk,
            )
            return _("Corrected and signed. Both versions can be read.")
        version = await save_new_version(
            note,
            patient=patient,
            entity=entity,
            seen=seen,
            approved=approved,
            records=records,
            desk=desk,
        )
        if action == "sign":
            await sign_note(
                patient=patient, entity=entity, seen=[version.id], records=records, desk=desk
            )
            return _("Signed.")
        return _("Saved, unsigned.")


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


def _section(content: Content, number: str) -> FormField:
    term = content.get(f"@term{number}", "")
    hidden = term in NEVER_FOR_THE_PATIENT
    return FormField(
        key=f"text{number}",
        label=term or _("Text"),
        kind=FieldKind.AREA,
        rows=2,
        slash=True,
        hint=_("Never shown to the patient.") if hidden else "",
        placeholder="" if term else _("Write, or type / for a sökord"),
    )


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
    if any(content.get(f"text{n}") for n in numbers):
        return ""
    return _(
        "/ at the start of a line inserts a sökord. .lm, .lb, .prover or .diagnoser and a space"
        " insert what the record says."
    )
