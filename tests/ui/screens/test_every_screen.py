"""Every screen and every draft: named for a screen reader, and Swedish to the last word."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget

from tests.house.tree import ROOT
from tests.karin import KARIN
from tests.ui.screens.conftest import Seat
from ui.shell.screens import CHART, places_of

# Roles that only hold others, or that Qt makes for itself inside a named control.
_SILENT = {
    QAccessible.Role.Client, QAccessible.Role.Border, QAccessible.Role.Grouping, QAccessible.Role.Pane,
    QAccessible.Role.LayeredPane, QAccessible.Role.Splitter, QAccessible.Role.Grip, QAccessible.Role.Indicator,
    QAccessible.Role.ScrollBar, QAccessible.Role.Separator, QAccessible.Role.Window,
    QAccessible.Role.StaticText,
}  # fmt: skip
_MOST_CHILDREN = 400


def nodes(top: QWidget) -> Iterator[QAccessibleInterface]:
    """Walk what assistive technology sees under a widget; of a long list its beginning."""
    # Qt's own types do not say so, but there may be nobody at a place.
    waiting: list[QAccessibleInterface | None] = [QAccessible.queryAccessibleInterface(top)]
    while waiting:
        node = waiting.pop()
        if node is not None and node.isValid():
            yield node
            waiting += [node.child(n) for n in range(min(node.childCount(), _MOST_CHILDREN))]


def names_missing(top: QWidget) -> list[str]:
    """Return what can be reached and has no name."""
    return [
        f"{node.role().name} in {_place_of(node)}"
        for node in nodes(top)
        if node.role() not in _SILENT
        and not node.state().invisible
        and not node.text(QAccessible.Text.Name).strip()
    ]


def _place_of(node: QAccessibleInterface) -> str:
    parent: QAccessibleInterface | None = node.parent()
    names: list[str] = []
    while parent is not None and parent.isValid() and len(names) < 4:
        names.append(parent.text(QAccessible.Text.Name) or parent.role().name)
        parent = parent.parent()
    return " < ".join(names)


def english() -> set[str]:
    """Return the English texts whose Swedish is another, that no Swedish text happens to equal."""
    pairs: dict[str, str] = {}
    for catalogue in sorted((ROOT / "workstation" / "locale" / "sv").glob("*.po")):
        for message in read_po(io.BytesIO(catalogue.read_bytes())):
            if isinstance(message.id, str) and isinstance(message.string, str) and message.id:
                pairs[message.id] = message.string
    swedish = set(pairs.values())
    return {text for text, said in pairs.items() if said != text and text not in swedish}


def left_in_english(top: QWidget, words: set[str]) -> list[str]:
    """Return the texts under a widget that are English source texts."""
    found = []
    for node in nodes(top):
        for kind in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Help):
            text = node.text(kind).strip()
            parts = {text, *re.split(r"\s*[·:,\n]\s*", text)}
            found += [part for part in parts if part in words and len(part) > 2]
    return found


def drafts_of(seat: Seat) -> list[str]:
    """Return the commands that begin something to write."""
    keys = [command.key for command in seat.desk.menu._commands]
    return [key for key in keys if key.split(":")[0] in ("note", "form", "write")]


@pytest.mark.slow
@pytest.mark.parametrize("user", ["anna", "maja"])
async def test_everything_that_can_be_reached_has_a_name_and_nothing_is_left_in_english(
    seat: Seat, user: str
) -> None:
    words = english()
    assert "Signed." in words
    await seat.logs_in(user)
    missing: dict[str, list[str]] = {}
    foreign: dict[str, list[str]] = {}

    def look(where: str) -> None:
        if found := names_missing(seat.window):
            missing[where] = found
        if left := left_in_english(seat.window, words):
            foreign[where] = left

    for place in places_of(seat.desk.session):
        seat.desk.show_place(place.key)
        await seat.rests()
        look(place.key)
    await seat.opens("overview", KARIN)
    for part in CHART:
        seat.desk.show_tab(part.key)
        await seat.rests()
        look(part.key)
    for key in drafts_of(seat):
        seat.desk.menu.run(key)
        await seat.rests()
        look(key)
        for draft in seat.desk.workspace.state.drafts:
            for _twice in range(2):
                await seat.desk.workspace.discard(draft.id)
        await seat.rests()
    assert missing == {}
    assert foreign == {}


def test_a_nameless_button_and_an_english_word_are_found(app: QApplication) -> None:
    words = english()
    window = QWidget()
    QVBoxLayout(window).addWidget(QPushButton(window))
    QLabel("2026 · Signed.", window)
    window.show()

    assert len(names_missing(window)) == 1
    assert left_in_english(window, words) == ["Signed."]
    window.deleteLater()
