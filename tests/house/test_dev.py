"""A machine that lacks something gets it, or its owner gets the one line to run."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import dev
from installer import system
from tests.house.tree import ROOT
from tests.needs import only_on_linux

FakeApt = Callable[[str], Path]


@pytest.fixture
def fake_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeApt:
    """Put an apt-get first on the path that writes down how it was called, then does ``script``."""

    def install(script: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        calls = tmp_path / "calls"
        program = folder / "apt-get"
        program.write_text(f'#!/bin/sh\necho "$*" >> {calls}\n{script}\n', encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return calls

    return install


def _thing(folder: Path, name: str) -> system.Need:
    return system.Need(name, f"{name}-package", places=(str(folder / name),))


def as_root() -> system.Rights:
    return system.Rights("apt-get", ())


def as_anybody() -> system.Rights:
    return system.Rights("apt-get", None)


@only_on_linux
def test_a_library_is_found_by_loading_it() -> None:
    absent = system.Need("no such thing", "libnone", library="libnone-such.so.7")
    present = system.Need("libc", "libc6", library="libc.so.6")
    assert system.missing([absent, present]) == (absent,)


@only_on_linux
def test_without_rights_the_one_line_is_named_and_nothing_is_run(
    tmp_path: Path, fake_apt: FakeApt
) -> None:
    calls = fake_apt("exit 0")
    needs = [_thing(tmp_path, "libone"), _thing(tmp_path, "libtwo")]
    with pytest.raises(system.Stop) as stop:
        system.require(needs, as_anybody)
    assert str(stop.value) == (
        "Missing on this machine: libone, libtwo. Run: "
        "sudo apt-get install -y --no-install-recommends libone-package libtwo-package"
    )
    assert not calls.exists()


@only_on_linux
def test_as_root_what_is_missing_is_installed_after_one_update(
    tmp_path: Path, fake_apt: FakeApt
) -> None:
    calls = fake_apt(f'case "$*" in *install*) touch {tmp_path}/libone {tmp_path}/libtwo;; esac')
    system.require([_thing(tmp_path, "libone"), _thing(tmp_path, "libtwo")], as_root)
    update, install = calls.read_text(encoding="utf-8").splitlines()
    assert update == "-qq update"
    assert install == "-qq install -y --no-install-recommends libone-package libtwo-package"


def test_a_machine_that_has_everything_is_not_asked_for_its_rights(tmp_path: Path) -> None:
    def never() -> system.Rights:
        raise AssertionError("asked")

    present = tmp_path / "libone"
    present.touch()
    system.require([_thing(tmp_path, "libone")], never)


@only_on_linux
def test_one_package_the_distribution_lacks_does_not_keep_the_others_away(
    tmp_path: Path, fake_apt: FakeApt
) -> None:
    fake_apt(
        'case "$*" in *chromium-package*) exit 100;; '
        f"*install*poppler-package*) touch {tmp_path}/poppler;; esac"
    )
    needs = [_thing(tmp_path, "chromium"), _thing(tmp_path, "poppler")]
    system.install_packages(needs, as_root())
    assert [need.name for need in system.missing(needs)] == ["chromium"]


@only_on_linux
def test_what_cannot_be_had_is_tried_once_and_then_only_named(
    tmp_path: Path, fake_apt: FakeApt, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = fake_apt("exit 100")
    needs, tried = [_thing(tmp_path, "chromium")], tmp_path / "tried"
    system.offer(needs, as_root, tried=tried)
    first = calls.read_text(encoding="utf-8")
    system.offer(needs, as_root, tried=tried)
    assert calls.read_text(encoding="utf-8") == first
    assert capsys.readouterr().err.splitlines()[-1] == (
        "Tests that need chromium are skipped. Run: "
        "sudo apt-get install -y --no-install-recommends chromium-package"
    )
    system.offer(needs, as_root, tried=tried, again=True)
    assert calls.read_text(encoding="utf-8") != first


def test_other_systems_get_their_own_line() -> None:
    needs = [system.Need("libGL.so.1", "libgl1", library="libGL.so.1"), system.POPPLER]
    fedora = system.line_to_run(needs, manager="dnf")
    assert fedora == "sudo dnf install -y 'libGL.so.1()(64bit)' poppler-utils"
    assert system.line_to_run(needs, manager="").endswith("package manager: libGL.so.1, poppler")


def test_uv_is_cut_from_the_lock_with_all_its_hashes() -> None:
    text = dev.LOCK.read_text(encoding="utf-8")
    lines = dev.pinned("uv", text).strip().splitlines()
    assert lines[0].startswith("uv==")
    assert len(lines) > 10
    assert all("--hash=sha256:" in line for line in lines[1:])
    with pytest.raises(system.Stop):
        dev.pinned("no-such-package", text)


def test_help_is_short_and_an_unknown_command_is_an_error() -> None:
    run = [sys.executable, str(ROOT / "dev.py")]
    asked = subprocess.run([*run, "--help"], capture_output=True, text=True, check=False)
    assert (asked.returncode, asked.stderr) == (0, "")
    wrong = subprocess.run([*run, "dance"], capture_output=True, text=True, check=False)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert asked.stdout == wrong.stderr


@pytest.mark.timing
def test_a_second_call_starts_within_a_second() -> None:
    """The whole of it: dev.py, what it looks at, and the product saying its version."""
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        run = [sys.executable, str(ROOT / "dev.py"), "run", "--version"]
        done = subprocess.run(run, capture_output=True, text=True, check=False)
        seconds.append(time.perf_counter() - started)
        assert (done.returncode, done.stderr) == (0, "")
    assert min(seconds) < 1.0


def test_another_python_is_refused_in_one_line() -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import dev; dev.OLDEST = (3, 99);"
        "sys.exit(dev.main(['setup']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(ROOT)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Ronden needs Python 3.11 to 3.14; this is 3.")
    assert done.stderr.count("\n") == 1


def test_the_set_up_uses_the_standard_library_only() -> None:
    """In an interpreter without any package."""
    done = subprocess.run(
        [sys.executable, "-E", "-s", "-S", str(ROOT / "dev.py"), "--help"],
        check=False,
        capture_output=True,
    )
    assert done.returncode == 0
