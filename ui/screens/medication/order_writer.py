"""Ordering, changing and renewing a medicine: dosing as one typed line, shown back in words."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from ui.screens.medication.checks import (
    REASONS,
    card_of,
    coded,
    entity_of,
    judged,
    name_hint,
    overrides,
    reason_fields,
    remark,
)
from ui.screens.medication.choosing import (
    USUAL,
    candidates,
    chosen,
    found_in,
    offered_words,
    offers_of,
    usual_card,
    usual_taken,
)
from ui.screens.medication.suggestions import taken
from ui.screens.medication.words import standing_words
from ui.shell.support_cards import form_cards
from ui.shell.workspace.form import (
    OFFERED,
    Content,
    DraftContext,
    FieldKind,
    Form,
    FormAction,
    FormField,
    Taken,
    seen_in,
)
from ui.shell.workspace.mark_writers import about
from workstation.domain.directory import PRESCRIBERS
from workstation.domain.dosage import (
    AmountMissing,
    DosageProblem,
    amount_problem,
    dosage_runs,
    parse_dosage,
    short_form,
)
from workstation.domain.known_words import one_of
from workstation.domain.medication import (
    ORDER_SOURCES,
    Dosage,
    Drug,
    MedicationOrder,
    OrderState,
    order_state,
)
from workstation.domain.medication_line import generic_name, line_runs, medication_line
from workstation.domain.runs import Run, plain
from workstation.domain.texts import N_, _
from workstation.domain.values import Concept, local_date
from workstation.operations.change_order import change_order
from workstation.operations.counting import count_signed, count_taken
from workstation.operations.ports import Listed
from workstation.operations.prescribe import prescribe
from workstation.operations.renew_order import renew_order
from workstation.operations.support import Checked
from workstation.operations.writing import Incomplete

_UNITS = (
    ("tablett", "tablett"),
    ("kapsel", "kapsel"),
    ("oral lösning", "mL"),
    ("mixtur", "mL"),
    ("suppositorium", "suppositorium"),
    ("vagitorium", "vagitorium"),
    ("droppar", "droppe"),
    ("plåster", "plåster"),
    ("inhalationspulver", "inhalation"),
    ("nässpray", "sprayning"),
)
"""What one of is counted in, by how the form's name ends."""
_CARDS_BEFORE = "route"
_SOURCES = (("prescription", N_("Prescription")), ("ward", N_("Ward order")))


def begin_order(now: datetime) -> dict[str, str]:
    """Return the content of a new order from today."""
    return {"action": "prescribe", "source": "prescription", "start": _day(now)}


def begin_change(action: str, order: OrderState, now: datetime) -> dict[str, str]:
    """Return the content that changes or renews an order, filled with what holds."""
    held = order.effective.content
    drug = held.drug or Drug(name="")
    content = {
        "action": action,
        "@drug": msgspec.json.encode(drug).decode(),
        "@source": held.source,
        "drug": drug.name,
        "brand": drug.brand,
        "form": drug.form,
        "strength": drug.strength,
        "route": drug.route,
        "reason": held.reason.label if held.reason else held.purpose,
        "start": _day(now) if action == "change" else (held.start or _day(now))[:10],
        "planned_stop": (held.planned_stop or "")[:10],
        "follow_up": "" if action == "renew" else (held.follow_up or "")[:10],
        "follow_up_how": held.follow_up_how,
        "dosage": "",
    }
    if held.reason is not None:
        content["@reason"] = msgspec.json.encode(held.reason).decode()
    if held.dosage is not None:
        content["@before"] = msgspec.json.encode(held.dosage).decode()
        content["dosage"] = held.dosage.text or short_form(held.dosage, unit=_unit(content))
    return content


def _day(now: datetime) -> str:
    return local_date(int(now.timestamp() * 1000)).isoformat()


def _unit(content: Content) -> str:
    form = content.get("form", "").strip().lower()
    if form == "pulver till oral lösning":
        return ""
    return next((unit for ending, unit in _UNITS if form.endswith(ending)), "")


