"""Writing a referral: it must stand alone, and somebody always watches it."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from ui.shell.workspace.form import (
    Content,
    DraftContext,
    FieldKind,
    Form,
    FormAction,
    FormField,
    entity_in,
    seen_in,
)
from workstation.domain.ids import HsaId
from workstation.domain.referral import Referral, ReferralState
from workstation.domain.referral_words import PRIORITIES, TYPES
from workstation.domain.texts import _
from workstation.domain.values import Concept, local_date
from workstation.operations.session import Session
from workstation.operations.write_referral import complete_referral, write_referral

DUE_DAYS = {"routine": 30, "soon": 14, "urgent": 3, "immediate": 1}
"""When an answer is expected unless the writer says another day."""


def begin_referral(session: Session) -> dict[str, str]:
    """Return the content of a new referral from this unit."""
    today = local_date(int(session.clock.now().timestamp() * 1000))
    own = session.units.unit(session.desk.author.unit)
    return {
        "type": "consultation",
        "priority": "routine",
        "due": (today + timedelta(days=DUE_DAYS["routine"])).isoformat(),
        "phone": own.phone if own else "",
    }


def begin_completion(referral: ReferralState) -> dict[str, str]:
    """Return the content that completes or changes a referral that was sent."""
    request = referral.request
    return {
        "@request": msgspec.json.encode(request).decode(),
        "type": request.type,
        "to_unit": request.to_unit,
        "priority": request.priority,
        "question": request.question,
        "background": request.background,
        "requested": ", ".join(concept.label for concept in request.requested),
        "due": (request.due or "")[:10],
        "phone": request.phone,
        "interpreter": request.interpreter,
        "patient_phone": request.patient_phone,
    }


def referral_of(content: Content, context: DraftContext) -> Referral:
    """Return the referral that the draft says."""
    base = Referral(type="consultation", question="", to_unit=HsaId(""))
    if kept := content.get("@request"):
        base = msgspec.json.decode(kept, type=Referral)
    receiver = context.session.units.unit(HsaId(content.get("to_unit", "")))
    known = {concept.label: concept for concept in base.requested}
    names = [part.strip() for part in content.get("requested", "").split(",")]
    return msgspec.structs.replace(
        base,
        type=content.get("type", "consultation"),
        to_unit=HsaId(content.get("to_unit", "")),
        to_unit_name=receiver.name if receiver else base.to_unit_name,
        priority=content.get("priority") or "routine",
        question=content.get("question", ""),
        background=content.get("background", ""),
        requested=tuple(known.get(name) or Concept(text=name) for name in names if name),
        due=content.get("due") or None,
        phone=content.get("phone", ""),
        interpreter=content.get("interpreter", ""),
        patient_phone="" if context.patient.protected else content.get("patient_phone", ""),
    )


class ReferralWriter:
    """Draws and finishes referrals."""

    name = "referral"

    def form(self, content: Content, context: DraftContext) -> Form:
        completing = entity_in(content) is not None
        kind = content.get("type", "consultation")
        send = _("Send completion") if completing else _("Sign and send")
        return Form(
            title=_("Referral: {type}").format(type=_(TYPES[kind])),
            detail=_("completes the one that was sent") if completing else "",
            fields=_fields(content, context),
            actions=(FormAction(key="send", text=send, shortcut="Ctrl+Return", main=True),),
            remark=_("You watch the referral until its final answer is acknowledged."),
        )

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        referral = referral_of(content, context)
        patient, session = context.patient.patient, context.session
        entity = entity_in(content)
        if entity is None:
            await write_referral(
                referral, patient=patient, records=session.records, desk=session.desk
            )
        else:
            await complete_referral(
                referral,
                patient=patient,
                entity=entity,
                seen=seen_in(content),
                records=session.records,
                desk=session.desk,
            )
        return _("The referral is sent as soon as there is contact.")


def _fields(content: Content, context: DraftContext) -> tuple[FormField, ...]:
    kind = content.get("type", "consultation")
    own = context.session.desk.author.unit
    types = tuple((key, _(text)) for key, text in TYPES.items() if key != "own")
    units = tuple(
        (unit.hsa_id, unit.name)
        for unit in sorted(context.session.units.units(), key=lambda u: u.name)
        if unit.hsa_id != own and (not unit.receives or kind in unit.receives)
    )
    priorities = tuple((key, _(text)) for key, text in PRIORITIES.items())
    fields = [
        FormField(key="type", label=_("Type"), kind=FieldKind.CHOICE, choices=types),
        FormField(
            key="priority",
            label=_("Priority"),
            kind=FieldKind.CHOICE,
            choices=priorities,
            beside=True,
        ),
        FormField(key="to_unit", label=_("To"), kind=FieldKind.CHOICE, choices=units),
        FormField(key="question", label=_("Question"), kind=FieldKind.AREA, rows=3),
        FormField(
            key="background",
            label=_("Clinical background"),
            kind=FieldKind.AREA,
            rows=5,
            hint=_("The receiver must be able to answer without opening the record."),
        ),
    ]
    if kind in ("laboratory", "imaging"):
        label = _("Analyses") if kind == "laboratory" else _("Examinations")
        fields.append(FormField(key="requested", label=label, hint=_("Divide with commas.")))
    fields.append(FormField(key="due", label=_("Answer expected"), kind=FieldKind.DATE))
    fields.append(FormField(key="phone", label=_("Direct number to you"), beside=True))
    fields.append(FormField(key="interpreter", label=_("Interpreter, language")))
    if not context.patient.protected:
        fields.append(FormField(key="patient_phone", label=_("Patient's phone"), beside=True))
    return tuple(fields)
