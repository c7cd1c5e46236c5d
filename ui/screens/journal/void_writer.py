"""Voiding a note: what it made as data goes with it, and that is read before it is done."""

from __future__ import annotations

from ui.shell.extract import beginning
from ui.shell.workspace.form import (
    Content,
    DraftContext,
    FieldKind,
    Form,
    FormAction,
    FormField,
    basis,
    seen_in,
)
from ui.shell.workspace.mark_writers import about
from workstation.domain.entity import EntityState
from workstation.domain.note import Note
from workstation.domain.texts import _
from workstation.domain.values import local_text, millis_of
from workstation.operations.ports import Listed
from workstation.operations.void_note import MadeByNote, void_note
from workstation.operations.writing import heads_of

_BEGINS = 160  # letters of the note that is voided


def begin_void(state: EntityState, made: MadeByNote) -> dict[str, str]:
    """Return the content of a draft that voids a note."""
    return {
        **basis(state.id, heads_of(state)),
        "what": _what(state),
        "goes": "\n".join(_line(each) for each in made.goes),
        "stays": "\n".join(_line(each) for each in made.stays),
    }


def _what(state: EntityState) -> str:
    """Return which note it is, in words: its title, when and by whom, and how it begins."""
    record = state.current
    body = record.body
    assert isinstance(body, Note)
    when = local_text(
        millis_of(body.contact_time) if body.contact_time else record.written_at.millis
    )
    begins = beginning(body.text, _BEGINS)
    return f"{body.title}  {when} · {record.author.name}\n{begins}".strip()


def _line(listed: Listed) -> str:
    return " ".join(listed.row.title.split())


class VoidNoteWriter:
    """Draws and finishes the voiding of a note."""

    name = "void_note"

    def form(self, content: Content, context: DraftContext) -> Form:
        fields = [FormField(key="reason", label=_("Why it is voided"))]
        if content.get("what"):
            label = _("What is voided")
            fields.insert(0, FormField(key="what", label=label, kind=FieldKind.READ))
        if content.get("goes"):
            label = _("Voided with the note, for it made them")
            fields.append(FormField(key="goes", label=label, kind=FieldKind.READ))
        if content.get("stays"):
            label = _("Signed with the note or changed since: they stay, judge each by itself")
            fields.append(FormField(key="stays", label=label, kind=FieldKind.READ))
        return Form(
            title=_("Void"),
            detail=_("stays readable, struck through"),
            fields=tuple(fields),
            actions=(FormAction(key="void", text=_("Void"), shortcut="Ctrl+Return", main=True),),
            begin_in="reason",
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        _record, made = await void_note(
            reason=content.get("reason", ""),
            patient=context.patient.patient,
            entity=about(content),
            seen=seen_in(content),
            records=context.session.records,
            desk=context.session.desk,
        )
        if not made.goes:
            return _("Voided.")
        what = ", ".join(_line(each) for each in made.goes)
        return _("Voided, and with it: {what}.").format(what=what)
