"""A Qt that aborts in the middle of a note is never started."""

import sys

import PySide6
import pytest

from workstation.app.toolkit import UnsafeToolkit, check_toolkit


def test_the_installed_qt_is_accepted() -> None:
    check_toolkit(
        qt=PySide6.__version_info__[:3], python=sys.version_info[:3], platform=sys.platform
    )


@pytest.mark.parametrize("qt", [(6, 12, 0), (6, 12, 1), (6, 13, 0), (7, 0, 0)])
def test_the_qt_that_aborts_is_refused_with_advice(qt: tuple[int, int, int]) -> None:
    with pytest.raises(UnsafeToolkit) as refusal:
        check_toolkit(qt=qt, python=(3, 11, 7), platform="linux")
    assert "6.12" in refusal.value.advice


@pytest.mark.parametrize(
    ("python", "platform"), [((3, 12, 0), "linux"), ((3, 11, 7), "win32"), ((3, 14, 0), "linux")]
)
def test_where_it_does_not_abort_it_is_accepted(
    python: tuple[int, int, int], platform: str
) -> None:
    check_toolkit(qt=(6, 12, 0), python=python, platform=platform)
