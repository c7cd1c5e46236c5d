"""Power cuts: what a program wrote to its files, in order, and what of it a cut may leave.

The program is run under strace. After a cut a file holds everything written before its last
sync, and of what was written since any part at all, each write whole, torn or missing. Names of
files are taken to be durable; what is in shared memory (``-shm``) is gone.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

_CALLS = "openat,close,pwrite64,write,ftruncate,fsync,fdatasync"
_SECTOR = 512
_LINE = re.compile(r"^(\d+) +(\w+)\((.*)\) += (-?\d+)")
_HALF = re.compile(r"^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$")
_OTHER_HALF = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (-?\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True)
class Write:
    """Bytes to a place in a file."""

    file: str
    at: int
    data: bytes


@dataclass(frozen=True)
class Cut:
    """A file made shorter or longer."""

    file: str
    length: int


@dataclass(frozen=True)
class Sync:
    """Everything written to a file so far is on the disk."""

    file: str


@dataclass(frozen=True)
class Said:
    """A line the program wrote to its standard output: what it acknowledged."""

    text: str


Step = Write | Cut | Sync | Said


def recorded(script: str, arguments: Sequence[str], folder: Path, log: Path) -> list[Step]:
    """Run a Python script to its end and return what it did to the files in ``folder``."""
    command = ["strace", "-f", "-qq", "-xx", "-s", "8000000", "-e", f"trace={_CALLS}"]
    program = [sys.executable, "-c", script, *arguments]
    subprocess.run(
        [*command, "-o", str(log), *program], check=True, stdout=subprocess.DEVNULL, timeout=120
    )
    return list(_steps(log, folder))


def _steps(log: Path, folder: Path) -> Iterator[Step]:
    names: dict[int, str] = {}
    for call, arguments, result in _calls(log):
        if result < 0:
            continue
        if call == "openat":
            path = Path(_bytes_in(arguments).decode())
            if path.parent == folder and not path.name.endswith("-shm"):
                names[result] = path.name
            else:
                names.pop(result, None)
            continue
        descriptor = int(arguments.split(",")[0])
        if call == "close":
            names.pop(descriptor, None)
        elif call == "write" and descriptor == 1:
            yield from (Said(line) for line in _bytes_in(arguments).decode().splitlines() if line)
        elif descriptor in names:
            yield _step(call, names[descriptor], arguments, result)


def _step(call: str, name: str, arguments: str, result: int) -> Step:
    if call == "pwrite64":
        return Write(name, int(arguments.rsplit(",", 1)[1]), _bytes_in(arguments)[:result])
    if call == "ftruncate":
        return Cut(name, int(arguments.rsplit(",", 1)[1]))
    assert call in ("fsync", "fdatasync"), f"not foreseen: {call}"
    return Sync(name)


def _calls(log: Path) -> Iterator[tuple[str, str, int]]:
    """Give calls in the order in which they ended."""
    begun: dict[str, str] = {}
    with log.open() as lines:
        for line in lines:
            if half := _HALF.match(line):
                begun[half[1]] = half[3]
            elif rest := _OTHER_HALF.match(line):
                yield rest[2], begun.pop(rest[1]) + rest[3], int(rest[4])
            elif whole := _LINE.match(line):
                yield whole[2], whole[3], int(whole[4])


def _bytes_in(arguments: str) -> bytes:
    found = _TEXT.search(arguments)
    assert found, "strace shows what is written"
    return bytes.fromhex(found[1].replace("\\x", ""))


@dataclass
class Disk:
    """Files before the program began, and what has been done to them since."""

    files: dict[str, bytearray]
    said: list[str] = field(default_factory=list)
    unsynced: list[Write | Cut] = field(default_factory=list)

    def take(self, step: Step) -> None:
        """Take one step."""
        match step:
            case Said(text=text):
                self.said.append(text)
            case Sync(file=file):
                for each in self.unsynced:
                    if each.file == file:
                        _do(self.files, each)
                self.unsynced = [each for each in self.unsynced if each.file != file]
            case Write() | Cut():
                self.files.setdefault(step.file, bytearray())
                self.unsynced.append(step)

    def after_a_cut(self, folder: Path, chance: Random) -> None:
        """Write to ``folder`` what the power might leave if it went now."""
        files = {name: bytearray(data) for name, data in self.files.items()}
        share = chance.choice((0.0, 0.5, 0.9, 1.0))
        for each in self.unsynced:
            if chance.random() < share:
                _do(files, _torn(each, chance) if chance.random() < 0.2 else each)
        for name, data in files.items():
            (folder / name).write_bytes(data)


def _torn(step: Write | Cut, chance: Random) -> Write | Cut:
    if isinstance(step, Cut) or len(step.data) <= _SECTOR:
        return step
    kept = _SECTOR * chance.randrange(len(step.data) // _SECTOR + 1)
    return Write(step.file, step.at, step.data[:kept])


def _do(files: dict[str, bytearray], step: Write | Cut) -> None:
    data = files[step.file]
    if isinstance(step, Cut):
        del data[step.length :]
        data.extend(bytes(step.length - len(data)))
        return
    if len(data) < step.at:
        data.extend(bytes(step.at - len(data)))
    data[step.at : step.at + len(step.data)] = step.data
