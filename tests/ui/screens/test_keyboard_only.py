"""A whole working day without a mouse: keys as they come from the keyboard, to what has the focus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.karin import KARIN
from tests.ui.screens.conftest import Seat, settle
from tests.ward import PASSWORD
from workstation.domain.medication import OrderStatus, order_state
from workstation.domain.note import Note
from workstation.domain.referral import Referral

_CTRL = Qt.KeyboardModifier.ControlModifier
_NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
async def keys(seat: Seat) -> Keys:
    seat.window.activateWindow()
    await settle()
    return Keys(seat)


class Keys:
    """Somebody's hands on the keyboard."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat

    async def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = _NONE, times: int = 1
    ) -> None:
        for _time in range(times):
            focused = QApplication.focusWidget()
            assert focused is not None, "the keyboard is nowhere"
            QTest.keyClick(focused, key, modifier)
            await self.rests()

    async def rests(self) -> None:
        await settle()
        if self.seat.window.desk is not None:
            await self.seat.rests()

    async def write(self, text: str) -> None:
        for sign in text:
            focused = QApplication.focusWidget()
            assert focused is not None, "the keyboard is nowhere"
            if sign.isascii():
                QTest.keyClicks(focused, sign)
            else:  # QTest knows no other keys
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    QApplication.sendEvent(focused, QKeyEvent(kind, 0, _NONE, sign))
        await settle()

    async def goes_to(self, place: str) -> None:
        """Press Tab until the keyboard is in a field of that name."""
        for _time in range(40):
            if self.where == place:
                return
            focused = QApplication.focusWidget()
            assert focused is not None, "the keyboard is nowhere"
            QTest.keyClick(focused, Qt.Key.Key_Tab)
        raise AssertionError(f"no way by Tab to {place!r}, only to {self.where!r}")

    async def fills_in(self, **fields: str) -> None:
        """Go to each field, named as on the screen, and write in it."""
        for place, text in fields.items():
            await self.goes_to(place.replace("_", " "))
            await self.write(text)

    @property
    def where(self) -> str:
        focused = QApplication.focusWidget()
        return focused.accessibleName() if focused is not None else "nowhere"


async def logs_in(keys: Keys) -> None:
    await keys.write("anna")
    await keys.press(Qt.Key.Key_Return)
    await keys.write(PASSWORD)
    await keys.press(Qt.Key.Key_Return)
    await settle(lambda: keys.seat.window.desk is not None)
    await keys.rests()


async def opens_karin(keys: Keys, tab: Qt.Key) -> None:
    await logs_in(keys)
    await keys.press(Qt.Key.Key_K, _CTRL)
    await keys.write("karin")
    await keys.rests()
    await keys.press(Qt.Key.Key_Return)
    await keys.press(tab, _CTRL)


async def test_a_note_is_written_saved_and_signed_by_keys_alone(keys: Keys) -> None:
    await opens_karin(keys, Qt.Key.Key_2)
    cache = keys.seat.ward.cache
    before = {note.state.id for note in await cache.listed(KARIN, "note")}

    await keys.press(Qt.Key.Key_N)
    await keys.write("Mår bättre. Ingen blödning.")
    await keys.press(Qt.Key.Key_S, _CTRL)

    assert keys.where == "Journal", "after saving one reads on"
    await keys.press(Qt.Key.Key_Down)
    await keys.press(Qt.Key.Key_S)
    written = [n for n in await cache.listed(KARIN, "note") if n.state.id not in before]
    body = written[0].state.current.body
    assert isinstance(body, Note)
    assert body.sections[0].text == "Mår bättre. Ingen blödning."
    assert written[0].state.signed


async def test_the_search_is_one_key_away_and_its_letters_are_no_commands(keys: Keys) -> None:
    await opens_karin(keys, Qt.Key.Key_2)

    await keys.press(Qt.Key.Key_Slash)
    await keys.write("ingen")

    assert keys.where == "Sök i journalen"
    assert keys.seat.desk.workspace.state.drafts == ()
    await keys.press(Qt.Key.Key_Down)
    assert keys.where == "Journal"


async def test_an_order_is_typed_corrected_where_it_is_wrong_signed_and_stopped(
    keys: Keys,
) -> None:
    await opens_karin(keys, Qt.Key.Key_3)
    cache = keys.seat.ward.cache
    before = {order.state.id for order in await cache.listed(KARIN, "medication_order")}

    await keys.press(Qt.Key.Key_N)
    await keys.write("amlodipin")
    await keys.fills_in(
        Läkemedelsform="tablett",
        Styrka="5 mg",
        Administreringssätt="peroralt",
        Ordinationsorsak="Högt blodtryck",
    )
    await keys.press(Qt.Key.Key_Return, _CTRL)
    assert keys.where.startswith("Dosering"), "what is missing is where one goes on writing"
    await keys.write("1+0+0+0 i 10 dagar")
    await keys.press(Qt.Key.Key_Return, _CTRL)

    assert keys.where == "Läkemedelslista"
    found = await cache.listed(KARIN, "medication_order")
    order = next(one for one in found if one.state.id not in before)
    assert order_state(order.state).status is OrderStatus.ACTIVE
    await stops(keys, "amlodipin")
    stopped = await cache.entity(KARIN, order.state.id)
    assert stopped is not None
    assert order_state(stopped.state).status is OrderStatus.STOPPED


