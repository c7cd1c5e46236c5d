#!/usr/bin/env python3
"""Set up, run, test and check Ronden. Needs Python 3.11 or later and nothing else.

    python3 dev.py demo             everything on this machine, from nothing
    python3 dev.py test [ARGS...]   all tests, or what pytest makes of ARGS
    python3 dev.py run ARGS...      workstation ARGS...
    python3 dev.py check [NAME...]  format, lint, types, imports, texts, sizes, committed files
    python3 dev.py lock [--upgrade] renew the hashed requirements
    python3 dev.py setup            all of the environment, then nothing

The environment is ``.venv`` beside this file, filled with exactly the versions whose hashes
``requirements-dev.txt`` names. Once it stands, nothing here needs a network.
"""

from __future__ import annotations

import ctypes
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements-dev.txt"
STAMP = VENV / "installed-from"
TRIED = VENV / "tried-to-install"
LOCALE = ROOT / "workstation" / "locale"
ON_WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if ON_WINDOWS else "bin/python")
UV = PYTHON.with_name("uv.exe" if ON_WINDOWS else "uv")
OLDEST, NEWEST = (3, 11), (3, 14)


class Stop(Exception):
    """What the person at the keyboard must do before we can go on, in one line."""


# --- What the system must have --------------------------------------------------------------


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
TEST_TOOLS: tuple[Need, ...] = (POSTGRES, CHROMIUM, POPPLER, FONTS)


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
    if shutil.which("sudo") and _quietly(["sudo", "-n", "true"]).returncode == 0:
        return Rights(manager, ("sudo", "-n"))
    return Rights(manager, None)


def install_packages(needs: Sequence[Need], may: Rights) -> None:
    """Install what apt can; afterwards ask ``missing`` again."""
    if may.manager != "apt-get" or may.prefix is None:
        return
    _say("Installing system packages: " + " ".join(need.package for need in needs))
    apt = [*may.prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    install = [*apt, "install", "-y", "--no-install-recommends"]
    _quietly([*apt, "update"])
    if _quietly([*install, *(need.package for need in needs)]).returncode:
        for need in needs:  # one that this distribution lacks must not keep the others away
            _quietly([*install, need.package])


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
    tried: Path = TRIED,
    again: bool = False,
) -> None:
    """Have ``needs`` if they can be had; tests that lack them are skipped by name.

    What could not be had is noted in ``tried`` and not tried anew unless ``again``.
    """
    absent = missing(needs)
    if not absent:
        return
    may = find_rights()
    if again or _read(tried) != _names(absent):
        install_packages(absent, may)
        absent = missing(needs)
        tried.write_text(_names(absent), encoding="utf-8")
    if absent:
        line = line_to_run(absent, manager=may.manager)
        _say(f"Tests that need {_names(absent)} are skipped. Run: {line}")


def _names(needs: Iterable[Need]) -> str:
    return ", ".join(need.name for need in needs)


def has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def system_needs(*, window: bool) -> tuple[Need, ...]:
    """Return what Qt needs of this system: nothing but on Linux."""
    if not sys.platform.startswith("linux"):
        return ()
    return QT + WINDOW if window else QT


# --- The environment ------------------------------------------------------------------------


def fingerprint() -> str:
    """Say what the environment must hold: the lock, this place, and how it is made."""
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return f"{lock} {ROOT} 1\n"


def venv_needs() -> tuple[Need, ...]:
    """Return what making ``.venv`` takes, where it is not made yet: Debian ships it apart from Python."""
    if PYTHON.exists():
        return ()
    ensurepip = f"{os.path.dirname(os.__file__)}/ensurepip/__init__.py"
    package = f"python3.{sys.version_info.minor}-venv"
    return (Need("Python's venv", package, places=(ensurepip,)),)


def environment() -> None:
    """Make ``.venv`` hold exactly what the lock names. Does nothing when it already does."""
    wanted = fingerprint()
    if _read(STAMP) == wanted and PYTHON.exists():
        return
    _say("Setting up the environment (minutes the first time, seconds after that)")
    if not PYTHON.exists() or _quietly([str(PYTHON), "-m", "pip", "--version"]).returncode:
        _make_venv()
    STAMP.unlink(missing_ok=True)
    _fill_venv()
    _put_on_path()
    STAMP.write_text(wanted, encoding="utf-8")


def _make_venv() -> None:
    base = getattr(sys, "_base_executable", sys.executable)
    _must([base, "-m", "venv", "--clear", str(VENV)], "Python could not make an environment")


def _fill_venv() -> None:
    """Install by uv, which pip brings with its hash checked; by pip alone where uv finds no way out."""
    pip = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
    ]
    if not UV.exists():
        with tempfile.TemporaryDirectory() as folder:
            only_uv = Path(folder, "uv.txt")
            only_uv.write_text(pinned("uv", LOCK.read_text(encoding="utf-8")), encoding="utf-8")
            _quietly([*pip, "--no-deps", "--only-binary", ":all:", "-r", str(only_uv)])
    sync = [
        str(UV),
        "pip",
        "sync",
        "--quiet",
        "--require-hashes",
        "--system-certs",
        "--python",
        str(PYTHON),
        str(LOCK),
    ]
    if UV.exists() and _quietly(sync, env=_uv_environment()).returncode == 0:
        return
    _must([*pip, "-r", str(LOCK)], "The locked packages could not be installed")


