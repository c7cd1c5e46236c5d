"""Consent and blocks in the window: told by the banner, opened by a key, written down beside it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.builders import CLINIC, HOSPITAL, WARD, a_note, an_author
from tests.karin import KARIN, UNITS
from tests.privacy import OTHERS, a_block, a_consent, an_inner_block
from tests.ui.screens.conftest import Seat, leave, settle, sit_down
from tests.ward import Door, Ward
from ui.kit.attribute import Attribute
from ui.kit.cell import Row
from ui.screens.privacy.presenter import PrivacyPresenter
from ui.screens.privacy.view import PrivacyView
from workstation.domain.consent import Consent
from workstation.domain.ids import PatientId

SECRET = "Psykiatrimottagningen"


def screen(seat: Seat) -> tuple[PrivacyView, PrivacyPresenter]:
    view, presenter = seat.desk.chart["privacy"]
    assert isinstance(view, PrivacyView)
    assert isinstance(presenter, PrivacyPresenter)
    return view, presenter


def banner(seat: Seat) -> str:
    attributes = seat.desk.frame.banner.findChildren(Attribute)
    return " | ".join(one.accessibleName() for one in attributes if one.isVisible())


def said_in(view: PrivacyView) -> str:
    """Return everything that the list says, to eyes and to a screen reader."""
    lines = []
    for entry in view.table.model.entries:
        if isinstance(entry, Row):
            said = (run.text for cell in entry.cells for line in cell.lines for run in line)
            lines += [entry.name, *said]
    return " ".join(lines)


async def presses_for_consent(seat: Seat) -> None:
    seat.window.activateWindow()
    await settle(lambda: QApplication.focusWidget() is not None)
    focused = QApplication.focusWidget()
    assert focused is not None
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(focused, Qt.Key.Key_M, held)
    await seat.rests()


async def test_a_consent_is_found_by_key_registered_and_told_by_the_banner(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("overview")
    seat.window.activateWindow()
    await settle(lambda: QApplication.focusWidget() is not None)
    focused = QApplication.focusWidget()
    assert focused is not None
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(focused, Qt.Key.Key_B, held)
    await seat.rests()
    assert seat.desk.tab == "privacy"
    assert seat.desk.frame.tabs.current() == ""

    await seat.presses("Nytt samtycke")
    seat.draft.set_text("valid_to", "2099-12-31")
    await seat.presses("Registrera")

    assert "Samtycke t.o.m. 2099-12-31" in banner(seat)
    _view, presenter = screen(seat)
    assert presenter.state.privacy is not None
    (consent,) = presenter.state.privacy.consents
    presenter.chosen(consent.id)
    await seat.presses("Återkalla")
    await seat.presses("Återkalla")  # the draft's own
    assert "2099-12-31" not in banner(seat)


async def test_one_key_registers_a_spoken_consent_and_the_same_key_at_once_revokes_it(
    seat: Seat, ward: Ward
) -> None:
    await ward.put(a_note(patient=KARIN, author=an_author(provider=OTHERS)))
    await seat.logs_in()
    await seat.opens("overview")
    assert "Samtycke saknas" in banner(seat)
    assert "Muntligt samtycke" in banner(seat)
    seat.window.resize(640, 400)
    await seat.rests()
    assert "Muntligt samtycke" not in banner(seat)  # what is clinical gives no way for it

    await presses_for_consent(seat)

    (given,) = await ward.cache.listed(KARIN, "consent")
    body = given.state.current.body
    assert isinstance(body, Consent)
    assert (body.given, body.status, body.unit) == ("spoken", "active", WARD)
    assert f"Samtycke t.o.m. {body.valid_to}" in banner(seat)
    assert "Muntligt samtycke" not in banner(seat)
    assert seat.desk.toast.text().startswith("Muntligt samtycke registrerat t.o.m.")
    assert seat.desk.tab == "overview"
    assert seat.desk.workspace.state.drafts == ()

    await presses_for_consent(seat)

    (taken_back,) = await ward.cache.listed(KARIN, "consent")
    assert isinstance(taken_back.state.current.body, Consent)
    assert taken_back.state.current.body.status == "revoked"
    assert taken_back.state.current.bases == (given.state.current.id,)
    assert "Samtycke saknas" in banner(seat)


async def test_where_a_consent_holds_one_key_registers_no_other(seat: Seat, ward: Ward) -> None:
    await ward.put(a_consent(patient=KARIN, provider=HOSPITAL, unit=WARD, valid_to=None))
    await seat.logs_in()
    await seat.opens("overview")

    await presses_for_consent(seat)

    assert len(await ward.cache.listed(KARIN, "consent")) == 1
    assert seat.desk.toast.text() == "Det finns redan ett samtycke. Inget registrerades."


async def test_whose_information_is_blocked_is_nowhere_until_it_is_asked_for_and_logged(
    ward: Ward, app: QApplication
) -> None:
    shown: list[PatientId] = []

    async def revealed(patient: PatientId) -> None:
        shown.append(patient)

    seat = await sit_down(
        ward, Door({"anna": replace(ward.session(), revealed=revealed)}, UNITS[:1])
    )
    try:
        await ward.put(
            a_block(patient=KARIN, provider=OTHERS, provider_name=SECRET),
            an_inner_block(patient=KARIN, unit=CLINIC, unit_name=SECRET),
        )
        await seat.logs_in()
        await seat.opens("privacy")
        view, presenter = screen(seat)
        assert "Det finns spärrade uppgifter" in banner(seat)
        assert SECRET not in banner(seat) + said_in(view)

        assert presenter.state.privacy is not None
        presenter.chosen(presenter.state.privacy.blocks[0].id)
        await seat.rests()
        assert "Återkalla" not in seat.buttons()  # that would tell who may
        await seat.presses("Visa vems (loggas)")

        assert shown == [KARIN]
        assert SECRET in said_in(view)
    finally:
        await leave(seat)


async def test_what_the_patient_agrees_to_is_lifted_from_the_screen(seat: Seat, ward: Ward) -> None:
    await ward.put(a_block(patient=KARIN, provider=OTHERS))
    await seat.logs_in()
    await seat.opens("privacy")

    await seat.presses("Häv tillfälligt")
    seat.draft.set_text("reason", "Tillfrågad på ronden, säger ja")
    await seat.presses("Häv spärren tillfälligt")

    _view, presenter = screen(seat)
    assert presenter.state.privacy is not None
    assert presenter.state.privacy.closing == ()
    assert "spärrade uppgifter" not in banner(seat)
    presenter.chosen(presenter.state.privacy.lifts[0].id)
    await seat.rests()
    await seat.presses("Avsluta hävningen")
    assert "spärrade uppgifter" in banner(seat)


async def test_a_guardian_is_told_that_the_law_lets_none_block(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("privacy")
    await seat.presses("Ny spärr")
    seat.draft.set_text("asked_by", "guardian")

    await seat.presses("Registrera")

    (draft,) = seat.desk.workspace.state.drafts
    assert "vårdnadshavare" in draft.problem[0]
