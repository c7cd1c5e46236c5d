"""The import contracts of ``pyproject.toml``, for those parts of the house that stand.

A contract may name a part before it is written; import-linter takes only what is there.
"""

import subprocess
import sys
import tempfile
import tomllib
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

from tests.house.tree import ROOT

_MODULES = ("modules", "source_modules")
_LINT = "from importlinter.cli import lint_imports_command as lint; lint()"


def stands(module: str, root: Path = ROOT) -> bool:
    """Is there a module of this dotted name, or for ``a.*`` any in ``a``?"""
    place = root.joinpath(*module.removesuffix(".*").split("."))
    if module.endswith(".*"):
        return any(place.glob("[!_]*/__init__.py")) or any(place.glob("[!_]*.py"))
    return place.with_suffix(".py").is_file() or place.joinpath("__init__.py").is_file()


def standing(config: dict[str, Any], root: Path = ROOT) -> dict[str, Any]:
    """Return the settings with only those modules that stand, and only contracts with any."""
    contracts = [
        {
            key: [name for name in value if stands(name, root)] if key in _MODULES else value
            for key, value in contract.items()
        }
        for contract in config["contracts"]
    ]
    kept = [entry for entry in contracts if all(entry[key] for key in _MODULES if key in entry)]
    roots = [name for name in config["root_packages"] if stands(name, root)]
    return config | {"root_packages": roots, "contracts": kept}


def _as_ini(config: dict[str, Any]) -> RawConfigParser:
    def text(value: object) -> str:
        return "\n" + "\n".join(value) if isinstance(value, list) else str(value)

    ini = RawConfigParser()
    ini["importlinter"] = {key: text(value) for key, value in config.items() if key != "contracts"}
    for number, contract in enumerate(config["contracts"]):
        ini[f"importlinter:contract:{number}"] = {
            key: text(value) for key, value in contract.items()
        }
    return ini


def settings() -> dict[str, Any]:
    """Return what ``pyproject.toml`` says of imports."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = stated["tool"]["importlinter"]
    return found


def broken(root: Path = ROOT) -> tuple[bool, str]:
    """Lint the imports of the house at ``root``; say whether all contracts are kept, and what import-linter printed."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "contracts.ini")
        with config.open("w", encoding="utf-8") as stream:
            _as_ini(standing(settings(), root)).write(stream)
        command = [sys.executable, "-c", _LINT, "--no-logo", "--config", str(config)]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.returncode == 0, (done.stdout + done.stderr).strip()
