"""The suite is as strict as it says: shown on suites that must fail."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT


def outcomes(folder: Path, suite: dict[str, str], *options: str, ci: bool = False) -> set[str]:
    """Run sources, by name, as a suite of its own under our settings; return each one's outcomes.

    As pytest says them in its summary: ``"PASSED logs"``.
    """
    for name, source in suite.items():
        (folder / f"test_{name}.py").write_text(source, encoding="utf-8")
    settings = [
        "--continue-on-collection-errors",
        "-p",
        "tests.conftest",
        "-c",
        str(ROOT / "pyproject.toml"),
    ]
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", *settings]
    kept = {key: value for key, value in os.environ.items() if key not in ("CI", "PYTEST_ADDOPTS")}
    env = kept | ({"CI": "true"} if ci else {})
    done = subprocess.run(
        [*command, "--rootdir", str(folder), *options, str(folder)],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = re.findall(
        r"^(PASSED|FAILED|SKIPPED|ERROR)\b.*?test_(\w+)\.py", done.stdout, re.MULTILINE
    )
    return {f"{what} {name}" for what, name in told}


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


def test_a_warning_fails_and_so_does_a_log_line_that_nobody_expected_or_that_never_came(
    tmp_path: Path,
) -> None:
    suite = {
        "skipped": SKIPPED,
        "warns": WARNS,
        "logs": LOGS,
        "expects": EXPECTS,
        "expects_in_vain": EXPECTS_IN_VAIN,
        "home": HOME,
    }
    assert outcomes(tmp_path, suite) == {
        "SKIPPED skipped",  # a skip is a skip on a machine of one's own
        "FAILED warns",
        "PASSED logs",
        "ERROR logs",
        "PASSED expects",
        "PASSED expects_in_vain",
        "ERROR expects_in_vain",
        "PASSED home",  # no keyring, and nobody's home
    }


@pytest.mark.parametrize(
    ("options", "ci"), [((), True), (("--no-skips",), False)], ids=["in CI", "when asked"]
)
def test_a_skip_fails_in_ci_and_when_asked(
    tmp_path: Path, options: tuple[str, ...], ci: bool
) -> None:
    suite = {"skipped": SKIPPED, "skipped_whole": SKIPPED_WHOLE}
    found = outcomes(tmp_path, suite, *options, ci=ci)
    assert found == {"ERROR skipped", "ERROR skipped_whole"}
