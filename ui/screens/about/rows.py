"""The versions and the own reports as rows."""

from __future__ import annotations

from ui.kit.cell import Row, icon_cell, text_cell
from ui.kit.textrun import quiet, strong
from ui.screens.about.report_form import HARM
from ui.screens.about.state import AboutState
from ui.shell.when import near
from ui.theme.tokens import Tone
from workstation.domain.texts import N_, _
from workstation.operations.ports import Delivery
from workstation.operations.report_incident import KeptReport

DELIVERED = {
    Delivery.ATTENTION: (N_("Not accepted"), "warning", Tone.CRITICAL),
    Delivery.LOCAL: (N_("Saved locally"), "clock", Tone.OFFLINE),
    Delivery.SENT: (N_("Sent to the server"), "sync", Tone.ACCENT),
    Delivery.RECEIVED: (N_("Received by the server"), "check", Tone.OK),
}
_UNKNOWN = "–"


def versions_of(state: AboutState) -> tuple[tuple[str, str], ...]:
    """Return name and version of everything that runs here."""
    versions = state.about.versions if state.about is not None else None
    return (
        (_("Program"), versions.program if versions else _UNKNOWN),
        (_("Clinical content"), state.clinical or _UNKNOWN),
        (_("Schema of the cache"), str(versions.cache) if versions else _UNKNOWN),
        ("Python", versions.python if versions else _UNKNOWN),
        ("Qt", versions.qt if versions else _UNKNOWN),
        (_("Backup of the server tried out"), state.tried_out[:10] or _UNKNOWN),
    )


def reports_of(state: AboutState) -> list[Row]:
    """Return one's own reports with how far each has come."""
    return [_row(report, state) for report in state.reports or ()]


def _row(kept: KeptReport, state: AboutState) -> Row:
    word, icon, tone = DELIVERED[kept.state]
    report = kept.report
    first = " ".join(report.happened.split())[:120]
    return Row(
        key=str(kept.id),
        cells=(
            icon_cell(icon, tone, _(word)),
            text_cell((strong(_(word)),), (quiet(near(kept.written_at, state.now)),)),
            text_cell(first, (quiet(_(HARM[report.harm])),)),
        ),
        name=first,
    )
