"""A place with nothing in it says what is empty, and offers the next step."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from ui.kit.button import Button
from ui.kit.label import Label
from ui.kit.link import Link
from ui.screens.guidelines.reading import page_of
from ui.screens.guidelines.state import GuidelinesState
from ui.screens.guidelines.view import GuidelinesView
from ui.screens.referrals.inbox.statistics_page import StatisticsPage
from workstation.operations.guidance import GuidelineText


def _guideline(name: str, *, decided: str, review_by: str, valid_until: str) -> GuidelineText:
    return GuidelineText(
        id=name.lower(),
        title=name,
        version=1,
        key_message="",
        changes="",
        text="",
        decided=decided,
        decided_by="",
        valid_until=valid_until,
        review_by=review_by,
    )


_STATE = GuidelinesState(
    today="2026-03-02",
    guidelines=(
        _guideline("Astma", decided="2025-01-01", review_by="2027-01-01", valid_until="2028-01-01"),
        _guideline("Gikt", decided="2026-02-01", review_by="2027-01-01", valid_until="2028-01-01"),
        _guideline("KOL", decided="2020-01-01", review_by="2026-01-01", valid_until="2028-01-01"),
        _guideline(
            "Migrän", decided="2019-01-01", review_by="2022-01-01", valid_until="2023-01-01"
        ),
    ),
)


def _texts(top: StatisticsPage) -> str:
    return "\n".join(label.original() for label in top.findChildren(Label) if label.isVisible())


def test_statistics_without_referrals_say_so_and_offer_the_other_direction(
    app: QApplication,
) -> None:
    page = StatisticsPage()
    page.resize(800, 600)
    page.show()
    page.show_cases(None)
    app.processEvents()
    assert "Inga remisser att räkna" not in _texts(page)
    page.show_cases(())
    app.processEvents()
    assert "Inga remisser att räkna" in _texts(page)
    (step,) = (b for b in page.findChildren(Button) if b.label() == "Visa det andra hållet")
    assert page.direction() == "in"
    step.click()
    assert page.direction() == "out"
    page.close()


def test_before_a_guideline_is_chosen_the_newest_and_the_late_ones_are_offered() -> None:
    parts = page_of(_STATE)
    links = [part.text for part in parts if part.kind == "link"]
    assert links[0] == "Gikt, 2026-02-01"
    assert "▲ KOL: granskning förfallen sedan 2026-01-01" in links
    assert "▲ Migrän: gällde till 2023-01-01" in links
    assert {part.opens for part in parts if part.kind == "link"} == {
        "astma",
        "gikt",
        "kol",
        "migrän",
    }


def test_no_guidelines_and_no_hits_are_said_in_words() -> None:
    assert page_of(GuidelinesState())[0].text == "Inga riktlinjer på datorn"
    searched = GuidelinesState(guidelines=_STATE.guidelines, search="finns inte")
    assert page_of(searched)[0].text == "Ingen riktlinje innehåller orden"


def test_what_is_offered_opens_by_a_press(app: QApplication) -> None:
    view = GuidelinesView(sees_figures=False)
    view.render_state(_STATE)
    opened: list[str] = []
    view.chosen.connect(opened.append)
    links = [button for button in view.page.body.children() if isinstance(button, Link)]
    links[0].click()
    assert opened == ["gikt"]
    view.close()
