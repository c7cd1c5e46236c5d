"""The place about the program: what runs, what is known to be wrong, and a way to say what is new."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import Qt

from tests.builders import MORNING
from tests.karin import UNITS
from tests.ui.screens.conftest import Seat, leave, settle, sit_down
from tests.ward import Door, Ward
from ui.kit.label import Label
from ui.kit.tabledelegate import TableDelegate
from ui.screens.about.presenter import AboutPresenter
from ui.screens.about.view import AboutView
from ui.shell.status import status_model
from workstation.app.about import KeptPreferences, about_program
from workstation.operations.about import Look
from workstation.operations.ports import Delivery
from workstation.operations.report_incident import KeptReport


@dataclass
class Shelf:
    """The person's file, in memory."""

    kept: list[KeptReport] = field(default_factory=list)
    half: dict[str, str] = field(default_factory=dict)
    listeners: list[Callable[[], object]] = field(default_factory=list)

    async def keep(self, report: KeptReport) -> None:
        self.kept.insert(0, report)

    async def all(self) -> Sequence[KeptReport]:
        return tuple(self.kept)

    async def begun(self) -> Mapping[str, str]:
        return self.half

    async def keep_begun(self, content: Mapping[str, str]) -> None:
        self.half = dict(content)

    def subscribe(self, changed: Callable[[], object]) -> Callable[[], None]:
        self.listeners.append(changed)
        return lambda: self.listeners.remove(changed)

    def comes_as_far_as(self, state: Delivery) -> None:
        self.kept = [replace(one, state=state, received_at=MORNING) for one in self.kept]
        for listener in self.listeners:
            listener()


@dataclass
class Choices:
    """What was chosen."""

    kept: list[tuple[Look, str]] = field(default_factory=list)
    shown: list[Look] = field(default_factory=list)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def choices() -> Choices:
    return Choices()


@pytest.fixture
async def about(
    app: object, ward: Ward, shelf: Shelf, choices: Choices
) -> AsyncIterator[tuple[Seat, AboutView, AboutPresenter]]:
    preferences = KeptPreferences(
        look="light",
        language="sv",
        keep=lambda *pair: choices.kept.append(pair),
        dress=choices.shown.append,
    )
    session = replace(
        ward.session(), incidents=shelf, about=about_program(qt="6.11.2", preferences=preferences)
    )
    seat = await sit_down(ward, Door({"anna": session}, UNITS[:1]))
    try:
        await seat.logs_in()
        view, presenter = seat.desk.places["about"]
        assert isinstance(view, AboutView)
        assert isinstance(presenter, AboutPresenter)
        yield seat, view, presenter
    finally:
        await leave(seat)


About = tuple[Seat, AboutView, AboutPresenter]


def said(view: AboutView) -> str:
    labels = [label for label in view.findChildren(Label) if label.isVisible()]
    return "\n".join(label.original() for label in labels)


async def fills_in(seat: Seat, view: AboutView, **texts: str) -> None:
    for key, text in texts.items():
        view.panel.form.changed.emit(key, text)
        await seat.rests()


async def test_versions_and_known_issues_stand_there(about: About) -> None:
    seat, view, _presenter = about
    seat.desk.menu.run("place:about")
    await seat.rests()
    text = said(view)
    assert "6.11.2" in text
    assert "Inte en certifierad medicinteknisk produkt" in text
    assert "Du har inte rapporterat något." in text


async def test_look_and_language_are_chosen_here(about: About, choices: Choices) -> None:
    seat, view, presenter = about
    seat.desk.show_place("about")
    await seat.rests()
    view.look.edit.setCurrentIndex(view.look.edit.findData("dark"))
    view.language.edit.setCurrentIndex(view.language.edit.findData("en"))
    await seat.rests()
    assert choices.kept == [("dark", "sv"), ("dark", "en")]
    assert choices.shown == ["dark"]
    assert (presenter.state.look, presenter.state.language) == ("dark", "en")


