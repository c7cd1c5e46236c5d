"""Choosing a medicine while typing: found, recommended, marked, and never chosen by mistake."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from tests.ui.screens.conftest import Seat
from tests.ui.screens.test_support import begins, cards, order_of, picture
from tests.ward import Ward
from ui.shell.workspace.findfield import FindField
from workstation.domain.medication import MedicationOrder


def field(seat: Seat) -> FindField:
    return next(f for f in seat.draft.findChildren(FindField) if f.isVisible())


async def types(seat: Seat, text: str) -> FindField:
    """Begin an order for Karin and type into its first field."""
    await begins(seat)
    found = field(seat)
    line = found.edit
    assert isinstance(line, QLineEdit)
    line.setFocus()
    QTest.keyClicks(line, text)
    await seat.rests()
    return found


def content(seat: Seat) -> dict[str, str]:
    return dict(seat.desk.workspace.state.drafts[0].content)


async def test_a_medicine_is_chosen_with_the_keyboard_alone_and_its_usual_dose_with_one_key(
    seat: Seat, ward: Ward
) -> None:
    found = await types(seat, "pivmec 200")
    assert [offer.title for offer in found.offers()] == ["pivmecillinam"] * 2
    assert found.rows.isVisible()
    QTest.keyClick(found.edit, Qt.Key.Key_Down)
    QTest.keyClick(found.edit, Qt.Key.Key_Down)
    QTest.keyClick(found.edit, Qt.Key.Key_Return)
    await seat.rests()
    said = content(seat)
    assert (said["drug"], said["strength"], said["route"]) == (
        "Pivmecillinam",
        "200 mg",
        "peroralt",
    )
    assert found.edit.text() == "Pivmecillinam"
    assert found.rows.isHidden()
    picture(seat, "usual-dose")
    assert any(text.startswith("Information: Vanlig dosering") for text in cards(seat))
    await seat.presses("1 tablett 3 gånger dagligen i 5 dagar")
    assert content(seat)["dosage"] == "1x3 i 5 dagar"
    assert not any("Vanlig dosering" in text for text in cards(seat))


async def test_the_order_carries_the_code_of_the_row_that_was_chosen(
    seat: Seat, ward: Ward
) -> None:
    found = await types(seat, "movicol")
    QTest.keyClick(found.edit, Qt.Key.Key_Down)
    QTest.keyClick(found.edit, Qt.Key.Key_Return)
    await seat.rests()
    seat.draft.set_text("dosage", "1 dospåse x 1")
    seat.draft.set_text("reason", "Förstoppning")
    seat.draft.set_text("follow_up", "2026-05-02")
    await seat.presses("Signera ordination")
    body = (await order_of(ward, "Makrogol")).state.current.body
    assert isinstance(body, MedicationOrder)
    assert body.drug is not None
    assert (body.drug.atc, body.drug.brand) == ("A06AD65", "Movicol")


async def test_nothing_is_chosen_by_enter_before_somebody_has_moved_to_it(seat: Seat) -> None:
    found = await types(seat, "warfarin")
    assert found.offers()
    QTest.keyClick(found.edit, Qt.Key.Key_Return)
    await seat.rests()
    assert content(seat).get("strength", "") == ""
    QTest.keyClick(found.edit, Qt.Key.Key_Escape)
    assert found.rows.isHidden()
    assert content(seat)["drug"] == "warfarin"
    QTest.keyClick(found.edit, Qt.Key.Key_Down)
    assert found.rows.isVisible()


async def test_rows_are_marked_with_what_choosing_them_would_set_off(seat: Seat) -> None:
    found = await types(seat, "ibuprofen 400")
    picture(seat, "choosing")
    offers = [offer for offer in found.offers() if not offer.apart]
    assert ("Blödning", True) in offers[0].marks
    assert all(offer.marks == offers[0].marks for offer in offers if offer.title == "ibuprofen")


async def test_what_was_misspelt_is_found_and_said_to_be_only_alike(seat: Seat) -> None:
    found = await types(seat, "atorvastain")
    assert {offer.title.partition("/")[0] for offer in found.offers()} == {"atorvastatin"}
    assert found._said.startswith("Inget heter så")
    picture(seat, "misspelt")


async def test_what_the_region_recommends_instead_stands_apart_under_what_was_typed(
    seat: Seat,
) -> None:
    found = await types(seat, "diklofenak tabl")
    offers = found.offers()
    assert offers[0].title == "diklofenak"
    assert offers[0].tag == "välj hellre naproxen"
    assert offers[-1].title == "naproxen"
    assert offers[-1].apart == "Regionens lista: välj hellre"
    picture(seat, "instead")


async def test_another_medicine_chosen_keeps_nothing_of_the_dose_of_the_first(seat: Seat) -> None:
    found = await types(seat, "levaxin 100")
    QTest.keyClick(found.edit, Qt.Key.Key_Down)
    QTest.keyClick(found.edit, Qt.Key.Key_Return)
    await seat.rests()
    seat.draft.set_text("dosage", "1+0+0")
    found.edit.setFocus()
    found.edit.selectAll()
    QTest.keyClicks(found.edit, "alvedon 500")
    await seat.rests()
    QTest.keyClick(found.edit, Qt.Key.Key_Down)
    QTest.keyClick(found.edit, Qt.Key.Key_Return)
    await seat.rests()
    said = content(seat)
    assert (said["drug"], said["brand"], said["dosage"]) == ("Paracetamol", "Alvedon", "")


async def test_who_looks_at_another_window_for_a_moment_comes_back_to_the_same_list(
    seat: Seat, ward: Ward
) -> None:
    found = await types(seat, "pivmec 200")
    assert found.rows.isVisible()
    for reason, stays in (
        (Qt.FocusReason.ActiveWindowFocusReason, True),
        (Qt.FocusReason.TabFocusReason, False),
    ):
        QCoreApplication.sendEvent(found.edit, QFocusEvent(QEvent.Type.FocusOut, reason))
        assert found.rows.isVisible() is stays
