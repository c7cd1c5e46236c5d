"""What is being written, beside the record and never on top of it.

Every draft is pinned to its patient: its own header says whose it is, whatever is open elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.kit.banner import full_name
from ui.kit.button import Button, ButtonKind
from ui.kit.drafttabs import DraftTabs
from ui.kit.flow import FlowLayout
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.pages import Pages
from ui.kit.paint import rule
from ui.kit.runlabel import RunLabel
from ui.kit.textrun import Run, quiet, strong
from ui.theme.palette import tokens_of
from ui.theme.typography import Size, font
from workstation.domain.texts import _

_NARROW = 340
_SAVED = 88


@dataclass(frozen=True, kw_only=True)
class DraftAction:
    """A button under a draft."""

    key: str
    text: str
    shortcut: str = ""
    kind: ButtonKind = ButtonKind.SECONDARY
    enabled: bool = True


@dataclass(frozen=True, kw_only=True, repr=False)
class DraftModel:
    """A draft and whose it is. ``family`` empty: a panel about no patient, without a header.

    ``detail`` explains the draft (its template and version); ``saved`` says when it was last
    saved, ready to show; ``alarming``: it says that it could not be.
    """

    key: str
    title: str
    family: str = ""
    given: str = ""
    identity: str = ""
    detail: str = ""
    saved: str = ""
    alarming: bool = False
    actions: Sequence[DraftAction] = ()


@guarded
class _Header(QWidget):
    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 6, 14, 6)
        self._line = RunLabel()
        column.addWidget(self._line)

    def show_draft(self, model: DraftModel) -> None:
        runs = [
            quiet(_("Concerns") + " "),
            strong(full_name(model.family, model.given), size=Size.SMALL),
            quiet("  "),
            Run(model.identity, size=Size.SMALL, keep=True),
        ]
        if model.detail:
            runs.append(quiet(f" · {model.detail}"))
        self._line.set_lines([runs])
        self.setAccessibleName(
            _("Concerns {name} {identity}").format(
                name=full_name(model.family, model.given), identity=model.identity
            )
        )
        self.setVisible(bool(model.family))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        QPainter(self).fillRect(self.rect(), QColor(tokens_of(self).accent_soft))


@guarded
class _Footer(QWidget):
    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Finish the draft"))
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(14, 12, 14, 12)
        row.setSpacing(8)
        self._row = row
        self._saved = Label("", quiet=True, size=Size.SMALL, wrap=True)
        self._saved.setMinimumWidth(_SAVED)
        row.addWidget(self._saved, 1)
        self._actions: list[DraftAction] = []
        self._made: list[Button] = []
        self._buttons = FlowLayout(across=8, down=8, right=True)
        row.addLayout(self._buttons, 3)

    def show_draft(self, model: DraftModel) -> None:
        self._saved.setText(f"▲ {model.saved}" if model.alarming else model.saved)
        self._saved.setFont(font(Size.SMALL, strong=model.alarming))
        ink = (
            QPalette.ColorRole.WindowText if model.alarming else QPalette.ColorRole.PlaceholderText
        )
        self._saved.setForegroundRole(ink)
        self._show_actions(model.actions)
        self._settle()
        self.setVisible(bool(model.saved or model.actions))

    def _show_actions(self, actions: Sequence[DraftAction]) -> None:
        """Make the buttons anew only where they are others: most often one is only waited for."""
        wanted = [replace(action, enabled=True) for action in actions]
        if wanted != self._actions:
            self._actions = wanted
            self._make_buttons()
        for button, action in zip(self._made, actions, strict=True):
            button.setEnabled(action.enabled)

    def _make_buttons(self) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        self._made = []
        for action in self._actions:
            button = Button(action.text, shortcut=action.shortcut, kind=action.kind, parent=self)
            button.clicked.connect(lambda _checked=False, key=action.key: self.pressed.emit(key))
            self._buttons.addWidget(button)
            self._made.append(button)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self._settle()

    def _settle(self) -> None:
        """Put the buttons on a line of their own where they would else need two."""
        narrow = self.width() < _NARROW
        items = [self._buttons.itemAt(number) for number in range(self._buttons.count())]
        buttons = [w for item in items if item and isinstance(w := item.widget(), Button)]
        for button in buttons:
            button.show_key(not narrow)
        wide = sum(button.sizeHint().width() + 8 for button in buttons)
        under = wide + _SAVED + 28 > self.width()
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.TopToBottom if under else direction.LeftToRight)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        rule(QPainter(self), 0, self.width(), 0, tokens_of(self).line)


@guarded
class Workspace(QWidget):
    """Drafts as tabs. Signals carry draft keys; ``acted`` carries (draft key, action key)."""

    chosen = Signal(str)
    close_wanted = Signal(str)
    new_wanted = Signal()
    acted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Workspace"))
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._models: dict[str, DraftModel] = {}
        self._bodies: dict[str, QWidget] = {}
        self._current = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.tabs = DraftTabs()
        self._header, self._footer = _Header(), _Footer()
        self._stack = Pages()
        self._stack.setAccessibleName(_("Draft"))
        for widget in (self.tabs, self._header):
            column.addWidget(widget)
        column.addWidget(self._stack, 1)
        column.addWidget(self._footer)
        self._header.hide()
        self._footer.hide()
        self.tabs.chosen.connect(self._tab_chosen)
        self.tabs.close_wanted.connect(self.close_wanted)
        self.tabs.new_wanted.connect(self.new_wanted)
        self._footer.pressed.connect(lambda key: self.acted.emit(self._current, key))

    @property
    def ground(self) -> QWidget:
        """Where bodies stand: one that is made in it need not be dressed twice."""
        return self._stack

    def put_draft(self, model: DraftModel, body: QWidget) -> None:
        """Open a draft with its body as a tab and show it."""
        self._models[model.key] = model
        self._bodies[model.key] = body
        self._stack.addWidget(body)
        self.tabs.put(model.key, model.title)
        self.set_current(model.key)

    def update_draft(self, model: DraftModel) -> None:
        """Show what changed about a draft: its title, when it was saved, its buttons."""
        self._models[model.key] = model
        self.tabs.put(model.key, model.title)
        if model.key == self._current:
            self._header.show_draft(model)
            self._footer.show_draft(model)

    def remove_draft(self, key: str) -> QWidget:
        """Take a draft out and return its body, hidden, for the caller to end.

        It stays where it stood until then: out of its window every part of it would be dressed anew.
        """
        body = self._bodies.pop(key)
        del self._models[key]
        self._stack.removeWidget(body)
        body.hide()
        self.tabs.remove(key)
        if key == self._current:
            self._current = ""
            self._header.hide()
            self._footer.hide()
            if self._models:
                self.set_current(next(reversed(self._models)))
        return body

    def clear(self) -> None:
        """Take every draft out: another patient is coming."""
        for key in tuple(self._models):
            self.remove_draft(key).deleteLater()

    def set_current(self, key: str) -> None:
        """Show a draft without saying ``chosen``."""
        self._current = key
        self.tabs.set_current(key)
        self._stack.setCurrentWidget(self._bodies[key])
        self._header.show_draft(self._models[key])
        self._footer.show_draft(self._models[key])

    def current(self) -> str:
        """Return the key of the draft that is shown; empty when there is none."""
        return self._current

    def regions(self) -> tuple[QWidget, ...]:
        """Return its parts in the order the keyboard walks them."""
        return self.tabs, self._header, self._stack, self._footer

    def keys(self) -> tuple[str, ...]:
        """Return the keys of all drafts, in the order of their tabs."""
        return self.tabs.keys()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(392, 600)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(250, 200)

    def _tab_chosen(self, key: str) -> None:
        self.set_current(key)
        self.chosen.emit(key)
