"""The house keeps its plan: its folders, its locked packages, its import contracts."""

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.house.lock import EVERYTHING, RUNTIME
from tests.house.tree import PACKAGES, ROOT, files

FOLDERS = {*PACKAGES, "tests", "installer", ".ci"}
FILES = {
    ".gitattributes",
    ".gitignore",
    "LICENSE",
    "README.md",
    "dev.py",
    "pyproject.toml",
    "requirements-dev.txt",
    "requirements.txt",
}
# Not code that runs in the product, so in no import contract.
_UNLAYERED = {"__init__", "__main__", "locale", "decisions"}
# Stores secrets in clear text; has the import name of sqlcipher3 and an SQLite with a known defect.
_FORBIDDEN = {
    "keyrings-alt",
    "keyrings.alt",
    "sqlcipher3-wheels",
    "sqlcipher3-binary",
    "pysqlcipher3",
}


def settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locked(text: str) -> dict[str, tuple[Version, int]]:
    """Read a lock file: each package with its version and its number of hashes."""
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    return {
        entry.split("==")[0]: (
            Version(re.split(r"[ ;\\]", entry.split("==")[1])[0]),
            entry.count("--hash=sha256:"),
        )
        for entry in entries
    }


RUNS = locked(RUNTIME.read_text(encoding="utf-8"))
ALL = locked(EVERYTHING.read_text(encoding="utf-8"))


def test_nothing_stands_outside_the_plan() -> None:
    assert {path.parts[0] for path in files() if len(path.parts) > 1} <= FOLDERS
    assert {path.name for path in files() if len(path.parts) == 1} <= FILES


def test_tests_mirror_the_tree_without_clashes() -> None:
    folders = {path.parent for path in files() if path.match("tests/**/test_*.py")}
    assert [
        f"{folder}/__init__.py"
        for folder in folders
        if not (ROOT / folder / "__init__.py").exists()
    ] == []


def test_every_locked_package_has_its_hashes() -> None:
    assert [name for name, (_, hashes) in ALL.items() if hashes == 0] == []
    assert len(ALL) > len(RUNS) > 20


def test_what_runs_is_what_was_tested() -> None:
    assert {name: ALL[name] for name in RUNS} == RUNS


def _asked_for() -> list[Requirement]:
    stated = settings()
    return [
        Requirement(r)
        for r in stated["project"]["dependencies"] + stated["dependency-groups"]["dev"]
    ]


@pytest.mark.parametrize("asked", _asked_for(), ids=lambda asked: asked.name)
def test_the_lock_holds_what_is_asked_for(asked: Requirement) -> None:
    version, _ = ALL[asked.name.lower().replace("_", "-")]
    assert asked.specifier.contains(version)


def test_packages_that_would_harm_a_record_are_kept_out() -> None:
    assert _FORBIDDEN.isdisjoint(ALL)


def test_the_qt_that_aborts_on_linux_is_kept_out() -> None:
    """6.12.0 aborts after some hundred signals on Linux with Python 3.11."""
    (asked,) = (need for need in _asked_for() if need.name == "PySide6-Essentials")
    assert not asked.specifier.contains("6.12.0")
    assert ALL["pyside6-essentials"][0] < Version("6.12")


def _contracts() -> dict[str, dict[str, Any]]:
    return {
        contract["name"]: contract for contract in settings()["tool"]["importlinter"]["contracts"]
    }


def _layered() -> set[str]:
    layers = _contracts()["Imports point downwards"]["layers"]
    return {name.strip("() ") for layer in layers for name in re.split(r"[|:]", layer)}


def test_every_part_has_its_place_in_the_import_contract() -> None:
    parts = {".".join(path.with_suffix("").parts[:2]) for path in files() if path.suffix == ".py"}
    placed = _layered()
    lost = {
        part
        for part in parts
        if part.split(".")[0] in PACKAGES
        and part.split(".")[-1] not in _UNLAYERED
        and {part, part.split(".")[0]}.isdisjoint(placed)
    }
    assert lost == set()


def test_every_package_is_under_the_import_contracts() -> None:
    present = {path.parts[0] for path in files() if path.suffix == ".py"} & set(PACKAGES)
    assert present == set(settings()["tool"]["importlinter"]["root_packages"])
    qt_free = set(_contracts()["Only ui and the composition root know Qt"]["source_modules"])
    missing = present - {"ui", "workstation"} - {module.split(".")[0] for module in qt_free}
    assert missing == set()
