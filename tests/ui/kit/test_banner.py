"""The banner says who this is, with four different marks for what is known of hypersensitivity."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from ui.kit import galleryparts as parts
from ui.kit.attribute import Attribute
from ui.kit.banner import Banner, Hypersensitivity, Part, full_name
from ui.kit.picture import render
from workstation.domain.texts import _


def _attributes(banner: Banner) -> list[Attribute]:
    return banner.findChildren(Attribute)


def test_the_four_states_of_hypersensitivity_have_four_words_and_four_marks(
    qapp: QApplication,
) -> None:
    words, marks = set(), set()
    for state in Hypersensitivity:
        banner = Banner(replace(parts.KARIN, hypersensitivity=state, agents=()))
        found = next(a for a in _attributes(banner) if _("Hypersensitivity") in a.accessibleName())
        words.add(found.accessibleName())
        marks.add(found._icon)
    assert len(words) == len(marks) == 4


def test_agents_are_not_named_unless_hypersensitivity_is_known(qapp: QApplication) -> None:
    for state in set(Hypersensitivity) - {Hypersensitivity.KNOWN}:
        banner = Banner(replace(parts.KARIN, hypersensitivity=state))
        assert not any("penicillin" in a.accessibleName() for a in _attributes(banner))


@pytest.mark.parametrize("width", [640, 960, 1280, 1920])
def test_nothing_of_a_long_name_is_cut_at_any_width(qapp: QApplication, width: int) -> None:
    banner = Banner(parts.LONG)
    banner.setFixedWidth(width)
    render(banner, QSize(width, banner.heightForWidth(width)))
    for attribute in _attributes(banner):
        assert attribute.geometry().right() < width
        assert attribute.geometry().bottom() < banner.height()
        assert attribute.height() >= attribute.heightForWidth(attribute.width())


def test_attributes_do_not_overlap(qapp: QApplication) -> None:
    banner = Banner(parts.LONG)
    render(banner, QSize(960, banner.heightForWidth(960)))
    boxes = [a.geometry() for a in _attributes(banner)]
    overlaps = [(a, b) for n, a in enumerate(boxes) for b in boxes[n + 1 :] if a.intersects(b)]
    assert overlaps == []


def test_a_press_on_any_part_says_which(qapp: QApplication) -> None:
    banner = Banner(parts.KARIN)
    pressed: list[str] = []
    banner.part_clicked.connect(pressed.append)
    for attribute in _attributes(banner):
        attribute.click()
    assert pressed[:4] == [Part.NAME, Part.BORN, Part.SEX, Part.IDENTITY]
    assert set(pressed[4:]) == {
        Part.HYPERSENSITIVITY, Part.FACT, Part.CONTACT, Part.UMI, Part.BLOCKED, Part.CONSENT,
    }  # fmt: skip


def test_nothing_of_the_patient_before_remains(qapp: QApplication) -> None:
    banner = Banner(parts.KARIN)
    banner.show_patient(parts.PROTECTED)
    qapp.processEvents()
    said = " ".join([banner.accessibleName(), *(a.accessibleName() for a in _attributes(banner))])
    for text in ("Karin", "1941", "penicillin", "Avd 12", "Samtycke"):
        assert text not in said


def test_what_is_pressed_is_told_by_what_stands_there_now(qapp: QApplication) -> None:
    banner = Banner(parts.PROTECTED)
    banner.show_patient(parts.KARIN)
    pressed: list[str] = []
    banner.part_clicked.connect(pressed.append)
    for attribute in _attributes(banner):
        attribute.click()
    anew = Banner(parts.KARIN)
    names = {a.accessibleName() for a in _attributes(banner)}
    assert names == {a.accessibleName() for a in _attributes(anew)}
    assert Part.UMI in pressed
    assert Part.PROTECTED not in pressed


def test_a_deceased_patient_has_another_ground_and_a_pattern(qapp: QApplication) -> None:
    size = QSize(900, 70)
    alive = render(Banner(replace(parts.DECEASED, deceased="")), size)
    dead = render(Banner(parts.DECEASED), size)
    ground = {dead.pixelColor(x, 66).name() for x in range(600, 700)}
    assert len(ground) > 1
    assert len({alive.pixelColor(x, 66).name() for x in range(600, 700)}) == 1


def test_of_a_deceased_patient_the_age_stands_with_the_day_of_death(qapp: QApplication) -> None:
    banner = Banner(replace(parts.DECEASED, born="1955-07-04", deceased="2026-08-20", age="71 år"))
    said = {a.accessibleName() for a in _attributes(banner)}
    assert any("2026-08-20" in one and "71 år" in one for one in said)
    assert not any("1955-07-04" in one and "71 år" in one for one in said)


def test_in_a_small_window_the_allergy_has_the_room_and_no_button_of_consent(
    qapp: QApplication,
) -> None:
    banner = Banner(
        replace(parts.KARIN, consent="Samtycke saknas", consent_way="Muntligt samtycke")
    )

    def said() -> str:
        return " ".join(a.accessibleName() for a in _attributes(banner))

    render(banner, QSize(1280, 70))
    assert "Muntligt samtycke" in said()
    render(banner, QSize(640, 110))
    assert "Muntligt samtycke" not in said()
    assert "Samtycke saknas" in said()
    render(banner, QSize(1280, 70))
    assert "Muntligt samtycke" in said()


def test_a_family_name_is_in_capitals_and_a_missing_given_name_leaves_no_comma() -> None:
    assert full_name("Åberg", "Örjan") == "ÅBERG, Örjan"
    assert full_name("Okänd", "") == "OKÄND"
