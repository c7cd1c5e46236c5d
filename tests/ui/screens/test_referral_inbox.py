"""The unit's inbox in the real window: decided by at most three actions, nothing illegal offered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sync.protocol.waiting import UnmatchedAnswer
from tests.builders import WARD, a_referral
from tests.karin import KARIN, UNITS
from tests.karin_people import EK
from tests.ui.screens.conftest import Seat, settle
from ui.screens.referrals.inbox.presenter import InboxPresenter
from ui.screens.referrals.inbox.state import BULK, key_of
from ui.screens.referrals.inbox.view import InboxView
from workstation.domain.clock import HybridTime
from workstation.domain.directory import Person, StandIn
from workstation.domain.ids import EntityId, HsaId, PatientId
from workstation.domain.record import Record
from workstation.domain.referral import (
    ReferralEvent,
    ReferralState,
    Step,
    referral_state,
    steps_for,
)
from workstation.operations.settle_answer import AnswerList

_CTRL = Qt.KeyboardModifier.ControlModifier


class Inbox:
    """Somebody at the inbox, by keys alone."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        view, presenter = seat.desk.places["referrals_in"]
        assert isinstance(view, InboxView)
        assert isinstance(presenter, InboxPresenter)
        self.view, self.presenter = view, presenter

    async def shows(self) -> None:
        self.seat.desk.show_place("referrals_in")
        await self.rests()

    async def rests(self) -> None:
        await self.seat.rests()
        await settle()

    async def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        focused = self.seat.window.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, modifier)
        await self.rests()

    async def goes_to(self, record: Record) -> None:
        lines = self.presenter.state.lines or ()
        line = next(one for one in lines if one.entity == record.entity)
        self.view.table.pick(key_of(line))
        self.view.table.setFocus()
        await self.rests()

    async def state_of(self, record: Record) -> ReferralState:
        listed = await self.seat.ward.cache.entity(record.patient, record.entity)
        assert listed is not None
        return referral_state(listed.state)

    def offered(self) -> set[str]:
        bar = self.view.bar
        return {key for key, button in bar._buttons.items() if button.isVisible()}  # noqa: SLF001


async def incoming(seat: Seat, count: int = 3) -> list[Record]:
    """Have Vc Gårda refer patients of the ward."""
    patients = await seat.ward.cache.patients_of(WARD, limit=20)
    records = [
        a_referral(
            patient=PatientId(patients[n % len(patients)].patient),
            author=EK,
            written_at=HybridTime(seat.ward.clock.millis - (n + 1) * 86_400_000),
            to_unit=WARD,
            to_unit_name="Avd 12, Sahlgrenska",
            type="consultation",
            question=f"Bedömning {n}?",
        )
        for n in range(count)
    ]
    await seat.ward.put(*records)
    return records


@pytest.fixture
async def inbox(seat: Seat) -> Inbox:
    await seat.logs_in()
    return Inbox(seat)


async def test_a_referral_is_accepted_with_its_priority_by_one_key(inbox: Inbox) -> None:
    (first, *_rest) = await incoming(inbox.seat)
    await inbox.shows()
    await inbox.goes_to(first)

    await inbox.press(Qt.Key.Key_2)

    state = await inbox.state_of(first)
    assert (state.status, state.priority) == ("accepted", "urgent")


async def test_rejecting_takes_three_actions_and_a_reason(inbox: Inbox) -> None:
    (first, *_rest) = await incoming(inbox.seat)
    await inbox.shows()
    await inbox.goes_to(first)

    await inbox.press(Qt.Key.Key_V)
    QTest.keyClicks(inbox.seat.window.focusWidget(), "Fel enhet")
    await inbox.press(Qt.Key.Key_Return, _CTRL)

    state = await inbox.state_of(first)
    assert state.status == "rejected"
    assert isinstance(state.events[-1].body, ReferralEvent)
    assert state.events[-1].body.reason == "Fel enhet"
    assert inbox.view.table.isAncestorOf(inbox.seat.window.focusWidget())


async def test_without_a_reason_nothing_is_rejected_and_the_form_says_so(inbox: Inbox) -> None:
    (first, *_rest) = await incoming(inbox.seat)
    await inbox.shows()
    await inbox.goes_to(first)
    await inbox.press(Qt.Key.Key_V)
    await inbox.press(Qt.Key.Key_Return, _CTRL)

    deciding = inbox.presenter.state.deciding
    assert deciding is not None
    assert deciding.wrong == {"reason"}
    assert (await inbox.state_of(first)).status == "sent"


async def test_booking_forwarding_and_asking_are_decided_beside_the_list(inbox: Inbox) -> None:
    first, second, third = await incoming(inbox.seat)
    await inbox.shows()

    async def decides(record: Record, key: Qt.Key, **fields: str) -> None:
        await inbox.goes_to(record)
        await inbox.press(key)
        for name, text in fields.items():
            inbox.view.panel.form.set_text(name, text)
        await inbox.rests()
        inbox.presenter.typed("x", "x")
        await inbox.presenter.decided()
        await inbox.rests()

    await decides(first, Qt.Key.Key_O, booked_for="2026-04-01 09:30")
    await decides(second, Qt.Key.Key_F, to_unit=str(UNITS[3].hsa_id), reason="UKG först")
    await decides(third, Qt.Key.Key_K, reason="Vilka läkemedel?")

    assert (await inbox.state_of(first)).booked_for == "2026-04-01T07:30:00.000Z"
    assert (await inbox.state_of(second)).receiver == UNITS[3].hsa_id
    assert (await inbox.state_of(third)).status == "completion"


