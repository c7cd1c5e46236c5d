"""A thousand ways to switch, type, save and close while replies are late: no text reaches another patient.

Every patient has a word that only theirs may hold. After each step the screen is read whole,
and at the end every record.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QPlainTextEdit, QWidget

from tests.builders import a_note, a_patient, an_id
from tests.ui.screens.conftest import settle
from tests.ward import Ward, open_ward
from ui.kit.label import Label
from ui.screens.journal.note_content import begin
from ui.screens.overview.writers import DiagnosisWriter
from ui.shell.desk import Desk
from workstation.domain.ids import PatientId
from workstation.domain.kinds import open_record
from workstation.domain.note import Note
from workstation.operations.ports import PatientLine

WORDS = {PatientId(an_id(name)): f"ord-{name}-ord" for name in ("alfa", "beta", "gamma")}
PARTS, INTERLEAVINGS = 4, 250
STEPS = 4
MOVES = frozenset({"opens", "changes_tab", "goes_home"})


class LateRecords:
    """The cache, whose every answer comes some turns of the loop later, each its own."""

    def __init__(self, cache: Any, chance: random.Random) -> None:
        self._cache, self._chance = cache, chance

    def __getattr__(self, name: str) -> Any:
        wanted = getattr(self._cache, name)
        if not asyncio.iscoroutinefunction(wanted):
            return wanted

        async def later(*args: Any, **named: Any) -> Any:
            answer = await wanted(*args, **named)
            for _turn in range(self._chance.randrange(4)):
                await asyncio.sleep(0)
            return answer

        return later


def texts_on(screen: QWidget) -> Iterator[str]:
    """Return everything that can be read on the screen now, drawn or typed."""
    for widget in screen.findChildren(QWidget):
        if not widget.isVisible():
            continue
        yield widget.accessibleName()
        if isinstance(widget, Label):
            yield widget.original()
        elif isinstance(widget, QLineEdit):
            yield widget.text()
        elif isinstance(widget, QPlainTextEdit):
            yield widget.toPlainText()
        elif isinstance(widget, QAbstractItemView):
            yield from _cells(widget)


def _cells(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    for row in range(model.rowCount()):
        yield str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))


class Nurse:
    """Somebody quick, at a desk where answers are late."""

    def __init__(self, desk: Desk, lines: tuple[PatientLine, ...], chance: random.Random) -> None:
        self.desk, self.lines, self.chance = desk, lines, chance
        self.written = 0

    def _drafts(self) -> list[Any]:
        return list(self.desk.workspace.state.drafts)

    def opens(self) -> None:
        tab = self.chance.choice(("overview", "journal", "medication", "values", ""))
        self.desk.open_patient(self.chance.choice(self.lines), tab, None)

    def changes_tab(self) -> None:
        self.desk.show_tab(self.chance.choice(("overview", "journal", "plan", "referrals")))

    def goes_home(self) -> None:
        self.desk.show_place(self.chance.choice(("work", "patients", "outbox")))

    def begins(self) -> None:
        if self.desk.patient is not None and not self.desk.place:
            if self.chance.random() < 0.7:
                self.desk.compose("note", self.desk.patient, begin("day"))
            else:
                self.desk.compose(DiagnosisWriter.name, self.desk.patient, {})

    def types(self) -> None:
        """Type into what is in front, as one who looks at the name over it."""
        state = self.desk.workspace.state
        draft = state.draft(state.current) if state.current is not None else None
        body = self.desk.drafts.bodies.get(str(state.current))
        if draft is None or body is None or not body.isEnabled():
            return
        key = self.chance.choice([k for k in body.texts() if k.startswith("text")] or ["comment"])
        if key in body.texts():
            self.written += 1
            body.set_text(key, f"{WORDS[draft.patient.patient]} {self.written}")

    def finishes(self) -> None:
        shown = [str(draft.id) for draft in self.desk.workspace.state.shown]
        if shown:
            action = self.chance.choice(("save", "sign"))
            self.desk.drafts.acted.emit(self.chance.choice(shown), action)

    def throws_away(self) -> None:
        if shown := [str(draft.id) for draft in self.desk.workspace.state.shown]:
            self.desk.drafts.discarded.emit(self.chance.choice(shown))

    def steps(self) -> list[Callable[[], None]]:
        """Return what one does in a row; typing often."""
        often = (self.types, self.types, self.opens, self.begins, self.finishes)
        every = (*often, *often, self.changes_tab, self.goes_home, self.throws_away)
        return [self.opens, self.begins, self.types, *self.chance.choices(every, k=STEPS)]


async def a_turn() -> None:
    running = QApplication.instance()
    assert running is not None
    running.processEvents()
    running.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # as a running loop does
    await asyncio.sleep(0)


async def a_moment(chance: random.Random) -> None:
    for _turn in range(chance.randrange(5)):
        await a_turn()


def strays(desk: Desk) -> list[str]:
    """Return texts on the screen that are about somebody else than who is open."""
    open_now = desk.patient.patient if desk.patient is not None and not desk.place else None
    foreign = {word for patient, word in WORDS.items() if patient != open_now}
    return [text for text in texts_on(desk.frame) if any(word in text for word in foreign)]


async def misplaced(ward: Ward) -> list[str]:
    """Return stored notes that hold another patient's word."""
    found = []
    for patient in WORDS:
        for listed in await ward.cache.listed(patient, "note"):
            for version in listed.state.line.versions:
                sealed = await ward.cache.sealed(patient, version.id)
                assert sealed is not None
                body = open_record(sealed).body
                if isinstance(body, Note):
                    foreign = [w for p, w in WORDS.items() if p != patient and w in body.text]
                    found += foreign
    return found


