"""Writing a referral: it must stand alone, and somebody always watches it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from forms.catalogue import examinations
from forms.load import shipped
from forms.schema import Form as QuestionForm
from ui.screens.referrals.attached import (
    ATTACH,
    attached_field,
    attached_in,
    attachments_content,
    with_file,
)
from ui.screens.referrals.order_fields import (
    CODES,
    OTHER,
    order_content,
    order_fields,
    requested_in,
)
from ui.screens.referrals.request_form import (
    accepts,
    answers_in,
    background_in,
    form_fields,
    form_in,
    forms_in,
    kept_background,
    key_of,
    specialties_of,
    with_form,
    wrong_in,
)
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
from ui.shell.workspace.questions import field_key
from workstation.domain.clock import to_millis
from workstation.domain.directory import LICENSED, Unit
from workstation.domain.ids import EntityId, HsaId
from workstation.domain.patient import Patient
from workstation.domain.referral import RULES, URGENCY, Referral, ReferralState
from workstation.domain.referral_words import PRIORITIES, TYPES
from workstation.domain.texts import N_, _
from workstation.domain.values import local_date, local_text
from workstation.operations.ports import PatientLine
from workstation.operations.referral_background import background
from workstation.operations.session import Session
from workstation.operations.write_referral import complete_referral, write_referral
from workstation.operations.writing import Incomplete

DUE_DAYS = {"routine": 30, "soon": 14, "urgent": 3, "immediate": 1}
"""When an answer is expected unless the writer says another day."""
BEGUN = "@begun"
"""In a draft that says only what it must: the rest is filled in once it is open."""
_KINDS = ("consultation", "takeover", "laboratory", "imaging")


def begin_referral(session: Session) -> dict[str, str]:
    """Return the content of a new referral from this unit."""
    today = local_date(to_millis(session.clock.now()))
    own = session.units.unit(session.desk.author.unit)
    usual = session.norms.watching.usual
    content = {
        "type": "consultation",
        "priority": "routine",
        "due": (today + timedelta(days=usual[URGENCY["routine"]])).isoformat(),
        "@usual": " ".join(map(str, usual)),
        "@today": today.isoformat(),
        "phone": own.phone if own else "",
        "@unit_type": own.type if own else "",
        "@units": json.dumps(
            {unit.hsa_id: specialties_of(unit) for unit in session.units.units()},
            separators=(",", ":"),
        ),
    }
    return with_form(content, forms_in(content)[0])


async def begin_prefilled(session: Session, patient: PatientLine) -> dict[str, str]:
    """Return a new referral that begins with the record's own facts, each with its source."""
    now = session.clock.now()
    found = await background(patient, records=session.records, now=now)
    content = {
        **begin_referral(session),
        **await _about_patient(session, patient),
        "@pre": kept_background(found),
        "@pre_at": local_text(to_millis(now)),
    }
    form = form_in(content)
    return with_form(content, form) if form else content


async def _filled(content: Content, context: DraftContext) -> dict[str, str]:
    """Return what somebody else began with what every referral begins with.

    The receiver is filled in where only one unit takes such referrals.
    """
    session = context.session
    read = await begin_prefilled(session, context.patient)
    asked_before = {key for key in read if key.startswith(field_key(""))}
    whole = {k: v for k, v in read.items() if k not in asked_before} | dict(content)
    own, kind = session.desk.author.unit, whole.get("type", "consultation")
    taking = [u.hsa_id for u in session.units.units() if u.hsa_id != own and accepts(u, kind)]
    whole.setdefault("to_unit", taking[0] if len(taking) == 1 else "")
    whole["due"] = content.get("due") or _usual_due(whole)
    offered = forms_in(whole)
    return with_form(whole, offered[0]) if offered else whole


async def _about_patient(session: Session, patient: PatientLine) -> dict[str, str]:
    listed = await session.records.entity(patient.patient, EntityId(patient.patient))
    body = listed.state.current.body if listed else None
    if not isinstance(body, Patient):
        return {}
    phones = [t for t in body.telecoms if t.system == "phone"]
    phones.sort(key=lambda t: t.use != "mobile")
    protected = body.protected or patient.protected
    return {
        "interpreter": body.language if body.interpreter else "",
        "patient_phone": phones[0].value if phones and not protected else "",
    }