async def stops(keys: Keys, drug: str) -> None:
    await keys.press(Qt.Key.Key_Slash)
    await keys.write(drug)
    await keys.rests()
    await keys.press(Qt.Key.Key_Down)
    await keys.press(Qt.Key.Key_Down)
    await keys.press(Qt.Key.Key_U)
    await keys.write("Bensvullnad")
    await keys.press(Qt.Key.Key_Return, _CTRL)


async def test_a_laboratory_referral_is_sent_by_keys_alone(keys: Keys) -> None:
    await opens_karin(keys, Qt.Key.Key_4)
    cache = keys.seat.ward.cache
    before = {one.state.id for one in await cache.listed(KARIN, "referral")}

    await keys.press(Qt.Key.Key_N)
    await keys.goes_to("Typ")
    await keys.press(Qt.Key.Key_Down, times=2)
    await keys.goes_to("Till")
    await keys.press(Qt.Key.Key_Down)
    await keys.goes_to("Analyser")
    await keys.write("kalium")
    await keys.press(Qt.Key.Key_Return)
    await keys.write("krea")
    await keys.press(Qt.Key.Key_Return)
    await keys.goes_to("Frågeställning")
    await keys.write("Kalium inför insättning?")
    await keys.press(Qt.Key.Key_Return, _CTRL)

    written = [r for r in await cache.listed(KARIN, "referral") if r.state.id not in before]
    assert len(written) == 1
    body = written[0].state.current.body
    assert isinstance(body, Referral)
    assert [wanted.label for wanted in body.requested] == ["P-Kalium", "P-Kreatinin"]
    assert keys.where == "Remisser"


async def test_a_locked_window_opens_at_the_same_place_with_the_draft(keys: Keys) -> None:
    await opens_karin(keys, Qt.Key.Key_2)
    await keys.press(Qt.Key.Key_N)
    await keys.write("Påbörjad")

    await keys.press(Qt.Key.Key_L, _CTRL)
    assert keys.where == "Lösenord"
    await keys.write(PASSWORD)
    await keys.press(Qt.Key.Key_Return)
    await keys.write(" och fortsatt")

    assert keys.seat.desk.tab == "journal"
    assert keys.seat.draft.texts()["text0"] == "Påbörjad och fortsatt"


async def test_a_draft_that_is_discarded_gives_the_keyboard_back(keys: Keys) -> None:
    await opens_karin(keys, Qt.Key.Key_2)
    await keys.press(Qt.Key.Key_N)

    await keys.goes_to("Kasta")
    await keys.press(Qt.Key.Key_Return)

    assert keys.seat.desk.workspace.state.drafts == ()
    assert keys.where == "Journal"


async def test_the_key_sheet_and_the_search_give_the_keyboard_back_to_who_was_writing(
    keys: Keys,
) -> None:
    await keys.seat.logs_in()
    await keys.seat.opens("journal")
    await keys.seat.presses("Ny anteckning")
    await keys.write("Ingen")
    desk = keys.seat.desk

    await keys.press(Qt.Key.Key_F1)
    assert desk.keys.isVisible()
    await keys.press(Qt.Key.Key_Escape)
    assert not desk.keys.isVisible()
    await keys.write(" n")

    await keys.press(Qt.Key.Key_K, _CTRL, times=2)
    await keys.press(Qt.Key.Key_F1)
    await keys.press(Qt.Key.Key_Escape)
    assert desk.menu.palette.isVisible()
    assert not desk.keys.isVisible()
    await keys.press(Qt.Key.Key_Escape)
    assert not desk.menu.palette.isVisible()
    await keys.write("y")

    assert keys.seat.draft.texts()["text0"] == "Ingen ny"
    assert len(desk.workspace.state.drafts) == 1


@pytest.mark.parametrize("over", [Qt.Key.Key_K, Qt.Key.Key_F1])
async def test_no_key_signs_or_moves_what_lies_behind_the_search_or_the_key_sheet(
    keys: Keys, over: Qt.Key
) -> None:
    await keys.seat.logs_in()
    await keys.seat.opens("journal")
    await keys.seat.presses("Ny anteckning")
    await keys.write("Halv mening")

    await keys.press(over, _CTRL if over == Qt.Key.Key_K else _NONE)
    await keys.press(Qt.Key.Key_Return, _CTRL)
    await keys.press(Qt.Key.Key_S, _CTRL)
    await keys.press(Qt.Key.Key_4, _CTRL)
    await keys.press(Qt.Key.Key_F6)

    assert [draft.content["text0"] for draft in keys.seat.desk.workspace.state.drafts] == [
        "Halv mening"
    ]
    assert keys.seat.desk.tab == "journal"
    await keys.press(Qt.Key.Key_L, _CTRL)
    assert keys.seat.window.login.isVisible()