def dosage_of(content: Content) -> Dosage | None:
    """Return the dosing that the line says, None when nothing is typed.

    A line that stands as it was before the change keeps its meaning exactly.

    Raises:
        AmountMissing: The line says when, and nobody has said how much.
        DosageProblem: The line cannot be meant in only one way.
    """
    typed = content.get("dosage", "")
    if not typed.strip():
        return None
    if before := content.get("@before"):
        held = msgspec.json.decode(before, type=Dosage)
        if typed in (held.text, short_form(held, unit=_unit(content))):
            return held
    return parse_dosage(typed, unit=_unit(content), amount=content.get("amount", ""))


def order_of(content: Content) -> MedicationOrder:
    """Return the order that the draft says; dosing for so many days says the last day itself.

    Raises:
        DosageProblem: The dosing line cannot be meant in only one way.
    """
    reason = content.get("reason", "").strip()
    concept = Concept(text=reason) if reason else None
    if (kept := content.get("@reason")) and concept is not None:
        before = msgspec.json.decode(kept, type=Concept)
        concept = before if before.label == reason else concept
    dosage = dosage_of(content)
    last = _last_day(content, dosage) if dosage is not None else ""
    return MedicationOrder(
        action="prescribe",
        source=one_of(
            content.get("source") or content.get("@source", ""), ORDER_SOURCES, "prescription"
        ),
        drug=_drug(content),
        dosage=dosage,
        reason=concept,
        start=content.get("start") or None,
        planned_stop=content.get("planned_stop") or last or None,
        follow_up=content.get("follow_up") or None,
        follow_up_how=content.get("follow_up_how", ""),
        why=content.get("why", ""),
    )


def _drug(content: Content) -> Drug:
    typed = Drug(
        name=content.get("drug", "").strip(),
        brand=content.get("brand", "").strip(),
        form=content.get("form", "").strip(),
        strength=content.get("strength", "").strip(),
        route=content.get("route", "").strip(),
    )
    if not (kept := content.get("@drug", "")):
        return typed
    before = msgspec.json.decode(kept, type=Drug)
    if before.name != typed.name:
        return typed
    return msgspec.structs.replace(
        before, form=typed.form, strength=typed.strength, route=typed.route, brand=typed.brand
    )


def draft_order(content: Content) -> MedicationOrder:
    """Return what the draft says so far: a dosing that cannot be read yet is left out."""
    try:
        return order_of(content)
    except DosageProblem:
        return order_of({**content, "dosage": ""})