def begin_completion(referral: ReferralState) -> dict[str, str]:
    """Return the content that completes or changes a referral that was sent."""
    request = referral.request
    form = shipped().get(request.form)
    content = {
        "@request": msgspec.json.encode(request).decode(),
        "type": request.type,
        "to_unit": request.to_unit,
        "priority": request.priority,
        "question": request.question,
        "background": request.background,
        "due": (request.due or "")[:10],
        "phone": request.phone,
        "interpreter": request.interpreter,
        "patient_phone": request.patient_phone,
        **order_content(request.requested),
        **attachments_content(request.attachments),
    }
    if form is None:
        return content
    answers: Mapping[str, str] = json.loads(request.answers or "{}")
    items = {item.link_id: item for item in form.item}
    told = {key_of(items[link]): answer for link, answer in answers.items() if link in items}
    return {**content, **told, "form": form.name, "question": request.question}


def referral_of(content: Content, context: DraftContext) -> Referral:
    """Return the referral that the draft says."""
    base = Referral(type="consultation", question="", to_unit=HsaId(""))
    if kept := content.get("@request"):
        base = msgspec.json.decode(kept, type=Referral)
    receiver = context.session.units.unit(HsaId(content.get("to_unit", "")))
    form = form_in(content)
    return msgspec.structs.replace(
        base,
        type=content.get("type", "consultation"),
        to_unit=HsaId(content.get("to_unit", "")),
        to_unit_name=receiver.name if receiver else base.to_unit_name,
        priority=content.get("priority") or "routine",
        question=content.get("question", ""),
        background=background_in(form, content) if form else content.get("background", ""),
        requested=requested_in(content, base.requested),
        due=content.get("due") or None,
        phone=content.get("phone", ""),
        interpreter=content.get("interpreter", ""),
        patient_phone="" if context.patient.protected else content.get("patient_phone", ""),
        form=form.name if form else "",
        form_version=form.version if form else 0,
        answers=_told(answers_in(form, content)) if form else base.answers,
        attachments=attached_in(content),
    )


