"""What a clinician does all day, at the real window: keys and clicks beside typing, and the time.

The time goes from the first key to the record on disk and everything painted; typing itself takes
none, as every letter follows at once. Nobody answers on the line: all of it works without.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt

from ui.kit.searchbox import SearchBox
from ui.kit.table import Table
from ui.shell.desk import Desk
from workstation.bench import Measured, at_most
from workstation.bench.crowd import a_long_chart, crowd
from workstation.bench.doorway import run_with_screen
from workstation.bench.hands import CTRL, Hands, Lost
from workstation.bench.material import stream_of
from workstation.bench.sitting import a_desk, fill, open_chart
from workstation.bench.switching import switches
from workstation.bench.timing import percentile
from workstation.bench.waiting import RENEWED, RESULTS, STOPPED, put_waiting
from workstation.bench.watchdog import MOST_MS, watching
from workstation.domain.ids import PatientId
from workstation.domain.texts import _

_ROUNDS = 3
_RECORDS, _PATIENTS = 2_000, 300
_PAINTED_MS = 100
_MANY = 100_000
_Key = Qt.Key
_Do = Callable[[Hands, int], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Task:
    """``at``: the part of the chart, or the place, where it begins. ``most``: actions promised.

    ``saves``: how many records there must be more on disk when it is done.
    """

    what: str
    at: str
    do: _Do
    saves: int = 1
    most: int | None = None


@dataclass(kw_only=True)
class _Taken:
    actions: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Away:
    """The longest time one task kept the event loop, in ms: by the clock, and of processor time."""

    wall: float
    busy: float


def run() -> Iterator[Measured]:
    """Measure every task some times over, then the longest step and block of all."""
    patient, chart = a_long_chart(_RECORDS)
    with tempfile.TemporaryDirectory() as folder:
        others = list(crowd(_PATIENTS))
        asyncio.run(fill(Path(folder), [*others, stream_of(patient, chart)]))
        expected = [one.head.p for one in others[:_ROUNDS]]
        taken, steps, away = run_with_screen(lambda: _work(Path(folder), patient, expected))
    for task in TASKS:
        found = taken[task.what]
        actions = max(found.actions)
        what = f"{task.what}: keys and clicks beside typing"
        if task.most is None:
            yield Measured(bench="tasks", what=what, value=actions, unit="")
        else:
            yield at_most("tasks", what, actions, "", task.most)
        what = f"{task.what}: first key to saved and painted"
        yield Measured(bench="tasks", what=what, value=percentile(found.seconds, 0.5), unit="s")
    actions_to, seconds_to = switches(_ROUNDS)
    what = "switch user: keys and clicks beside typing"
    yield Measured(bench="tasks", what=what, value=max(actions_to), unit="")
    what = "switch user: first key to the other's list painted"
    yield at_most("tasks", what, percentile(seconds_to, 0.5), "s", 1)
    yield at_most("tasks", "a step painted, p95", percentile(steps, 0.95), "ms", _PAINTED_MS)
    yield at_most(
        "tasks",
        "longest block in a task, p95",
        percentile([one.wall for one in away], 0.95),
        "ms",
        MOST_MS,
    )
    what = "longest block in any task, processor time"
    yield at_most("tasks", what, max(one.busy for one in away), "ms", MOST_MS)
    what = "longest block in any task, by the clock"
    yield Measured(bench="tasks", what=what, value=max(one.wall for one in away), unit="ms")


async def _work(
    folder: Path, patient: UUID, expected: list[UUID]
) -> tuple[dict[str, _Taken], list[float], list[_Away]]:
    taken = {task.what: _Taken() for task in TASKS}
    steps: list[float] = []
    away: list[_Away] = []
    async with a_desk(folder) as (window, desk):
        await put_waiting(desk.session, patient, expected)
        window.activateWindow()
        for number in range(_ROUNDS):
            for task in TASKS:
                await open_chart(window, desk, patient, "overview")
                await _go_to(desk, task.at)
                hands = Hands(window)
                hands.expected = await _number(desk, expected[number])
                await hands.rest()
                before = await _saved(desk)
                with watching() as dog:
                    began = time.perf_counter()
                    await task.do(hands, number)
                    seconds = time.perf_counter() - began
                if await _saved(desk) < before + task.saves:
                    raise Lost(f"nothing was saved: {task.what}")
                taken[task.what].seconds.append(seconds)
                taken[task.what].actions.append(hands.actions)
                steps += hands.steps
                away.append(_Away(wall=dog.longest_ms, busy=dog.busy_ms))
    return taken, steps, away


async def _number(desk: Desk, patient: UUID) -> str:
    line = await desk.session.records.patient(PatientId(patient))
    return line.identity if line is not None else ""


async def _saved(desk: Desk) -> int:
    """Return how many records wait to be sent: all of them were written here."""
    return len(await desk.session.sync.outbox(limit=_MANY))


async def _go_to(desk: Desk, at: str) -> None:
    if at in desk.places:
        desk.show_place(at)
        for box in desk.places[at][0].findChildren(SearchBox):
            box.clear()  # what somebody looked for before
    else:
        desk.show_tab(at)
    await desk.tasks.finish()


def _table(hands: Hands) -> Table:
    shown = hands.desk.frame.main.currentWidget()
    assert shown is not None
    return next(table for table in shown.findChildren(Table) if table.isVisible())


async def _note(hands: Hands, _number: int) -> None:
    await hands.press(_Key.Key_2, CTRL)
    await hands.press(_Key.Key_N)
    await hands.write("Mår bättre i dag. Ingen blödning.")
    await hands.press(_Key.Key_Return, CTRL)


async def _prescribe(hands: Hands, number: int) -> None:
    await hands.press(_Key.Key_3, CTRL)
    await hands.press(_Key.Key_N)
    await hands.write(f"amlodipin {number}")
    for name, text in (
        (_("Form"), "tablett"),
        (_("Strength"), "5 mg"),
        (_("Dosing (type as you think)"), "1+0+0+0 i 10 dagar"),
        (_("Route"), "peroralt"),
        (_("Reason for treatment"), "Högt blodtryck"),
    ):
        await hands.tab_to(name)
        await hands.write(text)
    await hands.press(_Key.Key_Return, CTRL)


async def _renew(hands: Hands, number: int) -> None:
    await hands.click_row(_table(hands), f"{RENEWED} {number}")
    await hands.press(_Key.Key_F)
    await hands.write("2027-03-01")
    await hands.press(_Key.Key_Return, CTRL)


async def _stop(hands: Hands, number: int) -> None:
    await hands.click_row(_table(hands), f"{STOPPED} {number}")
    await hands.press(_Key.Key_U)
    await hands.write("Bensvullnad")
    await hands.press(_Key.Key_Return, CTRL)


async def _assess(hands: Hands, number: int) -> None:
    await hands.click_row(_table(hands), f"Bedömning {number}")
    await hands.press(_Key.Key_Return)
    await hands.click_button(_("Accept"))
    await hands.press(_Key.Key_Return, CTRL)


async def _acknowledge(hands: Hands, _number: int) -> None:
    await hands.click_row(_table(hands), "P-Prov 0")
    for _time in range(RESULTS):
        await hands.press(_Key.Key_V)


async def _arrive(hands: Hands, _number: int) -> None:
    await hands.write(hands.expected)
    await hands.press(_Key.Key_Return)
    await hands.press(_Key.Key_A)


async def _find(hands: Hands, _number: int) -> None:
    await hands.press(_Key.Key_K, CTRL)
    await hands.write("andersson, ma")
    before = hands.desk.patient
    await hands.press(_Key.Key_Return)
    if hands.desk.patient is before:
        raise Lost("no other patient was opened")


async def _correct(hands: Hands, _number: int) -> None:
    await hands.press(_Key.Key_Down)
    await hands.press(_Key.Key_R)
    await hands.write("Fel datum")
    await hands.press(_Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    await hands.write("Rättat. ")
    await hands.press(_Key.Key_Return, CTRL)


async def _laboratory(hands: Hands, _number: int) -> None:
    await hands.press(_Key.Key_4, CTRL)
    await hands.press(_Key.Key_N)
    await hands.tab_to(_("Type"))
    await hands.press(_Key.Key_Down, times=2)
    await hands.tab_to(_("To"))
    await hands.press(_Key.Key_Down)
    await hands.tab_to(_("Analyses"))
    for name in ("kalium", "krea"):
        await hands.write(name)
        await hands.press(_Key.Key_Return)
    await hands.tab_to(_("Question"))
    await hands.write("Kalium inför insättning?")
    await hands.press(_Key.Key_Return, CTRL)


async def _news2(hands: Hands, _number: int) -> None:
    await hands.press(_Key.Key_K, CTRL)
    await hands.write("news2")
    await hands.press(_Key.Key_Return)
    for name, text in _NEWS2:
        await hands.tab_to(name)
        if text:
            await hands.write(text)
        else:
            await hands.press(_Key.Key_Down)
    await hands.press(_Key.Key_Return, CTRL)


_NEWS2 = (
    ("Andningsfrekvens", "22"),
    ("SpO₂, %", "94"),
    ("Tillförd syrgas", ""),
    ("Systoliskt", "105"),
    ("Puls", "112"),
    ("Medvetandegrad", ""),
    ("Temperatur", "38,4"),
)
"""The form's questions as they stand in it, and what is answered; one that is empty is chosen."""


TASKS = (
    Task(what="write and sign a short note", at="overview", do=_note, most=6),
    Task(what="prescribe a known drug", at="overview", do=_prescribe),
    Task(what="write a laboratory order", at="overview", do=_laboratory),
    Task(what="correct a note", at="journal", do=_correct),
    Task(what="record NEWS2", at="overview", do=_news2),
    Task(what="arrive a booked patient", at="reception", do=_arrive),
    Task(what="renew an order", at="medication", do=_renew, most=3),
    Task(what="stop an order", at="medication", do=_stop),
    Task(what="assess a referral", at="work", do=_assess),
    Task(
        what="acknowledge ten results", at="work", do=_acknowledge, saves=RESULTS, most=RESULTS + 1
    ),
    Task(what="find a patient and open the chart", at="work", do=_find, saves=0),
)
