"""A record server on this machine, in a process of its own: for demonstration and the tour."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from workstation.server.serve import ServerConfig

_PATIENCE_SECONDS = 60.0


def free_port() -> int:
    """Return a port of this machine that nobody listens at now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@dataclass(kw_only=True)
class ServerProcess:
    """``workstation serve`` on loopback, with its database in ``folder``."""

    folder: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def config(self) -> ServerConfig:
        """The same store, for loading it while nobody serves it."""
        return ServerConfig(
            db=str(self.folder / "record.db"), key_file=self.folder / "server.key", port=self.port
        )

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            RuntimeError: It does not.
        """
        config = self.config
        command = [sys.executable, "-m", "workstation", "serve", "--db", config.db]
        command += ["--key-file", str(config.key_file), "--port", str(self.port)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/health", timeout=2, trust_env=False).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        """End it at once, as a power cut does to the process: nothing is finished."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Ask it to finish and wait for it."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM if os.name != "nt" else signal.SIGINT)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
            self._process = None
