"""Somebody else changed the booking that is being changed: what was typed stays, what is new is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ui.screens.reception.rows import STATUS
from ui.screens.reception.state import BeingFilled, booking_of
from ui.screens.reception.visit_form import TYPES, content_of, visit_form
from workstation.domain.texts import _
from workstation.operations.ports import Visit
from workstation.operations.writing import heads_of


def is_other(filling: BeingFilled, now: Visit) -> bool:
    """Whether the booking is no longer what it was when it was opened to be changed."""
    before = filling.visit
    return before is not None and heads_of(before.booking.state) != heads_of(now.booking.state)


def rebased(filling: BeingFilled, now: Visit) -> BeingFilled:
    """Return the change as it goes on from what the booking is now.

    What was typed stays. A field that nobody has typed in takes over what the other person wrote,
    and everything that the other person changed is said, what it was and what it is.
    """
    assert filling.visit is not None
    before, theirs = content_of(booking_of(filling.visit)), content_of(booking_of(now))
    typed = {key for key, text in filling.content.items() if text != before.get(key, "")}
    content = {key: filling.content.get(key, "") if key in typed else theirs[key] for key in theirs}
    said = [
        _("{field}: {before} → {now}").format(
            field=label, before=_shown(key, before) or "—", now=_shown(key, theirs) or "—"
        )
        + (" " + _("(what you typed stands)") if key in typed else "")
        for key, label in _labels().items()
        if before[key] != theirs[key]
    ]
    was, status = booking_of(filling.visit).status, booking_of(now).status
    if was != status:
        said.insert(0, _("now: {status}").format(status=_(STATUS[status]).lower()))
    author = now.booking.state.current.author
    message = _("{name} has changed the booking while you wrote.").format(name=author.name)
    advice = _("Nothing of yours is lost. Look it through and save again.")
    return replace(
        filling,
        visit=now,
        content=content,
        wrong=frozenset(),
        problem=(message, " ".join([*(f"{text}." for text in said), advice])),
        busy=False,
    )


def _labels() -> Mapping[str, str]:
    return {field.key: field.label for field in visit_form("change", clinicians=()).fields}


def _shown(key: str, content: Mapping[str, str]) -> str:
    return _(TYPES[content[key]]) if key == "type" else content[key]
