"""A build with bad habits is caught, each habit by itself: the sweep that finds nothing can find."""

from __future__ import annotations

import re

import pytest

from tests.needs import needs_poppler, needs_strace, only_on_linux
from tests.security import visitors
from tests.security.habits import HABITS
from tests.security.house import House
from tests.security.sweep import Finding, Sweep

pytestmark = [pytest.mark.slow, only_on_linux, needs_poppler, needs_strace]

CAUGHT: dict[str, tuple[tuple[str, str], ...]] = {
    "log": ((r"logs/habit\.log", "note"),),
    "settings": ((r"Ronden/last\.conf", "family name"),),
    "title": ((r"Ronden/windows\.conf", "personnummer"),),
    "spool": ((r"tmp/\w+\.pdf", "family name"), (r"tmp/\w+\.pdf", "drug")),
    "deleted-spool": ((r"tmp/deleted-spool", "a file that is gone"),),
    "address": (
        (r"logs/serve\.urls", "personnummer"),
        (r"logs/briefly\.log", "personnummer"),
    ),
    "clear-database": ((r"recent\.db", "given name"), (r"recent\.db", "a database")),
    "elsewhere": ((r"elsewhere\.bin", "given name"), (r"elsewhere\.bin", "a file elsewhere")),
    "file-name": ((r"the name tmp/\d+", "personnummer"),),
    "unhardened": (
        (r"logs/briefly\.log", "password"),
        (r"logs/briefly\.log", "wrong password"),
        (r"logs/briefly\.said", "comment"),
        (r"logs/serve\.log", "comment"),
    ),
}
"""For each habit, the places where its needles must be found."""


@pytest.fixture
def findings(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """What is found after a short visit with every bad habit at once."""
    house = House(tmp_path_factory.mktemp("habits"), habits=" ".join(HABITS))
    assert house.run("load", "stock", str(house.db), str(house.key_file)) == 0, house.said("load")
    with house.server("serve") as server:
        assert house.run("briefly", "sitting", "briefly", server) == 0, house.said("briefly")
        visitors.a_patient_reads(server)
    return house.findings(Sweep())


def test_every_habit_has_a_place_where_it_must_be_caught() -> None:
    assert CAUGHT.keys() == HABITS.keys()


def test_a_leaking_build_is_caught(findings: list[Finding]) -> None:
    for habit, place, needle in ((h, *where) for h, places in CAUGHT.items() for where in places):
        caught = [f for f in findings if re.search(place, f.where) and f.needle == needle]
        assert caught, f"{habit}: no {needle} in {place}; found: {sorted(map(str, findings))}"
