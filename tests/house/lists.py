"""What is written must be listed: explicit tuples, not discovery, and none forgotten.

For each sort of part: the files that are one, and the file that must import them.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A sort of part. ``listing`` are the files that may name it, relative to the parts' folder."""

    sort: str
    folders: str
    parts: str
    listing: tuple[str, ...]
    is_part: Callable[[Path], bool] = lambda path: path.stem != "__init__"


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _has_kinds(path: Path) -> bool:
    targets = (
        target
        for node in _tree(path).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    )
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    return "KINDS" in names and path.stem != "kinds"


def _has_operation(path: Path) -> bool:
    functions = (
        n for n in _tree(path).body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return path.stem != "__init__" and any(node.name == path.stem for node in functions)


def _is_screen(path: Path) -> bool:
    return path.is_dir() and any(path.glob("*.py"))


LISTS: tuple[Listed, ...] = (
    Listed(
        sort="kind of record",
        folders="workstation/domain",
        parts="*.py",
        listing=("kinds.py",),
        is_part=_has_kinds,
    ),
    Listed(
        sort="operation",
        folders="workstation/operations",
        parts="*.py",
        listing=("../app.py", "../app/*.py"),
        is_part=_has_operation,
    ),
    Listed(
        sort="screen",
        folders="ui/screens",
        parts="*",
        # The login comes before any place: the window itself opens it.
        listing=("../shell/screens.py", "../shell/window.py"),
        is_part=_is_screen,
    ),
    Listed(
        sort="migration",
        folders="**/migrations",
        parts="m[0-9]*.py",
        listing=("__init__.py",),
    ),
    Listed(
        sort="predicate",
        folders="workstation/decision_support/predicates",
        parts="*.py",
        listing=("__init__.py",),
    ),
)


def imported(path: Path, root: Path) -> Iterator[str]:
    """Yield the dotted name of everything that ``path`` imports, modules and what is in them."""
    package = path.parent.resolve().relative_to(root.resolve()).parts
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def forgotten(root: Path, listed: Listed) -> Iterator[str]:
    """Yield the parts of one sort under ``root`` that no listing file imports.

    Where there is no listing file at all nothing uses the parts yet, and none is forgotten.
    """
    for folder in sorted(root.glob(listed.folders)):
        parts = [part for part in sorted(folder.glob(listed.parts)) if listed.is_part(part)]
        listings = [path for place in listed.listing for path in folder.glob(place)]
        if not listings:
            continue
        known = {name for path in listings for name in imported(path, root)}
        for part in parts:
            dotted = ".".join(part.relative_to(root).with_suffix("").parts)
            if not any(name == dotted or name.startswith(f"{dotted}.") for name in known):
                place = part.relative_to(root).as_posix()
                yield f"{listed.sort} {place} is not listed in {listed.listing[0]}"
