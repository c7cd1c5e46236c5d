"""The main job, from end to end, out of the installed wheel and away from the checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.installed import ROOT, Installed
from tests.needs import needs_chromium, needs_poppler
from workstation.cli import workstation
from workstation.tour.sample import sample_documents

_FHIR = ROOT.parent / "shared" / "data" / "fhir-r4"


@pytest.mark.slow
@needs_poppler
@needs_chromium
def test_the_installed_product_tells_the_whole_story_and_every_check_holds(
    installed: Installed, tmp_path: Path
) -> None:
    out = tmp_path / "tour"
    given = ["--fhir", str(_FHIR)] if _FHIR.is_dir() else []
    done = installed.run("tour", "--out", str(out), *given)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads((out / "tour.json").read_text(encoding="utf-8"))
    assert told["ok"]
    assert len(told["checks"]) >= 40
    assert all(check["ok"] for check in told["checks"])
    pictures = {path.name for path in out.glob("*.png")}
    page = (out / "index.html").read_text(encoding="utf-8")
    assert len(pictures) >= 6
    assert all(name in page for name in pictures)
    assert "Traceback" not in done.stderr


def test_the_documents_a_tour_makes_for_itself_are_understood_whole(tmp_path: Path) -> None:
    """Where no others are given, the whole story above is told of these."""
    made = sample_documents(tmp_path / "fhir")
    store = ["--db", str(tmp_path / "record.db"), "--key-file", str(tmp_path / "server.key")]
    done = CliRunner().invoke(workstation, ["import", str(made), "--json", *store])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["understood"]["Patient"] > 1
    assert told["new"] > 50
    assert told["not_understood"] == {}


def test_a_demonstration_without_a_screen_says_that_it_runs_the_tour() -> None:
    from workstation.cli.demo import has_screen

    assert not has_screen()  # as in every test
