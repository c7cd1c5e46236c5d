"""NEWS2 of a patient as lists draw it: the score, which way it goes, and how urgent it is."""

from __future__ import annotations

from ui.kit.cell import Cell, badge_cell
from ui.shell.standing import EMERGENCY, URGENT, Standing
from ui.theme.tokens import Tone
from workstation.domain.texts import _


def tone_of(score: int) -> Tone:
    """Return how a score is coloured, beside its number."""
    return (
        Tone.CRITICAL if score >= EMERGENCY else Tone.WARNING if score >= URGENT else Tone.NEUTRAL
    )


def news2_cell(standing: Standing, *, named: bool = False) -> Cell:
    """Return the badge; nothing without a score. ``named``: it says that it is NEWS2."""
    score, before = standing.news2, standing.before
    if score is None:
        return Cell()
    rises = before is not None and score > before
    trend = "" if before in (None, score) else "↑" if rises else "↓"
    said = _("earlier {value}").format(value=before) if before is not None else ""
    return badge_cell(
        f"{'NEWS2 ' if named else ''}{score} {trend}".strip(),
        tone_of(score),
        said=", ".join(part for part in (f"NEWS2 {score}" if named else str(score), said) if part),
    )
