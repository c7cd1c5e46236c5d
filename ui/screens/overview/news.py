"""What others have written in the record since this person last looked at it."""

from __future__ import annotations

from collections.abc import Sequence

from ui.kit.cell import Group, Row, text_cell
from ui.kit.textrun import Run, quiet, strong
from ui.screens.overview.state import OverviewState
from ui.shell.extract import beginning
from ui.theme.tokens import Tone
from ui.theme.typography import Size
from workstation.domain.ids import HsaId
from workstation.domain.texts import N_, _
from workstation.domain.values import local_text
from workstation.operations.ports import Listed

_MOST = 5
_TITLE = 60  # letters: more of a question is read where it stands
_PARTS = {
    "attention": ("overview", N_("Attention information")),
    "diagnosis": ("overview", N_("Diagnosis")),
    "medication_order": ("medication", N_("Medication")),
    "observation": ("values", N_("Value")),
    "referral": ("referrals", N_("Referral")),
    "planned_action": ("plan", N_("Planned action")),
    "note": ("journal", N_("Note")),
}


def new_since(
    state: OverviewState, past: Sequence[Listed], *, since: int, me: HsaId
) -> tuple[Listed, ...]:
    """Return what has come or changed here since ``since`` (ms UTC) by others, newest first.

    ``past``: what stands on no part of the page, as a medicine that was stopped.
    """
    parts = (
        state.attention, state.diagnoses, state.orders, tuple(past), state.values,
        state.referrals, state.actions, state.notes,
    )  # fmt: skip
    found = {
        one.state.id: one
        for part in parts
        for one in part or ()
        if one.changed > since and one.state.current.author.hsa_id != me
    }
    return tuple(sorted(found.values(), key=lambda one: -one.changed))


def news(state: OverviewState) -> list[Group | Row]:
    """Return what is new as lines; nothing at somebody's first look."""
    if state.since is None or state.news is None:
        return []
    title = _("New since {time}").format(time=local_text(state.since))
    if not state.news:
        nothing = text_cell((quiet(_("Nothing new from others since you last looked")),))
        return [Group(title=title), Row(key=":news", cells=(nothing,))]
    entries: list[Group | Row] = [Group(title=title, count=len(state.news), tone=Tone.ACCENT)]
    entries += [_row(one) for one in state.news[:_MOST]]
    if (more := len(state.news) - _MOST) > 0:
        said = _("and {count} more").format(count=more)
        entries.append(Row(key=":morenews", cells=(text_cell((quiet(said),)),)))
    return entries


def _row(one: Listed) -> Row:
    tab, part = _PARTS.get(one.row.family, ("journal", N_("Note")))
    author = one.state.current.author
    title = beginning(one.row.title, _TITLE)
    who = ", ".join(text for text in (author.name, author.unit_name) if text)
    return Row(
        key=f"{tab}:{one.state.id}",
        cells=(
            text_cell(
                (quiet(f"{_(part)}  "), strong(title)),
                (Run(local_text(one.changed), size=Size.SMALL, keep=True), quiet(f" · {who}")),
            ),
        ),
        name=title,
        new=True,
    )
