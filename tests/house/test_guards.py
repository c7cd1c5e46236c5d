"""What Qt calls of ours is guarded: an exception that goes on through Qt may end the program."""

from __future__ import annotations

import ast
from pathlib import Path

from ui.kit.guard import called_by_qt

_UI = Path(__file__).parents[2] / "ui"


def _has_overrides(node: ast.ClassDef) -> bool:
    return bool(node.bases) and any(
        isinstance(each, ast.FunctionDef) and called_by_qt(each.name) for each in node.body
    )


def _is_guarded(node: ast.ClassDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "guarded" for each in node.decorator_list)


def test_every_class_with_methods_that_qt_calls_is_guarded() -> None:
    unguarded = [
        f"{path.relative_to(_UI)}:{node.lineno}"
        for path in sorted(_UI.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and _has_overrides(node) and not _is_guarded(node)
    ]
    assert unguarded == [], "put @guarded (ui.kit.guard) on them"
