"""What must hold before every push: ``python3 dev.py check``, or ``python3 dev.py check NAME...``.

Prints one line for each check, and all that a failing one has to say.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.house import catalogues, committed, imports, sizes
from tests.house.tree import PACKAGES, ROOT

Check = Callable[[], tuple[bool, str]]


def _python(*arguments: str) -> Check:
    def run() -> tuple[bool, str]:
        call = [sys.executable, *arguments]
        done = subprocess.run(
            call, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return done.returncode == 0, done.stdout.rstrip()

    return run


def _own(complaints: Callable[[], list[str]]) -> Check:
    def run() -> tuple[bool, str]:
        found = complaints()
        return not found, "\n".join(found)

    return run


def _with_python(*names: str) -> list[str]:
    return [name for name in names if name.endswith(".py") or any((ROOT / name).rglob("*.py"))]


def _types() -> tuple[bool, str]:
    """All of it as on Linux; where that is in order, what is delivered as on Windows too."""
    delivered = _with_python("dev.py", "installer", *PACKAGES)
    good, output = _python("-m", "mypy", *delivered, "tests")()
    if not good:  # mypy's memory can miss a module that is new: what counts is a fresh look
        good, output = _python("-m", "mypy", "--cache-dir", os.devnull, *delivered, "tests")()
    if not good:
        return good, output
    windows = ["--platform", "win32", "--cache-dir", ".mypy_cache/windows"]
    good, output = _python("-m", "mypy", *windows, *delivered)()
    return good, f"On Windows:\n{output}"


CHECKS: dict[str, Check] = {
    "format": _python(
        "-m", "ruff", "format", "--check", "--quiet", "--output-format", "concise", "."
    ),
    "lint": _python("-m", "ruff", "check", "--quiet", "--output-format", "concise", "."),
    "imports": imports.broken,
    "texts": _own(catalogues.complaints),
    "sizes": _own(sizes.complaints),
    "committed": _own(committed.complaints),
    "types": _types,
}
_HINTS = {"format": "Mend with: .venv/bin/ruff format FILES"}


def _timed(check: Check) -> tuple[bool, str, float]:
    started = time.perf_counter()
    good, output = check()
    return good, output, time.perf_counter() - started


def main(names: Sequence[str]) -> int:
    if unknown := set(names) - CHECKS.keys():
        print(f"No such check: {', '.join(sorted(unknown))}. There are: {', '.join(CHECKS)}.")
        return 2
    chosen = {name: check for name, check in CHECKS.items() if not names or name in names}
    failed = []
    with ThreadPoolExecutor(max_workers=2) as both_cores:
        for name, (good, output, seconds) in zip(
            chosen, both_cores.map(_timed, chosen.values()), strict=True
        ):
            print(f"{'ok    ' if good else 'FAILED'}  {name:<10} {seconds:5.1f} s", flush=True)
            if not good:
                failed.append(name)
                print("\n".join(filter(None, (output, _HINTS.get(name)))), flush=True)
    if "sizes" in chosen:
        print("longest: " + ", ".join(f"{path} {lines}" for lines, path in sizes.longest()))
    print(f"Failed: {', '.join(failed)}" if failed else "All checks hold.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
