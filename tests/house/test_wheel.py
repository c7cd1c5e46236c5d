"""What IT installs has everything in it, and installs on Windows too."""

import re
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest

from tests.house.lock import missing_wheels
from tests.house.tree import PACKAGES, ROOT, files
from tests.installed import Installed

pytestmark = pytest.mark.slow

_NOT_SHIPPED = ("workstation/locale/compile.py", "ui/screenshots/")
_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}
_LONGEST = 160  # Windows stops at 260, and a profile's path comes first


def expected_names() -> set[str]:
    """Name what the checkout's packages hold: everything, with catalogues compiled.

    Listed afresh: the wheel holds what was there when it was built.
    """
    paths = (
        path for path in files.__wrapped__() if path.parts[0] in PACKAGES and len(path.parts) > 1
    )
    names = (path.as_posix() for path in paths)
    return {re.sub(r"\.po$", ".mo", name) for name in names if not name.startswith(_NOT_SHIPPED)}


def names_in(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_every_file_of_the_product_is_in_the_wheel_and_nothing_else(wheel: Path) -> None:
    assert names_in(wheel) == expected_names()


def test_windows_accepts_every_name_in_the_wheel(wheel: Path) -> None:
    names = names_in(wheel)
    assert len({name.casefold() for name in names}) == len(names)
    assert max(len(name) for name in names) <= _LONGEST
    for name in names:
        assert not re.search(r'[<>:"|?*\\\x00-\x1f]', name), name
        for part in PurePosixPath(name).parts:
            assert part.split(".")[0].casefold() not in _RESERVED, name
            assert part == part.rstrip(". "), name


def test_the_installed_product_starts_without_the_checkout(installed: Installed) -> None:
    done = installed.run_python("-c", "import workstation; print(workstation.__file__)")
    assert done.returncode == 0, done.stderr
    assert not done.stdout.startswith(str(ROOT))
    sought = installed.run_python("-c", "import sys; print('\\n'.join(sys.path))")
    assert str(ROOT) not in sought.stdout.splitlines()


def test_the_installed_product_speaks_swedish(installed: Installed) -> None:
    ask = "from workstation.domain.texts import _; print(_('There is no such date of birth.'))"
    done = installed.run_python("-X", "utf8", "-c", ask)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() != "There is no such date of birth."


@pytest.mark.parametrize("python", ["3.11", "3.14"])
def test_windows_finds_a_ready_made_wheel_for_every_requirement(python: str) -> None:
    complaint = missing_wheels("x86_64-pc-windows-msvc", python)
    if "error sending request" in complaint or "dns error" in complaint:
        pytest.skip("the package index is out of reach")
    assert complaint == ""
