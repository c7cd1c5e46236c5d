"""What a card offers, done: another medicine, another dose, protection, a test, an end."""

from __future__ import annotations

from datetime import datetime

from forms.catalogue import analysis_called
from ui.screens.medication.checks import card_of
from ui.screens.medication.steps import begin_step
from ui.shell.support_cards import is_lack, title_of
from ui.shell.workspace.form import Content, DraftContext, Taken, basis
from workstation.decision_support.records.medicines import medication_of
from workstation.domain.ids import EntityId
from workstation.domain.medication import OrderState, OrderStatus
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.domain.values import local_date
from workstation.operations.support import Checked, Shown, Support

_FOCUS = {"change_dose": "dosage", "change_schedule": "dosage", "stop_date": "planned_stop"}


async def taken(
    choice: str, card: str, checked: Checked | None, content: Content, context: DraftContext
) -> Taken:
    """Return what taking a suggestion means for the draft ``content``."""
    support, shown = context.session.support, card_of(checked, card)
    if support is None or shown is None:
        return Taken()
    verb, _colon, code = choice.partition(":")
    if verb in _FOCUS:
        return Taken(focus=_FOCUS[verb])
    name = support.in_force.engine.library.title(code)
    match verb:
        case "replace":
            return Taken(content=_another(name), focus="drug" if not name else "strength")
        case "add":
            return Taken(begin=("order", _added(name, shown, context)))
        case "order_lab":
            return Taken(begin=_test(code, shown, content, support, context))
        case "stop_other" | "pause" | "stop":
            return await _step(verb, code, shown, content, context)
    return Taken()


def _another(name: str) -> dict[str, str]:
    """Return a draft of another medicine: no form, strength or dose of the old one stays."""
    return {
        "drug": name,
        "brand": "",
        "form": "",
        "strength": "",
        "dosage": "",
        "amount": "",
        "@drug": "",
        "@before": "",
        "@reasons": "",
    }


def _added(name: str, shown: Shown, context: DraftContext) -> dict[str, str]:
    problem = _("Protection: {problem}").format(problem=title_of(shown.card).lower())
    # What is lacking names several diseases: which of them it is for is the prescriber's to say.
    reason = "" if is_lack(shown.card) else problem
    return {
        "action": "prescribe",
        "source": "prescription",
        "start": _today(context),
        "drug": name,
        "reason": reason,
    }


def _test(
    code: str, shown: Shown, content: Content, support: Support, context: DraftContext
) -> tuple[str, dict[str, str]]:
    """Return the draft that answers a card: an order to the laboratory with the test and why.

    What no laboratory does (an ECG) is a planned action.
    """
    analyte = support.in_force.engine.library.analytes.get(code)
    names = (code, *analyte.aliases, analyte.name) if analyte is not None else (code,)
    drug = content.get("drug", "").strip()
    why = f"{drug}: {shown.card.text}" if drug else shown.card.text
    analysis = analysis_called(names)
    if analysis is None:
        title = analyte.name if analyte is not None else code
        return "plan", {"type": "test", "title": title, "due": _today(context), "comment": why}
    priority = "soon" if shown.card.lead.severity == "critical" else "routine"
    return "referral", {
        "@begun": "rules",
        "type": "laboratory",
        "codes": analysis.code,
        "question": why,
        "priority": priority,
    }


async def _step(
    verb: str, code: str, shown: Shown, content: Content, context: DraftContext
) -> Taken:
    """Begin to stop or pause the other medicine of the card."""
    support, patient = context.session.support, context.patient.patient
    assert support is not None
    known = await support.prepare(patient)
    library = support.in_force.engine.library
    wanted = (code,) if code else tuple(shown.card.about)
    for entity, order in known.orders:
        if str(entity) == content.get("@entity") or order.status is not OrderStatus.ACTIVE:
            continue
        atc = medication_of(order, library).atc
        if not order.voided and not order.undecided and atc.startswith(wanted):
            return Taken(begin=("order_step", _begun(verb, entity, order)))
    if shown.elsewhere:
        raise Problem(
            _("The other medicine is ordered in the person's other record."),
            _("Open that record (Ctrl+J) and change it there."),
        )
    return Taken()


def _begun(verb: str, entity: EntityId, order: OrderState) -> dict[str, str]:
    action = "pause" if verb == "pause" else "stop"
    return {**basis(entity, (order.effective.step.id,)), **begin_step(action, order)}


def _today(context: DraftContext) -> str:
    now: datetime = context.session.clock.now()
    return local_date(int(now.timestamp() * 1000)).isoformat()
