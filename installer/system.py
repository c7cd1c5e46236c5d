"""What the operating system must have for Ronden, and how it gets there. Standard library only.

On Debian and Ubuntu, as root or with a sudo that asks nothing, missing packages are installed;
elsewhere, and for anybody else, the one line to run is named.
"""

from __future__ import annotations

import ctypes
import glob
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


class Stop(Exception):
    """What the person at the keyboard must do before we can go on, in one line."""


@dataclass(frozen=True)
class Need:
    """Something the operating system must have: a library, or any one of some files."""

    name: str
    package: str
    library: str = ""
    places: tuple[str, ...] = ()

    def found(self) -> str | None:
        """Return where it is, or None."""
        if self.library:
            return self.library if _loads(self.library) else None
        hits = (
            shutil.which(place) or next(iter(sorted(glob.glob(place), reverse=True)), None)
            for place in self.places
        )
        return next((hit for hit in hits if hit), None)


def _library(soname: str, package: str) -> Need:
    return Need(soname, package, library=soname)


QT: tuple[Need, ...] = (
    _library("libGL.so.1", "libgl1"),
    _library("libEGL.so.1", "libegl1"),
    _library("libX11.so.6", "libx11-6"),
    _library("libxkbcommon.so.0", "libxkbcommon0"),
    _library("libfontconfig.so.1", "libfontconfig1"),
    _library("libfreetype.so.6", "libfreetype6"),
    _library("libdbus-1.so.3", "libdbus-1-3"),
    _library("libglib-2.0.so.0", "libglib2.0-0"),
    _library("libgssapi_krb5.so.2", "libgssapi-krb5-2"),
)
WINDOW: tuple[Need, ...] = (
    _library("libxcb-cursor.so.0", "libxcb-cursor0"),
    _library("libxcb-icccm.so.4", "libxcb-icccm4"),
    _library("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    _library("libxcb-randr.so.0", "libxcb-randr0"),
    _library("libxcb-shape.so.0", "libxcb-shape0"),
    _library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    _library("libX11-xcb.so.1", "libx11-xcb1"),
)
POSTGRES = Need(
    "PostgreSQL",
    "postgresql",
    places=(
        "/usr/lib/postgresql/*/bin/initdb",
        "initdb",
        os.path.expandvars(r"%ProgramFiles%\PostgreSQL\*\bin\initdb.exe"),
    ),
)
CHROMIUM = Need(
    "Chromium",
    "chromium",
    places=(
        "/usr/bin/chromium",
        "google-chrome",
        "google-chrome-stable",
        "chromium-browser",
        os.path.expanduser("~/.cache/ms-playwright/chromium-*/chrome-linux*/chrome"),
        os.path.expandvars(r"%LOCALAPPDATA%\ms-playwright\chromium-*\chrome-win*\chrome.exe"),
        os.path.expandvars(r"%ProgramFiles%\Google\Chrome\Application\chrome.exe"),
        os.path.expandvars(r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe"),
    ),
)
POPPLER = Need("poppler", "poppler-utils", places=("pdftotext",))
FONTS = Need(
    "a font", "fonts-dejavu-core", places=("/usr/share/fonts/*/*/*.ttf", r"C:\Windows\Fonts\*.ttf")
)
STRACE = Need("strace", "strace", places=("strace",))
"""Linux only: tells which files a program opened, wherever they were."""
GIT = Need(
    "git",
    "git",
    places=("git", os.path.expandvars(r"%ProgramFiles%\Git\cmd\git.exe")),
)
"""The house's own checks ask it which files belong to the product."""
DRIVER: tuple[Need, ...] = (
    (_library("libatomic.so.1", "libatomic1"),) if sys.platform == "linux" else ()
)
"""What the program that drives the browser is linked with; a bare Debian has it not."""
TEST_TOOLS: tuple[Need, ...] = (POSTGRES, CHROMIUM, *DRIVER, POPPLER, FONTS, GIT) + (
    (STRACE,) if sys.platform == "linux" else ()
)


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Return those of ``needs`` that this machine does not have."""
    return tuple(need for need in needs if not need.found())


def line_to_run(needs: Sequence[Need], *, manager: str) -> str:
    """Return the one line that installs ``needs`` with ``manager``: "apt-get", "dnf" or "" for none known."""
    if manager == "apt-get":
        return "sudo apt-get install -y --no-install-recommends " + " ".join(
            need.package for need in needs
        )
    if manager == "dnf":
        return "sudo dnf install -y " + " ".join(
            f"'{n.library}()(64bit)'" if n.library else n.package for n in needs
        )
    return "install with your system's package manager: " + ", ".join(need.name for need in needs)


@dataclass(frozen=True)
class Rights:
    """How packages come onto this machine: by which program, and what stands before it to be root.

    ``prefix`` is None where we may not, or not without a question.
    """

    manager: str
    prefix: tuple[str, ...] | None


def rights() -> Rights:
    """Find out. Only apt-get is run by us; for another manager we name the line."""
    manager = next((name for name in ("apt-get", "dnf") if shutil.which(name)), "")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Rights(manager, ())
    if shutil.which("sudo") and quietly(["sudo", "-n", "true"]).returncode == 0:
        return Rights(manager, ("sudo", "-n"))
    return Rights(manager, None)


def install_packages(needs: Sequence[Need], may: Rights) -> None:
    """Install what apt can; afterwards ask ``missing`` again."""
    if may.manager != "apt-get" or may.prefix is None:
        return
    say("Installing system packages: " + " ".join(need.package for need in needs))
    apt = [*may.prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    install = [*apt, "install", "-y", "--no-install-recommends"]
    quietly([*apt, "update"])
    if quietly([*install, *(need.package for need in needs)]).returncode:
        for need in needs:  # one that this distribution lacks must not keep the others away
            quietly([*install, need.package])


def require(needs: Sequence[Need], find_rights: Callable[[], Rights] = rights) -> None:
    """Have ``needs`` on this machine, or stop with the line that puts them there."""
    absent = missing(needs)
    if not absent:
        return
    may = find_rights()
    install_packages(absent, may)
    if absent := missing(needs):
        line = line_to_run(absent, manager=may.manager)
        raise Stop(f"Missing on this machine: {_names(absent)}. Run: {line}")


def offer(
    needs: Sequence[Need],
    find_rights: Callable[[], Rights] = rights,
    *,
    tried: Path,
    again: bool = False,
) -> None:
    """Have ``needs`` if they can be had; tests that lack them are skipped by name.

    What could not be had is noted in ``tried`` and not tried anew unless ``again``.
    """
    absent = missing(needs)
    if not absent:
        return
    may = find_rights()
    if again or read(tried) != _names(absent):
        install_packages(absent, may)
        absent = missing(needs)
        tried.write_text(_names(absent), encoding="utf-8")
    if absent:
        line = line_to_run(absent, manager=may.manager)
        say(f"Tests that need {_names(absent)} are skipped. Run: {line}")


def _names(needs: Iterable[Need]) -> str:
    return ", ".join(need.name for need in needs)


def has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def system_needs(*, window: bool) -> tuple[Need, ...]:
    """Return what Qt needs of this system: nothing but on Linux."""
    if not sys.platform.startswith("linux"):
        return ()
    return QT + WINDOW if window else QT


def quietly(
    command: Sequence[str], env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    kept = subprocess.PIPE
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=kept,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=env,
    )


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
