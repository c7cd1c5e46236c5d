"""Each check lets good work pass and names what is wrong in bad work."""

from pathlib import Path

import pytest

from tests.house import check
from tests.house.catalogues import (
    Translated,
    Used,
    judge,
    read_catalogue,
    texts_in_catalogue,
    texts_in_python,
    texts_in_template,
)
from tests.house.committed import telltales
from tests.house.sizes import too_big
from workstation.locale.compile import compile_all


def _long_function(lines: int) -> str:
    return "def f() -> None:\n" + "    pass\n" * (lines - 1)


def _branching_function(branches: int) -> str:
    return "def f(x: int) -> None:\n" + "    if x:\n        pass\n" * branches


@pytest.mark.parametrize(
    "source",
    ["x = 1\n" * 500, _long_function(60), _branching_function(8), "async " + _long_function(60)],
)
def test_what_keeps_to_the_limits_passes(source: str) -> None:
    assert list(too_big("x.py", source)) == []


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("x = 1\n" * 501, "x.py: 501 lines, at most 500"),
        (_long_function(61), "x.py:1: f has 61 lines, at most 60"),
        (_branching_function(9), "x.py:1: f has 9 branches, at most 8"),
        ("async " + _branching_function(9), "x.py:1: f has 9 branches, at most 8"),
    ],
)
def test_what_is_too_big_is_named(source: str, complaint: str) -> None:
    assert list(too_big("x.py", source)) == [complaint]


def test_branches_of_an_inner_function_are_its_own() -> None:
    inner = "".join(f"    {line}\n" for line in _branching_function(5).splitlines())
    assert list(too_big("x.py", _branching_function(5) + inner)) == []


@pytest.mark.parametrize(
    "text",
    [
        "see https://" + "pypi" + ".org/simple",
        "--index" + "-url https://somewhere\n",
        "--find" + "-links folder\n",
        'open("/' + 'home/anna/notes.txt")',
        'open("/' + 'root/notes.txt")',
        'open("/' + 'tmp/notes.txt")',
    ],
)
def test_an_address_or_a_machines_path_is_named(text: str) -> None:
    assert len(list(telltales("x.py", text))) == 1


@pytest.mark.parametrize(
    "text", ["src/work/x", "GET /patients/{id}/root/x", "httpx==0.28", "/usr/bin/chromium"]
)
def test_what_is_no_telltale_passes(text: str) -> None:
    assert list(telltales("x.py", text)) == []


def test_texts_are_found_in_python() -> None:
    source = (
        '_("One" " text")\nngettext("{n} day", "{n} days", 2)\nX = texts.N_("Marked")\n'
        "_(LABEL[x])\n_(LABEL.get(x, y))\n"
    )
    found = texts_in_python("x.py", source)
    assert [text.key for text in found.used] == [
        ("One text",),
        ("{n} day", "{n} days"),
        ("Marked",),
    ]
    assert found.complaints == []


@pytest.mark.parametrize(
    "call", ['_(f"Hello {name}")', '_("Hello " + name)', '_("{x}".format(x=1))']
)
def test_a_text_that_is_put_together_is_named(call: str) -> None:
    assert len(texts_in_python("x.py", call).complaints) == 1


def test_texts_are_found_in_templates() -> None:
    source = '<h1>{{ _("Notes") }}</h1><p>{{ ngettext("{n} note", "{n} notes", n) }}</p>'
    found = texts_in_template("x.html", source)
    assert [text.key for text in found.used] == [("Notes",), ("{n} note", "{n} notes")]


def _used(*key: str) -> Used:
    return Used(key=key, where="x.py:1")


def _translated(english: str, swedish: str) -> Translated:
    return Translated(key=(english,), swedish=(swedish,), where="x.po")


@pytest.mark.parametrize(
    ("used", "translated", "complaint"),
    [
        ([_used("Sign")], [], "x.py:1: no Swedish: 'Sign'"),
        ([_used("Sign")], [_translated("Sign", " ")], "x.po: no Swedish: 'Sign'"),
        ([], [_translated("Sign", "Signera")], "x.po: used nowhere: 'Sign'"),
        (
            [_used("By {name}")],
            [_translated("By {name}", "Av {namn}")],
            "x.po: other placeholders: 'By {name}' → 'Av {namn}'",
        ),
        (
            [_used("By %(name)s")],
            [_translated("By %(name)s", "Av %(namn)s")],
            "x.po: other placeholders: 'By %(name)s' → 'Av %(namn)s'",
        ),
        (
            [_used("Sign")],
            [_translated("Sign", "Signera"), _translated("Sign", "Underteckna")],
            "x.po: another Swedish than in x.po: 'Sign'",
        ),
    ],
)
def test_a_text_without_its_swedish_is_named(
    used: list[Used], translated: list[Translated], complaint: str
) -> None:
    assert list(judge(used, translated)) == [complaint]


def test_a_text_with_its_swedish_passes() -> None:
    assert list(judge([_used("By {name}")], [_translated("By {name}", "Av {name}")])) == []


def test_fuzzy_and_obsolete_entries_are_named(tmp_path: Path) -> None:
    path = tmp_path / "x.po"
    path.write_text(
        '#, fuzzy\nmsgid "Sign"\nmsgstr "Signera"\n\n#~ msgid "Old"\n#~ msgstr "Gammal"\n',
        encoding="utf-8",
    )
    entries = list(texts_in_catalogue("x.po", read_catalogue(path)))
    complaints = [entry for entry in entries if isinstance(entry, str)]
    assert complaints == ["x.po: obsolete: 'Old'", "x.po: fuzzy: 'Sign'"]


def test_a_compiled_catalogue_goes_when_its_source_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "sv"
    folder.mkdir()
    (folder / "old.mo").write_bytes(b"")
    (folder / "new.po").write_text('msgid "Sign"\nmsgstr "Signera"\n', encoding="utf-8")
    assert [path.name for path in compile_all(tmp_path)] == ["new.mo"]
    assert sorted(path.name for path in folder.iterdir()) == ["new.mo", "new.po"]


def test_a_broken_catalogue_stops_the_build(tmp_path: Path) -> None:
    broken = tmp_path / "sv" / "broken.po"
    broken.parent.mkdir()
    broken.write_text("this is no catalogue\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"broken\.po"):
        list(compile_all(tmp_path))


def test_a_check_that_does_not_exist_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["dance"]) == 2
    assert capsys.readouterr().out.startswith("No such check: dance. There are: format, lint,")


def test_a_check_that_fails_says_all_it_has_to_say(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(check.CHECKS, "committed", lambda: (False, "x.py:1: a path"))
    assert check.main(["committed"]) == 1
    first, second, last = capsys.readouterr().out.splitlines()
    assert first.startswith("FAILED  committed")
    assert (second, last) == ("x.py:1: a path", "Failed: committed")
