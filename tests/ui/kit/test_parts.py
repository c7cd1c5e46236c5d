"""Status, drafts, tabs, fields, plots: what each of them promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from tests.ui.kit import scenes
from ui.kit import galleryparts as parts
from ui.kit.button import Button
from ui.kit.choicefield import ChoiceField
from ui.kit.datefield import DateField, parse_date
from ui.kit.drafttabs import DraftTabs
from ui.kit.field import TextField
from ui.kit.notice import Notice
from ui.kit.paint import key_text
from ui.kit.picture import render
from ui.kit.statusline import StatusLine, StatusModel
from ui.kit.tabs import TabBar
from ui.kit.textrun import Run, TextBlock
from ui.kit.trend import Point, Series, Trend
from ui.kit.trendscale import number, time_scale, value_scale
from ui.kit.workspace import DraftModel, Workspace
from ui.theme.tokens import LIGHT
from ui.theme.typography import Size, line_height
from workstation.domain.texts import _, in_language


def _said(widget: QWidget) -> str:
    return " ".join(
        b.accessibleName() for b in widget.findChildren(QPushButton) if not b.isHidden()
    )


def test_the_status_line_says_saved_sent_and_received_in_the_three_words(
    qapp: QApplication,
) -> None:
    with in_language("en"):
        line = StatusLine()
        render(line, QSize(1280, 28))
        line.show_status(parts.ATTENTION)
        said = _said(line)
    for text in (
        "3 saved locally",
        "2 sent",
        "everything else received 14:02",
        "1 needs attention",
    ):
        assert text in said


@pytest.mark.parametrize("width", [640, 960, 1280, 1920])
@pytest.mark.parametrize(
    "model", [parts.ONLINE, parts.OFFLINE, parts.ATTENTION], ids=["on", "off", "attention"]
)
def test_what_counts_in_the_status_line_is_whole_at_every_width(
    qapp: QApplication, model: StatusModel, width: int
) -> None:
    line = StatusLine(model)
    render(line, QSize(width, 28))
    said = _said(line)
    assert (_("Connected") if model.connected else "13:41") in said
    assert model.user in said
    if model.saved:
        assert f"{model.saved} " in said
    for item in line.findChildren(QPushButton):
        if item.isVisible():
            assert item.width() >= item.sizeHint().width()


@pytest.mark.parametrize("width", [400, 640, 960, 1280])
def test_that_something_is_wrong_with_the_content_is_said_at_every_width(
    qapp: QApplication, width: int
) -> None:
    version = "demonstration 1 · demonstrationsinnehåll, ej kliniskt godkänt · jämfört i dag"
    line = StatusLine(replace(parts.ONLINE, content_version=version, content_current=False))
    render(line, QSize(width, 28))
    assert _("Content") in _said(line)


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (1920, "godkänt · jämfört i dag|Läkare · Avdelning 31, hjärtsjukvård, Granstads sjukhus"),
        (1280, "ej kliniskt godkänt|Läkare · Avdelning 31"),
        (960, "ej kliniskt godkänt|Magnusson, Joakim"),
    ],
)
def test_who_sits_here_in_which_role_stands_beside_the_warning_of_the_content(
    qapp: QApplication, width: int, words: str
) -> None:
    model = StatusModel(
        connected=True,
        last_contact="17:12",
        content_version="demonstration 1 · demonstrationsinnehåll, ej kliniskt godkänt",
        content_aside="jämfört i dag",
        content_current=False,
        user="Magnusson, Joakim",
        assignment="Läkare · Avdelning 31, hjärtsjukvård, Granstads sjukhus",
    )
    line = StatusLine(model)
    render(line, QSize(width, 28))
    for said in words.split("|"):
        assert said in _said(line)


@pytest.mark.parametrize("kind", [TextField, DateField])
def test_what_is_pasted_into_one_line_is_never_cut(
    qapp: QApplication, kind: type[TextField | DateField]
) -> None:
    field = kind("Rubrik")
    pasted = "Ingen blödning\tåäö.\n" * 5000
    QApplication.clipboard().setText(pasted)
    field.edit.paste()
    assert field.text() == pasted


@pytest.mark.parametrize(
    ("day", "key"), [("9999-12-31", Qt.Key.Key_Up), ("0001-01-03", Qt.Key.Key_PageDown)]
)
def test_stepping_stops_where_the_calendar_ends(qapp: QApplication, day: str, key: Qt.Key) -> None:
    field = DateField("Dag", value=date.fromisoformat(day))
    QTest.keyClick(field.edit, key)
    assert field.text() == day


def test_a_choice_too_long_for_its_box_is_whole_in_more_lines(qapp: QApplication) -> None:
    long = "nej (kognitiv nedsättning)"
    field = ChoiceField("Medvetande", (("long", long), ("short", "alert")), key="long")
    field.edit.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    render(field, QSize(140, 120))
    needed = TextBlock([[Run(long)]], 140 - 38, LIGHT).height
    assert field.edit.height() > needed > line_height(Size.BODY)

    field.edit.setCurrentIndex(1)
    render(field, QSize(140, 120))
    assert field.edit.height() < needed + 14


def test_drafts_out_of_sight_are_told_and_come_with_the_mouse(qapp: QApplication) -> None:
    tabs = DraftTabs()
    names = ("Daganteckning", "NEWS2", "Ordination: amlodipin", "Remiss: Konsultation")
    for name in names:
        tabs.put(name, name)
    tabs.set_current(names[0])
    render(tabs, QSize(300, 36))
    assert not tabs._earlier.isEnabled()
    assert tabs._later.isVisible()
    while tabs._later.isEnabled():
        tabs._later.click()
    last = tabs._tabs[names[-1]]
    assert last.visibleRegion().boundingRect().width() == last.width()

    render(tabs, QSize(900, 36))
    assert not tabs._later.isVisible()
    assert not tabs._earlier.isVisible()


def _draft(key: str, family: str) -> DraftModel:
    return DraftModel(
        key=key, title=f"Utkast {key}", family=family, given="Karin", identity="19410308-2386"
    )


def test_a_draft_says_whose_it_is_in_its_own_header(qapp: QApplication) -> None:
    workspace = Workspace()
    workspace.put_draft(_draft("a", "Andersson"), QWidget())
    workspace.put_draft(_draft("b", "Berg"), QWidget())
    assert "BERG, Karin" in workspace._header.accessibleName()
    workspace.set_current("a")
    assert "ANDERSSON, Karin" in workspace._header.accessibleName()
    assert "BERG" not in workspace._header.accessibleName()


def test_closing_the_shown_draft_shows_another_with_its_own_header(qapp: QApplication) -> None:
    workspace = Workspace()
    bodies = {key: QWidget() for key in ("a", "b")}
    workspace.put_draft(_draft("a", "Andersson"), bodies["a"])
    workspace.put_draft(_draft("b", "Berg"), bodies["b"])
    assert workspace.remove_draft("b") is bodies["b"]
    assert workspace.current() == "a"
    assert "ANDERSSON" in workspace._header.accessibleName()
    workspace.remove_draft("a")
    assert workspace.current() == ""
    assert workspace._header.isHidden()


def test_a_background_change_to_one_draft_does_not_show_another_patients_header(
    qapp: QApplication,
) -> None:
    workspace = Workspace()
    workspace.put_draft(_draft("a", "Andersson"), QWidget())
    workspace.put_draft(_draft("b", "Berg"), QWidget())
    workspace.update_draft(_draft("a", "Andersson"))
    assert "BERG" in workspace._header.accessibleName()


@pytest.mark.parametrize("width", [340, 480, 800, 1200])
def test_no_tab_is_cut_at_any_width(qapp: QApplication, width: int) -> None:
    tabs = TabBar(parts.TABS)
    for key in (tab.key for tab in parts.TABS):
        tabs.set_new(key, 3)
    tabs.set_current("journal")
    render(tabs, QSize(width, 39))
    for button in tabs.findChildren(QPushButton):
        assert button.width() >= button.sizeHint().width()
    assert tabs.current() == "journal"


def test_a_problem_stands_under_its_field_and_what_was_typed_stays(qapp: QApplication) -> None:
    field = TextField("Dosering", text="1+1+1 i 7 dagr", hint="Skriv som du tänker")
    field.set_problem("”dagr” förstås inte.")
    assert field.text() == "1+1+1 i 7 dagr"
    assert field.edit.accessibleDescription() == "”dagr” förstås inte."
    field.set_problem("")
    assert field.edit.accessibleDescription() == "Skriv som du tänker"


@pytest.mark.parametrize(
    ("text", "value"),
    [("2026-03-08", date(2026, 3, 8)), ("20260308", date(2026, 3, 8)), ("2026-02-30", None), ("8/3", None),
     ("2026-W10", None)],
)  # fmt: skip
def test_a_date_is_read_and_never_guessed(text: str, value: date | None) -> None:
    assert parse_date(text) == value


def test_a_date_that_is_none_stays_as_typed_and_is_said(qapp: QApplication) -> None:
    field = DateField("Uppföljning")
    field.edit.setText("2026-02-30")
    field._left()
    assert field.text() == "2026-02-30"
    assert field.problem()
    assert field.value() is None


def test_nothing_is_chosen_in_a_choice_until_somebody_chooses(qapp: QApplication) -> None:
    field = ChoiceField("Orsak", (("a", "Artros"), ("g", "Gikt")))
    assert field.key() == ""
    field.set_key("g")
    assert field.key() == "g"


def test_a_notice_is_hidden_until_there_is_something_to_say(qapp: QApplication) -> None:
    holder = QWidget()
    notice = Notice(holder)
    assert notice.isHidden()
    notice.show_problem("Remissen kunde inte skickas.", "Den ligger kvar i utkorgen.")
    assert not notice.isHidden()
    assert "utkorgen" in notice.accessibleName()


def test_a_shortcut_is_on_the_button_and_read_aloud(qapp: QApplication) -> None:
    button = Button("Signera & vidimera", shortcut="Ctrl+Return")
    assert button.label() == "Signera & vidimera"
    assert button.accessibleDescription() == "Ctrl+Return"
    assert key_text("Ctrl+Return") == "Ctrl+⏎"


def test_a_plot_says_in_words_what_it_shows_and_reads_out_by_keyboard(qapp: QApplication) -> None:
    plot = parts.trend_plot()
    render(plot, QSize(800, 320))
    assert "P-Kreatinin" in plot.accessibleDescription()
    assert "134" in plot.accessibleDescription()
    plot._read(4)
    assert plot.readout().startswith("2026-11-15")
    assert "P-Kreatinin 134 µmol/L" in plot.readout()
    assert "P-Kalium 5,4 mmol/L" in plot.readout()


def test_a_plot_of_one_value_and_of_none_can_be_drawn(qapp: QApplication) -> None:
    plot = Trend("CRP")
    at = datetime(2026, 11, 22, tzinfo=UTC)
    plot.show_series(
        [Series(name="CRP", unit="mg/L", points=(Point(at=at, value=0.0, text="<1"),))]
    )
    render(plot, QSize(500, 200))
    plot.show_series([Series(name="CRP", unit="mg/L", points=())])
    render(plot, QSize(500, 200))
    assert plot.description()


def test_numbers_on_an_axis_have_a_decimal_comma_and_no_trailing_zeros() -> None:
    assert [number(value) for value in (4.0, 4.25, -1.5, 0.1 + 0.2)] == ["4", "4,25", "−1,5", "0,3"]


def test_every_value_is_inside_its_scale_and_ticks_are_round() -> None:
    scale = value_scale([3.6, 6.4], top=0, bottom=100)
    assert 0 < scale.y(6.4) < scale.y(3.6) < 100
    assert scale.ticks(4) == (4.0, 5.0, 6.0)
    times = time_scale(
        [datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)], left=0, right=600
    )
    labels = [label for _at, label in times.ticks(96)]
    assert all(len(label) == 10 for label in labels)
    assert len(labels) >= 3


def test_a_place_about_no_patient_shows_no_banner(qapp: QApplication) -> None:
    frame = scenes.medication()
    render(frame, QSize(1280, 800))
    assert frame.banner.isVisible()
    frame.put_place("todo", QWidget())
    frame.show_place("todo", "Att göra")
    assert not frame.banner.isVisible()
    assert not frame.tabs.isVisible()


def test_a_button_made_visible_before_it_has_a_place_is_no_window_of_its_own(
    qapp: QApplication,
) -> None:
    button = Button("Skriv ut")
    button.setVisible(True)
    assert not button.isVisible()
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.addWidget(button)
    render(holder, QSize(300, 60))
    assert button.isVisible()
    hidden = Button("Makulera")
    hidden.setVisible(False)
    row.addWidget(hidden)
    qapp.processEvents()
    assert not hidden.isVisible()
