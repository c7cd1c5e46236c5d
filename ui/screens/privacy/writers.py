"""Writing down a consent, a block or a lift, and revoking the first two."""

from __future__ import annotations

from datetime import timedelta

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
from workstation.domain import consent as known
from workstation.domain.block import ASKED_HOW, ASKERS, Block, asked_by
from workstation.domain.consent import Consent
from workstation.domain.ids import HsaId
from workstation.domain.known_words import one_of
from workstation.domain.texts import N_, _
from workstation.domain.values import local_date, utc_text
from workstation.operations.lift_block import lift_block
from workstation.operations.register_block import register_block
from workstation.operations.register_consent import register_consent
from workstation.operations.revoke_block import revoke_block
from workstation.operations.revoke_consent import revoke_consent
from workstation.operations.writing import Incomplete

GIVEN = {
    "spoken": N_("Spoken consent"),
    "written": N_("Written consent"),
    "unable": N_("Unable; attitude settled as far as possible"),
}
_WHO = {"unit": N_("Everybody at the unit"), "person": N_("Only me")}
_TYPES = {
    "inner": N_("Inner: closed to other units"),
    "outer": N_("Outer: closed to other care providers"),
}
_ASKED = {
    "patient": N_("The patient"),
    "representative": N_("A representative"),
    "guardian": N_("A guardian"),
}
_HOW = {
    "in_person": N_("In person"),
    "phone": N_("By phone"),
    "letter": N_("By letter"),
    "online": N_("Online"),
}
_FOR = {
    "shift": (N_("8 hours"), timedelta(hours=8)),
    "day": (N_("24 hours"), timedelta(days=1)),
    "week": (N_("7 days"), timedelta(days=7)),
    "month": (N_("30 days"), timedelta(days=30)),
}


def begin_consent(now: int) -> dict[str, str]:
    """Return a new consent's content: spoken, for the unit, from today (``now``: ms UTC)."""
    return {"who": "unit", "given": "spoken", "valid_from": local_date(now).isoformat()}


def begin_block(_now: int) -> dict[str, str]:
    """Return a new block's content: the patient in person, of what the unit has written."""
    return {"type": "inner", "asked_by": "patient", "how": "in_person"}


def begin_lift(_now: int) -> dict[str, str]:
    """Return a new lift's content: a day."""
    return {"for": "day"}


def _choice(key: str, label: str, choices: dict[str, str], *, beside: bool = False) -> FormField:
    offered = tuple((value, _(text)) for value, text in choices.items())
    return FormField(key=key, label=label, kind=FieldKind.CHOICE, choices=offered, beside=beside)