@pytest.fixture
async def ward(tmp_path: Path) -> Any:
    opened = await open_ward(tmp_path)
    for patient, word in WORDS.items():
        name = word.split("-")[1].capitalize()
        await opened.put(
            a_patient(patient=patient, entity=patient, family=name),
            a_note(patient=patient, text=f"{word} från början"),
        )
    try:
        yield opened
    finally:
        await opened.cache.close()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
async def test_no_interleaving_brings_a_text_to_another_patient(
    app: QApplication, ward: Ward, part: int
) -> None:
    lines = [await ward.cache.patient(patient) for patient in WORDS]
    known = tuple(line for line in lines if line is not None)
    chance = random.Random(part)
    session = replace(ward.session(), records=LateRecords(ward.cache, chance))
    desk = Desk(session)
    desk.frame.resize(1280, 800)
    desk.frame.show()
    await desk.start()
    try:
        for number in range(INTERLEAVINGS):
            nurse = Nurse(desk, known, chance)
            for step in nurse.steps():
                step()
                if step.__name__ in MOVES:  # before the loop has turned once
                    assert strays(desk) == [], (number, step.__name__)
                await a_moment(chance)
                assert strays(desk) == [], (number, step.__name__)
            for draft in list(desk.workspace.state.drafts):
                for _twice in range(2):
                    await desk.workspace.discard(draft.id)
        await desk.tasks.finish()
        assert await misplaced(ward) == []
        assert sum([len(await ward.cache.listed(p, "note")) for p in WORDS]) > INTERLEAVINGS // 8
    finally:
        await desk.finish()
        desk.close()
        await settle()


@pytest.mark.parametrize("turns", range(12))
async def test_a_part_asked_for_while_a_record_is_put_away_is_never_the_one_before(
    app: QApplication, ward: Ward, turns: int
) -> None:
    alfa, beta, _gamma = [await ward.cache.patient(patient) for patient in WORDS]
    assert alfa is not None
    assert beta is not None
    desk = Desk(ward.session())
    desk.frame.show()
    desk.open_patient(alfa, "overview", None)
    await desk.tasks.finish()
    desk.open_patient(beta, "overview", None)
    for _turn in range(turns):
        await a_turn()
    desk.show_tab("journal")
    desk.show_tab("overview")
    await desk.tasks.finish()
    desk.show_tab("journal")
    assert strays(desk) == []
    await desk.tasks.finish()
    assert any(WORDS[beta.patient] in text for text in texts_on(desk.frame))
    await desk.finish()
    desk.close()
    await settle()


async def test_a_stray_text_would_be_seen(app: QApplication, ward: Ward) -> None:
    alfa, beta = list(WORDS)[:2]
    line = await ward.cache.patient(alfa)
    assert line is not None
    desk = Desk(ward.session())
    desk.frame.show()
    desk.open_patient(line, "journal", None)
    await settle()
    await desk.tasks.finish()
    assert strays(desk) == []
    assert any(WORDS[alfa] in text for text in texts_on(desk.frame))
    Label(WORDS[beta], parent=desk.frame).show()
    assert set(strays(desk)) == {WORDS[beta]}
    await desk.finish()
    desk.close()
    await settle()
