"""What an author may get wrong, by hand or on purpose: told in words, never by a crash, never let through."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.content import checking
from workstation.content.source import ContentProblem, read

_MANIFEST = """\
name: mini
version: 1
title: Prov
status: draft
effective_from: "2026-01-01"
review_by: "2028-01-01"
"""
_ROW = (
    "- {{id: x.a, category: dose, problem: p, drug: a, grade: g, source: s, text: t, {rest},"
    " tests: [{{case: {{new_order: {{atc: N02BE01}}}}, expect: none}}]}}\n"
)
_FILES = {
    "manifest.yaml": _MANIFEST,
    "sets.yaml": "a: {atc: [N02BE01]}\n",
    "laboratory.yaml": '- {code: INR, name: INR, unit: "1"}\n',
    "rules/r.yaml": _ROW.format(rest="levels: [{severity: none}]"),
}


def told(folder: Path, **changed: str | bytes) -> str:
    """Return what is said of a small folder of content with some files changed."""
    files = _FILES | {name.replace("__", "/").replace("_y", ".y"): t for name, t in changed.items()}
    files = {name.replace("_csv", ".csv"): text for name, text in files.items()}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        return "\n".join(checking.complaints(read(folder)))
    except ContentProblem as problem:
        return problem.message


def rule(rest: str) -> dict[str, str | bytes]:
    return {"rules__r_yaml": _ROW.format(rest=rest)}


def manifest(**changed: str) -> dict[str, str | bytes]:
    lines = dict(line.split(": ", 1) for line in _MANIFEST.splitlines())
    return {"manifest_yaml": "".join(f"{k}: {v}\n" for k, v in {**lines, **changed}.items())}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"manifest_yaml": _MANIFEST.replace("Prov", "Läkemedel").encode("latin-1")},
            "manifest.yaml",
        ),
        ({"catalogue_csv": "atc;name\nN02BE01;Panodil förte\n".encode("latin-1")}, "catalogue.csv"),
        ({"sets_yaml": "a: {atc: [N02BE01]}\na: {atc: [C01AA05]}\n"}, "sets.yaml"),
        (rule("levels: [{severity: info}], levels: [{severity: none}]"), "r.yaml"),
        ({"rules__r_yaml": "42\n"}, "r.yaml"),
        ({"rules__r_yaml": "id: x\n"}, "r.yaml"),
        ({"allergies_yaml": "- a\n"}, "allergies.yaml"),
        ({"manifest_yaml": "- a\n"}, "manifest.yaml"),
        ({"tests__t_yaml": "- a\n"}, "t.yaml"),
        (manifest(effective_from="snart"), "snart"),
        (manifest(review_by="2026-02-30"), "manifest.yaml"),
        (manifest(review_by='"2025-01-01"'), "2025-01-01"),
        (manifest(version="0"), "version"),
        (manifest(version="-5"), "version"),
        (manifest(version="99999999999999999999999"), "version"),
        (manifest(name='""'), "name"),
        (manifest(name='"a\\nb"'), "name"),
        (manifest(name='"../../etc"'), "name"),
        ({"moved_csv": "old_code;new_codes\nA01AA01;A01AA02\nA01AA02;A01AA01\n"}, "A01AA01"),
        (rule("when: {any: []}, levels: [{severity: none}]"), "any"),
        (rule("when: {all: []}, levels: [{severity: none}]"), "all"),
        (
            rule("when: {at_least: {count: 0, of: [{sex: F}]}}, levels: [{severity: none}]"),
            "at_least",
        ),
        (
            rule("when: {at_least: {count: 2, of: [{sex: F}]}}, levels: [{severity: none}]"),
            "at_least",
        ),
        (
            rule("when: {at_least: {count: tre, of: [{sex: F}]}}, levels: [{severity: none}]"),
            "at_least",
        ),
        (rule('when: {lab: {code: INR, is: ">3", within: ny}}, levels: [{severity: none}]'), "lab"),
        (
            rule('when: {lab_change: {code: INR, is: ">3"}}, levels: [{severity: none}]'),
            "lab_change",
        ),
        (rule('when: {dose: ">1"}, levels: [{severity: none}]'), "dose"),
        (rule('when: {dose: ">1 tablett"}, levels: [{severity: none}]'), "tablett"),
        (rule('when: {dose_total: ">1 mmol"}, levels: [{severity: none}]'), "mmol"),
        (rule('when: {single_dose: ">1 ml"}, levels: [{severity: none}]'), "ml"),
        (rule('when: {dose_per_kg: ">1"}, levels: [{severity: none}]'), "dose_per_kg"),
        (rule('when: {age: "=>65"}, levels: [{severity: none}]'), "=>65"),
        (rule("when: {score: news2}, levels: [{severity: none}]"), "score"),
        (rule("when: {dx: []}, levels: [{severity: none}]"), "dx"),
        (rule("when: {on_drug: []}, levels: [{severity: none}]"), "on_drug"),
        ({"rules__r_yaml": _FILES["rules/r.yaml"].replace("text: t", "text: ' '")}, "no text"),
    ],
)
def test_it_is_told_in_words_and_cannot_be_built(
    tmp_path: Path, changed: dict[str, str | bytes], said: str
) -> None:
    assert said in told(tmp_path, **changed)


def test_what_is_right_is_not_complained_of(tmp_path: Path) -> None:
    assert told(tmp_path) == ""
