"""Lines of the access log as rows: when, who, what and why, whose record, what to look at."""

from __future__ import annotations

from sync.protocol.log import LoggedPatient, LogLine
from ui.kit.cell import Cell, Group, Row, text_cell
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.screens.logreview.state import LogState
from ui.shell.people import list_name, shown_number
from workstation.domain.ids import PatientId
from workstation.domain.log_words import more_of
from workstation.domain.texts import N_, _
from workstation.domain.values import local_date, local_text, millis_of
from workstation.operations.ports import PatientLine

ACTIVITIES: tuple[tuple[str, str], ...] = (
    ("", N_("Everything done")),
    ("Läsa", N_("Reading")),
    ("Skriva", N_("Writing")),
    ("Utskrift", N_("Printing")),
    ("Sökning", N_("Searching")),
    ("Nödöppning", N_("Emergency opening")),
    ("Nekad", N_("Refused")),
    ("Inloggning", N_("Logging in")),
    ("Administration", N_("Administration")),
)
"""What the log calls it, and what the filter calls it."""
FLAGS: dict[str, str] = {
    "emergency": N_("emergency opening"),
    "protected": N_("protected identity"),
    "deceased": N_("deceased patient"),
    "same_name": N_("same family name"),
    "outside": N_("not in the unit's care"),
    "refused": N_("refused"),
}
_SHOWN_PATIENTS = 2


def rows_of(state: LogState) -> list[Group | Row]:
    """Return the lines by day, newest day first as they came."""
    entries: list[Group | Row] = []
    day = ""
    for line in state.lines or ():
        here = local_date(millis_of(line.at)).isoformat()
        if here != day:
            day = here
            entries.append(Group(title=day))
        entries.append(_row(line))
    return entries


def patient_line(logged: LoggedPatient) -> PatientLine:
    """Return a logged patient as lists name one."""
    return PatientLine(
        patient=PatientId(logged.patient),
        family=logged.family,
        given=logged.given,
        birth_date="",
        sex="unknown",
        identity=logged.identity,
        identity_system=logged.identity_system,
        protected=logged.protected,
        deceased=False,
        place="",
        complete=False,
    )


def name_of(logged: LoggedPatient) -> str:
    """Return ``ANDERSSON, Karin 19410308-2383``, or what there is of it."""
    line = patient_line(logged)
    parts = (list_name(line) or _("No name"), shown_number(line))
    return "  ".join(part for part in parts if part)


def _row(line: LogLine) -> Row:
    return Row(
        key=str(line.seq),
        cells=(
            text_cell((Run(local_text(millis_of(line.at), seconds=True)[11:], keep=True),)),
            _who(line),
            _what(line),
            _whose(line),
            _look_at(line),
        ),
        name=line.name or line.title,
    )


def _who(line: LogLine) -> Cell:
    name = line.name or (_("Protected identity") if line.person else _("Nobody logged in"))
    details = " · ".join(part for part in (line.title, line.unit_name) if part)
    return text_cell((strong(name),), (quiet(details or line.person),))


def _what(line: LogLine) -> Cell:
    lines: list[Line] = [(Run(line.activity),)]
    more = more_of(line.what)
    if more:
        lines.append((Run(more),))
    if line.reason:
        lines.append((Run(line.reason),))
    basis = _(line.basis) if line.basis else ""
    device = _("computer {name}").format(name=line.device) if line.device else ""
    ground = " · ".join(part for part in (basis, line.purpose, device) if part)
    if ground:
        lines.append((quiet(ground),))
    return text_cell(*lines)


def _whose(line: LogLine) -> Cell:
    if not line.touched:
        return text_cell((quiet("—"),))
    names = [name_of(each) for each in line.patients[:_SHOWN_PATIENTS]]
    last = len(names) - 1  # in a narrow window they stand on one line: told apart there, too
    lines: list[Line] = [(Run(name + ("" if n == last else ";")),) for n, name in enumerate(names)]
    if line.touched > _SHOWN_PATIENTS:
        more = _("and {count} more").format(count=line.touched - min(_SHOWN_PATIENTS, len(lines)))
        lines.append((quiet(more),))
    return text_cell(*lines)


def _look_at(line: LogLine) -> Cell:
    words = (_(FLAGS[flag]) if flag in FLAGS else flag for flag in line.flags)
    return text_cell(*((strong("▲ " + text, ink=Ink.WARNING),) for text in words))