class OrderWriter:
    """Draws and finishes orders, with the rules beside them."""

    name = "order"
    steps = frozenset({"reasons"})

    def form(self, content: Content, context: DraftContext) -> Form:
        action = content.get("action", "prescribe")
        name = generic_name(Drug(name=content.get("drug", "")))
        titles = {
            "change": _("Change: {drug}"),
            "renew": _("Renew: {drug}"),
            "prescribe": _("Order: {drug}") if name else _("New order"),
        }
        support = context.session.support
        checked = judged(draft_order(content), content, context)
        reasons = reason_fields(checked, content)
        cards = form_cards(checked, support.in_force.engine) if checked and support else ()
        medicine = _medicine(content, context)
        return Form(
            title=titles[action].format(drug=name),
            fields=_with_reasons((medicine, *_fields(action, content)), reasons),
            actions=(_finish(checked, content),),
            cards=(*cards, *usual_card(content, support, _unit(content))),
            cards_before=reasons[0].key if reasons else _CARDS_BEFORE,
            begin_in="follow_up" if action == "renew" else "",  # what a renewal decides anew
            remark=remark(checked, content, context),
        )

    async def step(self, action: str, content: Content, context: DraftContext) -> Content:
        return {**content, REASONS: "yes"}

    @property
    def offer(self) -> str:
        """How an order is begun from a note."""
        return N_("Order – signed with the note")

    def may_join(self, context: DraftContext) -> bool:
        """Only who may order."""
        return context.session.desk.profession in PRESCRIBERS

    async def begun(self, context: DraftContext) -> Content:
        """A new order from today."""
        return begin_order(context.session.clock.now())

    def line(self, content: Content, context: DraftContext) -> tuple[str, str]:
        """The medicine and its dose, in the words of the medication list."""
        order = draft_order(content)
        has_dose = order.drug is not None and order.drug.name and order.dosage is not None
        return "Ordination", plain(line_runs(medication_line(order))) if has_dose else ""

    def now_holds(self, listed: Listed) -> str:
        return standing_words(order_state(listed.state).effective)

    async def look_ahead(self, content: Content, context: DraftContext) -> bool:
        support = context.session.support
        asked = candidates(found_in(content, support), content)
        return bool(
            support is not None
            and asked
            and await support.ahead.look(context.patient.patient, asked)
        )

    async def taken(self, card: str, choice: str, content: Content, context: DraftContext) -> Taken:
        if card == OFFERED:
            return chosen(choice, context.session.support)
        if card == USUAL:
            return usual_taken(choice)
        checked = judged(draft_order(content), content, context)
        support, shown = context.session.support, card_of(checked, card)
        if support is not None and shown is not None:
            count_taken(support, shown.card)
        return await taken(choice, card, checked, content, context)

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        session, patient = context.session, context.patient.patient
        order = await _accounted_for(_whole_order(content), content, context)
        records, desk = session.records, session.desk
        if content.get("action") == "prescribe":
            await prescribe(order, patient=patient, records=records, desk=desk)
            _counted(order, content, context)
            return _("Ordered.")
        step = change_order if content.get("action") == "change" else renew_order
        await step(
            order,
            patient=patient,
            entity=about(content),
            seen=seen_in(content),
            records=records,
            desk=desk,
        )
        _counted(order, content, context)
        return _("Changed.") if content.get("action") == "change" else _("Renewed.")


def _whole_order(content: Content) -> MedicationOrder:
    """Return the order as it is signed.

    Raises:
        Incomplete: Its dosing cannot be read: one goes on writing where it is wrong.
    """
    try:
        return order_of(content)
    except DosageProblem as problem:
        at = "amount" if _asks_amount(content) else "dosage"
        raise Incomplete(problem.message, problem.advice, [at]) from None


async def _accounted_for(
    order: MedicationOrder, content: Content, context: DraftContext
) -> MedicationOrder:
    """Ask the rules a last time, of the record as it is now; return the order with the reasons.

    Raises:
        Incomplete: A warning that interrupts has no reason.
    """
    support = context.session.support
    if support is None:
        return order
    await support.prepare(context.patient.patient)
    checked = judged(order, content, context, signing=True)
    given = overrides(checked, content, support)
    emergency = context.session.emergency
    if emergency is not None and emergency.of(context.patient.patient) is not None:
        # The facts may be what a block closes to the unit; the order stays with the unit.
        given = tuple(msgspec.structs.replace(one, facts=()) for one in given)
    drug = coded(order.drug, support) if order.drug is not None else None
    return msgspec.structs.replace(order, drug=drug, overrides=given)


def _counted(order: MedicationOrder, content: Content, context: DraftContext) -> None:
    """Count what became of the cards: of rules, never of a patient."""
    support = context.session.support
    if support is not None:
        checked = judged(order, content, context, signing=True)
        count_signed(support, context.patient.patient, order, checked, entity=entity_of(content))


def _with_reasons(
    fields: tuple[FormField, ...], reasons: tuple[FormField, ...]
) -> tuple[FormField, ...]:
    """Put what a warning asks right under it: after the dosing, in sight without scrolling."""
    at = next(n for n, field in enumerate(fields) if field.key == _CARDS_BEFORE)
    return (*fields[:at], *reasons, *fields[at:])


def _finish(checked: Checked | None, content: Content) -> FormAction:
    """An order with a warning that interrupts is not signed before somebody has said why."""
    waits = checked is not None and bool(checked.interrupting)
    if waits and not content.get(REASONS):
        text, key = _("Reason to order anyway…"), "reasons"
    else:
        text, key = (_("Sign in spite of warning") if waits else _("Sign order")), "sign"
    return FormAction(key=key, text=text, shortcut="Ctrl+Return", main=True)