async def test_a_report_names_the_view_it_was_begun_in_and_shows_how_far_it_has_come(
    about: About, shelf: Shelf
) -> None:
    seat, view, presenter = about
    await seat.opens("medication")
    seat.desk.menu.run("report")
    await seat.rests()
    await fills_in(
        seat, view, happened="Raden syntes inte.", expected="Att den syns.", harm="could"
    )
    assert "Läkemedel" in said(view)

    await seat.presses("Skicka rapporten")

    (kept,) = shelf.kept
    assert (kept.report.screen, kept.report.harm) == ("medication", "could")
    assert kept.report.program
    assert (presenter.state.content, shelf.half) == ({}, {})
    for state, word in ((Delivery.LOCAL, "Sparat lokalt"), (Delivery.RECEIVED, "Mottaget")):
        shelf.comes_as_far_as(state)
        await seat.rests()
        assert word in spoken(view)


def spoken(view: AboutView) -> str:
    model = view.reports.model
    return str(model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole))


async def test_what_is_missing_is_said_and_what_was_written_stays(
    about: About, shelf: Shelf
) -> None:
    seat, view, presenter = about
    seat.desk.show_place("about")
    await seat.rests()
    await fills_in(seat, view, happened="Karin 19121212-1212 saknas", expected="Att hon finns")

    await seat.presses("Skicka rapporten")
    assert presenter.state.wrong == {"happened"}
    await fills_in(seat, view, happened="En patient saknas")
    await seat.presses("Skicka rapporten")

    assert presenter.state.wrong == {"harm"}
    assert shelf.kept == []
    assert presenter.state.content["happened"] == "En patient saknas"
    assert shelf.half == dict(presenter.state.content)


@pytest.mark.expects_log("defect")
async def test_a_view_that_could_not_be_shown_offers_a_report_with_its_trace(
    about: About, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat, view, presenter = about

    def failing(*_args: object, **_more: object) -> None:
        raise LookupError("Karin")

    with monkeypatch.context() as broken:
        broken.setattr(TableDelegate, "_paint_row", failing)
        await seat.opens("overview")
        seat.window.grab()
        await settle(lambda: seat.desk.frame.main.currentWidget() is seat.desk.frame.failed)
    covered = [label.original() for label in seat.desk.frame.failed.findChildren(Label)]
    trace = "\n".join(covered).partition("Spårnummer ")[2][:8]

    await seat.presses("Rapportera avvikelse")

    assert seat.desk.place == "about"
    assert presenter.state.content["trace"] == trace
    await fills_in(seat, view, happened="Vyn blev tom", expected="Översikten", harm="no")
    await seat.presses("Skicka rapporten")
    assert (shelf.kept[0].report.trace, shelf.kept[0].report.screen) == (trace, "overview")


async def test_backups_that_nobody_has_tried_out_are_told_here_to_everybody(about: About) -> None:
    seat, view, _presenter = about
    tried = replace(seat.ward.sync.now_status, tried_out="2026-02-20T03:00:00.000Z")
    seat.ward.sync.say(tried)
    seat.desk.show_place("about")
    await seat.rests()
    assert "2026-02-20" in said(view)
    assert not view.backups.isVisible()

    seat.ward.sync.say(replace(tried, backups="untested"))
    seat.desk.show_place("about")
    await seat.rests()
    assert "prövats på mer än två veckor" in view.backups.accessibleName()
    assert view.backups.isVisible()
    assert not seat.desk.frame.notice.isVisible()  # whoever does not run the server works on


async def test_whoever_runs_the_server_is_told_at_once_that_its_backups_are_neglected(
    app: object, ward: Ward
) -> None:
    seat = await sit_down(ward, Door({"anna": replace(ward.session(), operates=True)}, UNITS[:1]))
    try:
        await seat.logs_in()
        contact = ward.sync.now_status
        assert status_model(seat.desk.session, contact, MORNING).problem == ""
        for neglected, words in (("untested", "inte prövade"), ("no_backup", "färsk")):
            ward.sync.say(replace(contact, backups=neglected))
            await seat.rests()
            assert seat.desk.frame.notice.isVisible()
            model = status_model(seat.desk.session, ward.sync.now_status, MORNING)
            assert words in model.problem
            seat.desk.frame.notice.clear()
        ward.sync.say(replace(contact, backups="no_backup", local=1))
        await seat.rests()
        assert not seat.desk.frame.notice.isVisible()  # it was put away, and is nothing new
    finally:
        await leave(seat)
