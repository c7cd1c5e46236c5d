"""Somebody practises, and types what a careless learner types: a real patient's name and number."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.security import needles as n
from tests.security.sitting import Sitting, closes, sit
from ui.shell.window import MainWindow
from workstation.app import demo, desktop
from workstation.app.regions import Sown
from workstation.cli import main as commands
from workstation.cli import practice


def main() -> object:
    """Run ``workstation practice`` as with a screen, and sit down before its window."""
    tempfile.tempdir = os.environ["TMPDIR"]  # else Python tries it with a file of its own
    patch = pytest.MonkeyPatch()
    told: list[str] = []
    guide = demo._guide

    def noted(sown: Sown, url: str) -> list[str]:
        told[:] = guide(sown, url)
        return told

    def opened(**fields: Any) -> MainWindow:
        window = MainWindow(**fields)
        asyncio.get_running_loop().create_task(sit(window, lambda seat: _learns(seat, told)))
        return window

    patch.setattr(demo, "_guide", noted)
    patch.setattr(practice, "has_screen", lambda: True)
    patch.setattr(desktop, "MainWindow", opened)
    return commands(["practice", "--patients", "10"])


async def _learns(seat: Sitting, told: list[str]) -> None:
    """Do as the lines on the terminal say."""
    user = told[1].split()[0]
    await seat.says(user, n.WRONG_PASSWORD)
    await seat.logs_in(user, told[0].split()[-1])
    seat.desk.show_place("practice")
    await seat.rests()
    patients = seat.view("patients")
    seat.desk.show_place("patients")
    for words in (n.SEARCH, n.NUMBER):
        patients.search.setText(words)
        patients.search.searched.emit(words)
        await seat.rests()
    patients.search.searched.emit("")
    await seat.until(lambda: seat.presenter("patients").state.lines, "practice's patients")
    seat.desk.open_patient(seat.presenter("patients").state.lines[0], "journal", None)
    await seat.rests()
    await seat.begins("journal")
    await seat.writes(text0=f"{n.FAMILY} {n.NUMBER}: {n.NOTE}, ringer {n.PHONE}.")
    await seat.finishes("save")
    await seat.begins("journal")
    await seat.writes(text0=n.DRAFT)
    _keep_what_a_power_cut_would_leave()
    await closes(seat)


def _keep_what_a_power_cut_would_leave() -> None:
    """Copy practice's folder to where it is swept, the server running and the draft unfinished."""
    (folder,) = Path(tempfile.gettempdir()).glob("ronden-demo-*")
    shutil.copytree(folder, os.environ["KEPT"])
