"""What the inbox shows: a list, what is chosen and ticked, and what is being decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sync.protocol.waiting import UnmatchedAnswer
from ui.screens.referrals.steps import MORE, STEPS, actions_for, attachments_of
from ui.shell.workspace.form import Content
from workstation.domain.ids import HsaId
from workstation.domain.referral import ReferralState, referral_state
from workstation.operations.ports import Listed
from workstation.operations.referral_lists import ReferralLine
from workstation.operations.referral_statistics import Case

BULK = ("BEK", "accepted", "assigned")
"""What may be done with many at once: nothing that ends, asks, forwards or answers."""
AT_ONCE = frozenset({"BEK", "accepted", "assigned", "performed"})
"""Steps that ask nothing: one key takes them."""
PRIORITY_KEYS = {"1": "immediate", "2": "urgent", "3": "soon", "4": "routine"}


@dataclass(frozen=True, kw_only=True, repr=False)
class Deciding:
    """A step that is being filled in beside the list."""

    event: str
    line: ReferralLine
    content: Content
    wrong: frozenset[str] = frozenset()
    problem: tuple[str, str] = ("", "")
    busy: bool = False

    def typed(self, key: str, value: str) -> Deciding:
        """Return it with one field changed; what was wrong with it is forgotten."""
        content = {**self.content, key: value}
        return replace(self, content=content, wrong=self.wrong - {key}, problem=("", ""))


@dataclass(frozen=True, kw_only=True, repr=False)
class Settling:
    """An answer without an order that is being attached or set aside. ``orders``: key and words."""

    answer: UnmatchedAnswer
    attach: bool
    orders: tuple[tuple[str, str], ...]
    content: Content
    wrong: frozenset[str] = frozenset()
    problem: tuple[str, str] = ("", "")
    busy: bool = False


@dataclass(frozen=True, kw_only=True, repr=False)
class Naming:
    """A stand-in that is being named. ``people``: the unit's, HSA-id and name."""

    people: tuple[tuple[str, str], ...]
    content: Content
    wrong: frozenset[str] = frozenset()
    problem: tuple[str, str] = ("", "")


@dataclass(frozen=True, kw_only=True, repr=False)
class InboxState:
    """``lines`` None until read. ``opened``: the chosen referral with all its records.

    ``ticked``: keys of the lines a step is taken with together. ``outcome``: what became of that.
    ``answers``: those without an order, while that list is shown; ``settling``: one of them.
    ``answers_at``: when they were read, ms UTC, where they may be others by now; None: just now.
    ``naming``: a stand-in that is being named.
    ``counts``: how many wait, by reason. ``cases``: for the statistics, None until read.
    """

    list: str = "inbox"
    whose: str = "all"
    lines: tuple[ReferralLine, ...] | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    chosen: str = ""
    opened: Listed | None = None
    ticked: frozenset[str] = frozenset()
    deciding: Deciding | None = None
    outcome: tuple[str, str] = ("", "")
    cases: tuple[Case, ...] | None = None
    answers: tuple[UnmatchedAnswer, ...] = ()
    answers_at: int | None = None
    settling: Settling | None = None
    naming: Naming | None = None
    now: int = 0

    @property
    def chosen_line(self) -> ReferralLine | None:
        """The line that the actions are about."""
        return next((line for line in self.lines or () if key_of(line) == self.chosen), None)

    @property
    def chosen_answer(self) -> UnmatchedAnswer | None:
        """The answer without an order that the actions are about."""
        if self.list != "unmatched":
            return None
        return next((answer for answer in self.answers if answer.id == self.chosen), None)

    @property
    def referral(self) -> ReferralState | None:
        """Where the chosen referral stands; None for a result, or while it is read."""
        if self.opened is None or self.opened.state.family != "referral":
            return None
        line = self.chosen_line
        if line is None or self.opened.state.id != line.entity:
            return None
        return referral_state(self.opened.state)

    @property
    def ticked_lines(self) -> tuple[ReferralLine, ...]:
        """The lines that are ticked, as listed."""
        return tuple(line for line in self.lines or () if key_of(line) in self.ticked)


def key_of(line: ReferralLine) -> str:
    """Return a line's key: one referral may stand in a list for two reasons."""
    return f"{line.reason}:{line.entity}"


def inbox_actions(state: InboxState, unit: HsaId) -> tuple[str, ...]:
    """Return what may be done now: with what is ticked, else with the chosen one."""
    if (answer := state.chosen_answer) is not None:
        if state.answers_at is not None:
            return ()  # they are settled on the server, as they stand there
        return ("attach", "aside") if answer.attachable else ("aside",)
    if state.ticked:
        return (*BULK, "tick", "untick")
    referral = state.referral
    if referral is None:
        return ("open",) if state.chosen_line is not None else ()
    found = list(actions_for(referral, unit))
    if attachments_of(referral):
        found.append("attachment")
    return (*found, "tick", "open")


def asks(action: str) -> bool:
    """Whether a step asks for something before it is taken."""
    return action in (*STEPS, MORE, "watch") and action not in AT_ONCE
