"""The unit right now, beside the work list: counts, and under them the patients in their beds."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from ui.kit.cell import Cell, Column, Group, Row, badge_cell, text_cell
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.panel import Panel, Rule
from ui.kit.textrun import Ink, Line, Run, quiet, strong
from ui.screens.work.now_state import NowState
from ui.shell.listtable import ListTable
from ui.shell.news2_badge import news2_cell
from ui.shell.people import list_name, shown_number
from ui.shell.unit_now import Inpatient
from ui.theme.tokens import Tone
from ui.theme.typography import Size
from workstation.domain.texts import N_, _, ngettext
from workstation.domain.values import local_text
from workstation.operations.referral_lists import ReferralLine

WIDTH, WIDE = 392, 460  # pixels
_AGAIN_MS = 10_000
_WIDE_FROM = 1700  # pixels of the window

_TITLES = {
    "": N_("In their beds"),
    "emergency": N_("NEWS2 7 or more"),
    "urgent": N_("NEWS2 5 to 6"),
    "unscored": N_("No NEWS2 recorded"),
    "fetched": N_("Record being fetched"),
    "critical": N_("Critical results nobody has acknowledged"),
    "late": N_("Doses today not recorded in time"),
    "assess": N_("Referrals to assess"),
    "in": N_("Expected in"),
    "out": N_("Discharge planned"),
    "waiting": N_("Arrived and waiting"),
    "to_come": N_("Booked, still to come today"),
}
_TONES = {
    "emergency": Tone.CRITICAL,
    "urgent": Tone.WARNING,
    "critical": Tone.CRITICAL,
    "late": Tone.WARNING,
    "fetched": Tone.OFFLINE,
}
_SHAPES = {Tone.CRITICAL: "◆ ", Tone.WARNING: "▲ ", Tone.OFFLINE: "■ "}
_INKS = {Tone.CRITICAL: Ink.CRITICAL, Tone.WARNING: Ink.WARNING, Tone.OFFLINE: Ink.OFFLINE}
_ALWAYS = ("", "emergency", "critical", "late")
"""Of a ward: said also where there are none. Of anything else nothing is said that is not there."""


@guarded
class NowView(Panel):
    """Draws a ``NowState``; ``opened`` and ``chosen`` carry a line's key."""

    opened = Signal(str)
    chosen = Signal(str)

    def __init__(self, unit: str) -> None:
        super().__init__()
        name = _("{unit} right now").format(unit=unit.partition(",")[0])
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._read = Label("", quiet=True, size=Size.SMALL)
        columns = (Column(title="", stretch=1, least=120), Column(title="", width=92))
        self.counts = ListTable(
            name,
            (Column(title="", stretch=1, least=160), Column(title="", width=44)),
            header=False,
            middle=True,
        )
        self.patients = ListTable(
            _("Patients of the unit"), columns, header=False, look_ahead=True, name_lines=1
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(Rule(Qt.Orientation.Vertical))
        column = QVBoxLayout()
        column.setContentsMargins(14, 16, 16, 12)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Label(name, strong=True, wrap=True), 1)
        head.addWidget(self._read)
        column.addLayout(head)
        column.addWidget(self.counts)
        column.addWidget(self.patients, 1)
        column.addStretch(0)  # where there are no patients all of it stands at the top
        row.addLayout(column, 1)
        self.counts.opened.connect(self.opened)
        self.counts.picked.connect(self.chosen)
        # Pressed with the mouse, a count goes where it counts at once.
        self.counts.view.pressed_row.connect(
            lambda _index, _x, _y: self.opened.emit(self.counts.current_key())
        )
        self.patients.opened.connect(self.opened)
        self.render_state(NowState())  # nothing is read yet, and nothing looks as if it were

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        wide = WIDE if self.window().width() >= _WIDE_FROM else WIDTH
        return QSize(wide, super().sizeHint().height())

    def render_state(self, state: NowState) -> None:
        """Draw the counts and who is behind the chosen one."""
        unit = state.unit
        self._read.setText(
            "…" if unit is None else _("read {time}").format(time=local_text(unit.as_of)[11:])
        )
        self.counts.setVisible(unit is not None)
        if unit is None:
            self.patients.hide()  # an empty frame would look like an empty ward
            return
        rows = count_rows(state)
        self.counts.set_rows(rows)
        self.counts.setFixedHeight(self.counts.content_height())
        self.patients.set_rows(patient_rows(state))
        self.patients.setVisible(bool(unit.patients or unit.critical))


