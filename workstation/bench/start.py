"""Starting, letting a person in, and what the programs hold of memory."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from ui.shell.window import MainWindow
from workstation.bench import Measured, at_most
from workstation.bench.crowd import a_long_chart, crowd, crowd_records
from workstation.bench.doorway import a_gate, run_with_screen
from workstation.bench.house import PASSWORD, USER, House, resident_mb, running
from workstation.bench.material import stream_of
from workstation.bench.sitting import fill
from workstation.bench.timing import percentile

_TIMES = 5
_RECORDS, _PATIENTS = 10_000, 300


def run() -> Iterator[Measured]:
    """Measure start to login field, imports, unlocking and switching, memory with a chart open."""
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        shown = [_until_painted(folder / "start") for _number in range(_TIMES)]
        yield at_most("start", "process start to login field painted", _middle(shown), "s", 2)
        imports = [_import_seconds() for _number in range(3)]
        yield Measured(bench="start", what="imports of it", value=_middle(imports), unit="s")
        with running(folder / "server", crowd_records(_PATIENTS)) as house:
            unlocked, switched = run_with_screen(lambda: _let_in(folder / "seat", house))
        yield at_most("start", "unlock to usable", _middle(unlocked), "s", 1)
        yield at_most("start", "log out, next user to usable", _middle(switched), "s", 1)
        yield from _memory(folder / "memory")


def _middle(values: list[float]) -> float:
    return percentile(values, 0.5)


@contextmanager
def _running(module: str, *arguments: str) -> Generator[subprocess.Popen[bytes]]:
    """Give the program once it has painted."""
    command = [sys.executable, "-m", f"workstation.bench.{module}", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            if process.stdout.readline().strip() != b"painted":
                raise RuntimeError("the window did not open")
            yield process
        finally:
            process.terminate()


def _until_painted(folder: Path) -> float:
    began = time.perf_counter()
    with _running("doorway", str(folder)):
        return time.perf_counter() - began


def _import_seconds() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import workstation.app.desktop"], check=True)
    return time.perf_counter() - began


async def _let_in(folder: Path, house: House) -> tuple[list[float], list[float]]:
    """Return seconds to unlock a waiting session, and to open one after another was closed."""
    unlocked, switched = [], []
    gate = a_gate(folder, house.url)
    window = MainWindow(gate=gate)
    window.show()

    async def admitted() -> float:
        began = time.perf_counter()
        person = await gate.admit(USER, PASSWORD)
        session = await gate.enter(person, person.choices[0])
        window.enter(session)
        assert window.desk is not None
        await window.desk.tasks.finish()
        window.grab()
        return time.perf_counter() - began

    await admitted()
    await asyncio.sleep(1)  # the first load of this small unit
    for _number in range(_TIMES):
        window.lock()
        unlocked.append(await admitted())
    for _number in range(_TIMES):
        assert gate.opened is not None
        await gate.leave(gate.opened.session)
        switched.append(await admitted())
    assert gate.opened is not None
    window.hide()
    if window.desk is not None:
        await window.desk.finish()
        window.desk.close()
    await gate.leave(gate.opened.session)
    return unlocked, switched


def _memory(folder: Path) -> Iterator[Measured]:
    patient, chart = a_long_chart(_RECORDS)
    asyncio.run(fill(folder, [*crowd(_PATIENTS), stream_of(patient, chart)]))
    with _running("sitting", str(folder), str(patient)) as process:
        time.sleep(2)
        resident = resident_mb(process.pid)
    if resident is not None:
        what = f"memory with a chart of {_RECORDS} records open"
        yield at_most("start", what, resident, "MB", 300)
