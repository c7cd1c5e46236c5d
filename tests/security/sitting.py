"""Somebody at a workstation, doing everything there is to do: the product's own window and gate."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from local_cache.machine import GivenSecret
from tests.security import crashes
from tests.security import needles as n
from tests.security.stock import MACHINE, PATIENT
from ui.kit.clipboard import copy
from ui.shell.desk import Desk
from ui.shell.window import MainWindow
from workstation.app import desktop
from workstation.app.places import default_places
from workstation.domain.clock import SystemClock
from workstation.domain.note import Note
from workstation.domain.problem import Problem

PATIENCE = 60.0
PLACES = (
    "outbox",
    "work",
    "patients",
    "reception",
    "referrals_in",
    "log",
    "guidelines",
    "about",
)
TABS = ("overview", "journal", "medication", "referrals", "values", "plan", "privacy")


class Sitting:
    """One person before the window."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    @property
    def desk(self) -> Desk:
        assert self.window.desk is not None
        return self.window.desk

    async def until(self, so: Callable[[], Any], what: str) -> None:
        """Wait until ``so``; say what never came."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not so():  # noqa: ASYNC110  any condition, told by nobody
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise TimeoutError(what) from None

    async def rests(self) -> None:
        """Until nothing that was begun is under way."""
        for _round in range(2):
            await asyncio.sleep(0.05)
            await self.desk.tasks.finish()

    async def says(self, user: str, password: str) -> None:
        """Type a name and a password, and press."""
        login = self.window.login
        login.user.edit.setText(user)
        login.password.edit.setText(password)
        login.enter.click()
        await asyncio.sleep(0.05)
        await self.until(lambda: not self.window.way_in.state.busy, "an answer to the password")

    async def logs_in(self, user: str, password: str = n.PASSWORD) -> None:
        """Log in, and wait for the places."""
        await self.says(user, password)
        assert self.window.way_in.state.problem == ("", ""), self.window.way_in.state.problem
        await self.until(lambda: self.window.desk, "the session")
        await self.rests()

    async def opens(self, tab: str) -> None:
        """Open the patient's record at a tab."""
        records = self.desk.session.records
        line = None
        async with asyncio.timeout(PATIENCE):
            while line is None:
                line = await records.patient(PATIENT)
                await asyncio.sleep(0.02)
        self.desk.open_patient(line, tab, None)
        await self.rests()

    def view(self, key: str) -> Any:
        """The view of a tab or a place."""
        screens = {**self.desk.places, **self.desk.chart}
        return screens[key][0]

    def presenter(self, key: str) -> Any:
        """The presenter of a tab or a place."""
        screens = {**self.desk.places, **self.desk.chart}
        return screens[key][1]

    async def writes(self, **texts: str) -> None:
        """Type into the draft in front."""
        shown = self.desk.drafts.bodies[str(self.desk.workspace.state.current)]
        for key, text in texts.items():
            shown.set_text(key, text)
            await self.rests()

    async def finishes(self, action: str) -> None:
        """Press a draft's button; it must be accepted."""
        state = self.desk.workspace.state
        before, draft = len(state.drafts), state.current
        self.desk.drafts.acted.emit(str(draft), action)
        await self.rests()
        after = self.desk.workspace.state
        why = [(d.problem, sorted(d.wrong)) for d in after.drafts]
        assert len(after.drafts) == before - 1, f"{action} was not accepted: {why}"

    async def begins(self, tab: str) -> None:
        """Press the tab's button for something new."""
        self.desk.show_tab(tab)
        await self.rests()
        self.view(tab).new_wanted.emit()
        await self.rests()

    async def chooses(self, tab: str, words: str) -> None:
        """Choose what was just written."""
        self.desk.show_tab(tab)
        await self.rests()
        records, family = self.desk.session.records, _FAMILIES[tab]
        for listed in await records.listed(PATIENT, family):
            if words in repr_of(listed.state.current.body):
                await self.presenter(tab).show_entity(listed.state.id)
                await self.rests()
                return
        raise LookupError(f"nothing to choose in {tab}")

    async def acts(self, tab: str, action: str) -> None:
        """Press a button about what is chosen."""
        self.view(tab).acted.emit(action)
        await self.rests()


