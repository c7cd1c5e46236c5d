"""What ends badly says nothing of the record: no memory image, no text of an exception in any log."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from sync.client.core import Device, Timing
from sync.client.synchroniser import Synchroniser
from tests.needs import only_on_linux
from tests.security.needles import NOTE, NUMBER
from tests.security.sweep import Sweep
from ui.kit.clipboard import copy, forget_copied
from workstation.domain.defect import in_log, in_log_of_loop

ROOT = Path(__file__).resolve().parents[2]
QUOTE = f"kan inte läsa {NOTE} hos {NUMBER}"

CRASHING = {
    "main": "raise ValueError(QUOTE)",
    "thread": """
        import threading
        thread = threading.Thread(target=lambda: int(QUOTE))
        thread.start(); thread.join()
        raise SystemExit(1)
        """,
    "finaliser": """
        class Unwilling:
            def __del__(self): raise ValueError(QUOTE)
        Unwilling()
        raise SystemExit(1)
        """,
    "forgotten task": """
        import asyncio, gc
        async def fail(text): raise ValueError(text)
        async def main():
            harden_loop(asyncio.get_running_loop())
            task = asyncio.create_task(fail(QUOTE))
            await asyncio.sleep(0); await asyncio.sleep(0)
            del task; gc.collect()
        asyncio.run(main())
        raise SystemExit(1)
        """,
    "callback": """
        import asyncio
        async def main():
            harden_loop(asyncio.get_running_loop())
            asyncio.get_running_loop().call_soon(int, QUOTE)
            await asyncio.sleep(0.01)
        asyncio.run(main())
        raise SystemExit(1)
        """,
    "logged with its traceback": """
        import logging
        try: int(QUOTE)
        except ValueError: logging.getLogger("any").exception("it failed")
        raise SystemExit(1)
        """,
    "logged as an argument": """
        import logging
        try: int(QUOTE)
        except ValueError as error:
            logging.getLogger("any").error("it failed: %s", error)
            logging.getLogger("any").error(error)
            logging.getLogger("any").error("%(why)s", {"why": error})
        raise SystemExit(1)
        """,
}


def _run(body: str, *options: str) -> subprocess.CompletedProcess[str]:
    program = f"""
import faulthandler, os, resource, sys
from workstation.app.hardening import harden, harden_loop
allowed = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (allowed, allowed)) if {bool(options)} else None
harden()
faulthandler.enable()
QUOTE = {QUOTE!r}
{textwrap.dedent(body)}
"""
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@only_on_linux
@pytest.mark.parametrize("where", CRASHING)
def test_a_defect_is_told_by_its_type_and_place_and_never_in_its_own_words(where: str) -> None:
    done = _run(CRASHING[where])

    assert done.returncode == 1
    assert "ValueError" in done.stderr
    told = done.stderr + done.stdout
    assert list(Sweep().blob(told.encode(), "said")) == []


@only_on_linux
def test_a_crash_leaves_no_image_of_the_memory() -> None:
    done = _run(
        """
        import ctypes
        print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
        """,
        "with cores allowed before",
    )
    assert done.stdout.split("\n")[0] == "(0, 0) 0", done.stderr


@only_on_linux
@pytest.mark.parametrize("command", [("serve", "--help"), ("import", "--help"), ("--help",)])
def test_every_command_is_hardened_before_it_does_anything(command: tuple[str, ...]) -> None:
    program = f"""
import resource, sys
from workstation.cli import main
main({list(command)!r})
print(resource.getrlimit(resource.RLIMIT_CORE), sys.excepthook.__module__)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "(0, 0) workstation.app.hardening"


@only_on_linux
def test_no_library_is_heard_below_a_warning_however_loud_logging_is() -> None:
    done = _run(
        """
        import logging
        logging.basicConfig(level=logging.DEBUG)
        import workstation.app.desktop, workstation.server.serve, workstation.printing
        ours = ("workstation", "ui", "sync", "local_cache", "forms", "tests")
        silent = ("httpx", "httpcore", "h11", "h2", "hpack")
        loud = [
            name for name, logger in logging.root.manager.loggerDict.items()
            if isinstance(logger, logging.Logger)
            and name.partition(".")[0] not in (*ours, *silent)
            and logger.isEnabledFor(logging.INFO)
        ]
        print(sorted({name.partition(".")[0] for name in loud}))
        """
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_groups_of_defects_are_told_one_by_one() -> None:
    try:
        raise ExceptionGroup(NOTE, [ValueError(NOTE), KeyError(NUMBER)])
    except ExceptionGroup as group:
        said = in_log(group)

    assert "ExceptionGroup at test_groups" in said
    assert "(ValueError; KeyError)" in said
    assert NOTE not in said
    assert NUMBER not in said


def test_what_led_to_a_defect_is_told_as_well() -> None:
    try:
        try:
            raise KeyError(NUMBER)
        except KeyError as error:
            raise ValueError(NOTE) from error
    except ValueError as error:
        said = in_log(error)

    assert said.startswith("ValueError at test_what_led")
    assert " from KeyError at test_what_led" in said
    assert NOTE not in said
    assert NUMBER not in said


def test_a_loop_that_complains_without_an_exception_says_what_about_and_no_more() -> None:
    said = in_log_of_loop({"message": NOTE, "transport": NUMBER, "protocol": 1})
    assert said == "no exception, about protocol, transport"


class _Broken:
    """A server and store that quote the record whatever is asked of them."""

    def __getattr__(self, name: str) -> object:
        raise ValueError(QUOTE)


@pytest.mark.expects_log("synchronising ended by a defect")
async def test_a_defect_in_synchronising_is_logged_without_what_it_was_about(
    caplog: pytest.LogCaptureFixture,
) -> None:
    synchroniser = Synchroniser(
        store=_Broken(),  # type: ignore[arg-type]
        server=_Broken(),  # type: ignore[arg-type]
        timing=Timing(wall=lambda: 0, random=lambda: 0.0),
        device=Device(name="PC-17", incarnation=1, program="1"),
        units=["unit"],
    )
    synchroniser.start()
    with caplog.at_level(logging.ERROR):
        for _round in range(50):
            await asyncio.sleep(0.01)
            if caplog.records:
                break
    await synchroniser.stop()

    assert "ValueError" in caplog.text
    assert NOTE not in caplog.text
    assert NUMBER not in caplog.text


@pytest.fixture
def clipboard() -> object:
    _app = QApplication.instance() or QApplication([])
    return QGuiApplication.clipboard()


def test_what_was_copied_here_is_gone_and_what_another_program_copied_stays(
    clipboard: object,
) -> None:
    board = QGuiApplication.clipboard()
    copy(NOTE)
    assert board.text() == NOTE
    forget_copied()
    assert board.text() == ""

    copy(NOTE)
    board.setText("från ett annat program")
    forget_copied()
    assert board.text() == "från ett annat program"
