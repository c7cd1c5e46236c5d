"""An author does it all from the command line; another person must approve."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workstation.cli import main
from workstation.content.publishing import FolderOutlet
from workstation.content.statements import from_lines

ANNA, BO = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))


MINI = {
    "manifest.yaml": 'name: mini\nversion: 1\ntitle: t\nstatus: d\neffective_from: "2026-01-01"\n'
    'review_by: "2028-01-01"\n',
    "sets.yaml": "a: {atc: [N02BE01]}\n",
    "laboratory.yaml": '- {code: INR, name: INR, unit: "1"}\n',
    "rules/r.yaml": "- {id: x.a, category: dose, problem: p, drug: a, grade: g, source: s, text: t,"
    ' levels: [{if: {dose: ">1 g"}, severity: info}, {severity: none}]}\n',
    "tests/t.yaml": "x.a:\n"
    "  - {expect: info, case: {new_order: {atc: N02BE01, dose_per_day: {value: 2, unit: g}}}}\n"
    "  - {expect: none, case: {new_order: {atc: N02BE01, dose_per_day: {value: 1, unit: g}}}}\n",
}
"""A folder of content with one rule."""


def run(*words: object) -> int:
    try:
        main(["content", *(str(word) for word in words)])
    except SystemExit as stopped:
        return stopped.code if isinstance(stopped.code, int) else 1
    return 0


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _raw(key: Ed25519PrivateKey) -> str:
    public = key.public_key()
    return public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "anna.pem").write_bytes(_pem(ANNA))
    (tmp_path / "bo.pem").write_bytes(_pem(BO))
    signers = [
        {"person": "SE-ANNA", "public_key": _raw(ANNA), "roles": ["author", "approver"]},
        {"person": "SE-BO", "public_key": _raw(BO), "roles": ["approver"]},
    ]
    (tmp_path / "signers.json").write_text(json.dumps(signers))
    for name, text in MINI.items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_a_package_is_built_judged_by_another_published_and_partly_withdrawn(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package, signed, out = desk / "a.ronden", desk / "b.ronden", desk / "server"
    anna = ("--key", desk / "anna.pem", "--by", "SE-ANNA")
    bo = ("--key", desk / "bo.pem", "--by", "SE-BO")
    signers = ("--signers", desk / "signers.json")

    assert run("build", desk / "content", "--out", package) == 0
    assert run("sign", package, "--key", desk / "anna.pem", "--out", signed) == 0
    assert run("approve", signed, *bo) == 1  # nobody has handed it in
    assert run("publish", signed, *bo, *signers, "--to", out) == 1
    assert run("submit", signed, *anna) == 0
    assert run("approve", signed, *anna) == 1  # her own
    assert run("approve", signed, *bo, "--decision", "LK 2026:14") == 0
    assert run("publish", signed, *bo, *signers, "--to", out) == 0
    assert run("withdraw", signed, *bo, "--rule", "x.no-such", "--reason", "fel") == 1
    rule = ("--rule", "x.a")
    assert run("withdraw", signed, *bo, *rule, "--reason", "fel", "--to", out) == 0

    capsys.readouterr()
    assert run("status", signed, *signers, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["author"], told["approver"]) == ("effective", "SE-ANNA", "SE-BO")
    assert told["decision"] == "LK 2026:14"
    assert told["rules_off"] == ["x.a"]
    assert len(list(out.glob("*.ronden"))) == 1
    assert len((out / "statements.ndjson").read_bytes().splitlines()) == 4


def test_two_versions_are_compared_field_by_field(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    newer = desk / "newer"
    shutil.copytree(desk / "content", newer)
    rule = newer / "rules" / "r.yaml"
    rule.write_text(rule.read_text().replace("text: t", "text: Högst 1 g"))
    assert run("diff", desk / "content", newer) == 0
    assert capsys.readouterr().out == "~ x.a\n    text: t -> Högst 1 g\n"
    assert run("diff", newer, newer) == 0


def test_an_unsigned_package_is_not_published(desk: Path) -> None:
    package = desk / "a.ronden"
    assert run("build", desk / "content", "--out", package) == 0
    assert run("submit", package, "--key", desk / "anna.pem", "--by", "SE-ANNA") == 0
    bo = ("--key", desk / "bo.pem", "--by", "SE-BO")
    assert run("approve", package, *bo) == 0
    assert run("publish", package, *bo, "--signers", desk / "signers.json") == 1
    assert run("return", package, *bo, "--reason", "för tidigt") == 0


def test_what_was_handed_in_and_approved_elsewhere_is_published_from_here(desk: Path) -> None:
    package, signed, out = desk / "a.ronden", desk / "b.ronden", desk / "server"
    anna = ("--key", desk / "anna.pem", "--by", "SE-ANNA")
    bo = ("--key", desk / "bo.pem", "--by", "SE-BO")
    assert run("build", desk / "content", "--out", package) == 0
    assert run("submit", package, *anna, "--to", out) == 1  # nobody has signed it
    assert run("sign", package, "--key", desk / "anna.pem", "--out", signed) == 0
    assert run("submit", signed, *anna, "--to", out) == 0

    elsewhere = desk / "elsewhere.ndjson"
    elsewhere.write_bytes((out / "statements.ndjson").read_bytes())
    assert run("approve", signed, *bo, "--statements", elsewhere) == 0
    outlet = FolderOutlet(out)
    for statement in from_lines(elsewhere.read_bytes()):
        outlet.put_statement(statement)

    assert run("publish", signed, *bo, "--signers", desk / "signers.json", "--to", out) == 0
    acts = [statement.statement.act for statement in outlet.statements()]
    assert acts == ["submit", "approve", "publish"]
