"""What was chosen for an installation is remembered, and what cannot be right is said at once."""

from pathlib import Path

import pytest

from workstation.app.desktop import Settings, keep_settings, read_settings, this_desktop
from workstation.app.places import Places
from workstation.domain.problem import Problem


def test_a_server_that_is_named_is_remembered(tmp_path: Path) -> None:
    places = Places(tmp_path)
    this_desktop(places, server="https://journal.example")
    assert this_desktop(places).settings.server == "https://journal.example"


@pytest.mark.parametrize("address", ["http://journal.example", "journal.example", "https://", ""])
def test_an_address_that_records_may_not_travel_to_is_not_remembered(
    tmp_path: Path, address: str
) -> None:
    places = Places(tmp_path)
    keep_settings(places, Settings(server=address))  # as an earlier version would have kept it
    with pytest.raises(Problem):
        this_desktop(places, server=address)
    this_desktop(places, server="https://journal.example")


def test_damaged_settings_are_named_and_left_as_they_are(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.settings_file.write_text("{", encoding="utf-8")
    with pytest.raises(Problem, match=r"settings\.json"):
        read_settings(places)
    assert places.settings_file.read_text(encoding="utf-8") == "{"