def pinned(name: str, lock: str) -> str:
    """Return the requirement ``name`` with its hashes, cut from a lock file's text."""
    found = re.search(rf"^{re.escape(name)}==.*(?:\\\n\s+--hash=\S+\s*)+", lock, re.MULTILINE)
    if found is None:
        raise Stop(f"{LOCK.name} does not name {name}. Run: python3 dev.py lock")
    return found.group()


def _uv_environment() -> dict[str, str]:
    """Point uv to the index pip is set up for, if it is: a hospital's mirror."""
    env = {
        key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH")
    }
    settings = _quietly([str(PYTHON), "-m", "pip", "config", "list"]).stdout
    if index := re.findall(r"\.index-url='([^']+)'", settings):
        env.setdefault("UV_DEFAULT_INDEX", index[-1])
    return env


def _put_on_path() -> None:
    """Let the environment import the checkout, and give it the ``workstation`` command."""
    where = [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(_must(where, "The environment does not start").strip())
    # Relative, so that the file is ASCII: older Pythons read it in the system's encoding.
    site.joinpath("ronden.pth").write_text(os.path.relpath(ROOT, site) + "\n", encoding="utf-8")
    command = PYTHON.with_name("workstation.cmd" if ON_WINDOWS else "workstation")
    if ON_WINDOWS:
        command.write_text('@"%~dp0python.exe" -m workstation %*\n', encoding="utf-8")
        return
    script = '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -m workstation "$@"\n'
    command.write_text(script, encoding="utf-8")
    command.chmod(0o755)


def catalogues_are_stale() -> bool:
    """Is a text catalogue newer than what was compiled from it, or one compiled whose source is gone?"""
    sources = {path.with_suffix(""): path for path in LOCALE.glob("*/*.po")}
    compiled = {path.with_suffix(""): path for path in LOCALE.glob("*/*.mo")}
    if sources.keys() != compiled.keys():
        return True
    return any(
        compiled[name].stat().st_mtime_ns < path.stat().st_mtime_ns
        for name, path in sources.items()
    )


def catalogues() -> None:
    if catalogues_are_stale():
        _must(
            [str(PYTHON), str(LOCALE / "compile.py")], "The text catalogues could not be compiled"
        )


# --- Commands -------------------------------------------------------------------------------


def prepare(*, window: bool) -> None:
    require((*venv_needs(), *system_needs(window=window)))
    environment()
    catalogues()


def demo(args: list[str]) -> int:
    return run(["demo", *args])


def run(args: list[str]) -> int:
    prepare(window=has_screen())
    return _hand_over("workstation", *args)


def test(args: list[str]) -> int:
    prepare(window=False)
    offer(TEST_TOOLS)
    return _hand_over("pytest", *(args or ["-n", "2", "--dist", "loadgroup"]))


def check(args: list[str]) -> int:
    require(venv_needs())
    environment()
    catalogues()
    return _hand_over("tests.house.check", *args)


def lock(args: list[str]) -> int:
    require(venv_needs())
    environment()
    status = subprocess.call(
        [str(PYTHON), "-m", "tests.house.lock", *args], cwd=ROOT, env=_uv_environment()
    )
    if status == 0:
        environment()
    return status


def setup(args: list[str]) -> int:
    prepare(window=has_screen())
    offer(TEST_TOOLS, again=True)
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": demo,
    "test": test,
    "run": run,
    "check": check,
    "lock": lock,
    "setup": setup,
}


def _hand_over(module: str, *args: str) -> int:
    """Become ``python -m module``, so that signals and the exit code are its own."""
    product = module == "workstation"
    command = [str(PYTHON), *(["-P"] if product else []), "-m", module, *args]
    if not product:  # tests and checks look at the checkout; the product works where you stand
        os.chdir(ROOT)
    if ON_WINDOWS:
        return subprocess.call(command)
    sys.stdout.flush()
    os.execv(command[0], command)


def _quietly(
    command: Sequence[str], env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    kept = subprocess.PIPE
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=kept, stderr=subprocess.STDOUT, text=True, env=env
    )


def _must(command: Sequence[str], complaint: str) -> str:
    done = _quietly(command)
    if done.returncode:
        raise Stop(f"{done.stdout.rstrip()}\n{complaint}. It was: {' '.join(command)}")
    return done.stdout


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(argv: Sequence[str]) -> int:
    if not argv or argv[0] not in COMMANDS:
        asked = bool(argv) and argv[0] in ("-h", "--help", "help")
        print((__doc__ or "").strip(), file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    try:
        if not OLDEST <= sys.version_info[:2] <= NEWEST:
            raise Stop("Ronden needs Python 3.11 to 3.14; this is {}.{}.".format(*sys.version_info))
        return COMMANDS[argv[0]](list(argv[1:]))
    except Stop as stop:
        _say(str(stop))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
