"""Turn the text catalogues (.po) into what the product reads (.mo). Needs Babel.

``dev.py`` runs this when a catalogue has changed, and the wheel's build runs it always.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

HERE = Path(__file__).resolve().parent


def compile_catalogue(source: Path) -> Path:
    """Write the .mo beside ``source``, in one move, and return it.

    Raises:
        PoFileError, ValueError: ``source`` cannot be read as a catalogue.
    """
    target = source.with_suffix(".mo")
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=source.parent.name, abort_invalid=True)
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    with unfinished.open("wb") as stream:
        write_mo(stream, catalogue)
    unfinished.replace(target)
    return target


def compile_all(folder: Path = HERE) -> Iterator[Path]:
    """Compile every ``<language>/<area>.po`` under ``folder``; yield what was written.

    A .mo whose source is gone is removed: it would still be read.
    """
    for orphan in sorted(folder.glob("*/*.mo")):
        if not orphan.with_suffix(".po").exists():
            orphan.unlink()
    for source in sorted(folder.glob("*/*.po")):
        try:
            yield compile_catalogue(source)
        except (PoFileError, ValueError) as error:
            raise SystemExit(f"{source.relative_to(folder)}: {error}") from error


if __name__ == "__main__":
    sys.exit(0 if all(path.exists() for path in compile_all()) else 1)
