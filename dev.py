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

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from installer.system import (
    TEST_TOOLS,
    Need,
    Stop,
    has_screen,
    offer,
    quietly,
    read,
    require,
    say,
    system_needs,
)

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
    if read(STAMP) == wanted and PYTHON.exists():
        return
    say("Setting up the environment (minutes the first time, seconds after that)")
    if not PYTHON.exists() or quietly([str(PYTHON), "-m", "pip", "--version"]).returncode:
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
            quietly([*pip, "--no-deps", "--only-binary", ":all:", "-r", str(only_uv)])
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
    if UV.exists() and quietly(sync, env=_uv_environment()).returncode == 0:
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
    settings = quietly([str(PYTHON), "-m", "pip", "config", "list"]).stdout
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
    offer(TEST_TOOLS, tried=TRIED)
    if args:
        return _hand_over("pytest", *args)
    # What measures time must not share the cores with other tests.
    together = [str(PYTHON), "-m", "pytest", "-m", "not timing", "-n", "2", "--dist", "loadgroup"]
    status = subprocess.call(together, cwd=ROOT)
    alone = subprocess.call([str(PYTHON), "-m", "pytest", "-m", "timing"], cwd=ROOT)
    return status or alone


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
    offer(TEST_TOOLS, tried=TRIED, again=True)
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


def _must(command: Sequence[str], complaint: str) -> str:
    done = quietly(command)
    if done.returncode:
        raise Stop(f"{done.stdout.rstrip()}\n{complaint}. It was: {' '.join(command)}")
    return done.stdout


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
        say(str(stop))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
