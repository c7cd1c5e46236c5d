"""Renew the locked requirements: every version with its hashes, one file for Linux and Windows, no address.

Run by ``python3 dev.py lock [--upgrade]``. Versions already locked stay unless a range in
``pyproject.toml`` rules them out or ``--upgrade`` is given. Afterwards every runtime
requirement is checked to have a ready-made wheel on each platform we deploy to.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "requirements.txt"
EVERYTHING = ROOT / "requirements-dev.txt"
HEADER = "# Written by `python3 dev.py lock` from pyproject.toml. Change that file, not this one.\n"
PLATFORMS = ("x86_64-manylinux_2_34", "x86_64-pc-windows-msvc")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
UV = Path(sys.executable).with_name("uv")
CERTIFICATES = "--system-certs"  # a hospital's network has its own


def compile_lock(target: Path, *options: str) -> None:
    """Resolve ``pyproject.toml`` into ``target``; versions already in it are kept where they can be."""
    resolve = ["pip", "compile", "--universal", "--python-version", PYTHONS[0], "--generate-hashes"]
    silent = [
        "--quiet",
        "--no-header",
        "--no-annotate",
        "--no-emit-index-url",
        "--no-emit-find-links",
    ]
    command = [
        str(UV),
        *resolve,
        CERTIFICATES,
        *silent,
        *options,
        "--output-file",
        target.name,
        "pyproject.toml",
    ]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    target.write_text(HEADER + target.read_text(encoding="utf-8"), encoding="utf-8")


def missing_wheels(platform: str, python: str) -> str:
    """Say what ``requirements.txt`` cannot install from wheels on ``platform``; nothing is an empty text.

    Asks the package index and downloads no more than metadata.
    """
    with tempfile.TemporaryDirectory() as nowhere:
        install = [
            str(UV),
            "pip",
            "install",
            "--dry-run",
            "--quiet",
            "--require-hashes",
            "--only-binary",
            ":all:",
        ]
        where = [
            CERTIFICATES,
            "--python-platform",
            platform,
            "--python-version",
            python,
            "--target",
            nowhere,
        ]
        command = [*install, *where, "-r", str(RUNTIME)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode else ""


def main(argv: Sequence[str]) -> int:
    compile_lock(RUNTIME, *argv)
    # One version of everything: what runs is what was tested.
    compile_lock(EVERYTHING, "--group", "dev", "--constraints", RUNTIME.name, *argv)
    complaints = [
        f"{platform}, Python {python}:\n{complaint}"
        for platform in PLATFORMS
        for python in PYTHONS
        if (complaint := missing_wheels(platform, python))
    ]
    print("\n".join(complaints) or f"{RUNTIME.name} and {EVERYTHING.name} are in order.")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
