"""Where packages and statements go: a port, and a folder as the simplest outlet.

A server is another outlet behind the same port; what decides whether something counts is the
statements themselves, never who carried them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from workstation.content.packages import digest, not_newer, unchecked
from workstation.content.statements import Signed, from_lines, to_line

_STATEMENTS = "statements.ndjson"


class Outlet(Protocol):
    """Takes what an author publishes, and tells what it has. Each call may be repeated safely."""

    def put_package(self, raw: bytes) -> None:
        """Keep a signed package."""

    def put_statement(self, signed: Signed) -> None:
        """Keep a statement; withdrawals travel first."""

    def statements(self) -> tuple[Signed, ...]:
        """Return every statement kept, oldest first."""


class FolderOutlet:
    """A folder with packages by digest and one file of statements, one to a line."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put_package(self, raw: bytes) -> None:
        """Keep a package under its digest, newer than every one of its name.

        Raises:
            Refused: It is no package, or no newer than what is there.
        """
        name = f"{digest(raw)}.ronden"
        if (self._folder / name).is_file():
            return
        label = unchecked(raw).manifest
        for path in self._folder.glob("*.ronden"):
            other = unchecked(path.read_bytes()).manifest
            if other.name == label.name and other.version >= label.version:
                raise not_newer(label.version)
        self._folder.mkdir(parents=True, exist_ok=True)
        half = self._folder / f"{name}.part"
        half.write_bytes(raw)
        half.replace(self._folder / name)

    def put_statement(self, signed: Signed) -> None:
        """Keep a statement; the same one twice is kept once."""
        if signed in self.statements():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / _STATEMENTS).open("ab") as file:
            file.write(to_line(signed) + b"\n")

    def statements(self) -> tuple[Signed, ...]:
        """Return every statement kept.

        Raises:
            BadStatement: The file has a line that is no statement.
        """
        path = self._folder / _STATEMENTS
        return from_lines(path.read_bytes()) if path.is_file() else ()
