"""What holds for every widget of the kit, in both looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from tests.ui.kit import scenes
from ui.kit.gallery import Gallery
from ui.kit.label import Label
from ui.kit.palette import Hit, Palette
from ui.kit.picture import render
from ui.theme.theme import apply_theme
from ui.theme.tokens import DARK, LIGHT

_BUILDERS: dict[str, Callable[[], QWidget]] = {
    "gallery": Gallery,
    "medication": scenes.medication,
    "journal": scenes.journal,
    "todo": scenes.todo,
}
# Roles that only hold others, or that Qt makes for itself inside a named control.
_SILENT = {
    QAccessible.Role.Client, QAccessible.Role.Border, QAccessible.Role.Grouping, QAccessible.Role.Pane,
    QAccessible.Role.LayeredPane, QAccessible.Role.Splitter, QAccessible.Role.Grip, QAccessible.Role.Indicator,
    QAccessible.Role.ScrollBar, QAccessible.Role.Separator,
}  # fmt: skip


def _walk(found: QAccessibleInterface | None) -> Iterator[QAccessibleInterface]:
    if found is None or not found.isValid():
        return
    yield found
    for number in range(found.childCount()):
        yield from _walk(found.child(number))


@pytest.mark.parametrize("name", _BUILDERS)
def test_every_control_has_a_name(qapp: QApplication, name: str) -> None:
    widget = _BUILDERS[name]()
    render(widget, QSize(1280, 800))

    nameless = [
        f"{found.role()} {type(found.object()).__name__}"
        for found in _walk(QAccessible.queryAccessibleInterface(widget))
        if found.role() not in _SILENT
        and not found.state().invisible
        and not found.text(QAccessible.Text.Name)
    ]

    assert nameless == []


@pytest.mark.parametrize("name", _BUILDERS)
def test_everything_the_keyboard_reaches_has_a_name(qapp: QApplication, name: str) -> None:
    widget = _BUILDERS[name]()
    reached = [
        child
        for child in widget.findChildren(QWidget)
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and not child.isHidden()
    ]
    assert reached
    assert [type(child).__name__ for child in reached if not child.accessibleName()] == []


@pytest.mark.parametrize("name", _BUILDERS)
def test_no_label_interprets_markup(qapp: QApplication, name: str) -> None:
    widget = _BUILDERS[name]()
    labels = widget.findChildren(QLabel)
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
    assert all(isinstance(label, Label) for label in labels)


def test_a_label_cannot_be_told_to_interpret_markup(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="plain text"):
        Label("x").setTextFormat(Qt.TextFormat.RichText)


@pytest.mark.parametrize("name", ["medication", "journal", "todo"])
@pytest.mark.parametrize("size", [QSize(1280, 800), QSize(960, 540)], ids=["1280", "960"])
def test_no_button_is_cut(qapp: QApplication, name: str, size: QSize) -> None:
    widget = _BUILDERS[name]()
    render(widget, size)
    cut = [
        (button.accessibleName(), button.width(), button.minimumSizeHint().width())
        for button in widget.findChildren(QPushButton)
        if button.isVisible() and button.width() < button.minimumSizeHint().width()
    ]
    assert cut == []


@pytest.mark.parametrize("name", _BUILDERS)
def test_light_and_dark_differ_and_switching_back_gives_the_same_picture(
    qapp: QApplication, name: str
) -> None:
    widget = _BUILDERS[name]()
    size = QSize(1280, 800)
    light = render(widget, size)
    apply_theme(qapp, DARK)
    dark = render(widget, size)
    apply_theme(qapp, LIGHT)
    assert dark != light
    assert render(widget, size) == light


def test_the_palette_names_what_it_offers_and_picks_by_enter(qapp: QApplication) -> None:
    hits = (Hit(key="lock", text="Lås", shortcut="Ctrl+L"), Hit(key="note", text="Ny anteckning"))
    parent = QWidget()
    palette = Palette(
        lambda text: [hit for hit in hits if text.lower() in hit.text.lower()], parent
    )
    picked: list[str] = []
    palette.picked.connect(picked.append)
    render(parent, QSize(900, 600))
    palette.open()
    palette.box.setText("ny")
    palette.show_hits("ny", hits[1:])
    qapp.sendEvent(palette.box, _enter())
    assert picked == ["note"]


def _enter() -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
