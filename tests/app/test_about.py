"""The two settings a user may change are kept; what is known to be missing is shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.app.about import KeptPreferences, about_program, known_issues
from workstation.app.desktop import Settings, keep_settings, read_settings, this_desktop
from workstation.app.places import Places
from workstation.domain.texts import LANGUAGES, in_language
from workstation.operations.about import Look


@pytest.mark.parametrize("language", LANGUAGES)
def test_known_issues_are_told_in_every_language_and_first_what_matters_most(language: str) -> None:
    first, *others = known_issues(language)
    assert ("medicinteknisk" in first.title) is (language == "sv")
    assert len(others) >= 4
    assert all(one.title.strip() and one.text.strip() for one in (first, *others))


def test_everything_that_runs_is_named() -> None:
    with in_language("sv"):
        about = about_program(qt="6.11.2")
    assert all((about.versions.program, about.versions.python, about.versions.cache))
    assert about.versions.qt == "6.11.2"


def test_a_choice_is_durable_before_it_is_shown() -> None:
    kept: list[tuple[Look, str]] = []

    def fails(_look: Look, _language: str) -> None:
        raise OSError

    shown: list[Look] = []
    chosen = KeptPreferences(
        look="system", language="sv", keep=lambda *pair: kept.append(pair), dress=shown.append
    )
    chosen.set_look("dark")
    chosen.set_language("en")
    assert kept == [("dark", "sv"), ("dark", "en")]
    assert (shown, chosen.look(), chosen.language()) == (["dark"], "dark", "en")

    broken = KeptPreferences(look="light", language="sv", keep=fails, dress=shown.append)
    with pytest.raises(OSError):
        broken.set_look("dark")
    assert (shown, broken.look()) == (["dark"], "light")


def test_language_and_look_are_remembered_with_the_server(tmp_path: Path) -> None:
    places = Places(tmp_path)
    keep_settings(places, Settings(server="https://journal.example", dark=True, language="en"))
    assert this_desktop(places).settings == read_settings(places)
    assert (read_settings(places).dark, read_settings(places).language) == (True, "en")