def _told(answers: Mapping[str, str]) -> str:
    return json.dumps(dict(answers), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class ReferralWriter:
    """Draws and finishes referrals."""

    name = "referral"
    steps = frozenset({ATTACH})

    def form(self, content: Content, context: DraftContext) -> Form:
        completing = entity_in(content) is not None
        kind = content.get("type", "consultation")
        send = _("Send completion") if completing else _("Sign and send")
        actions = [FormAction(key="send", text=send, shortcut="Ctrl+Return", main=True)]
        if context.session.attachments is not None and context.session.files is not None:
            actions.insert(0, FormAction(key=ATTACH, text=_("Attach a file"), shortcut="Ctrl+B"))
        remark = _("You watch the referral until its final answer is acknowledged.")
        if not context.session.sync.status().connected:
            remark += " " + _("There is no contact now: it is saved here and sent by itself.")
        return Form(
            title=_("Referral: {type}").format(type=_(TYPES[kind])),
            detail=_("completes the one that was sent") if completing else "",
            fields=_fields(content, context),
            actions=tuple(actions),
            remark=remark,
        )

    def rewritten(self, content: Content, key: str, value: str) -> Content:
        """Follow what one answer changes: the receiver's form, the day, what is asked."""
        whole = {**content, key: value}
        if key == "type":
            whole |= {"to_unit": "", CODES: "", OTHER: ""}
        if key == "priority" and content.get("due") == _usual_due(content):
            whole["due"] = _usual_due(whole)
        if key in ("type", "to_unit", CODES, "form") and content.get("form"):
            wanted = _wanted_form(whole, key)
            whole = with_form(whole, wanted) if wanted is not None else whole
        return whole

    def with_term(self, content: Content, after: str, term: str) -> tuple[Content, str]:
        """No field of a referral takes a sökord."""
        return content, after

    async def prepared(self, content: Content, context: DraftContext) -> Content:
        """Fill in what a card of the rules, which knows only the test and why, has begun."""
        return await _filled(content, context) if content.get(BEGUN) else content

    @property
    def offer(self) -> str:
        """How a referral is begun from a note."""
        return N_("Referral – sent with the note")

    def may_join(self, context: DraftContext) -> bool:
        """Every licensed profession refers."""
        return context.session.desk.profession in LICENSED

    async def begun(self, context: DraftContext) -> Content:
        """A referral with the record's own facts."""
        return await begin_prefilled(context.session, context.patient)

    def line(self, content: Content, context: DraftContext) -> tuple[str, str]:
        """Whereto and what is asked, as the receiver reads it."""
        referral = referral_of(content, context)
        asked = " ".join(referral.question.split())
        to = referral.to_unit_name
        return "Remiss", f"{_(TYPES[referral.type])}, {to}: {asked}" if asked and to else ""

    async def step(self, action: str, content: Content, context: DraftContext) -> Content:
        return await with_file(content, context)

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        referral = referral_of(content, context)
        _check_form(content)
        patient, session = context.patient.patient, context.session
        entity = entity_in(content)
        if referral.attachments and session.attachments is not None:
            await session.attachments.release(patient, referral.attachments)
        if entity is None:
            await write_referral(
                referral,
                patient=patient,
                records=session.records,
                desk=session.desk,
                receiver=session.units.unit(referral.to_unit),
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
        if session.sync.status().connected:
            return _("Signed. It is being sent.")
        return _("Saved here, sent when the network is back.")


def _check_form(content: Content) -> None:
    form = form_in(content)
    wrong = wrong_in(form, content) if form else ()
    if wrong:
        raise Incomplete(
            _("The referral does not say everything it must."),
            _("Fill in: {fields}.").format(fields=", ".join(label for _key, label in wrong)),
            [key for key, _label in wrong],
        )


def _usual_due(content: Content) -> str:
    today = content.get("@today", "")
    if not today:
        return ""
    usual = [int(days) for days in content.get("@usual", "").split()] or RULES.usual
    urgency = URGENCY.get(content.get("priority", ""), URGENCY["routine"])
    return (date.fromisoformat(today) + timedelta(days=usual[urgency])).isoformat()


def _wanted_form(content: Content, key: str) -> QuestionForm | None:
    """Return the form that the draft now needs: the one chosen, the examination's, the unit's first."""
    offered = {form.name: form for form in forms_in(content)}
    if key == CODES:
        codes = content.get(CODES, "").split()
        wanted = [e.form for e in examinations() if e.code in codes and e.form in offered]
        return offered[wanted[0]] if wanted else None
    kept = content.get("form", "")
    if key == "form" and kept in offered:
        return offered[kept]
    return next(iter(offered.values()), None)


def _fields(content: Content, context: DraftContext) -> tuple[FormField, ...]:
    form = form_in(content)
    fields = [*_address(content, context), *order_fields(content)]
    fields += form_fields(form, content) if form else _plain_fields()
    if (attached := attached_field(content)) is not None:
        fields.append(attached)
    fields += _call_back(context)
    return tuple(fields)


def _address(content: Content, context: DraftContext) -> list[FormField]:
    kind = content.get("type", "consultation")
    own = context.session.desk.author.unit
    units = [
        unit
        for unit in sorted(context.session.units.units(), key=lambda u: u.name)
        if unit.hsa_id != own and accepts(unit, kind)
    ]
    chosen = context.session.units.unit(HsaId(content.get("to_unit", "")))
    types = tuple((key, _(TYPES[key])) for key in _KINDS)
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
        FormField(
            key="to_unit",
            label=_("To"),
            kind=FieldKind.CHOICE,
            choices=tuple((unit.hsa_id, unit.name) for unit in units),
            hint=_unit_words(chosen),
        ),
    ]
    forms = forms_in(content)
    if len(forms) > 1 and content.get("form"):
        choices = tuple((form.name, form.title) for form in forms)
        fields.append(
            FormField(key="form", label=_("Form"), kind=FieldKind.CHOICE, choices=choices)
        )
    return fields


def _unit_words(unit: Unit | None) -> str:
    if unit is None:
        return _("Units that accept this kind of referral.")
    takes = [_(TYPES[kind]).lower() for kind in TYPES if accepts(unit, kind)]
    said = _("Accepts: {kinds}.").format(kinds=", ".join(takes))
    return f"{said} {_('Phone {number}.').format(number=unit.phone)}" if unit.phone else said


def _plain_fields() -> list[FormField]:
    return [
        FormField(key="question", label=_("Question"), kind=FieldKind.AREA, rows=3),
        FormField(
            key="background",
            label=_("Clinical background"),
            kind=FieldKind.AREA,
            rows=5,
            hint=_("The receiver must be able to answer without opening the record."),
        ),
    ]


def _call_back(context: DraftContext) -> list[FormField]:
    fields = [
        FormField(key="due", label=_("Answer expected"), kind=FieldKind.DATE),
        FormField(key="phone", label=_("Direct number to you"), beside=True),
        FormField(key="interpreter", label=_("Interpreter, language")),
    ]
    if not context.patient.protected:
        fields.append(FormField(key="patient_phone", label=_("Patient's phone"), beside=True))
    return fields
