"""Refuse to start on a Qt that is known to abort: unsaved words would go with it."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.problem import Problem
from workstation.domain.texts import _

_FIRST_BAD_QT = (6, 12)
_FIRST_GOOD_PYTHON = (3, 12)


class UnsafeToolkit(Problem):
    """The installed Qt aborts with this Python on this system."""


def check_toolkit(*, qt: Sequence[int], python: Sequence[int], platform: str) -> None:
    """Accept the versions we run on, or say which to install.

    PySide6 6.12.0 aborts on Linux with Python 3.11 after some hundred signals; later ones are
    untried there. The packages we lock are older, so only a hand-made environment meets this.

    Args:
        qt: The version of PySide6, as in ``PySide6.__version_info__``.
        python: The version of Python, as in ``sys.version_info``.
        platform: As in ``sys.platform``.

    Raises:
        UnsafeToolkit: The versions do not go together.
    """
    if platform != "linux" or tuple(python[:2]) >= _FIRST_GOOD_PYTHON:
        return
    if tuple(qt[:2]) >= _FIRST_BAD_QT:
        raise UnsafeToolkit(
            _("This version of Qt is not safe here: PySide6 {version}.").format(
                version=".".join(str(part) for part in qt[:3])
            ),
            _("Install PySide6-Essentials below 6.12, or run with Python 3.12 or later."),
        )
