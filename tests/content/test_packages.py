"""Only whole packages from somebody trusted are used; malformed cases are one line."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workstation.cli import main
from workstation.content import checking, dose_times, packages, shipped
from workstation.content.comparing import difference
from workstation.domain.ids import HsaId

KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
STRANGER = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)


@pytest.fixture(scope="module")
def package() -> bytes:
    return packages.signed(packages.build(shipped.content()), KEY)


def test_the_shipped_content_has_no_complaints_and_says_what_it_is() -> None:
    content = shipped.content()
    assert checking.complaints(content) == []
    assert content.manifest.status == "demonstrationsinnehåll, ej kliniskt godkänt"
    assert len(content.catalogue) >= 400
    assert all(row.source for row in content.catalogue)
    assert all(rule.source for rule in content.rules)


def test_a_signed_package_opens_as_what_was_built(package: bytes) -> None:
    opened = packages.opened(package, trusted=[KEY.public_key()])
    assert difference(shipped.content(), opened) == {"+": [], "~": [], "-": []}


@pytest.mark.parametrize("fault", ["garbage", "truncated", "stranger", "old", "huge", "unsigned"])
def test_a_bad_package_is_refused(package: bytes, fault: str) -> None:
    raw = {
        "garbage": b"\x00" * 5000,
        "truncated": package[:-100],
        "stranger": packages.signed(package, STRANGER),
        "old": package,
        "huge": package + b"\x00" * (17 * 1024 * 1024),
        "unsigned": packages.build(shipped.content()),
    }[fault]
    newer_than = 1 if fault == "old" else None
    with pytest.raises(packages.Refused):
        packages.opened(raw, trusted=[KEY.public_key()], newer_than=newer_than)


@pytest.mark.parametrize(
    ("case", "field"),
    [
        ({"id": "c1", "patient": {"age": "old"}}, "patient.age"),
        ({"id": "c1", "patient": {"sex": "X"}}, "patient.sex"),
        ({"id": "c1", "labs": [{"code": "INR", "value": 2, "date": "yesterday"}]}, "labs[0].date"),
        ({"id": "c1", "new_order": {"name": "nothing"}}, "new_order"),
        ({"id": "c1", "patient": {"age": -3}}, "patient.age"),
    ],
)
def test_a_malformed_case_is_one_line_that_names_case_and_field(
    case: dict[str, object], field: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"as_of": "2026-03-02", "cases": [case]}), encoding="utf-8")

    with pytest.raises(SystemExit) as stopped:
        main(["content", "evaluate", str(file), "--json"])

    said = capsys.readouterr().err.strip().splitlines()
    assert stopped.value.code == 2
    assert len(said) == 1
    assert "c1" in said[0]
    assert field in said[0]


def test_standard_times_that_cannot_be_right_are_told_before_a_package_is_built() -> None:
    content = shipped.content()
    first = content.dose_times[0]
    wrong = msgspec.structs.replace(
        first,
        id="wrong",
        occasions=["08:00", "8:30"],
        times={"2": ["20:00", "08:00"], "3": ["08:00"]},
    )
    told = list(dose_times.faults(msgspec.structs.replace(content, dose_times=(first, wrong))))
    for fault in (
        "wrong: morning, noon, evening and night are four times",
        "wrong: occasions: a time is no HH:MM",
        "wrong: 2: the times are not in order",
        "wrong: 3: 1 times are told",
        "wrong: one to four doses a day need times",
        "wrong: everybody else has times already",
    ):
        assert fault in told
    municipal = dose_times.standards_of(content).of(HsaId("SE1"), "municipal")
    assert municipal.occasions[3].isoformat("minutes") == "20:00"
