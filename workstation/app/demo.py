"""A demonstration: server, invented region and application on this machine, thrown away at the end."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from local_cache.machine import GivenSecret
from workstation.app.desktop import Desktop, Settings, run_desktop
from workstation.app.laboratory_process import LaboratoryProcess
from workstation.app.places import Places
from workstation.app.practice import PracticeLine
from workstation.app.regions import Sown, lab_systems, sow
from workstation.app.server_process import ServerProcess
from workstation.domain.clock import SystemClock
from workstation.domain.ids import HsaId
from workstation.domain.texts import _
from workstation.generator import StaffMember
from workstation.server.serve import opened
from workstation.server.systems import enrol_system

_SHOWN = ("vc", "avd_hjarta", "hemsjukvard")


def run_demo(
    *,
    patients: int,
    seed: int,
    say: Callable[[str], None],
    practice: PracticeLine | None = None,
) -> int:
    """Run it until the window is closed; return the process's exit code.

    With ``practice`` it is for practising: scenarios are offered, and the line can be cut.

    The machine secret is made for the occasion and kept in memory only: the files open for
    nobody afterwards, and are removed.
    """
    folder = Path(tempfile.mkdtemp(prefix="ronden-demo-"))
    server = ServerProcess(folder=folder)
    laboratories = LaboratoryProcess(url=server.url, folder=folder)
    try:
        say(_("Making a region of {n} invented patients …").format(n=patients))
        sown, tokens = asyncio.run(_sow(server, patients, seed))
        server.start()
        laboratories.start(tokens)
        for line in _guide(sown, server.url):
            say(line)
        return run_desktop(
            Desktop(
                places=Places(folder / "workstation"),
                settings=Settings(server=server.url),
                machine=GivenSecret(secrets.token_bytes(32)),
                clock=SystemClock(),
                demo=_("PRACTICE, invented patients: nothing reaches a real server")
                if practice is not None
                else _("DEMONSTRATION, invented patients"),
                practice=practice,
            )
        )
    finally:
        laboratories.stop()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _sow(server: ServerProcess, patients: int, seed: int) -> tuple[Sown, list[str]]:
    """Make the region; return it with the tokens of its simulated laboratories."""
    async with opened(server.config) as core:
        sown = await sow(core, patients=patients, seed=seed, as_of=datetime.now(UTC))
        return sown, [await enrol_system(core, each) for each in lab_systems(sown.region)]


def _guide(sown: Sown, url: str) -> list[str]:
    """Return who can log in, and where the patient's page is."""
    lines = [_("Everybody's password: {password}").format(password=sown.password)]
    lines += [f"  {m.username:28} {m.title}, {m.unit.name}" for m in _people(sown) if m.licensed]
    number = sown.a_patient
    lines.append(_("The patient's page: {url}, number {number}").format(url=url, number=number))
    return lines


def _people(sown: Sown) -> list[StaffMember]:
    people: list[StaffMember] = []
    for kind in _SHOWN:
        units = sown.region.units_of(kind)
        busiest = max(units, key=lambda unit: sown.in_care[HsaId(unit.hsa_id)])
        people += [m for m in sown.region.staff_of(busiest) if not m.protected][:3]
    return people
