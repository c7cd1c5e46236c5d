"""Commands with something wrong in them: one clear line, nothing on the output, and not zero."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation import cli
from workstation.cli import main
from workstation.domain.texts import DEFAULT_LANGUAGE, use_language

NOWHERE = "postgresql://nobody:secretword@127.0.0.1:1/none"
WRONG: dict[str, tuple[str, ...]] = {
    "a port that is none": ("serve", "--port", "99999999", "{store}"),
    "a port below all": ("serve", "--port", "-1", "{store}"),
    "a certificate that is none": (
        "serve", "--tls-cert", "{rubbish}", "--tls-key", "{rubbish}", "{store}",
    ),
    "half of a certificate": ("serve", "--tls-cert", "{rubbish}", "{store}"),
    "everybody's network in clear": ("serve", "--host", "0.0.0.0", "{store}"),
    "a database that does not answer": ("serve", "--db", NOWHERE),
    "another that does not answer": ("generate", "--patients", "1", "--db", NOWHERE),
    "an address that cannot be read": ("serve", "--db", "postgresql://bad:url:secretword"),
    "a database of another make": ("serve", "--db", "mysql://x:secretword@y/z", "--key-file", "{key}"),
    "an unknown kind of answer": ("serve", "--content-signers", "{rubbish}", "{store}"),
    "a folder nobody may make": ("generate", "--patients", "1", "--out", "{rubbish}/below"),
    "a day before there were numbers": (
        "generate", "--patients", "1", "--as-of", "1800-01-01", "--out", "{new}",
    ),
    "a day after all": ("generate", "--patients", "1", "--as-of", "9999-12-31", "--out", "{new}"),
    "nobody at all": ("generate", "--patients", "0", "{store}"),
    "fewer than nobody": ("generate", "--patients", "-1", "{store}"),
    "too many": ("generate", "--patients", "99999999999", "{store}"),
    "a unit that is none": ("import", "{rubbish}", "--unit", "xyz", "{store}"),
    "a unit without a name": ("import", "{rubbish}", "--unit", "", "{store}"),
    "a source that is no address": ("import", "{rubbish}", "--source", "not a url", "{store}"),
    "no log to look at": ("audit", "verify", "{store}"),
    "no reports to look at": ("incidents", "{store}"),
    "nobody to write out": ("export", "--out", "{new}", "{store}"),
    "a patient that is no id": ("audit", "extract", "--patient", "191212121212", "{store}"),
    "no such command": ("restoer",),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_with_a_command_is_one_clear_line(
    wrong: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cli, "harden", lambda: None)  # this process goes on
    rubbish = tmp_path / "rubbish"
    rubbish.write_bytes(b"neither a certificate nor a key\n")
    named = {
        "{rubbish}": rubbish,
        "{key}": tmp_path / "a.key",
        "{new}": tmp_path / "new",
    }
    store = ["--db", str(tmp_path / "a.db"), "--key-file", str(tmp_path / "a.key")]
    arguments: list[str] = ["--language", "en"]
    for word in WRONG[wrong]:
        whole = {"{store}": store}.get(word)
        arguments += whole or [_filled(word, named)]

    with pytest.raises(SystemExit) as ended:
        try:
            main(arguments)
        finally:
            use_language(DEFAULT_LANGUAGE)

    said = capfd.readouterr()
    assert ended.value.code in (1, 2)
    assert said.err.startswith("workstation: ")
    assert said.err.count("\n") == 1, said.err
    assert said.out == ""
    assert "secretword" not in said.err
    assert {path.name for path in tmp_path.iterdir()} <= {"rubbish", "a.key", "a.db.serving"}


def _filled(word: str, named: dict[str, Path]) -> str:
    for name, path in named.items():
        word = word.replace(name, str(path))
    return word
