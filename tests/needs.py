"""What some tests need beyond Python, and how a test says so.

``@needs_postgres``, ``@needs_chromium``, ``@needs_poppler``, ``@needs_strace``: where the
program is not there the test is skipped by name, with the line that installs it; where nothing
may be skipped it fails.
"""

import os
import sys

import pytest

from installer import system


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() == "true"


def _needs(*needs: system.Need) -> pytest.MarkDecorator:
    absent = system.missing(needs) or needs
    line = system.line_to_run(absent, manager=system.rights().manager)
    names = " and ".join(need.name for need in absent)
    return pytest.mark.skipif(
        bool(system.missing(needs)), reason=f"{names} is missing. Run: {line}"
    )


only_on_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="about Linux, where it is tested"
)
needs_postgres = _needs(system.POSTGRES)
needs_chromium = _needs(system.CHROMIUM, *system.DRIVER)
needs_poppler = _needs(system.POPPLER)
needs_strace = _needs(system.STRACE)


def chromium_program() -> str:
    """Return the browser, for Playwright's ``executable_path`` (run it with ``--no-sandbox`` as root)."""
    return _found(system.CHROMIUM)


def _found(need: system.Need) -> str:
    place = need.found()
    if place is None:
        raise LookupError(f"{need.name} is missing: mark the test as needing it")
    return place
