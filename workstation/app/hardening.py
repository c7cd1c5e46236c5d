"""What a process that holds records does before anything else: nothing of them leaves by accident.

No memory image after a crash, no log line and no last words with an exception's text, and no
library that writes down what it is given. Whoever turns logging up hears our own lines only.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import threading
from asyncio import AbstractEventLoop
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from workstation.domain.defect import in_log, in_log_of_loop, trace_of

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_log = logging.getLogger(__name__)
_PR_SET_DUMPABLE = 4
_WER_NO_HEAP = 1
_TALKATIVE = (
    "PIL",
    "asyncio",
    "concurrent",
    "fontTools",
    "keyring",
    "litestar",
    "multiprocessing",
    "qasync",
    "reportlab",
)
_TALKATIVE_ABOUT_ROWS = ("asyncpg", "sqlalchemy", "uvicorn")
_factory = logging.LogRecord
_tellers: list[Callable[[BaseException], None]] = []


def harden() -> None:
    """Harden this process. Done again it changes nothing.

    Engines must be made after it: SQLAlchemy looks at its logger's level when it makes one.
    """
    forbid_memory_images()
    for name in (*_TALKATIVE, *_TALKATIVE_ABOUT_ROWS):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.setLogRecordFactory(_discreet)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def harden_loop(loop: AbstractEventLoop) -> None:
    """Let an event loop log a defect by its type and places; a task's own text quotes the record."""
    loop.set_exception_handler(_in_loop)


def forbid_memory_images() -> None:
    """Let no crash write this process's memory to disk, and no other process of the user read it."""
    if sys.platform == "win32":
        ctypes.windll.kernel32.WerSetFlags(_WER_NO_HEAP)
        return
    import resource  # not on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        if prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _discreet(*args: Any, **fields: Any) -> logging.LogRecord:
    """Make a log record in which every exception stands by its type and places."""
    record = _factory(*args, **fields)
    if isinstance(record.msg, BaseException):
        record.msg = in_log(record.msg)
    if isinstance(record.args, tuple):
        record.args = tuple(_bare(each) for each in record.args)
    elif record.args:
        record.args = {key: _bare(each) for key, each in record.args.items()}
    if record.exc_info and record.exc_info[1] is not None:
        record.msg = f"{record.getMessage().rstrip()}: {in_log(record.exc_info[1])}"
        record.args, record.exc_info, record.exc_text = (), None, None
    return record


def _bare(argument: object) -> object:
    return in_log(argument) if isinstance(argument, BaseException) else argument


def tell_defects(tell: Callable[[BaseException], None]) -> Callable[[], None]:
    """Have ``tell`` called with every exception nobody caught: the screen says that it was met.

    Returns how to stop it. Slots and events that fail do not end the program; what they left on
    the screen is for ``tell`` to see to.
    """
    _tellers.append(tell)
    return lambda: _tellers.remove(tell)


def _uncaught(
    kind: type[BaseException], error: BaseException, _trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("uncaught, defect %s: %s", trace_of(error), in_log(error))
    for tell in tuple(_tellers):
        tell(error)


def _uncaught_in_thread(what: threading.ExceptHookArgs) -> None:
    if what.exc_value is not None and what.exc_type is not SystemExit:
        _log.critical("uncaught in a thread: %s", what.exc_value)


def _unraisable(what: UnraisableHookArgs) -> None:
    if what.exc_value is not None:
        _log.error("unraisable: %s", what.exc_value)


def _in_loop(_loop: AbstractEventLoop, context: dict[str, Any]) -> None:
    _log.error("unexpected in the event loop: %s", in_log_of_loop(context))