def count_rows(state: NowState) -> list[Group | Row]:
    """Return the lines with their numbers: what calls for somebody first."""
    unit = state.unit
    if unit is None:
        return []
    numbers: dict[str, int] = {}
    if unit.patients:
        numbers = {key: state.count(key) for key in ("", "emergency", "urgent")}
        numbers |= {key: state.count(key) for key in ("unscored", "fetched")}
    numbers["critical"] = len(unit.critical)
    if unit.patients:
        numbers |= {"late": state.doses, "in": state.count("in"), "out": state.count("out")}
    numbers |= {"waiting": unit.waiting, "to_come": unit.to_come, "assess": unit.assess}
    always = _ALWAYS if unit.patients else ("critical",)
    return [
        _count(key, number, chosen=bool(key) and key == state.only)
        for key, number in numbers.items()
        if number or key in always
    ]


def _count(key: str, number: int, *, chosen: bool) -> Row:
    tone = _TONES.get(key, Tone.NEUTRAL) if number else Tone.NEUTRAL
    shape, ink = _SHAPES.get(tone, ""), _INKS.get(tone, Ink.TEXT)
    said: list[Run] = [Run(f"{shape}{_(_TITLES[key])}", ink=ink, strong=chosen)]
    return Row(
        key=f"count:{key}",
        cells=(text_cell(said), badge_cell(str(number), tone)),
        name=_(_TITLES[key]),
    )


def patient_rows(state: NowState) -> list[Group | Row]:
    """Return the patients of the chosen count; of none, everybody who lies here."""
    if state.unit is not None and (state.only == "critical" or not state.unit.patients):
        results = state.unit.critical
        head = Group(title=_(_TITLES["critical"]), count=len(results))
        return [head, *(_result(line) for line in results)]
    shown = state.shown
    left_out = state.unit is not None and state.unit.more
    head = Group(title=_(_TITLES[state.only]), count=len(shown))
    rows: list[Group | Row] = [head, *(_patient(one) for one in shown)]
    if left_out:
        said = _("More patients than are read here: see Patients")
        rows.append(Row(key="count:", cells=(text_cell((quiet(said),)), Cell())))
    return rows


def _result(line: ReferralLine) -> Row:
    name = list_name(line.patient)
    return Row(
        key=f"result:{line.entity}",
        cells=(
            text_cell((strong(name or _("No name")),), (quiet(shown_number(line.patient)),)),
            text_cell((Run(line.question, ink=Ink.CRITICAL),)),
        ),
        name=name,
    )


def _patient(one: Inpatient) -> Row:
    line = one.line
    # Where somebody with protected identity is, and why, must not stand in a list.
    hidden = line.protected
    lines: list[Line] = [(strong(list_name(line) or _("No name")),)]
    where = " · ".join(part for part in (line.place, one.standing.reason) if part)
    if where and not hidden:
        lines.append((quiet(where),))
    if one.late:
        late = ngettext("{count} dose not recorded", "{count} doses not recorded", one.late)
        lines.append((Run("▲ " + late.format(count=one.late), ink=Ink.WARNING, size=Size.SMALL),))
    return Row(
        key=f"patient:{line.patient}",
        cells=(
            text_cell(*lines),
            news2_cell(one.standing, named=True),
        ),
        name=list_name(line),
    )
