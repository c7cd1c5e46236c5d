"""The files of the house, as the checks see them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("workstation", "ui", "forms", "sync", "local_cache")


@cache
def files() -> tuple[Path, ...]:
    """Return every file that is committed or would be, relative to the checkout, in order."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    found = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = (Path(name) for name in found.split("\0") if name)
    return tuple(sorted(path for path in paths if (ROOT / path).is_file()))


def sources(
    *suffixes: str, under: tuple[str, ...] = (*PACKAGES, "tests", "installer")
) -> tuple[Path, ...]:
    """Return the files with one of ``suffixes`` that lie in ``under``, or directly in the checkout."""
    return tuple(
        path
        for path in files()
        if path.suffix in suffixes and (len(path.parts) == 1 or path.parts[0] in under)
    )


def text_of(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")
