"""Every text a person sees has its Swedish, with the same placeholders, and no Swedish is left over."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from tests.house.tree import PACKAGES, ROOT, files, sources, text_of

LANGUAGE = "sv"
_CALLS = {"_": 1, "N_": 1, "gettext": 1, "ngettext": 2}
_IN_TEMPLATE = re.compile(r"%\((\w+)\)")
_TEMPLATES = (".html", ".txt", ".jinja", ".j2", ".xml")


@dataclass(frozen=True, kw_only=True)
class Used:
    """A text in the source. ``key`` is its one form, or singular and plural."""

    key: tuple[str, ...]
    where: str


@dataclass(frozen=True, kw_only=True)
class Translated:
    """A text in a catalogue. ``swedish`` has as many forms as the language for a plural, else one."""

    key: tuple[str, ...]
    swedish: tuple[str, ...]
    where: str


@dataclass(kw_only=True)
class Findings:
    used: list[Used] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def texts_in_python(where: str, source: str) -> Findings:
    """Find the calls that take a text; a text that is put together cannot be found and is a complaint."""
    found = Findings()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or (forms := _CALLS.get(_name_of(node.func), 0)) == 0:
            continue
        place = f"{where}:{node.lineno}"
        texts = [
            arg.value
            for arg in node.args[:forms]
            if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if len(texts) == forms:
            found.used.append(Used(key=tuple(texts), where=place))
        elif any(_is_put_together(arg) for arg in node.args[:forms]):
            name = _name_of(node.func)
            found.complaints.append(
                f"{place}: a text is put together inside {name}(); format it after"
            )
    return found


def _is_put_together(text: ast.expr) -> bool:
    """Looking a marked text up in a table is fine; making one on the spot is not."""
    if isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute):
        return isinstance(text.func.value, ast.Constant | ast.JoinedStr)
    return isinstance(text, ast.JoinedStr | ast.BinOp)


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def texts_in_template(where: str, source: str) -> Findings:
    found = Findings()
    options = {"encoding": "utf-8", "silent": "false"}
    for line, call, message, _ in babel_extract(
        BytesIO(source.encode()), list(_CALLS), [], options
    ):
        texts = message if isinstance(message, tuple) else (message,)
        key = tuple(text for text in texts[: _CALLS.get(call, 0)] if text)
        if key:
            found.used.append(Used(key=key, where=f"{where}:{line}"))
    return found


def texts_in_catalogue(where: str, catalogue: Catalog) -> Iterator[Translated | str]:
    """Yield every text of ``catalogue``, or a complaint about it."""
    yield from (f"{where}: obsolete: {key!r}" for key in catalogue.obsolete)
    for message in catalogue:
        if not message.id:
            continue
        entry = Translated(key=_forms(message.id), swedish=_forms(message.string), where=where)
        if message.fuzzy:
            yield f"{where}: fuzzy: {entry.key[0]!r}"
        yield entry


def _forms(text: object) -> tuple[str, ...]:
    if isinstance(text, list | tuple):
        return tuple(str(form) for form in text)
    return (str(text or ""),)


def placeholders(text: str) -> frozenset[str]:
    """Return the names in braces and, as templates have them, in %(name)s; a stray brace is "?"."""
    in_template = _IN_TEMPLATE.findall(text)
    try:
        in_braces = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        in_braces = ["?"]
    return frozenset(in_template + in_braces)


def judge(used: list[Used], translated: list[Translated]) -> Iterator[str]:
    """Yield what is missing, empty, left over, doubled or has other placeholders than its source."""
    swedish: dict[tuple[str, ...], Translated] = {}
    for entry in translated:
        first = swedish.setdefault(entry.key, entry)
        if first.swedish != entry.swedish:
            yield f"{entry.where}: another Swedish than in {first.where}: {entry.key[0]!r}"
        if not all(form.strip() for form in entry.swedish):
            yield f"{entry.where}: no Swedish: {entry.key[0]!r}"
        elif placeholders(entry.swedish[-1]) != placeholders(entry.key[-1]):
            yield f"{entry.where}: other placeholders: {entry.key[-1]!r} → {entry.swedish[-1]!r}"
    known = {text.key for text in used}
    for text in {text.key: text for text in used}.values():
        if text.key not in swedish:
            yield f"{text.where}: no Swedish: {text.key[0]!r}"
    yield from (
        f"{entry.where}: used nowhere: {key[0]!r}"
        for key, entry in swedish.items()
        if key not in known
    )


def read_catalogue(path: Path) -> Catalog:
    with (ROOT / path).open("rb") as stream:
        return read_po(stream, locale=LANGUAGE, abort_invalid=True)


def complaints() -> list[str]:
    findings = [
        texts_in_python(str(path), text_of(path)) for path in sources(".py", under=PACKAGES)
    ]
    findings += [
        texts_in_template(str(path), text_of(path)) for path in sources(*_TEMPLATES, under=PACKAGES)
    ]
    entries = [
        entry
        for path in files()
        if path.suffix == ".po" and path.parent.name == LANGUAGE
        for entry in texts_in_catalogue(str(path), read_catalogue(path))
    ]
    used = [text for found in findings for text in found.used]
    wrong = [complaint for found in findings for complaint in found.complaints]
    wrong += [entry for entry in entries if isinstance(entry, str)]
    wrong += judge(used, [entry for entry in entries if isinstance(entry, Translated)])
    return sorted(wrong)
