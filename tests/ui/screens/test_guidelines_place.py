"""The Riktlinjer place: from a card to the very passage and back, by keys, however long the text is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.screens.conftest import Seat
from tests.ui.screens.test_support import NSAID, begins
from tests.ward import Ward
from ui.kit.button import Button
from ui.kit.card import Card
from ui.kit.label import Label
from ui.kit.link import Link
from ui.screens.guidelines.figures import figures_page
from ui.screens.guidelines.part import Part, gathered
from ui.screens.guidelines.presenter import GuidelinesPresenter
from ui.screens.guidelines.reading import page_of
from ui.screens.guidelines.screen import guidelines_screen
from ui.screens.guidelines.state import GuidelinesState, paragraphs, passage_of
from ui.screens.guidelines.view import GuidelinesView
from ui.shell.chart import Shell
from workstation.app.files import pick_file
from workstation.app.guidance import guidelines_of
from workstation.app.pdf_pages import draw_page
from workstation.content import shipped
from workstation.operations.guidance import ContentVersion, RowChange, Volume
from workstation.operations.session import Files
from workstation.operations.tally import figures

GUIDELINES = {one.id: one for one in guidelines_of(shipped.content())}


def place(seat: Seat) -> tuple[GuidelinesView, GuidelinesPresenter]:
    view, presenter = seat.desk.places["guidelines"]
    assert isinstance(view, GuidelinesView)
    assert isinstance(presenter, GuidelinesPresenter)
    return view, presenter


async def press(seat: Seat, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None, "the keyboard is nowhere"
    QTest.keyClick(focused, key, held)
    await seat.rests()


async def test_from_a_card_to_the_passage_and_back_to_the_field_that_was_written_in(
    seat: Seat,
) -> None:
    await begins(seat, **NSAID)
    seat.window.activateWindow()
    seat.window.resize(640, 400)
    seat.draft.focus_field("dosage")
    await seat.rests()
    before = QApplication.focusWidget()
    card = next(c for c in seat.draft.findChildren(Card) if "Blödning" in c.accessibleName())
    next(
        one for one in card.findChildren(Link) if one.accessibleName() == "Riktlinje"
    ).clicked.emit()
    await seat.rests()
    view, presenter = place(seat)
    assert (seat.desk.place, presenter.state.chosen) == ("guidelines", "rmr.formaksflimmer")
    (passage,) = [x for x in view.page.body.findChildren(Label) if x.original().startswith("▶")]
    assert "NSAID, trombocythämmare och SSRI ökar blödningsrisken" in passage.original()
    top = passage.mapTo(view.page.viewport(), QPoint(0, 0)).y()
    assert 0 <= top < view.page.viewport().height(), "what somebody came for is in sight"

    view.page.setFocus()
    bar = view.page.verticalScrollBar()
    bar.setValue(0)
    await press(seat, Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier)
    assert bar.value() > 0, "a guideline is read to its end by keys alone"

    await press(seat, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert (seat.desk.place, seat.desk.tab) == ("", "medication")
    assert seat.draft.texts()["drug"] == "Ibuprofen"
    assert QApplication.focusWidget() is before


async def test_what_switches_while_it_is_read_is_read_anew(seat: Seat) -> None:
    await seat.logs_in()
    seat.desk.show_place("guidelines")
    await seat.rests()
    _view, presenter = place(seat)
    presenter._state = replace(presenter.state, label="gammalt")  # noqa: SLF001
    status = seat.ward.sync.status()
    seat.ward.sync.say(replace(status, content_version="region 7"))
    await seat.rests()
    assert presenter.state.label.startswith("demonstration 1")


@pytest.mark.parametrize(
    ("guideline", "rule", "heading"),
    [
        ("rmr.nsaid", "ddi.vka-nsaid", "Kombinationer att undvika"),
        ("rmr.kalium", "renal.kalium", "Hyperkalemi"),
        ("rmr.kalium", "lab.kalium-lag-digoxin", "Hypokalemi"),
        ("rmr.warfarin", "ddi.warfarin-amiodaron", "Interaktioner"),
    ],
)
def test_a_rule_leads_to_the_passage_it_is_about(guideline: str, rule: str, heading: str) -> None:
    one = GUIDELINES[guideline]
    number = passage_of(one, rule)
    assert number is not None
    assert paragraphs(one.text)[number][0] == heading


def test_low_potassium_never_leads_to_what_to_do_about_high() -> None:
    one = GUIDELINES["rmr.kalium"]
    for rule in one.rules:
        if rule.text.startswith("Lågt kalium") and (number := passage_of(one, rule.id)) is not None:
            assert paragraphs(one.text)[number][0] != "Hyperkalemi"


def test_a_hundred_kilobytes_are_read_whole_in_few_blocks() -> None:
    text = "## Rubrik\n\n" + "\n\n".join(
        f"Stycke {n}: {n} mg dagligen, {'x' * 120}" for n in range(700)
    )
    one = replace(GUIDELINES["rmr.nsaid"], text=text)
    parts = page_of(GuidelinesState(guidelines=(one,), chosen=one.id))
    assert len(parts) < 100
    whole = "\n".join(part.text for part in parts)
    assert all(f"Stycke {n}: {n} mg" in whole for n in range(700))
    assert gathered(parts[:5]) == parts[:5]
    marked = gathered(
        (*[Part("text", "a")] * 200, Part("passage", "b"), *[Part("text", "c")] * 200)
    )
    assert Part("passage", "b") in marked


VERSION = ContentVersion(
    digest="a", name="region", version=7, title="Innehåll", state="Under granskning",
    changed=(RowChange(row="ddi.a", fields=(("text", "Högst 5 mg", "Högst 50 mg"),)),),
    removed=tuple(RowChange(row=f"ddi.b{n}", fields=(("text", "Farligt", ""),)) for n in range(450)),
    tried=True,
)  # fmt: skip


def read(version: ContentVersion, volume: Volume | None = None) -> str:
    state = GuidelinesState(
        shown="versions", versions=(version,), chosen=version.digest, volume=volume
    )
    return "\n".join(part.text for part in page_of(state))


def test_what_is_approved_is_read_first_field_by_field_and_no_row_is_left_out() -> None:
    page = read(VERSION, Volume(since="2026-11-20", days=3, would_show=214, shown=180))
    assert "text: Högst 5 mg  →  Högst 50 mg" in page
    assert all(f"ddi.b{n}\n" in f"{page}\n" for n in range(450))
    assert "den skulle ha visat 214 varningar; 180 visades" in page
    assert "ingen kontakt" in read(VERSION)
    assert "Jämfört" not in read(replace(VERSION, in_force=True))


def test_the_figures_of_a_rule_are_read_week_by_week_with_its_reasons() -> None:
    counted = [
        ((f"2026-09-{7 * week:02}", "ddi.x", "1.0.0", "order-sign", outcome, reason), count)
        for week in (1, 2, 3)
        for outcome, reason, count in (
            ("shown", "", 100), ("overridden", "followed", 80 if week == 3 else 10),
        )
    ]  # fmt: skip
    page = [part.text for part in figures_page(figures(counted)[0])]
    assert "100  Följs upp med prov eller besök" in page
    weeks = [text for text in page if "visade, " in text and ": " in text]
    assert weeks[0].startswith("▲ 2026-39: 100 visade, 80\u00a0%")
    assert len(weeks) == 3


def test_what_could_not_be_had_is_not_said_to_be_nothing() -> None:
    titles = [page_of(GuidelinesState(shown="figures", figures=known)) for known in (None, ())]
    assert [page[0].text for page in titles] == [
        "Siffrorna finns på servern",
        "Inget har räknats ännu.",
    ]
    assert page_of(GuidelinesState(shown="versions")) == ()
    assert page_of(GuidelinesState(shown="versions", versions=()))[0].text.startswith("Ingen")


async def test_the_figures_are_saved_as_a_table(ward: Ward) -> None:
    saved: list[tuple[bytes, str]] = []

    async def save(content: bytes, suffix: str) -> None:
        saved.append((content, suffix))

    files = Files(pick=pick_file, save=save, draw=draw_page)
    session = replace(ward.session(), files=files)
    view, presenter = guidelines_screen(
        Shell(session=session, compose=_nobody, open_patient=_nobody, said=_nobody)
    )
    counted = [(("2026-09-07", "ddi.x", "1.0.0", "order-sign", "shown", ""), 3)]
    presenter._show(replace(presenter.state, figures=figures(counted)))  # noqa: SLF001
    button = next(b for b in view.findChildren(Button) if b.label() == "Spara som CSV")
    assert button.isHidden()
    presenter._state = replace(presenter.state, shown="figures")  # noqa: SLF001
    await presenter.save_figures()
    ((content, suffix),) = saved
    assert suffix == "csv"
    assert content.startswith(b"\xef\xbb\xbfRegel;Version;")


def _nobody(*_what: object) -> None:
    """Nobody is told."""
