"""A house of its own for everything that runs: home, temporary folder, logs; and what left it."""

from __future__ import annotations

import codecs
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

import httpx

from tests.security.sweep import Finding, Sweep
from workstation.app.server_process import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
_OPENED = re.compile(r'\b(?:open|openat|creat)\((?:[^,"]+, )?"([^"]*)", ([^)]*)\)\s+= \d')
_RENAMED = re.compile(r'\brename\w*\([^"]*"([^"]*)"[^"]*"([^"]*)"[^"]*\)\s+= 0')
_WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE")
_ELSEWHERE_ALLOWED = re.compile(r"^(/dev/|/proc/|/sys/|memfd:|anon_inode:|\(deleted\))")
_MAY_COME_AND_GO = re.compile(
    r"\.(ronden|keys|db|mark|conf|lock|json|new|erasures|unfinished)(\.new|\.restoring|\.serving|\.backups)?(-wal|-shm|-journal|\.new|\.lock|\.[A-Za-z0-9]{6})?$"
)
"""Files that are written anew and renamed, or belong to an open encrypted database; those of a
tried-out backup, too: the same bytes lie in the backup itself."""


@dataclass
class House:
    """Folders in which everything happens. ``swept``: what must hold no needle.

    ``chosen``: where a person saved something on purpose. ``screen``: what a terminal showed.
    """

    root: Path
    habits: str = ""
    traces: list[Path] = field(default_factory=list)
    driven: set[tuple[str, ...]] = field(default_factory=set)
    """Commands of ours that were run: their words before the first option or value."""

    def __post_init__(self) -> None:
        for folder in (self.swept, self.chosen, self.screen, self.traced, *self._folders.values()):
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def swept(self) -> Path:
        return self.root / "swept"

    @property
    def chosen(self) -> Path:
        return self.root / "chosen"

    @property
    def screen(self) -> Path:
        return self.root / "screen"

    @property
    def traced(self) -> Path:
        return self.root / "traced"

    @property
    def elsewhere(self) -> Path:
        return self.root / "elsewhere.bin"

    @property
    def db(self) -> Path:
        return self.swept / "server" / "record.db"

    @property
    def key_file(self) -> Path:
        return self.swept / "server-key" / "server.key"

    @property
    def _folders(self) -> Mapping[str, Path]:
        home = self.swept / "home"
        return {
            "HOME": home,
            "TMPDIR": self.swept / "tmp",
            "XDG_CONFIG_HOME": home / ".config",
            "XDG_DATA_HOME": home / ".local" / "share",
            "XDG_STATE_HOME": home / ".local" / "state",
            "XDG_CACHE_HOME": home / ".cache",
            "XDG_RUNTIME_DIR": self.swept / "run",
            "LOGS": self.swept / "logs",
            "SERVER": self.db.parent,
            "SERVER_KEY": self.key_file.parent,
        }

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of every process here."""
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": "default",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "QT_QPA_PLATFORM": "offscreen",
            "CHOSEN": str(self.chosen),
            "KEPT": str(self.kept_practice),
            "ELSEWHERE": str(self.elsewhere),
            "HABITS": self.habits,
            "CRASHES": "1",
            **{name: str(folder) for name, folder in self._folders.items()},
            **more,
        }

    def command(self, name: str, part: str, *arguments: str) -> list[str]:
        """Return the command line of a part, with every file it opens written down."""
        if part == "workstation":
            self.driven.add(tuple(takewhile(_is_a_word_of_ours, arguments)))
        log = self.swept / "logs" / f"{name}.log"
        line = [sys.executable, "-m", "tests.security.loud", str(log), part, *arguments]
        trace = self.traced / f"{name}.strace"
        self.traces.append(trace)
        calls = "trace=open,openat,creat,rename,renameat,renameat2"
        return ["strace", "-f", "-qq", "--seccomp-bpf", "-e", calls, "-o", str(trace), *line]

    def run(self, name: str, part: str, *arguments: str, shown: bool = False) -> int:
        """Run a part to its end; what it says goes to the logs, or to the screen of who typed it."""
        folder = self.screen if shown else self.swept / "logs"
        with (folder / f"{name}.said").open("wb") as said:
            process = subprocess.Popen(
                self.command(name, part, *arguments),
                cwd=self.swept / "tmp",
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                return process.wait(PATIENCE * 2)
            finally:
                with suppress(ProcessLookupError):  # what it started and did not end
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait(PATIENCE)

    @contextmanager
    def server(self, name: str) -> Iterator[str]:
        """Give the address of ``workstation serve``, and kill it at the end: nothing is tidied up."""
        port = free_port()
        options = ["--db", str(self.db), "--key-file", str(self.key_file), "--port", str(port)]
        line = self.command(name, "workstation", "serve", *options)
        with (self.swept / "logs" / f"{name}.said").open("wb") as said:
            process = subprocess.Popen(
                line,
                cwd=self.swept / "tmp",
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                _wait_for(f"http://127.0.0.1:{port}", process)
                yield f"http://127.0.0.1:{port}"
            finally:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(PATIENCE)

    def said(self, name: str) -> str:
        """Return what a part said, for a failing test's message."""
        return (self.swept / "logs" / f"{name}.said").read_text("utf-8", "replace")[-4000:]

    def findings(self, sweep: Sweep) -> list[Finding]:
        """Look at everything that was written, here and elsewhere."""
        return sorted({*sweep.folder(self.swept), *self._traced_findings(sweep)})

    def _traced_findings(self, sweep: Sweep) -> Iterator[Finding]:
        for path in sorted(self.written()):
            if self.chosen in path.parents:
                continue  # a person's own choice
            yield from sweep.blob(os.fsencode(path), f"the name {path}")
            if self.root not in path.parents or self.elsewhere == path:
                yield Finding(str(path), "a file elsewhere", "its place")
                if path.is_file():
                    yield from sweep.blob(path.read_bytes(), str(path))
            elif not (path.exists() or self._kept(path) or _MAY_COME_AND_GO.search(path.name)):
                yield Finding(str(path), "a file that is gone", "its name")

    def _kept(self, path: Path) -> bool:
        """Whether a copy of it is swept, as of practice's folder that is thrown away whole."""
        parts = path.relative_to(self.swept).parts if self.swept in path.parents else ()
        return parts[:1] == ("tmp",) and (self.kept_practice / Path(*parts[2:])).is_file()

    @property
    def kept_practice(self) -> Path:
        return self.swept / "practice-kept"

    def written(self) -> set[Path]:
        """Return every path that was opened for writing or renamed, wherever it was."""
        paths: set[str] = set()
        for trace in self.traces:
            for line in trace.read_text("ascii", "replace").splitlines():
                assert ", 0x" not in line.partition("=")[0], f"strace could not read: {line}"
                if (opened := _OPENED.search(line)) and _WRITING.search(opened[2]):
                    paths.add(opened[1])
                elif renamed := _RENAMED.search(line):
                    paths = _under_the_new_name(paths, *renamed.groups()) | {*renamed.groups()}
        plain = {_unescaped(path) for path in paths}
        return {self.swept / "tmp" / path for path in plain if not _ELSEWHERE_ALLOWED.match(path)}


def _under_the_new_name(paths: set[str], old: str, new: str) -> set[str]:
    """Return the paths as they are after a folder was renamed, with all that lay in it."""
    inside = f"{old}/"
    return {new + path[len(old) :] if path.startswith(inside) else path for path in paths}


def _is_a_word_of_ours(argument: str) -> bool:
    return bool(re.fullmatch(r"[a-z][a-z-]*", argument))


def _unescaped(path: str) -> str:
    """Return the path that strace wrote with its own signs for bytes."""
    raw = codecs.decode(path, "unicode_escape").encode("latin-1")
    return raw.decode("utf-8", "replace")


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/health", timeout=2, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise RuntimeError("the server did not start")
