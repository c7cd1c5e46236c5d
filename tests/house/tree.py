"""The files of the house, as the checks see them."""

import subprocess
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("workstation", "ui", "forms", "sync", "local_cache")


_LISTING = ("ls-files", "--cached", "--others", "--exclude-standard", "-z")


@cache
def files() -> tuple[Path, ...]:
    """Return every file that is committed or would be, relative to the checkout, in order."""
    paths = (Path(name) for name in _listed().split("\0") if name)
    return tuple(sorted(path for path in paths if (ROOT / path).is_file()))


def _listed() -> str:
    if (ROOT / ".git").exists():
        return _git(*_LISTING)
    with tempfile.TemporaryDirectory() as empty:  # an unpacked archive: what would be committed
        _git("init", "--quiet", "--bare", empty)
        return _git(f"--git-dir={empty}", f"--work-tree={ROOT}", *_LISTING)


def _git(*words: str) -> str:
    """Run git in the checkout, whoever owns its folder."""
    line = ["git", "-c", "safe.directory=*", *words]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout


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
