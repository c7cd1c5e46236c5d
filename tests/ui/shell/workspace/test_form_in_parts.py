"""A long form that somebody sees is made a few fields at a time: no key is lost or goes astray."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from ui.kit.field import Field
from ui.shell.workspace.form import FieldKind, Form, FormField
from ui.shell.workspace.formview import FormView

_KEYS = [f"q{number}" for number in range(12)]
_NOTHING: Mapping[str, str] = {}


def a_form(*, before: str = "") -> Form:
    fields = tuple(
        FormField(
            key=key,
            label=f"Fråga {key}",
            kind=FieldKind.AREA if number % 3 == 0 else FieldKind.LINE,
            beside=number % 3 == 2,
        )
        for number, key in enumerate(_KEYS)
    )
    return Form(title="Blankett", fields=fields, actions=(), cards_before=before)


@pytest.fixture
def view(qapp: QApplication) -> Iterator[FormView]:
    window = QWidget()
    column = QVBoxLayout(window)
    view = FormView("Blankett", window, in_parts=True)
    column.addWidget(view)
    more = QTimer(window, interval=0)  # as the window does it, in every turn of the loop
    more.timeout.connect(view.make_more)
    more.start()
    window.resize(500, 900)
    window.show()
    window.activateWindow()
    yield view
    window.close()
    window.deleteLater()


def show(view: FormView, form: Form, content: Mapping[str, str] = _NOTHING) -> None:
    view.show_form(form, content, wrong=frozenset(), problem=("", ""))


def press(window: QWidget, sign: str) -> None:
    focused = window.focusWidget()
    assert focused is not None
    if sign == "\t":
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    else:
        QTest.keyClicks(focused, sign)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_typed_while_it_is_made_stands_in_the_right_fields(
    view: FormView, qapp: QApplication, seed: int
) -> None:
    chance = random.Random(seed)
    said: list[tuple[str, str]] = []
    view.changed.connect(lambda key, text: said.append((key, text)))
    show(view, a_form())
    assert view.being_made
    view.focus_first()

    keyed = {key: f"{key}ab"[: chance.randint(1, 4)] for key in _KEYS}
    for sign in "\t".join(keyed.values()):
        press(view.window(), sign)
        for _time in range(chance.choice([0, 0, 0, 1, 2])):
            qapp.processEvents()

    assert view.texts() == keyed
    whole = [(key, keyed[key][:end]) for key in _KEYS for end in range(1, len(keyed[key]) + 1)]
    assert said == whole


def test_letters_that_fill_one_field_wait_for_no_other(view: FormView, qapp: QApplication) -> None:
    show(view, a_form())
    view.focus_first()
    for sign in "Mår bra":
        if sign.isascii():
            press(view.window(), sign)
    assert view.being_made
    while view.being_made:
        qapp.processEvents()
    assert view.texts() == {key: "Mr bra" if key == "q0" else "" for key in _KEYS}


def test_made_in_parts_it_is_the_form_that_is_made_at_once(
    view: FormView, qapp: QApplication
) -> None:
    end = QPushButton("Slut", view.window())
    show(view, a_form(before="q7"), {"q9": "kvar"})
    while view.being_made:
        qapp.processEvents()
    hidden = FormView("Blankett", in_parts=True)
    show(hidden, a_form(before="q7"), {"q9": "kvar"})
    assert not hidden.being_made
    assert view.texts() == hidden.texts() == {key: "kvar" if key == "q9" else "" for key in _KEYS}
    assert by_tab(view, end) == by_tab(hidden, None)
    assert placed(view) == placed(hidden)


def by_tab(view: FormView, end: QWidget | None) -> list[str]:
    stops = []
    widget: QWidget | None = view._fields["q0"].input.widget  # noqa: SLF001  where one begins
    while widget is not None and widget is not end:
        is_field = view.isAncestorOf(widget) and widget.accessibleName().startswith("Fråga")
        if is_field and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            if widget.accessibleName() in stops:
                break
            stops.append(widget.accessibleName())
        widget = widget.nextInFocusChain()
    return stops


def placed(view: FormView) -> list[str]:
    column = view._column.body.layout()  # noqa: SLF001  how they stand under each other
    assert column is not None
    items = [column.itemAt(number) for number in range(column.count())]
    return [w.accessibleName() for item in items if item is not None and (w := item.widget())]


@pytest.mark.parametrize("count", [4, 12])
def test_where_one_begins_is_there_first_and_tab_goes_as_the_form_stands(
    view: FormView, qapp: QApplication, count: int
) -> None:
    fields = a_form().fields[:count]
    begin = fields[count // 2].key
    show(view, Form(title="Blankett", fields=fields, actions=(), begin_in=begin))
    view.focus_first()
    assert view.being_made is (count > 4)
    press(view.window(), "x")
    while view.being_made:
        qapp.processEvents()
    assert view.texts() == {key: "x" if key == begin else "" for key in _KEYS[:count]}
    assert by_tab(view, None) == [field.label for field in fields]


def test_what_changes_meanwhile_is_what_the_later_fields_say(
    view: FormView, qapp: QApplication
) -> None:
    show(view, a_form(), {"q11": "först"})
    view.show_form(a_form(), {"q11": "sedan"}, wrong=frozenset({"q10"}), problem=("", ""))
    while view.being_made:
        qapp.processEvents()
    assert view.texts()["q11"] == "sedan"
    widget = view._fields["q10"].input.widget  # noqa: SLF001  what is said under it
    assert isinstance(widget, Field)
    assert widget.problem()


def test_the_keyboard_is_put_in_a_field_that_is_yet_to_come(view: FormView) -> None:
    show(view, a_form())
    view.focus_field("q10")
    press(view.window(), "x")
    assert view.texts()["q10"] == "x"


def test_a_line_that_fails_keeps_none_of_the_others_away(
    view: FormView, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: told.append(kind))
    fields = [FormField(key=key, label=f"Fråga {key}") for key in _KEYS]
    fields[6] = FormField(key="q6", label="Fråga q6", kind=FieldKind.CHOICE, choices=(("fel",),))  # type: ignore[arg-type]
    show(view, Form(title="Blankett", fields=tuple(fields), actions=()))
    for _turn in range(20):
        qapp.processEvents()
    assert not view.being_made
    assert told
    assert {"q0", "q3", "q8", "q11"} <= view._fields.keys()  # noqa: SLF001  what stands there


def test_a_form_that_becomes_another_while_it_is_made_is_the_other(
    view: FormView, qapp: QApplication
) -> None:
    show(view, a_form())
    fewer = Form(title="Blankett", fields=a_form().fields[6:], actions=())
    show(view, fewer)
    while view.being_made:
        qapp.processEvents()
    assert list(view.texts()) == _KEYS[6:]
