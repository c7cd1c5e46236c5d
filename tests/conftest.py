"""What holds in every test: no screen, no keyring, no home directory of anyone, no unexpected warning.

A log line of level WARNING or above fails the test that provoked it, unless the test says
``@pytest.mark.expects_log("pattern")``; then a line that matches must come. Where the
environment says ``CI=true``, or with ``--no-skips``, a skipped test is a failed test.
"""

import logging
import os
import re
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import needs

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

# Shared machines pause for seconds; pytest-timeout ends what hangs.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, print_blob=True)
settings.load_profile("ci" if needs.in_ci() else "here")

pytest_plugins = ("tests.installed", "tests.postgres")


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-skips", action="store_true", help="a skipped test is a failed test (always so in CI)"
    )


def _unwelcome_skip(config: pytest.Config) -> bool:
    return needs.in_ci() or bool(config.getoption("--no-skips"))


def _as_failure(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"Nothing may be skipped here. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and _unwelcome_skip(item.config):
        _as_failure(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped and _unwelcome_skip(collector.config):
        _as_failure(report)
    return report


@pytest.fixture(autouse=True, scope="session")
def _nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """Keep the programs under test away from the settings and data of who runs the tests."""
    places = {
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
        "XDG_CACHE_HOME",
        "APPDATA",
        "LOCALAPPDATA",
    }
    home: Path = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for place in places:
            patch.setenv(place, str(home / place.lower()))
        yield


@pytest.fixture(autouse=True)
def _no_unexpected_log_lines(request: pytest.FixtureRequest) -> Generator[None]:
    kept = _Kept()
    root = logging.getLogger()
    root.addHandler(kept)
    try:
        yield
    finally:
        root.removeHandler(kept)
    expected = [str(mark.args[0]) for mark in request.node.iter_markers("expects_log")]
    surprises = [
        line for line in kept.lines if not any(re.search(pattern, line) for pattern in expected)
    ]
    absent = [
        pattern for pattern in expected if not any(re.search(pattern, line) for line in kept.lines)
    ]
    if surprises:
        pytest.fail("unexpected log lines:\n" + "\n".join(surprises), pytrace=False)
    if absent:
        pytest.fail("expected log lines that never came:\n" + "\n".join(absent), pytrace=False)
