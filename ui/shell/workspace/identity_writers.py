"""Saying that two records are one person, and taking it back: whom it is about is shown first."""

from __future__ import annotations

from uuid import UUID

from ui.shell.people import list_name, shown_number
from ui.shell.workspace.form import (
    Content,
    DraftContext,
    FieldKind,
    Form,
    FormAction,
    FormField,
)
from workstation.domain.identity import parse_identity
from workstation.domain.identity_links import is_reserve
from workstation.domain.ids import PatientId
from workstation.domain.texts import _
from workstation.domain.values import local_date
from workstation.operations.link_identities import NotHere, link_identities
from workstation.operations.ports import PatientLine
from workstation.operations.unlink_identities import unlink_identities
from workstation.operations.writing import Incomplete

_FOUND, _TYPED = "@other", "@number"


class LinkWriter:
    """Linking the open record to the person's other one, by its number."""

    name = "link_identities"
    steps = frozenset({"find"})

    def form(self, content: Content, context: DraftContext) -> Form:
        found = _is_found(content)
        fields = [
            FormField(
                key="number",
                label=_("Number of the other record"),
                hint=_("One of the two is a reserve number; the other is the person's own."),
            )
        ]
        if found:
            fields.append(FormField(key="who", label=_("Will be linked to"), kind=FieldKind.READ))
        fields.append(
            FormField(
                key="reason",
                label=_("How the identity was checked"),
                hint=_("The reason stands in both records."),
            )
        )
        find = FormAction(key="find", text=_("Find the other record"), main=not found)
        link = FormAction(key="link", text=_("Link the records"), shortcut="Ctrl+Return", main=True)
        return Form(
            title=_("Link identities"),
            detail=_("two records, one person"),
            fields=tuple(fields),
            actions=(find, link) if found else (find,),
            remark=_("Nothing is moved: both records stay as they are, and each names the other."),
        )

    async def step(self, action: str, content: Content, context: DraftContext) -> Content:
        typed = content.get("number", "")
        other = await _by_number(typed, context)
        born = other.birth_date or _("Not known")
        who = f"{list_name(other)}  {shown_number(other)}  {_('Born')} {born}"
        return {**content, _FOUND: str(other.patient), _TYPED: typed, "who": who}

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        if not _is_found(content):
            raise Incomplete(
                _("The other record has not been looked up."),
                _("Find it first, and see that it is the right person."),
                ["number"],
            )
        own, other = context.patient.patient, PatientId(UUID(content[_FOUND]))
        line = await context.session.records.patient(own) or context.patient
        reserve, right = (own, other) if is_reserve(line.identity_system) else (other, own)
        await link_identities(
            reserve=reserve,
            right=right,
            reason=content.get("reason", ""),
            records=context.session.records,
            desk=context.session.desk,
        )
        return _("The records are linked.")


class UnlinkWriter:
    """Undoing a link, in both records."""

    name = "unlink_identities"

    def form(self, content: Content, context: DraftContext) -> Form:
        others = content.get("@others", "").split()
        which = FormField(
            key="other",
            label=_("Link"),
            kind=FieldKind.CHOICE,
            choices=tuple((other, content.get(f"@name{other}", "")) for other in others),
        )
        undo = FormAction(key="undo", text=_("Undo the link"), shortcut="Ctrl+Return", main=True)
        return Form(
            title=_("Undo the link"),
            detail=_("stays readable in both records"),
            fields=(which, FormField(key="reason", label=_("Why the link is undone"))),
            actions=(undo,),
            begin_in="reason",
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        other = content.get("other", "")
        if not other:
            raise Incomplete(_("No link is chosen."), _("Choose the link to undo."), ["other"])
        await unlink_identities(
            patient=context.patient.patient,
            other=PatientId(UUID(other)),
            reason=content.get("reason", ""),
            records=context.session.records,
            desk=context.session.desk,
        )
        return _("The link is undone in both records.")


def _is_found(content: Content) -> bool:
    """Whether whom the form shows is whom the number names: it may have been typed over."""
    return bool(content.get(_FOUND)) and content.get(_TYPED) == content.get("number", "")


async def _by_number(typed: str, context: DraftContext) -> PatientLine:
    today = local_date(int(context.session.clock.now().timestamp() * 1000))
    number = parse_identity(typed, as_of=today)
    for line in await context.session.records.find_patients(number.value, limit=9):
        if line.identity.upper() == number.value.upper():
            return line
    raise NotHere(
        _("The other record is not on this computer."),
        _("Find the person in the region and open the record first, then do it again."),
    )