async def test_what_is_done_leaves_the_list_and_the_next_one_stands_ready(inbox: Inbox) -> None:
    first, *_rest = await incoming(inbox.seat)
    await inbox.shows()
    await inbox.presenter.listed("assess")
    await inbox.goes_to(first)
    before = len(inbox.presenter.state.lines or ())

    await inbox.press(Qt.Key.Key_A)

    state = inbox.presenter.state
    assert len(state.lines or ()) == before - 1
    assert state.chosen_line is not None
    assert state.chosen_line.entity != first.entity


async def test_several_are_received_together_and_what_was_not_possible_is_named(
    inbox: Inbox,
) -> None:
    records = await incoming(inbox.seat)
    await inbox.shows()
    await inbox.goes_to(records[0])
    await inbox.press(Qt.Key.Key_M)  # one of them is received already
    for record in records:
        await inbox.goes_to(record)
        await inbox.press(Qt.Key.Key_X)
    assert inbox.offered() == {*BULK, "tick", "untick"}, "nothing that ends, asks or answers"

    await inbox.press(Qt.Key.Key_M)

    assert {(await inbox.state_of(r)).status for r in records} == {"received"}
    said, rest = inbox.presenter.state.outcome
    assert said == "2 remisser: Mottagen."
    assert rest.startswith("Gick inte för: ")


@pytest.mark.parametrize("how", ["sent", "accepted", "rejected", "final"])
async def test_no_step_is_offered_that_the_table_does_not_allow(inbox: Inbox, how: str) -> None:
    (record, *_rest) = await incoming(inbox.seat)
    await inbox.shows()
    await inbox.goes_to(record)
    moves: dict[str, Callable[[], object]] = {"accepted": lambda: inbox.press(Qt.Key.Key_A)}
    if how in moves:
        await inbox.press(Qt.Key.Key_A)
        await inbox.goes_to(record)
    state = await inbox.state_of(record)
    legal = {str(step) for step in steps_for(state, WARD)}
    shown = inbox.offered() - {"tick", "open", "more", "answer", "watch", "complete", "decide"}
    assert shown <= legal
    if Step.SSV not in steps_for(state, WARD):
        assert "answer" not in inbox.offered()


async def test_it_is_taken_by_whoever_sits_here(inbox: Inbox) -> None:
    (first, *_rest) = await incoming(inbox.seat)
    await inbox.shows()
    await inbox.goes_to(first)
    await inbox.press(Qt.Key.Key_T)

    state = await inbox.state_of(first)
    assert state.assignee_name == "Lind, Anna"
    await inbox.presenter.filtered("mine")
    assert [line.entity for line in inbox.presenter.state.lines or ()] == [first.entity]


async def test_enter_opens_the_record_at_the_referral(inbox: Inbox) -> None:
    (first, *_rest) = await incoming(inbox.seat)
    await inbox.shows()
    await inbox.goes_to(first)
    await inbox.press(Qt.Key.Key_Return)

    assert inbox.seat.desk.patient is not None
    assert inbox.seat.desk.patient.patient == first.patient
    assert inbox.seat.desk.tab == "referrals"


class Answers:
    """The server's list, as a test wants it; what was settled is remembered."""

    def __init__(self, *answers: UnmatchedAnswer) -> None:
        self.left, self.fresh = list(answers), True
        self.settled: list[tuple[str, str, object, object]] = []

    async def all(self) -> AnswerList:
        return AnswerList(answers=tuple(self.left), read_at=1, fresh=self.fresh)

    async def settle(
        self, answer: str, *, how: str, patient: PatientId | None, order: EntityId | None
    ) -> bool:
        self.settled.append((answer, how, patient, order))
        before = len(self.left)
        self.left = [one for one in self.left if one.id != answer]
        return len(self.left) < before


def an_answer(**fields: Any) -> UnmatchedAnswer:
    content: dict[str, Any] = {
        "id": "a-1",
        "why": "unknown_order",
        "title": "P-Kalium 6,4 mmol/L",
        "numbers": "19410308-2386",
        "requisition": "0000000001A",
        "performer": "Klinisk kemi",
        "received_at": 0,
    }
    return UnmatchedAnswer(**(content | fields))


async def with_answers(inbox: Inbox, *answers: UnmatchedAnswer) -> Answers:
    listed = Answers(*answers)
    object.__setattr__(inbox.seat.desk.session, "answers", listed)
    await inbox.shows()
    await inbox.presenter.listed("unmatched")
    await inbox.rests()
    inbox.view.table.setFocus()
    return listed


