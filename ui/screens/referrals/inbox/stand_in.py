"""Naming who stands in for whom: the form, and what it says."""

from __future__ import annotations

from datetime import date, timedelta

from ui.shell.workspace.form import Content, FieldKind, Form, FormAction, FormField
from workstation.domain.directory import StandIn
from workstation.domain.ids import HsaId
from workstation.domain.texts import _
from workstation.domain.values import millis_of
from workstation.operations.writing import Incomplete


def stand_in_form(people: tuple[tuple[str, str], ...]) -> Form:
    """Return what is asked. ``people``: HSA-id and name of the unit's colleagues."""
    fields = (
        FormField(key="person", label=_("Who is away"), kind=FieldKind.CHOICE, choices=people),
        FormField(key="deputy", label=_("Who stands in"), kind=FieldKind.CHOICE, choices=people),
        FormField(key="since", label=_("First day"), kind=FieldKind.DATE),
        FormField(key="until", label=_("Last day (optional)"), kind=FieldKind.DATE, beside=True),
        FormField(key="absent", label=_("Sees everything at once"), kind=FieldKind.CHECK),
    )
    done = FormAction(key="name", text=_("Name stand-in"), shortcut="Ctrl+Return", main=True)
    return Form(
        title=_("Stand-in"),
        fields=fields,
        actions=(done,),
        remark=_("Without the tick the stand-in sees only what has been late for a while."),
    )


def stand_in_of(content: Content, unit: HsaId) -> StandIn:
    """Return the stand-in that the form says; the last day counts whole.

    Raises:
        Incomplete: A day cannot be read.
    """
    until = _day(content, "until")
    return StandIn(
        person=HsaId(content.get("person", "")),
        unit=unit,
        deputy=HsaId(content.get("deputy", "")),
        since=millis_of(first.isoformat()) if (first := _day(content, "since")) else 0,
        until=millis_of((until + timedelta(days=1)).isoformat()) if until else None,
        absent=content.get("absent") == "yes",
    )


def _day(content: Content, key: str) -> date | None:
    text = content.get(key, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Incomplete(
            _("There is no such date: {date}").format(date=text),
            _("Type year, month and day: 2026-11-22."),
            [key],
        ) from None
