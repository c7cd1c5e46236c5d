"""Opening a record in an emergency, in two steps: what it means and why, then once more.

Without contact nothing can be opened: the same draft says so, what to do instead and what is here, and
goes on with the two steps when the contact returns.
"""

from __future__ import annotations

from sync.protocol.emergency import OPEN_HOURS
from ui.shell.people import list_name, shown_number
from ui.shell.workspace.form import (
    Content,
    DraftContext,
    FieldKind,
    Form,
    FormAction,
    FormCard,
    FormField,
)
from workstation.domain.clock import to_millis
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.domain.values import local_text
from workstation.operations.open_in_emergency import (
    GROUNDS,
    Emergency,
    check_reason,
    open_in_emergency,
    whole_reason,
)
from workstation.operations.session import Session
from workstation.operations.writing import Incomplete

_CHECKED = "@checked"
"""The reason as it was when the first step was done; typed over, the first step comes again."""
_HERE = "@here"
_TRIED = "@tried"
"""When it was last tried to reach the server."""


class EmergencyWriter:
    """Asks for ground and reason, shows both once more, and has the record opened."""

    name = "emergency"
    steps = frozenset({"go_on", "back", "try"})

    def form(self, content: Content, context: DraftContext) -> Form:
        if not context.session.sync.status().connected:
            return _without_contact(content, context)
        return _second(context) if _is_checked(content) else _first()

    async def step(self, action: str, content: Content, context: DraftContext) -> Content:
        if action == "back":
            return {**content, _CHECKED: ""}
        if action == "try":
            return await _tried(content, context)
        ground = content.get("ground", "")
        words = check_reason(ground, content.get("reason", ""))
        shown = {"said_ground": _(GROUNDS[ground]), "said_reason": words}
        return {**content, **shown, _CHECKED: _both(content)}

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        if not _is_checked(content):
            raise Problem(_("The reason has been changed."), _("Go through both steps once more."))
        opening = await open_in_emergency(
            patient=context.patient.patient,
            ground=content.get("ground", ""),
            reason=content.get("reason", ""),
            emergency=_way(context),
            desk=context.session.desk,
        )
        until = local_text(opening.until)[11:]
        return _("Open in an emergency until {time}. It is logged and reviewed.").format(time=until)


def begin_emergency(*, is_here: bool = False) -> dict[str, str]:
    """Return a new draft's content: the usual ground is chosen.

    Args:
        is_here: Something of the record is on this computer.
    """
    return {"ground": "danger", _HERE: "1" if is_here else ""}


def reserve_routine(session: Session) -> str:
    """Return what whoever works here does when no record can be read."""
    unit = session.units.unit(session.desk.author.unit)
    if unit is not None and unit.reserve:
        return unit.reserve
    return _(
        "Call the unit that cares for the patient, or the switchboard, and have allergies and"
        " medicines read out. Your unit has written down no reserve routine of its own."
    )


async def _tried(content: Content, context: DraftContext) -> Content:
    """Ask for contact at once; what has been given as reason so far is kept with the attempt."""
    session = context.session
    try:
        reason = whole_reason(content.get("ground", ""), content.get("reason", ""))
    except Incomplete:
        reason = ""  # nobody is held up by it: nothing is opened
    await _way(context).attempted(context.patient.patient, reason)
    session.sync.try_now()
    return {**content, _TRIED: local_text(to_millis(session.clock.now()), seconds=True)[11:]}


def _without_contact(content: Content, context: DraftContext) -> Form:
    here = (
        _(
            "What is not blocked is here and is read as usual: allergies in the banner, medicines,"
            " values and notes. It may be incomplete."
        )
        if content.get(_HERE)
        else _("Here are the patient's name and number only: no allergies, no medicines, no notes.")
    )
    now = _("Do this now: {routine}").format(routine=reserve_routine(context.session))
    if content.get(_TRIED):
        now += " " + _("Tried again {time}: no contact.").format(time=content[_TRIED])
    kept = _(
        "It is told to the access log as soon as there is contact. Write meanwhile what cannot wait:"
        " with contact you go on here, in two steps."
    )
    cards = (
        FormCard(
            key="no_contact",
            level="stop",
            title=_("The record cannot be opened without the network"),
            text=now,
        ),
        FormCard(key="here", level="observe", title=_("What is on this computer"), text=here),
        FormCard(key="kept", level="info", title=_("Your attempt is kept"), text=kept),
    )
    again = FormAction(key="try", text=_("Try again"), shortcut="Ctrl+Return", main=True)
    return Form(
        title=_("Emergency opening"),
        detail=_("without contact"),
        fields=_why(),
        actions=(again,),
        cards=cards,
        cards_before="ground",
        begin_in="reason",
    )


def _why() -> tuple[FormField, ...]:
    grounds = tuple((key, _(text)) for key, text in GROUNDS.items())
    return (
        FormField(key="ground", label=_("Ground"), kind=FieldKind.CHOICE, choices=grounds),
        FormField(
            key="reason",
            label=_("What cannot wait"),
            kind=FieldKind.AREA,
            rows=3,
            hint=_("In your own words. Reviewers and the patient can read it."),
        ),
    )


def _first() -> Form:
    means = _(
        "You read the whole record for {hours} hours, or until you close it. It is logged as"
        " Nödöppning with your name and your reason, it is reviewed afterwards, and the patient"
        " sees it. Nothing of it stays on this computer."
    ).format(hours=OPEN_HOURS)
    return Form(
        title=_("Emergency opening"),
        detail=_("step 1 of 2"),
        fields=_why(),
        actions=(FormAction(key="go_on", text=_("Continue"), shortcut="Ctrl+Return", main=True),),
        cards=(FormCard(key="means", level="observe", title=_("What it means"), text=means),),
        cards_before="ground",
        begin_in="reason",
    )


def _second(context: DraftContext) -> Form:
    whose = f"{list_name(context.patient)}  {shown_number(context.patient)}"
    ask = _(
        "You confirm that it cannot wait, and that the patient cannot be asked for consent now."
    )
    return Form(
        title=_("Emergency opening"),
        detail=_("step 2 of 2"),
        fields=(
            FormField(key="said_ground", label=_("Ground"), kind=FieldKind.READ),
            FormField(key="said_reason", label=_("What cannot wait"), kind=FieldKind.READ),
        ),
        actions=(
            FormAction(key="back", text=_("Back")),
            FormAction(key="open", text=_("Open the record"), shortcut="Ctrl+Return", main=True),
        ),
        cards=(
            FormCard(
                key="sure",
                level="observe",
                title=_("Open the record of {name}?").format(name=whose),
                text=ask,
            ),
        ),
        cards_before="said_ground",
    )


def _both(content: Content) -> str:
    return f"{content.get('ground', '')}\n{content.get('reason', '')}"


def _is_checked(content: Content) -> bool:
    return bool(content.get(_CHECKED)) and content.get(_CHECKED) == _both(content)


def _way(context: DraftContext) -> Emergency:
    emergency = context.session.emergency
    if emergency is None:
        raise Problem(_("No records are opened in an emergency here."), "")
    return emergency
