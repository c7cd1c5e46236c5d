"""The house keeps its plan: its folders, its locked packages, its import contracts."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.house import imports
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


def _contract(kind: str, name: str) -> dict[str, Any]:
    found = (c for c in imports.settings()["contracts"] if (c["type"], c["name"]) == (kind, name))
    return next(found)


def _placed() -> set[str]:
    layers = _contract("layers", "Imports point downwards")["layers"]
    return {name.strip("() ") for layer in layers for name in re.split(r"[|:]", layer)}


def _parts() -> set[str]:
    """Name the packages, and what stands directly in ``workstation`` and ``sync``."""
    sources = (path.with_suffix("") for path in files() if path.suffix == ".py")
    parts = {
        ".".join(path.parts[:2]) for path in sources if path.parts[0] in ("workstation", "sync")
    }
    inner = {part for part in parts if part.split(".")[1] not in _UNLAYERED}
    return inner | {
        name for name in PACKAGES if name not in ("workstation", "sync") and imports.stands(name)
    }


def test_every_part_has_its_place_in_the_layers() -> None:
    assert _parts() - _placed() == set()


@pytest.mark.parametrize(
    ("name", "free"),
    [
        ("Only ui and the composition root know Qt", {"ui"}),
        ("Only the cache and the server know SQL", {"local_cache", "workstation.server"}),
    ],
)
def test_who_may_know_a_toolkit_is_told_apart_from_all_others(name: str, free: set[str]) -> None:
    root = {
        "workstation.cli",
        "workstation.tour",
        "workstation.screenshots",
        "workstation.bench",
        "workstation.app",
    }
    bound = set(_contract("forbidden", name)["source_modules"])
    assert {
        part for part in _parts() if {part, part.split(".")[0]}.isdisjoint(bound)
    } <= root | free


def test_a_part_that_reaches_upwards_is_caught(tmp_path: Path) -> None:
    """The contracts as they stand, on a house with one wrong import."""
    for name, text in {
        "workstation/__init__.py": "",
        "workstation/domain/__init__.py": "",
        "workstation/domain/note.py": "import workstation.operations\n",
        "workstation/operations/__init__.py": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    good, said = imports.broken(tmp_path)
    assert not good
    assert "workstation.domain is not allowed to import workstation.operations" in said
