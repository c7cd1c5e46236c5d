"""No file above 500 lines, no function above 60, none with more than 8 branches."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import sources, text_of

FILE_LINES = 500
FUNCTION_LINES = 60
BRANCHES = 8

Function = ast.FunctionDef | ast.AsyncFunctionDef
_BRANCHING = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case)


def branches(function: Function) -> int:
    """Count the branching statements of ``function``, not those of functions or classes inside it."""
    return sum(isinstance(node, _BRANCHING) for node in _own_nodes(function))


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(
            child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
        ):
            yield child
            yield from _own_nodes(child)


def too_big(where: str, source: str) -> Iterator[str]:
    """Yield a line for every limit that the Python ``source`` breaks."""
    if (lines := source.count("\n")) > FILE_LINES:
        yield f"{where}: {lines} lines, at most {FILE_LINES}"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            place = f"{where}:{node.lineno}: {node.name}"
            if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES:
                yield f"{place} has {lines} lines, at most {FUNCTION_LINES}"
            if (count := branches(node)) > BRANCHES:
                yield f"{place} has {count} branches, at most {BRANCHES}"


def longest(count: int = 5) -> list[tuple[int, Path]]:
    """Return the longest sources, longest first."""
    sized = (
        (text_of(path).count("\n"), path) for path in sources(".py", ".js", ".css", ".qss", ".html")
    )
    return sorted(sized, key=lambda entry: (-entry[0], entry[1]))[:count]


def complaints() -> list[str]:
    found = [
        complaint for path in sources(".py") for complaint in too_big(str(path), text_of(path))
    ]
    others = ((text_of(path).count("\n"), path) for path in sources(".js", ".css", ".qss", ".html"))
    return found + [
        f"{path}: {lines} lines, at most {FILE_LINES}"
        for lines, path in others
        if lines > FILE_LINES
    ]
