"""The built wheel, and the product installed from it: what IT gets, without the checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
_BIN = "Scripts" if os.name == "nt" else "bin"


@dataclass(frozen=True, kw_only=True)
class Installed:
    """The product in an environment of its own. The checkout is not on its path."""

    python: Path
    folder: Path

    def run(self, *arguments: str, timeout_s: float = 240) -> subprocess.CompletedProcess[str]:
        """Run ``workstation ARGUMENTS`` in an empty folder and return what it printed."""
        return self._run([str(self.python.with_name("workstation")), *arguments], timeout_s)

    def run_python(
        self, *arguments: str, timeout_s: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run the environment's Python in the same place."""
        return self._run([str(self.python), *arguments], timeout_s)

    def _run(self, command: list[str], timeout_s: float) -> subprocess.CompletedProcess[str]:
        kept = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        return subprocess.run(
            command,
            cwd=self.folder,
            env=kept,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, without a network and with the locked tools, and return it."""
    target = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install the wheel beside the locked packages, and nothing else."""
    place = tmp_path_factory.mktemp("installed")
    venv.create(place / "env", with_pip=False, symlinks=os.name != "nt")
    python = place / "env" / _BIN / Path(sys.executable).name
    site = sysconfig.get_path(
        "purelib", "venv", {"base": str(python.parents[1]), "platbase": str(python.parents[1])}
    )
    # A path file is not read again for the folder it names: the checkout's own stays out.
    Path(site, "locked.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    uv = str(Path(sys.executable).with_name("uv"))
    install = [uv, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", str(python)]
    done = subprocess.run([*install, str(wheel)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (place / "elsewhere").mkdir()
    return Installed(python=python, folder=place / "elsewhere")
