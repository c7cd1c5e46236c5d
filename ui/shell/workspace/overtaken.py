"""What a draft builds on has been changed by somebody else: who, when, and what holds now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ui.shell.workspace.form import SEEN, Content, seen_in
from workstation.domain.marks import Void
from workstation.domain.texts import _
from workstation.domain.values import local_text
from workstation.operations.ports import Listed
from workstation.operations.writing import heads_of


@dataclass(frozen=True, kw_only=True, repr=False)
class Overtaken:
    """``said``: (message, advice). ``content``: the draft built on the new version, None where it
    has to be begun anew.
    """

    said: tuple[str, str]
    content: Content | None = None
    who: str = ""


@runtime_checkable
class Rebuilds(Protocol):
    """A writer whose draft can go on from a newer version of what it builds on."""

    def now_holds(self, listed: Listed) -> str:
        """Return what holds now, in one line; empty where the title says it."""
        ...


def overtaken(content: Content, listed: Listed, writer: object) -> Overtaken | None:
    """Return how what the draft builds on has changed; None while it is what its author saw."""
    state = listed.state
    if frozenset(heads_of(state)) == frozenset(seen_in(content)):
        return None
    newest = max(state.line.heads, key=lambda head: head.written_at)
    who = _("{name}, {unit}, {time}").format(
        name=newest.author.name,
        unit=newest.author.unit_name,
        time=local_text(newest.written_at.millis),
    )
    if isinstance(newest.body, Void):
        message = _("This has been voided since you began.")
    elif state.undecided:
        message = _("This has been changed in two places since you began.")
    else:
        message = _("This has been changed since you began.")
    builds = isinstance(writer, Rebuilds) and not state.voided and not state.undecided
    told = (writer.now_holds(listed) if isinstance(writer, Rebuilds) else "") or listed.row.title
    holds = _("Now holds, {who}: {what}").format(who=who, what=told)
    return Overtaken(
        said=(message, f"{holds}\n{_go_on() if builds else _begin_anew()}"),
        content=_rebuilt(content, listed, told) if builds else None,
        who=who,
    )


def _go_on() -> str:
    return _("What you have written stays. Compare it with the new version before you sign.")


def _begin_anew() -> str:
    return _("What you have written stays here. Open it in the record and begin from there.")


def _rebuilt(content: Content, listed: Listed, holds: str) -> Content:
    rebuilt = {**content, SEEN: " ".join(str(head) for head in heads_of(listed.state))}
    if "what" in rebuilt:  # what a step is about, as it stands over its fields
        rebuilt["what"] = holds
    return rebuilt
