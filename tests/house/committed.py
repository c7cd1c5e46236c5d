"""No committed file says where it was made: no registry's address, no path of a machine."""

import re
from collections.abc import Iterator

from tests.house.tree import ROOT, files

_TELLTALES = {
    "a package registry's address": re.compile(
        r"(pypi|pythonhosted|npmjs|debian|ubuntu)\.(org|com)/(?:simple|packages|debian|ubuntu|pypi)"
        r"|(files\.pythonhosted|registry\.npmjs|deb\.debian|archive\.ubuntu|test\.pypi|pypi)\.(org|com)\b"
    ),
    "an index or a folder of packages": re.compile(
        r"^\s*--?(index-url|extra-index-url|find-links)\b", re.MULTILINE
    ),
    "a path of one machine": re.compile(
        r"(?<![\w./}])/(?:(?:work|root|tmp)/\w|home/\w+/|opt/(?:wheels|pypi))"
    ),
}


def telltales(where: str, text: str) -> Iterator[str]:
    """Yield a line for every place in ``text`` that belongs to a machine and not to the project."""
    for what, pattern in _TELLTALES.items():
        for hit in pattern.finditer(text):
            yield f"{where}:{text.count(chr(10), 0, hit.start()) + 1}: {what}: {hit.group().strip()}"


def complaints() -> list[str]:
    found: list[str] = []
    for path in files():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content[:8000]:
            found.extend(telltales(str(path), content.decode("utf-8", errors="replace")))
    return found
