"""The window as somebody uses it: logs in, reads, writes, signs, locks, crashes, closes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from tests.builders import a_note, a_planned_action, an_id
from tests.karin import KARIN, UNITS
from tests.karin_people import LIND, OBERG
from tests.ui.screens.conftest import Seat, leave, settle, sit_down
from tests.ward import PASSWORD, Door, Ward
from ui.kit.label import Label
from ui.screens.journal.presenter import JournalPresenter
from ui.screens.medication.presenter import MedicationPresenter
from ui.screens.medication.view import MedicationView
from ui.screens.patients.view import PatientsView
from ui.screens.values.view import ValuesView
from ui.shell.window import MainWindow
from workstation.domain.clock import HybridTime
from workstation.domain.ids import PatientId
from workstation.domain.medication import order_state
from workstation.domain.note import Note
from workstation.operations.session import SyncStatus


def journal(seat: Seat) -> JournalPresenter:
    presenter = seat.desk.chart["journal"][1]
    assert isinstance(presenter, JournalPresenter)
    return presenter


def medication(seat: Seat) -> MedicationPresenter:
    presenter = seat.desk.chart["medication"][1]
    assert isinstance(presenter, MedicationPresenter)
    return presenter


async def test_a_wrong_password_says_so_and_keeps_the_user_name(seat: Seat) -> None:
    seat.window.login.admitted.emit("anna", "fel")
    await settle()

    assert seat.window.desk is None
    assert seat.window.way_in.state.problem[0]
    assert seat.window.way_in.state.user == "anna"


async def test_with_several_assignments_one_is_chosen(ward: Ward, app: object) -> None:
    seat = await sit_down(ward, Door({"anna": ward.session()}, UNITS[:2]))
    seat.window.login.admitted.emit("anna", PASSWORD)
    await settle()
    assert seat.window.desk is None

    await seat.logs_in(assignment="SE2321000016-M002")

    assert seat.window.desk is not None
    await leave(seat)


async def test_a_note_is_written_beside_the_record_and_signed(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    before = journal(seat).state.count

    await seat.presses("Ny anteckning")
    seat.draft.set_text("text0", "Mår bättre.\nIngen blödning.")
    await seat.presses("Signera")

    state = journal(seat).state
    assert state.count == before + 1
    newest = state.pages[0][0]
    body = newest.state.current.body
    assert isinstance(body, Note)
    assert body.sections[0].text == "Mår bättre.\nIngen blödning."
    assert newest.state.signed
    assert seat.desk.workspace.state.drafts == ()
    assert seat.ward.drafts.kept == {}


async def test_an_empty_note_is_refused_and_the_draft_stays(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    await seat.presses("Ny anteckning")

    await seat.presses("Spara")

    draft = seat.desk.workspace.state.drafts[0]
    assert draft.problem[0] == "Anteckningen är tom."
    assert seat.draft.notice.isVisible()


async def test_a_draft_survives_a_crash_and_never_follows_to_another_patient(
    seat: Seat, ward: Ward
) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    await seat.presses("Ny anteckning")
    seat.draft.set_text("text0", "Påbörjad men")
    await seat.rests()

    # Killed: nobody closes anything; a new program starts on what is on disk.
    again = await sit_down(ward, Door({"anna": ward.session()}, UNITS[:1]))
    await again.logs_in()
    await again.opens("journal", PatientId(an_id("olle")))
    assert again.desk.drafts.bodies == {}
    assert not again.desk.frame.workspace.isVisible()

    await again.opens("journal", KARIN)
    assert again.draft.texts()["text0"] == "Påbörjad men"
    await leave(again)


async def test_a_draft_that_may_have_been_saved_before_the_crash_says_so(
    seat: Seat, ward: Ward
) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    await seat.presses("Ny anteckning")
    seat.draft.set_text("text0", "Hann den sparas?")
    await seat.rests()
    draft = seat.desk.workspace.state.drafts[0]
    await seat.desk.workspace._write({**draft.content, "@submitted": "nu"}, draft)

    again = await sit_down(ward, Door({"anna": ward.session()}, UNITS[:1]))
    await again.logs_in()

    assert "redan ha sparats" in again.desk.workspace.state.drafts[0].problem[0]
    await leave(again)


async def test_lock_hides_everything_and_the_same_person_is_back_at_the_same_place(
    seat: Seat,
) -> None:
    await seat.logs_in()
    await seat.opens("medication")
    desk = seat.desk

    seat.window.lock()
    assert not desk.frame.isVisible()
    await seat.logs_in()

    assert seat.desk is desk
    assert (desk.tab, desk.patient and desk.patient.patient) == ("medication", KARIN)


async def test_another_person_gets_a_session_of_their_own(seat: Seat) -> None:
    await seat.logs_in()
    first = seat.desk
    seat.window.lock()

    await seat.logs_in("maja")

    assert seat.desk is not first
    assert seat.door.left == [first.session]
    assert seat.desk.patient is None


async def test_both_sides_of_a_fork_are_shown_and_a_signature_decides(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("medication")
    line = medication(seat).state.shown[0]
    assert line.order.undecided
    view = seat.view("medication")
    assert isinstance(view, MedicationView)

    view.table.pick(str(line.id))
    await seat.presses("Avgör")
    chosen = seat.desk.workspace.state.drafts[0].content["@sides"].split()[0]
    seat.draft.set_text("chosen", chosen)
    seat.draft.set_text("reason", "blödningsrisk")
    await seat.presses("Signera avgörandet")

    listed = await seat.ward.at(KARIN, line.id)
    assert not order_state(listed.state).undecided
    assert line.id not in {one.id for one in medication(seat).state.shown}


async def test_the_dose_typed_as_one_line_is_shown_back_in_words(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("medication")
    await seat.presses("Ny ordination")

    for key, text in (("drug", "Laktulos"), ("form", "tablett"), ("dosage", "1+1+1 i 7 dagar")):
        seat.draft.set_text(key, text)
    await seat.rests()
    form = seat.desk.workspace.form_of(seat.desk.workspace.state.drafts[0])
    said = "".join(run.text for f in form.fields if f.key == "dosage" for run in f.said)
    assert "1 tablett" in said
    assert "2026-03-08" in said

    await seat.presses("Signera ordination")
    draft = seat.desk.workspace.state.drafts[0]
    assert draft.wrong == {"reason"}, "so many days say the last one themselves"


async def test_a_critical_result_is_never_closed_by_one_key(seat: Seat) -> None:
    await seat.logs_in()
    olle = PatientId(an_id("olle"))
    await seat.opens("values", olle)
    view = seat.view("values")
    assert isinstance(view, ValuesView)

    view.table.pick("NPU28309" if view.table.model.index_of("NPU28309").isValid() else "P-Kalium")
    await seat.rests()
    view.acted.emit("acknowledge")
    await seat.rests()

    assert seat.desk.workspace.state.drafts[0].writer == "acknowledge"
    assert "6,7" in seat.desk.workspace.state.drafts[0].content["what"]


async def test_what_arrives_while_reading_shows_without_a_click(seat: Seat, ward: Ward) -> None:
    await seat.logs_in()
    await seat.opens("plan")
    await ward.put(a_planned_action(patient=KARIN, title="Ny kontroll"))
    await seat.rests()

    state = seat.desk.chart["plan"][1].state  # type: ignore[attr-defined]
    assert "Ny kontroll" in [one.row.title for one in state.actions]


async def test_offline_is_a_calm_line_and_work_goes_on(seat: Seat, ward: Ward) -> None:
    await seat.logs_in()
    ward.sync.say(SyncStatus(connected=False, contact_at=ward.clock.millis, local=3))
    await seat.opens("journal")

    await seat.presses("Ny anteckning")
    seat.draft.set_text("text0", "Skrivet utan kontakt")
    await seat.presses("Spara")

    assert seat.desk.workspace.state.drafts == ()


async def test_protected_identity_never_tells_where_somebody_is(seat: Seat) -> None:
    await seat.logs_in()
    await seat.opens("overview", PatientId(an_id("skyddad")))
    seat.desk.show_place("patients")
    await seat.rests()

    texts = [w.accessibleName() for w in seat.desk.frame.banner.findChildren(QWidget)]
    rows = [r for r in seat.desk.places["patients"][0].table.model.entries if hasattr(r, "cells")]  # type: ignore[attr-defined]
    said = [row.cells[0].spoken() for row in rows if "EK" in row.name]
    assert not any("sal 6" in text for text in texts)
    assert said == [""]


async def test_every_control_has_a_name_and_the_title_names_nobody(seat: Seat) -> None:
    await seat.logs_in()
    nameless: set[str] = set()
    for tab in ("overview", "journal", "medication", "referrals", "values", "plan"):
        await seat.opens(tab)
        nameless |= {
            f"{tab}: {type(w).__name__} in {type(w.parent()).__name__}"
            for w in seat.window.findChildren(QWidget)
            if w.isVisible() and w.focusPolicy().value and not w.accessibleName()
        }

    assert nameless == set()
    assert seat.window.windowTitle() == "Ronden"


async def test_closing_keeps_what_was_typed_in_the_last_moment(seat: Seat, ward: Ward) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    await seat.presses("Ny anteckning")
    seat.draft.set_text("text0", "sista ordet")

    seat.window.close()
    await settle(lambda: not seat.window.isVisible())

    kept = next(iter(ward.drafts.kept.values()))
    assert "sista ordet" in kept.content.decode()


async def test_what_is_typed_is_thrown_away_only_when_it_is_said_twice(
    seat: Seat, ward: Ward
) -> None:
    await seat.logs_in()
    await seat.opens("journal")
    await seat.presses("Ny anteckning")
    seat.draft.set_text("text0", "kanske")
    await seat.rests()

    await seat.presses("Kasta")
    assert len(ward.drafts.kept) == 1
    assert seat.draft.notice.isVisible()
    await seat.presses("Kasta utkastet")

    assert ward.drafts.kept == {}
    assert seat.desk.drafts.bodies == {}


async def test_a_tab_says_how_much_has_come_since_it_was_looked_at(seat: Seat, ward: Ward) -> None:
    await seat.logs_in()
    await seat.opens("journal")

    await ward.put(a_planned_action(patient=KARIN), a_planned_action(patient=KARIN))
    await seat.rests()

    tabs = seat.desk.frame.tabs
    names = [button.accessibleName() for button in tabs.findChildren(QWidget)]
    assert "Plan, 2 nya" in names
    seat.desk.show_tab("plan")
    await seat.rests()
    names = [button.accessibleName() for button in tabs.findChildren(QWidget)]
    assert "Plan" in names


async def test_a_number_and_enter_open_the_patient(seat: Seat) -> None:
    await seat.logs_in()
    seat.desk.show_place("patients")
    await seat.rests()
    view = seat.desk.places["patients"][0]
    assert isinstance(view, PatientsView)

    view.search.setText("550714-2395")
    view.search.submitted.emit("550714-2395")
    await seat.rests()

    assert seat.desk.patient is not None
    assert seat.desk.patient.patient == PatientId(an_id("olle"))


async def test_a_note_two_people_changed_apart_is_decided_in_the_journal(
    seat: Seat, ward: Ward
) -> None:
    first = a_note(
        patient=KARIN, author=LIND, text="Hb 132", written_at=HybridTime(ward.clock.millis)
    )
    sides = [
        a_note(
            patient=KARIN, author=who, entity=first.entity, bases=(first.id,), text=text, device=pc
        )
        for who, text, pc in ((LIND, "Hb 123", "PC-1"), (OBERG, "Hb 213", "PC-2"))
    ]
    await ward.put(first, *sides)
    await seat.logs_in()
    await seat.opens("journal", KARIN, first.entity)

    await seat.presses("Avgör")
    seat.draft.set_text("chosen", str(sides[0].id))
    seat.draft.set_text("reason", "kontrollerat mot svaret")
    await seat.presses("Signera avgörandet")

    state = (await ward.at(KARIN, first.entity)).state
    assert not state.undecided
    assert state.current.id == sides[0].id


async def test_a_demonstration_says_so_on_every_screen_also_before_login(
    ward: Ward, app: object
) -> None:
    window = MainWindow(gate=Door({}, UNITS[:1]), notice="DEMONSTRATION")
    window.show()
    shown = [label for label in window.findChildren(Label) if label.text() == "DEMONSTRATION"]
    assert [label.isVisible() for label in shown] == [True]
    window.close()
    await settle()
