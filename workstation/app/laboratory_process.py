"""The simulated laboratory in a process of its own, beside a demonstration's server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(kw_only=True)
class LaboratoryProcess:
    """``workstation lab-sim`` at ``url``; its tokens lie in ``folder``, readable for nobody else."""

    url: str
    folder: Path
    _process: subprocess.Popen[bytes] | None = None

    def start(self, tokens: Sequence[str]) -> None:
        """Start it; it waits for the server by itself. Without a token there is nothing to start."""
        if not tokens:
            return
        file = self.folder / "laboratories.token"
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write("\n".join(tokens))
        command = [sys.executable, "-m", "workstation", "lab-sim", "--server", self.url]
        self._process = subprocess.Popen(
            [*command, "--token-file", str(file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        """End it: it keeps nothing."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None