_FAMILIES = {"journal": "note", "medication": "medication_order", "referrals": "referral"}


def repr_of(body: Any) -> str:
    """Return what a body says; bodies themselves are silent."""
    return msgspec.json.encode(body).decode()


async def everything(seat: Sitting) -> None:
    """One long day, ended by a power cut in the middle of a word."""
    await seat.says("okoro", n.WRONG_PASSWORD)
    assert seat.window.way_in.state.problem[0]
    await seat.logs_in("okoro")
    await _searches(seat)
    for tab in TABS:
        await seat.opens(tab)
    await _notes(seat)
    await _orders(seat)
    await _others(seat)
    await _at_the_desk(seat)
    await _reviews(seat)
    await _reports(seat)
    await _prints(seat)
    await _problems(seat)
    await _copies_and_locks(seat)
    await seat.opens("journal")
    await seat.begins("journal")
    await seat.writes(text0=f"Avbruten mitt i {n.DRAFT}")
    os.kill(os.getpid(), signal.SIGKILL)


async def _searches(seat: Sitting) -> None:
    desk = seat.desk
    desk.show_place("patients")
    await seat.rests()
    patients = seat.view("patients")
    for words in (n.SEARCH, n.FAMILY, n.HYPHENED[2:], n.NUMBER, crashes.CRASH_WORDS):
        patients.search.setText(words)
        patients.search.searched.emit(words)
        await seat.rests()
        await asyncio.sleep(0.2)
        desk.menu.palette.open()
        desk.menu.palette.searched.emit(words)
        await seat.rests()
    desk.menu.palette.hide()
    patients.search.setText("")
    patients.search.searched.emit("")
    patients.register_wanted.emit()
    for key, text in (("family", n.FAMILY), ("given", n.GIVEN), ("number", n.OTHER_NUMBER)):
        patients.typed.emit(key, text)
    patients.registered.emit(False)
    await seat.rests()
    await asyncio.sleep(0.3)
    desk.show_place("work")
    await seat.rests()
    desk.keys.toggle()
    desk.keys.toggle()


async def _notes(seat: Sitting) -> None:
    await seat.begins("journal")
    await seat.writes(text0=f"Ser {n.NOTE} bakom örat, ringer {n.PHONE}.")
    await seat.finishes("save")
    seat.view("journal").searched.emit(n.NOTE)
    await seat.rests()
    seat.view("journal").searched.emit("")
    await seat.rests()
    await seat.chooses("journal", n.NOTE)
    for action in ("sign", "versions", "correct"):
        await seat.acts("journal", action)
    await seat.writes(text0=f"Rättat: {n.NOTE}", why_corrected=n.COMMENT)
    await seat.finishes("sign")
    await seat.acts("journal", "void")
    await seat.writes(reason=n.COMMENT)
    await seat.finishes("void")


async def _orders(seat: Sitting) -> None:
    await seat.begins("medication")
    day = seat.desk.session.clock.now().date().isoformat()
    await seat.writes(
        drug=n.DRUG,
        form="tablett",
        strength="5 mg",
        dosage="1+0+0+0",
        reason=n.COMMENT,
        follow_up=day,
    )
    await seat.finishes("sign")
    await seat.chooses("medication", n.DRUG)
    await seat.acts("medication", "change")
    await seat.writes(dosage="2+0+0+0", why=n.COMMENT)
    await seat.finishes("sign")
    await seat.acts("medication", "stop")
    await seat.writes(why=n.COMMENT)
    await seat.finishes("stop")
    seat.view("medication").searched.emit(n.SEARCH)


