"""The suite is as strict as it says: shown on suites that must fail."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT


def outcome(folder: Path, source: str, *options: str, ci: bool = False) -> dict[str, int]:
    """Run ``source`` as a suite of its own under our settings; return pytest's counts."""
    suite = folder / "test_shown.py"
    suite.write_text(source, encoding="utf-8")
    settings = [
        "-p",
        "tests.conftest",
        "-c",
        str(ROOT / "pyproject.toml"),
        "--rootdir",
        str(folder),
    ]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *settings, *options]
    kept = {key: value for key, value in os.environ.items() if key not in ("CI", "PYTEST_ADDOPTS")}
    env = kept | ({"CI": "true"} if ci else {})
    done = subprocess.run(
        [*command, str(suite)], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    counts = re.findall(r"(\d+) (passed|failed|skipped|error)", done.stdout.splitlines()[-1])
    return {what: int(count) for count, what in counts}


SKIPPED = """
import pytest

@pytest.mark.skip(reason="no such program")
def test_of_a_program():
    pass
"""

SKIPPED_WHOLE = """
import pytest

pytest.skip("no such program", allow_module_level=True)
"""

WARNS = """
import warnings

def test_that_warns():
    warnings.warn("old", DeprecationWarning)
"""

LOGS = """
import logging

def test_that_logs():
    logging.getLogger("sync").warning("lost %s", "a record")
"""

EXPECTS = """
import logging
import pytest

@pytest.mark.expects_log("sync: lost")
def test_that_logs():
    logging.getLogger("sync").warning("lost %s", "a record")
"""

EXPECTS_IN_VAIN = """
import pytest

@pytest.mark.expects_log("sync: lost")
def test_that_is_silent():
    pass
"""

HOME = """
import keyring.backends.fail
import keyring
import os
import pytest

def test_that_nothing_of_ours_is_touched():
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
    assert os.environ["XDG_DATA_HOME"] != os.path.expanduser("~/.local/share")
    with pytest.raises(keyring.errors.NoKeyringError):
        keyring.get_password("ronden", "anyone")
"""


@pytest.mark.parametrize(
    ("source", "options", "ci", "counts"),
    [
        pytest.param(
            SKIPPED, (), False, {"skipped": 1}, id="a skip is a skip on a machine of one's own"
        ),
        pytest.param(SKIPPED, (), True, {"error": 1}, id="a skip fails in CI"),
        pytest.param(SKIPPED, ("--no-skips",), False, {"error": 1}, id="a skip fails when asked"),
        pytest.param(SKIPPED_WHOLE, (), True, {"error": 1}, id="a skipped file fails in CI"),
        pytest.param(WARNS, (), False, {"failed": 1}, id="a warning fails"),
        pytest.param(LOGS, (), False, {"passed": 1, "error": 1}, id="an unexpected log line fails"),
        pytest.param(EXPECTS, (), False, {"passed": 1}, id="an expected log line passes"),
        pytest.param(
            EXPECTS_IN_VAIN,
            (),
            False,
            {"passed": 1, "error": 1},
            id="a log line that never came fails",
        ),
        pytest.param(HOME, (), False, {"passed": 1}, id="no keyring and nobody's home"),
    ],
)
def test_the_suite_is_strict(
    tmp_path: Path, source: str, options: tuple[str, ...], ci: bool, counts: dict[str, int]
) -> None:
    assert outcome(tmp_path, source, *options, ci=ci) == counts