class ConsentWriter:
    """A consent to read what other care providers have written."""

    name = "consent"

    def form(self, content: Content, context: DraftContext) -> Form:
        return Form(
            title=_("Consent"),
            detail=_("to read what other care providers wrote"),
            fields=(
                _choice("who", _("Who may read"), _WHO),
                _choice("given", _("How it was given"), GIVEN),
                FormField(key="valid_from", label=_("From"), kind=FieldKind.DATE),
                FormField(key="valid_to", label=_("To and with"), kind=FieldKind.DATE, beside=True),
                FormField(key="comment", label=_("Comment"), kind=FieldKind.AREA, rows=2),
            ),
            actions=(_action("register", _("Register")),),
            remark=_("Without an end it holds until the patient revokes it. The patient sees it."),
            begin_in="valid_to",
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        author = context.session.desk.author
        mine = content.get("who") == "person"
        await register_consent(
            Consent(
                provider=author.provider,
                provider_name=author.provider_name,
                unit=author.unit,
                unit_name=author.unit_name,
                person=author.hsa_id if mine else HsaId(""),
                person_name=author.name if mine else "",
                valid_from=_required(content, "valid_from"),
                valid_to=content.get("valid_to") or None,
                given=one_of(content.get("given", ""), known.GIVEN, "spoken"),
                comment=content.get("comment", ""),
            ),
            patient=context.patient.patient,
            records=context.session.records,
            desk=context.session.desk,
        )
        return _("The consent is registered.")


class RevokeConsentWriter:
    """The patient takes a consent back."""

    name = "revoke_consent"

    def form(self, content: Content, context: DraftContext) -> Form:
        return Form(
            title=_("Revoke consent"),
            detail=_("stays readable"),
            fields=(FormField(key="comment", label=_("Comment")),),
            actions=(_action("revoke", _("Revoke")),),
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        await revoke_consent(
            comment=content.get("comment", ""),
            patient=context.patient.patient,
            entity=about(content),
            seen=seen_in(content),
            records=context.session.records,
            desk=context.session.desk,
        )
        return _("The consent is revoked.")


class BlockWriter:
    """A block of what one's own unit or care provider has written."""

    name = "block"

    def form(self, content: Content, context: DraftContext) -> Form:
        author = context.session.desk.author
        whose = author.unit_name if content.get("type") != "outer" else author.provider_name
        return Form(
            title=_("Block"),
            detail=whose or author.unit_name,
            fields=(
                _choice("type", _("Type"), _TYPES),
                FormField(key="start", label=_("Information from"), kind=FieldKind.DATE),
                FormField(key="end", label=_("To and with"), kind=FieldKind.DATE, beside=True),
                _choice("asked_by", _("Asked for by"), _ASKED),
                _choice("how", _("In what way"), _HOW, beside=True),
                FormField(key="reason", label=_("Comment"), kind=FieldKind.AREA, rows=2),
            ),
            actions=(_action("register", _("Register")),),
            remark=_(
                "Tell the patient what it means: those who are closed out see that something is"
                " blocked, not what, and care may lack what it needs. Without dates all is blocked."
            ),
            begin_in="reason",
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        author = context.session.desk.author
        inner = content.get("type") != "outer"
        registered = await register_block(
            Block(
                type="inner" if inner else "outer",
                unit=author.unit if inner else HsaId(""),
                unit_name=author.unit_name if inner else "",
                provider=author.provider,
                provider_name=author.provider_name,
                information_start=content.get("start") or None,
                information_end=content.get("end") or None,
                asked_by=asked_by(one_of(content.get("asked_by", ""), ASKERS, "patient")),
                how=one_of(content.get("how", ""), ASKED_HOW, ""),
                reason=content.get("reason", ""),
            ),
            patient=context.patient.patient,
            records=context.session.records,
            desk=context.session.desk,
        )
        if registered is None:
            return _("The same block holds already. Nothing was registered.")
        return _("The block is registered.")


class RevokeBlockWriter:
    """The patient takes a block back for good."""

    name = "revoke_block"

    def form(self, content: Content, context: DraftContext) -> Form:
        how = FormField(key="reason", label=_("How the patient asked for it"))
        return Form(
            title=_("Revoke block"),
            detail=_("for good"),
            fields=(how,),
            actions=(_action("revoke", _("Revoke")),),
            remark=_("What was blocked is then read as everything else."),
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        await revoke_block(
            reason=content.get("reason", ""),
            patient=context.patient.patient,
            entity=about(content),
            seen=seen_in(content),
            records=context.session.records,
            desk=context.session.desk,
        )
        return _("The block is revoked.")


class LiftWriter:
    """The patient agrees that the unit reads what is blocked, for a while."""

    name = "lift_block"

    def form(self, content: Content, context: DraftContext) -> Form:
        lasts = {key: text for key, (text, _span) in _FOR.items()}
        return Form(
            title=_("Lift the block"),
            detail=_("for {unit}").format(unit=context.session.desk.author.unit_name),
            fields=(
                _choice("for", _("How long"), lasts),
                FormField(
                    key="reason",
                    label=_("What the patient agreed to, and how"),
                    kind=FieldKind.AREA,
                    rows=2,
                    hint=_("Ask the patient. The patient reads what stands here."),
                ),
            ),
            actions=(_action("lift", _("Lift the block")),),
            remark=_("It is logged. When the time is up it is blocked again by itself."),
            begin_in="reason",
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        session = context.session
        span = _FOR[content.get("for") or "day"][1]
        await lift_block(
            until=utc_text(session.clock.now() + span),
            reason=content.get("reason", ""),
            patient=context.patient.patient,
            records=session.records,
            desk=session.desk,
        )
        return _("The block is lifted. What was blocked is fetched when there is contact.")


def _action(key: str, text: str) -> FormAction:
    return FormAction(key=key, text=text, shortcut="Ctrl+Return", main=True)


def _required(content: Content, key: str) -> str:
    if not content.get(key):
        raise Incomplete(_("Give the date."), _("Type year, month and day: 2026-11-22."), [key])
    return content[key]
