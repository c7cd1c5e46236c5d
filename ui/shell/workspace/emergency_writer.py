"""Opening a record in an emergency, in two steps: what it means and why, then once more."""

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
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.domain.values import local_text
from workstation.operations.open_in_emergency import (
    GROUNDS,
    Emergency,
    check_reason,
    open_in_emergency,
)

_CHECKED = "@checked"
"""The reason as it was when the first step was done; typed over, the first step comes again."""


class EmergencyWriter:
    """Asks for ground and reason, shows both once more, and has the record opened."""

    name = "emergency"
    steps = frozenset({"go_on", "back"})

    def form(self, content: Content, context: DraftContext) -> Form:
        return _second(context) if _is_checked(content) else _first()

    async def step(self, action: str, content: Content, context: DraftContext) -> Content:
        if action == "back":
            return {**content, _CHECKED: ""}
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


def begin_emergency() -> dict[str, str]:
    """Return a new draft's content: the usual ground is chosen."""
    return {"ground": "danger"}


def _first() -> Form:
    grounds = tuple((key, _(text)) for key, text in GROUNDS.items())
    means = _(
        "You read the whole record for {hours} hours, or until you close it. It is logged as"
        " Nödöppning with your name and your reason, it is reviewed afterwards, and the patient"
        " sees it. Nothing of it stays on this computer."
    ).format(hours=OPEN_HOURS)
    return Form(
        title=_("Emergency opening"),
        detail=_("step 1 of 2"),
        fields=(
            FormField(key="ground", label=_("Ground"), kind=FieldKind.CHOICE, choices=grounds),
            FormField(
                key="reason",
                label=_("What cannot wait"),
                kind=FieldKind.AREA,
                rows=3,
                hint=_("In your own words. Reviewers and the patient can read it."),
            ),
        ),
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