def _medicine(content: Content, context: DraftContext) -> FormField:
    """What is ordered: found by substance, product or ATC code, and chosen from a list."""
    support = context.session.support
    found = found_in(content, support)
    return FormField(
        key="drug",
        label=_("Medicine"),
        kind=FieldKind.FIND,
        placeholder=_("Substance, product or ATC code"),
        hint="" if found.choices else name_hint(content, support),
        offers=offers_of(found, content, context),
        offered=offered_words(found),
    )


def _asks_amount(content: Content) -> bool:
    """Does the dosing line, as far as it can be read, say when and not how much?"""
    try:
        dosage_of({**content, "amount": ""})
    except DosageProblem as problem:
        return problem.asks_amount
    return False


def _amount_field(content: Content) -> tuple[FormField, ...]:
    """Ask right under the line for what it does not say; never guess it."""
    if not _asks_amount(content):
        return ()
    hint = amount_problem(content.get("amount", ""), unit=_unit(content))
    example = _("such as {example}").format(example="1, 1-2")
    return (
        FormField(key="amount", label=_("How much at a time?"), placeholder=example, hint=hint),
    )


def _fields(action: str, content: Content) -> tuple[FormField, ...]:
    said, hint = _dose_shown(content)
    new = action == "prescribe"
    fields = [
        FormField(key="brand", label=_("Brand name"), beside=True),
        FormField(
            key="form",
            label=_("Form"),
            placeholder=_("such as {example}").format(example="tablett"),
        ),
        FormField(
            key="strength",
            label=_("Strength"),
            placeholder=_("such as {example}").format(example="5 mg"),
            beside=True,
        ),
        FormField(
            key="dosage",
            label=_("Dosing (type as you think)"),
            placeholder=_("such as {example}").format(example="1+0+1+0 i 10 dagar"),
            said=said,
            hint=hint,
        ),
        *_amount_field(content),
        FormField(
            key="route",
            label=_("Route"),
            placeholder=_("such as {example}").format(example="peroralt"),
        ),
        FormField(key="reason", label=_("Reason for treatment"), beside=True),
        FormField(key="start", label=_("From"), kind=FieldKind.DATE),
        FormField(key="planned_stop", label=_("Last day"), kind=FieldKind.DATE, beside=True),
        FormField(key="follow_up", label=_("Follow-up"), kind=FieldKind.DATE),
        FormField(key="follow_up_how", label=_("How it is followed up"), beside=True),
    ]
    if new:
        choices = tuple((key, _(text)) for key, text in _SOURCES)
        fields.append(
            FormField(
                key="source", label=_("Kind of order"), kind=FieldKind.CHOICE, choices=choices
            )
        )
    else:
        fields.append(FormField(key="why", label=_("Why")))
    return tuple(fields)


def _dose_shown(content: Content) -> tuple[tuple[Run, ...], str]:
    """Return the dosing in words with its last day, or what could not be read."""
    label = (Run(_("DOSE"), "label"), Run(" "))
    if amount_problem(content.get("amount", ""), unit=_unit(content)):
        content = {**content, "amount": ""}  # what is wrong with it is said where it stands
    try:
        dosage = dosage_of(content)
    except AmountMissing as missing:
        return (*label, *missing.said), ""
    except DosageProblem as problem:
        return (), f"{problem.message} {problem.advice}"
    if dosage is None:
        return (), ""
    runs = (*label, *dosage_runs(dosage))
    last = _last_day(content, dosage)
    tail = (Run(", "), Run(_("last dose {date}").format(date=last))) if last else ()
    return (*runs, *tail), ""


def _last_day(content: Content, dosage: Dosage) -> str:
    days = [step.days for step in dosage.steps]
    try:
        start = datetime.fromisoformat(content.get("start", ""))
    except ValueError:
        return ""
    if not days or any(day is None for day in days):
        return ""
    total = sum(day for day in days if day is not None)
    try:
        return (start + timedelta(days=total - 1)).date().isoformat()
    except OverflowError:
        return ""
