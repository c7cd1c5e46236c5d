"""Signing out of turn, twice, backwards or by the wrong hand: refused in words, and nothing is told that is not so."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import zstandard
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.content.test_author import ANNA, BO, MINI, _pem, _raw, run

DIRECTORY = [
    {"person": "SE-ANNA", "public_key": _raw(ANNA), "roles": ["author", "approver"]},
    {"person": "SE-BO", "public_key": _raw(BO), "roles": ["approver"]},
]


class Desk:
    """Two people, a signed package, and what they try with it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.package = folder, folder / "b.ronden"
        for name, text in MINI.items():
            path = folder / "content" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for name, key in (("anna", ANNA), ("bo", BO)):
            (folder / f"{name}.pem").write_bytes(_pem(key))
        self.signers("signers.json", DIRECTORY)
        assert run("build", folder / "content", "--out", folder / "a.ronden") == 0
        assert self.signs(folder / "a.ronden", self.package) == 0

    def signers(self, name: str, people: Any) -> Path:
        (self.folder / name).write_text(json.dumps(people))
        return self.folder / name

    def signs(self, package: Path, out: Path) -> int:
        return run("sign", package, "--key", self.folder / "anna.pem", "--out", out)

    def does(self, act: str, who: str, *more: object, package: Path | None = None) -> bool:
        by = ("--key", self.folder / f"{who}.pem", "--by", f"SE-{who.upper()}")
        return run(act, package or self.package, *by, *more) == 0

    def publishes(self, *more: object) -> bool:
        return self.does("publish", "bo", "--signers", self.folder / "signers.json", *more)

    def state(self, capsys: pytest.CaptureFixture[str], signers: str = "signers.json") -> str:
        capsys.readouterr()
        if run("status", self.package, "--signers", self.folder / signers, "--json"):
            return ""
        return str(json.loads(capsys.readouterr().out)["state"])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_nobody_is_told_of_a_step_that_does_not_count(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not desk.does("return", "bo", "--reason", "nej")
    assert not desk.does("review", "bo", "--until", "2099-01-01")
    assert not desk.does("approve", "bo")
    assert desk.does("submit", "anna")
    assert not desk.does("submit", "anna")
    assert desk.does("return", "bo", "--reason", "rätta gränsen")
    assert not desk.does("approve", "bo"), "what was returned must be handed in anew"
    assert desk.does("submit", "anna")
    assert not desk.does("approve", "anna"), "her own"
    assert desk.does("approve", "bo")
    assert not desk.does("approve", "bo")
    assert not desk.does("review", "bo", "--until", "2020-01-01")
    assert not desk.publishes("--from", "igår")
    assert not desk.publishes("--from", "0001-01-01T00:00:00+14:00")
    assert not desk.publishes("--from", "2026-01-01T00:00:00+01:00")
    assert desk.state(capsys) == "approved"
    assert desk.publishes("--from", "2999-01-01T00:00:00+01:00")
    assert desk.state(capsys) == "scheduled"
    assert not desk.does("withdraw", "bo", "--reason", " ")
    assert not desk.does("withdraw", "bo", "--reason", "fel", "--rule", "x.b")
    assert desk.does("withdraw", "bo", "--reason", "fel", "--rule", "x.a")
    assert desk.does("withdraw", "bo", "--reason", "fel")
    assert not desk.does("withdraw", "bo", "--reason", "fel")
    assert not desk.publishes()
    assert desk.state(capsys) == "withdrawn"


def test_an_approval_may_be_taken_back_before_anything_is_published(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk.does("submit", "anna")
    assert desk.does("approve", "bo")
    assert desk.does("return", "bo", "--reason", "en rad till")
    assert desk.state(capsys) == "draft"
    assert not desk.publishes()


@pytest.mark.parametrize(
    "people",
    [
        [*DIRECTORY, {"person": "SE-X", "public_key": _raw(ANNA), "roles": ["approver"]}],
        [{"person": "SE-X", "public_key": "zz", "roles": ["author"]}],
        [{"person": "SE-X", "public_key": _raw(BO), "roles": ["king"]}],
        {"person": "SE-X"},
    ],
)
def test_a_list_of_signers_that_cannot_be_meant_is_refused(
    desk: Desk, capsys: pytest.CaptureFixture[str], people: Any
) -> None:
    desk.signers("odd.json", people)
    assert desk.state(capsys, "odd.json") == ""


def test_what_did_not_arrive_can_be_said_once_more(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RONDEN_PASSWORD", "x")
    nobody, out = "http://bo@127.0.0.1:1", desk.folder / "outlet"
    assert not desk.does("submit", "anna", "--to", nobody)
    assert desk.does("submit", "anna", "--to", out)
    assert desk.does("approve", "bo")
    blocked = desk.folder / "blocked"
    blocked.write_text("no folder")
    assert not desk.publishes("--to", blocked)
    assert desk.state(capsys) == "approved", "nothing is published that did not arrive"
    assert desk.publishes("--to", out)
    assert not desk.publishes("--to", out)
    assert "publicerat redan: Gäller" in capsys.readouterr().err
    assert not desk.does("withdraw", "bo", "--reason", "fel", "--to", nobody)
    assert desk.state(capsys) == "effective", "and nothing withdrawn"
    assert desk.does("withdraw", "bo", "--reason", "fel", "--to", out)
    assert desk.state(capsys) == "withdrawn"


def test_a_folder_takes_no_older_version_and_no_second_of_the_same(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    out = desk.folder / "outlet"
    assert desk.does("submit", "anna", "--to", out)
    assert desk.does("withdraw", "bo", "--reason", "fel", "--to", out)
    manifest = desk.folder / "content" / "manifest.yaml"
    manifest.write_text(manifest.read_text().replace("title: t", "title: annat"))
    twin = desk.folder / "twin.ronden"
    assert run("build", desk.folder / "content", "--out", desk.folder / "c.ronden") == 0
    assert desk.signs(desk.folder / "c.ronden", twin) == 0
    assert not desk.does("submit", "anna", "--to", out, package=twin)
    assert "inte nyare" in capsys.readouterr().err
    assert len(list(out.glob("*.ronden"))) == 1


def _packed(body: bytes) -> bytes:
    packed = zstandard.ZstdCompressor().compress(body)
    digest = hashlib.sha256(packed).hexdigest()
    head = {"name": "mini", "version": 1, "digest": digest}
    return b"RONDEN-CONTENT 1\n" + json.dumps(head).encode() + b"\n" + packed


def _labelled(**changed: object) -> bytes:
    label = {"name": "mini", "version": 1, "title": "t", "status": "d"}
    label |= {"effective_from": "2026-01-01", "review_by": "2028-01-01"}
    body = {"manifest": {**label, **changed}}
    return _packed(json.dumps(body).encode())


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"hej",
        b"RONDEN-CONTENT 1\n" + b"x" * 5000,
        _packed(b'{"manifest":{},"rules":' + b"[" * 100_000),
        _packed(b"[" + b" " * 1_000_000 + b"]"),
        _labelled(review_by="soon"),
        _labelled(effective_from="2026-02-30"),
        _labelled(version=0),
        _labelled(version=2**40),
    ],
)
def test_what_no_workstation_could_open_is_not_signed_handed_in_or_compared(
    desk: Desk, bad: bytes
) -> None:
    path = desk.folder / "bad.ronden"
    path.write_bytes(bad)
    assert desk.signs(path, desk.folder / "out.ronden") == 1
    assert not desk.does("submit", "anna", package=path)
    assert not desk.does("withdraw", "bo", "--reason", "fel", package=path)
    assert run("diff", path, desk.package) == 1


def test_two_hundred_megabytes_are_refused_unread(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.folder / "big.ronden"
    with path.open("wb") as file:
        file.write(b"RONDEN-CONTENT 1\n")
        file.truncate(200 * 1024 * 1024)

    def read(_path: Path) -> bytes:
        raise AssertionError("it was read")

    monkeypatch.setattr(Path, "read_bytes", read)
    assert run("diff", path, path) == 1
    assert not desk.does("submit", "anna", package=path)


def test_a_strangers_key_changes_nothing(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32)
    (desk.folder / "bo.pem").write_bytes(_pem(stranger))
    assert desk.does("submit", "anna")
    assert desk.does("approve", "bo"), "who holds the key is asked where the list of signers is"
    assert desk.state(capsys) == "in review"
    assert not desk.publishes()
    public = stranger.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (desk.folder / "bo.pem").write_bytes(public)
    assert not desk.does("approve", "bo"), "a public key signs nothing"