async def _others(seat: Sitting) -> None:
    await seat.begins("referrals")
    unit = next(u for u in seat.desk.session.units.units() if u.type == "outpatient")
    await seat.writes(to_unit=unit.hsa_id)
    await seat.writes(question=n.REFERRAL, f_history=n.NOTE)
    await seat.writes(phone=n.PHONE, patient_phone=n.PHONE)
    await seat.finishes("send")
    await seat.begins("values")
    await seat.writes(comment=n.COMMENT, systolic="140", diastolic="80")
    await seat.finishes("record")
    line = seat.desk.patient
    assert line is not None
    for writer, texts, action in (
        ("diagnosis", {"text": n.COMMENT}, "sign"),
        ("plan", {"title": n.COMMENT, "comment": n.NOTE, "due": "2027-03-01"}, "decide"),
    ):
        begun = {"type": "visit"} if writer == "plan" else {}
        seat.desk.compose(writer, line, begun)
        await seat.rests()
        await seat.writes(**texts)
        await seat.finishes(action)
    seat.desk.compose("attention", line, {})
    await seat.rests()
    await seat.writes(comment=n.COMMENT)  # left as a draft
    for place in PLACES:
        seat.desk.show_place(place)
        await seat.rests()


async def _at_the_desk(seat: Sitting) -> None:
    """A drop-in, a booking, and a form with its values."""
    seat.desk.show_place("reception")
    await seat.rests()
    reception = seat.presenter("reception")
    for number, action in enumerate(("drop_in", "book")):
        await reception.searched(n.NUMBER)
        reception.chosen(f"patient:{PATIENT}")
        await reception.act(action)
        if reception.state.filling is None:  # booked by now: found among the day's visits
            break
        seat.view("reception").panel.form.changed.emit("reason", f"{n.COMMENT} {number}")
        seat.view("reception").panel.form.changed.emit("interpreter", n.SEARCH)
        seat.view("reception").panel.acted.emit(action)
        await seat.rests()
    await seat.opens("journal")
    seat.view("journal").form_wanted.emit("pain")
    await seat.rests()
    await seat.writes(f_pain="true", f_at_rest="6", f_place=n.COMMENT)
    await seat.finishes("sign")


async def _reviews(seat: Sitting) -> None:
    """Read the access log, of one patient and by number."""
    seat.desk.show_place("log")
    await seat.rests()
    log = seat.presenter("log")
    await log.filtered(period="all")
    await log.searched(n.NUMBER)
    assert log.state.lines, log.state.failed
    assert log.state.patient is not None


async def _reports(seat: Sitting) -> None:
    """Report an incident, in words that quote the record, and begin another."""
    seat.desk.report_incident()
    await seat.rests()
    form = seat.view("about").panel.form
    for key, text in (
        ("happened", f"{n.COMMENT} {n.FAMILY}"),
        ("expected", n.SEARCH),
        ("harm", "could"),
    ):
        form.changed.emit(key, text)
        await seat.rests()
    seat.view("about").acted.emit("send")
    await seat.rests()
    about = seat.presenter("about")
    assert about.state.reports, about.state.problem
    form.changed.emit("happened", n.DRAFT)
    await seat.rests()


async def _prints(seat: Sitting) -> None:
    """Save a list on paper where the person says: a folder and a file named after the patient."""
    await seat.opens("medication")
    seat.view("medication").print_wanted.emit()
    dialog: list[QFileDialog] = []

    def there() -> bool:
        dialog[:] = [w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog)]
        return bool(dialog) and dialog[0].isVisible()

    await seat.until(there, "the question where to save")
    folder = Path(os.environ["CHOSEN"]) / n.FOLDER
    folder.mkdir(exist_ok=True)
    dialog[0].setDirectory(str(folder))
    name = dialog[0].findChild(QLineEdit)
    assert isinstance(name, QLineEdit)
    name.setText(n.FILE)
    dialog[0].accept()
    dialog.clear()
    await seat.until((folder / n.FILE).exists, "the document")
    await seat.rests()