async def test_without_contact_the_answers_are_shown_with_their_age_and_none_can_be_settled(
    inbox: Inbox,
) -> None:
    answers = await with_answers(inbox, an_answer())
    answers.fresh = False
    await inbox.presenter.reload()
    await inbox.rests()

    assert [one.id for one in inbox.presenter.state.answers] == ["a-1"]
    assert inbox.offered() == set()
    assert inbox.view.notice.isVisible()
    answers.fresh = True
    await inbox.presenter.reload()
    await inbox.rests()
    assert inbox.offered() == {"attach", "aside"}
    assert not inbox.view.notice.isVisible()
    assert answers.settled == []


async def test_on_a_small_screen_what_is_asked_has_the_room_and_names_patient_and_question(
    inbox: Inbox,
) -> None:
    (first, *_rest) = await incoming(inbox.seat)
    await inbox.shows()
    await inbox.goes_to(first)
    inbox.seat.window.resize(640, 400)
    await inbox.rests()
    assert inbox.view.table.isVisible()
    assert not inbox.view.reading.isVisible()

    await inbox.presenter.act("AVV")
    await inbox.rests()
    assert not inbox.view.table.isVisible()
    assert inbox.view.panel.width() == inbox.view.width()
    assert "what" in inbox.view.panel.form._fields  # noqa: SLF001

    inbox.presenter.put_away()
    inbox.seat.window.resize(1280, 800)
    await inbox.rests()
    assert inbox.view.table.isVisible()
    assert inbox.view.reading.isVisible()


async def test_an_answer_without_an_order_is_attached_by_a_person_who_says_why(
    inbox: Inbox,
) -> None:
    sent = await inbox.seat.ward.cache.listed(KARIN, "referral")
    order = next(one for one in sent if one.row.code == "imaging")
    answers = await with_answers(inbox, an_answer(patient=KARIN, order=order.state.id))

    await inbox.press(Qt.Key.Key_L)
    form = inbox.view.panel.form
    assert form.texts()["order"] == f"{KARIN} {order.state.id}", "what it was compared with"
    form.set_text("how", "Samma patient, fel nummer")
    await inbox.rests()
    await inbox.presenter.decided()
    await inbox.rests()

    assert answers.settled == [("a-1", "Samma patient, fel nummer", KARIN, order.state.id)]
    assert inbox.presenter.state.answers == ()


async def test_an_answer_that_cannot_be_read_can_only_be_set_aside_and_with_a_reason(
    inbox: Inbox,
) -> None:
    answers = await with_answers(inbox, an_answer(why="broken"))
    assert inbox.offered() == {"aside"}

    await inbox.press(Qt.Key.Key_S)
    await inbox.press(Qt.Key.Key_Return, _CTRL)
    assert answers.settled == []
    settling = inbox.presenter.state.settling
    assert settling is not None
    assert settling.wrong == {"how"}

    QTest.keyClicks(inbox.seat.window.focusWidget(), "Ringt labbet")
    await inbox.press(Qt.Key.Key_Return, _CTRL)
    assert answers.settled == [("a-1", "Ringt labbet", None, None)]


async def test_why_an_answer_is_not_attached_stands_on_its_row(inbox: Inbox) -> None:
    await with_answers(inbox, an_answer(why="wrong_patient"), an_answer(id="a-2", why="unit"))
    rows = inbox.view.table._shown or ()  # noqa: SLF001  what is drawn
    said = " ".join(cell.spoken() for row in rows for cell in getattr(row, "cells", ()))
    assert "En annan patient än i beställningen" in said
    assert "En måttenhet som inte kan omvandlas" in said


class Deputies:
    """The unit's people as the server names them; what was told is remembered."""

    def __init__(self, *people: Person) -> None:
        self.people, self.kept = people, list[StandIn]()

    async def colleagues(self) -> Sequence[Person]:
        return self.people

    async def keep(self, stand_in: StandIn) -> None:
        self.kept.append(stand_in)


async def test_who_is_away_is_named_with_who_stands_in(inbox: Inbox) -> None:
    me = inbox.seat.desk.session.desk.author.hsa_id
    other = HsaId("SE2321000016-P002")
    deputies = Deputies(
        Person(hsa_id=me, name="Anna Lind", profession="physician", title="Läkare"),
        Person(hsa_id=other, name="Maja Öberg", profession="nurse", title="Sjuksköterska"),
    )
    object.__setattr__(inbox.seat.desk.session, "deputies", deputies)
    await inbox.shows()

    await inbox.presenter.name_deputy()
    await inbox.presenter.decided()
    naming = inbox.presenter.state.naming
    assert naming is not None
    assert naming.wrong == {"deputy"}, "nobody stands in yet"

    form = inbox.view.panel.form
    form.set_text("deputy", other)
    form.set_text("until", "2020-01-01")
    await inbox.rests()
    await inbox.presenter.decided()
    naming = inbox.presenter.state.naming
    assert naming is not None
    assert naming.wrong == {"until"}, "it ends before it begins"
    assert deputies.kept == []

    form.set_text("until", "2199-12-31")
    await inbox.rests()
    await inbox.presenter.decided()
    (kept,) = deputies.kept
    assert (kept.person, kept.deputy, kept.absent) == (me, other, True)
    assert inbox.presenter.state.naming is None
