"""A form that becomes another keeps what it still asks: the text, the cursor, and the way by Tab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ui.kit.field import TextField
from ui.shell.workspace.form import FieldKind, Form, FormField
from ui.shell.workspace.formview import FormView

_NOTHING: Mapping[str, str] = {}


def a_form(*fields: FormField) -> Form:
    return Form(title="Blankett", fields=fields, actions=())


def field(key: str, kind: FieldKind = FieldKind.LINE, *, beside: bool = False) -> FormField:
    return FormField(key=key, label=f"Fråga {key}", kind=kind, beside=beside)


def shown(view: FormView, form: Form, content: Mapping[str, str] = _NOTHING) -> None:
    view.show_form(form, content, wrong=frozenset(), problem=("", ""))


def edit_of(view: FormView, key: str) -> QLineEdit:
    widget = view._fields[key].input.widget  # noqa: SLF001  the line that is typed in
    assert isinstance(widget, TextField)
    return widget.edit


def by_tab(view: FormView) -> list[str]:
    """Return the names of what Tab reaches in the form, from its first question on."""
    names: list[str] = []
    present: QWidget | None = edit_of(view, next(iter(view.texts())))
    while present is not None and present.accessibleName() not in names:
        if (
            present.focusPolicy() & Qt.FocusPolicy.TabFocus
            and view.isAncestorOf(present)
            and present.isVisible()
        ):
            names.append(present.accessibleName())
        present = present.nextInFocusChain()
        if present is not None and present.accessibleName() == "Slut":
            break
    return names


def a_window(view: FormView) -> QWidget:
    window = QWidget()
    column = QVBoxLayout(window)
    column.addWidget(view)
    end = QPushButton("Slut")
    end.setAccessibleName("Slut")
    column.addWidget(end)
    window.resize(500, 600)
    return window


def test_a_question_that_stays_keeps_its_text_its_cursor_and_its_place_for_tab(
    qapp: QApplication,
) -> None:
    view = FormView("Blankett")
    window = a_window(view)
    content = {"a": "ett", "b": "två", "c": "tre"}
    shown(view, a_form(field("a"), field("b"), field("c", beside=True)), content)
    window.show()
    kept = edit_of(view, "a")
    kept.setFocus()
    kept.setCursorPosition(1)

    shown(view, a_form(field("x"), field("a"), field("y"), field("c")), content)
    qapp.processEvents()

    assert edit_of(view, "a") is kept
    assert window.focusWidget() is kept
    assert kept.cursorPosition() == 1
    assert view.texts() == {"x": "", "a": "ett", "y": "", "c": "tre"}
    assert by_tab(view) == ["Fråga x", "Fråga a", "Fråga y", "Fråga c"]
    window.close()


def test_a_question_that_stays_says_what_the_draft_says_now(qapp: QApplication) -> None:
    view = FormView("Blankett")
    window = a_window(view)
    shown(view, a_form(field("a"), field("b")), {"a": "ett", "b": "två"})
    window.show()
    edit_of(view, "a").setFocus()
    told: list[tuple[str, str]] = []
    view.changed.connect(lambda key, text: told.append((key, text)))

    shown(view, a_form(field("a"), field("x")), {"a": "annat", "x": ""})

    assert view.texts() == {"a": "annat", "x": ""}
    assert all(text == "annat" for key, text in told if key == "a")
    window.close()


def test_a_question_that_is_asked_otherwise_is_another_question(qapp: QApplication) -> None:
    view = FormView("Blankett")
    window = a_window(view)
    shown(view, a_form(field("a"), field("b")), {"a": "ett", "b": "två"})
    window.show()
    before = view._fields["b"].input.widget  # noqa: SLF001  the widget itself
    shown(view, a_form(field("a"), field("b", FieldKind.AREA)), {"a": "ett", "b": "två"})

    assert view._fields["b"].input.widget is not before  # noqa: SLF001  the widget itself
    assert view.texts() == {"a": "ett", "b": "två"}
    window.close()


def test_what_is_only_read_is_always_what_the_draft_says(qapp: QApplication) -> None:
    view = FormView("Blankett")
    window = a_window(view)
    shown(view, a_form(field("a"), field("r", FieldKind.READ)), {"a": "", "r": "gammalt"})
    window.show()
    shown(
        view,
        a_form(field("a"), field("r", FieldKind.READ), field("b")),
        {"a": "", "r": "nytt", "b": ""},
    )
    assert view.texts()["r"] == "nytt"
    window.close()


def test_a_field_that_is_refused_says_why_where_it_stands(qapp: QApplication) -> None:
    hinted = replace(field("a"), hint="År-månad-dag")
    form, written = a_form(hinted, field("b")), {"a": "i går", "b": "x"}
    view = FormView("Blankett")

    def says(*wrong: str, problem: tuple[str, str]) -> tuple[str, ...]:
        view.show_form(form, written, wrong=frozenset(wrong), problem=problem)
        widgets = (view._fields[key].input.widget for key in "ab")  # noqa: SLF001  what is read
        return tuple(widget.problem() for widget in widgets if isinstance(widget, TextField))

    assert says("a", problem=("Ingen dag.", "Skriv 2026-11-23.")) == ("Skriv 2026-11-23.", "")
    assert says("a", problem=("Ingen dag.", "")) == ("Ingen dag.", "")
    both = ("Två saker är fel.", "Rätta a och b.")
    assert says("a", "b", problem=both) == ("Rätta detta. År-månad-dag", "Rätta detta.")
    # One of them is put right: what was said of both is not said of the other.
    assert says("b", problem=both) == ("", "Rätta detta.")
    assert says(problem=("", "")) == ("", "")