async def _problems(seat: Sitting) -> None:
    """See problems shown, and defects of ours survived."""
    await seat.begins("journal")
    draft = str(seat.desk.workspace.state.current)
    seat.desk.drafts.acted.emit(draft, "sign")
    await seat.rests()
    seat.desk.drafts.discarded.emit(draft)
    await seat.rests()
    seat.desk.show_problem(Problem(f"{n.FAMILY} {n.NUMBER}", n.COMMENT))
    seat.view("journal").show_problem(Problem(f"{n.FAMILY} {n.NUMBER}", n.COMMENT))

    async def fail() -> None:
        raise crashes.quoting()

    seat.desk.tasks.start(fail())
    await seat.rests()
    await crashes.everywhere_but_in_tasks()


async def _copies_and_locks(seat: Sitting) -> None:
    """Copy from the record, lock: the clipboard is empty. Another person sits down."""
    clipboard = QGuiApplication.clipboard()
    copy(f"{n.FAMILY} {n.NUMBER} {n.NOTE}")
    assert n.NOTE in clipboard.text()
    seat.window.lock()
    assert clipboard.text() == "", "what was copied outlives the lock"
    await seat.says("okoro", n.WRONG_PASSWORD)
    await seat.logs_in("okoro")
    seat.window.lock()
    await seat.logs_in("lind")
    await seat.opens("journal")
    seat.window.lock()
    await seat.logs_in("okoro")


async def briefly(seat: Sitting) -> None:
    """A short visit that touches what bad habits hang on."""
    await seat.says("okoro", n.WRONG_PASSWORD)
    await seat.logs_in("okoro")
    seat.desk.show_place("patients")
    seat.view("patients").search.searched.emit(n.NUMBER)
    await seat.rests()
    await seat.opens("journal")
    await seat.begins("journal")
    await seat.writes(text0=n.NOTE)
    await seat.finishes("save")
    await _prints(seat)
    await crashes.everywhere_but_in_tasks()
    await closes(seat)


async def again(seat: Sitting) -> None:
    """After the power cut: the draft is there, is finished, and the window is closed as usual."""
    await seat.logs_in("okoro")
    await seat.opens("journal")
    drafts = seat.desk.workspace.state.drafts
    kept = [draft for draft in drafts if n.DRAFT in str(draft.content)]
    assert kept, "the draft was lost"
    seat.desk.drafts.chosen.emit(str(kept[0].id))
    await seat.rests()
    await seat.finishes("save")
    await closes(seat)


async def alone(seat: Sitting) -> None:
    """The server is gone: log in, read and write all the same."""
    await seat.says("okoro", n.WRONG_PASSWORD)
    await seat.logs_in("okoro")
    await seat.opens("journal")
    await seat.begins("journal")
    await seat.writes(text0=f"Utan kontakt: {n.NOTE}")
    await seat.finishes("sign")
    seat.desk.show_place("patients")
    seat.view("patients").search.searched.emit(n.SEARCH)
    await seat.rests()
    notes = await seat.desk.session.records.listed(PATIENT, "note")
    said = [each.state.current.body for each in notes]
    assert any(isinstance(b, Note) and n.NOTE in b.sections[0].text for b in said)
    await closes(seat)


async def closes(seat: Sitting) -> None:
    closed = asyncio.Event()
    seat.window.closed.connect(closed.set)
    seat.window.close()
    async with asyncio.timeout(PATIENCE):
        await closed.wait()


PARTS = {"everything": everything, "briefly": briefly, "again": again, "alone": alone}


def main(part: str, server: str) -> int:
    """Start the desktop application as a person does, and do one part of it all in its window."""

    def opened(**fields: Any) -> MainWindow:
        window = MainWindow(**fields)
        asyncio.get_running_loop().create_task(sit(window, PARTS[part]))
        return window

    pytest.MonkeyPatch().setattr(desktop, "MainWindow", opened)
    return desktop.run_desktop(
        desktop.Desktop(
            places=default_places(),
            settings=desktop.Settings(server=server, dark=False),
            machine=GivenSecret(MACHINE),
            clock=SystemClock(),
        )
    )


async def sit(window: MainWindow, part: Callable[[Sitting], Awaitable[None]]) -> None:
    try:
        await part(Sitting(window))
    except BaseException:  # noqa: BLE001  told to whoever started this, whatever it was
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(3)
