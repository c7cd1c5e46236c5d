"""The place about the program, on the screen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.cell import Column as TableColumn
from ui.kit.choicefield import ChoiceField
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.notice import Notice
from ui.kit.panel import Column
from ui.screens.about.report_form import report_form
from ui.screens.about.rows import reports_of, versions_of
from ui.screens.about.state import AboutState
from ui.shell.backup_words import backup_words
from ui.shell.formpanel import FormPanel
from ui.shell.listtable import ListTable
from ui.theme.tokens import Tone
from ui.theme.typography import Size
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _

_LOOKS = (("system", N_("As the system")), ("light", N_("Light")), ("dark", N_("Dark")))
_LANGUAGES = (("sv", "Svenska"), ("en", "English"))
_REPORTS_HEIGHT = 220
_ROOM_FOR_BOTH = 720  # pixels
_NO_LIMIT = 16_777_215  # Qt's


@guarded
class AboutView(QWidget):
    """Draws an ``AboutState``. ``typed`` carries (field key, text)."""

    look_chosen = Signal(str)
    language_chosen = Signal(str)
    typed = Signal(str, str)
    acted = Signal(str)

    def __init__(self, *, has_settings: bool) -> None:
        super().__init__()
        self.setAccessibleName(_("About Ronden"))
        self.notice = Notice()
        looks = tuple((key, _(text)) for key, text in _LOOKS)
        self.look = ChoiceField(_("Appearance"), looks)
        self.language = ChoiceField(
            _("Language"), _LANGUAGES, hint=_("Counts from the next start of the program.")
        )
        for field in (self.look, self.language):
            field.setMaximumWidth(280)
            field.setVisible(has_settings)
        self.backups = Notice()
        self._page = Column(name=_("About Ronden"), margin=16, spacing=8)
        self._page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._versions = QGridLayout()
        self._version_labels: list[tuple[Label, Label]] = []
        self._known: tuple[str, ...] = ()
        self._issues = QVBoxLayout()
        columns = (
            TableColumn(title="", width=28),
            TableColumn(title=_("Status"), width=150),
            TableColumn(title=_("What happened"), stretch=1, least=200),
        )
        self.reports = ListTable(_("Your reports"), columns, middle=True, row_height=40)
        self._none = Label(_("You have not reported anything."), quiet=True)
        self.panel = FormPanel(_("Report an incident"), stays=True)
        self._build()
        self.look.changed.connect(self.look_chosen)
        self.language.changed.connect(self.language_chosen)
        self.panel.form.changed.connect(self.typed)
        self.panel.acted.connect(self.acted)
        self.setFocusProxy(self.look if has_settings else self._page)

    def _build(self) -> None:
        settings = QHBoxLayout()
        settings.setSpacing(16)
        for field in (self.look, self.language):
            settings.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        settings.addStretch(1)
        self._versions.setHorizontalSpacing(24)
        self._versions.setVerticalSpacing(4)
        self._versions.setColumnStretch(1, 1)
        self._issues.setSpacing(4)
        self._page.add(_held(settings, _("Settings")))
        self._page.add(_title(_("Versions")))
        self._page.add(_held(self._versions, _("Versions")))
        self._page.add(_title(_("Known issues")))
        self._page.add(_held(self._issues, _("Known issues")))
        self._page.add(_title(_("Your reports")))
        self._page.add(self._none)
        self._page.add(self.reports)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.backups)
        left.addWidget(self.notice)
        left.addWidget(self._page, 1)
        row = self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self.panel)
        self._beside = self.panel.maximumWidth()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        # Where there is no room beside the page, the report stands under it, and both scroll.
        under = self.width() < _ROOM_FOR_BOTH
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.TopToBottom if under else direction.LeftToRight)
        self._row.setStretchFactor(self.panel, 1 if under else 0)
        self.panel.setMaximumWidth(_NO_LIMIT if under else self._beside)

    def render_state(self, state: AboutState) -> None:
        """Draw everything; what is being written keeps its cursor."""
        self.look.set_key(state.look)
        self.language.set_key(state.language)
        self._draw_versions(state)
        self._draw_backups(state)
        self._draw_issues(state)
        rows = reports_of(state)
        self.reports.set_rows(rows)
        self.reports.setFixedHeight(min(self.reports.content_height(), _REPORTS_HEIGHT))
        self.reports.setVisible(bool(rows))
        self._none.setVisible(not rows)
        version = state.about.versions.program if state.about else ""
        self.panel.show_form(
            report_form(version, state.label),
            state.content,
            wrong=state.wrong,
            problem=state.problem,
            busy=state.busy,
        )

    def _draw_versions(self, state: AboutState) -> None:
        versions = versions_of(state)
        while len(self._version_labels) < len(versions):
            pair = (Label("", quiet=True), Label("", wrap=True))
            for column, label in enumerate(pair):
                self._versions.addWidget(label, len(self._version_labels), column)
            self._version_labels.append(pair)
        for (name, value), (left, right) in zip(versions, self._version_labels, strict=True):
            left.setText(name)
            right.setText(value)

    def _draw_backups(self, state: AboutState) -> None:
        words = backup_words(state.backups)
        if words is None:
            self.backups.clear()
        else:
            self.backups.show_problem(words.message, words.advice, tone=Tone.CRITICAL)

    def _draw_issues(self, state: AboutState) -> None:
        issues = state.about.known_issues if state.about else ()
        known = tuple(issue.title for issue in issues)
        if known == self._known:
            return
        self._known = known
        for issue in issues:
            self._issues.addWidget(Label(issue.title, strong=True, wrap=True))
            self._issues.addWidget(Label(issue.text, wrap=True))

    def focus_report(self) -> None:
        """Put the cursor where the report is written."""
        self.panel.form.focus_first()

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, over the page."""
        self.notice.show_problem(problem.message, problem.advice)


def _title(text: str) -> Label:
    return Label(text, strong=True, size=Size.LARGE)


def _held(layout: QHBoxLayout | QVBoxLayout | QGridLayout, name: str) -> QWidget:
    """Return a widget that holds a layout; a column takes widgets alone."""
    holder = QWidget()
    holder.setAccessibleName(name)
    layout.setContentsMargins(0, 0, 0, 0)
    holder.setLayout(layout)
    return holder
