"""``workstation content``: check, compare, build, sign and try clinical content."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from workstation.cli import content_exchange, content_lifecycle
from workstation.cli.content_figures import figures
from workstation.content import checking, packages, proposing, shipped
from workstation.content.cases import CaseProblem, answers, read_cases, remarks
from workstation.content.comparing import details, difference
from workstation.content.library import engine_of, library_of
from workstation.content.source import Content, read
from workstation.domain.problem import Problem
from workstation.domain.texts import _

_EXIT_MALFORMED = 2
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="content")
def command() -> None:
    """Clinical content: rules, drug lists and scores as one signed package."""


def _content(folder: Path | None) -> Content:
    return shipped.content() if folder is None else read(folder)


def _say(as_json: bool, told: dict[str, Any], line: str) -> None:
    click.echo(json.dumps(told, ensure_ascii=False, indent=1) if as_json else line)


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--content", "folder", type=_FOLDER, help="Another folder than the shipped content.")
@click.option("--json", "as_json", is_flag=True)
def evaluate(*, file: Path, folder: Path | None, as_json: bool) -> None:
    """Evaluate the cases in FILE, which come from no record."""
    try:
        raw = _bytes(file)
        cases = read_cases(raw)
    except CaseProblem as problem:
        click.echo(f"workstation: {problem.message}".replace("\n", " "), err=True)
        sys.exit(_EXIT_MALFORMED)
    engine = engine_of(_content(folder))
    for line in remarks(raw, cases, engine):
        click.echo(f"workstation: {line}", err=True)
    told = answers(engine, cases)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for name, cards in told.items():
        click.echo(name)
        for card in cards:
            mark = "!" if card["interruptive"] else " "
            click.echo(f"  {mark} {card['severity']:8} {card['category']:16} {card['text']}")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise CaseProblem(_("The file cannot be read.")) from None


@command.command()
@click.argument("folder", type=_FOLDER, required=False)
@click.option("--json", "as_json", is_flag=True)
def check(*, folder: Path | None, as_json: bool) -> None:
    """Check every row, and run the rows' own tests."""
    content = _content(folder)
    complaints = checking.complaints(content)
    told = {"rows": checking.count(content), "complaints": complaints}
    line = _("{rows} rows checked, {count} complaints.").format(
        rows=told["rows"], count=len(complaints)
    )
    _say(as_json, told, "\n".join([*complaints, line]))
    if complaints:
        sys.exit(1)


@command.command()
@click.argument("rule")
@click.option("--content", "folder", type=_FOLDER, help="Another folder than the shipped content.")
def propose(*, rule: str, folder: Path | None) -> None:
    """Propose tests for RULE around its own limits, for its author to read and keep."""
    content = _content(folder)
    found = next((one for one in content.rules if one.id == rule), None)
    if found is None:
        raise Problem(
            _("The package has no rule {rule}.").format(rule=rule), _("Check the spelling.")
        )
    tests = [msgspec.to_builtins(one) for one in proposing.proposed(found, library_of(content))]
    click.echo(json.dumps({rule: tests}, ensure_ascii=False, indent=1))


@command.command()
@click.argument("older", type=click.Path(exists=True, path_type=Path))
@click.argument("newer", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def diff(*, older: Path, newer: Path, as_json: bool) -> None:
    """Say which rows were added, changed and taken away, and what changed in a row."""
    before, after = _either(older), _either(newer)
    changes, told = difference(before, after), details(before, after)
    lines = []
    for sign, names in changes.items():
        for name in names:
            lines.append(f"{sign} {name}")
            if sign == "~":
                lines += [f"    {f.field}: {f.before} -> {f.after}" for f in told[name]]
    _say(as_json, dict(changes), "\n".join(lines) or _("No difference."))


def _either(path: Path) -> Content:
    if path.is_dir():
        return read(path)
    return packages.unchecked(packages.read(path))


@command.command()
@click.argument("folder", type=_FOLDER)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def build(*, folder: Path, out: Path) -> None:
    """Build a package; refused while a row's own test fails."""
    content = read(folder)
    if complaints := checking.complaints(content):
        raise Problem(
            _("The content has {count} complaints, the first is: {first}").format(
                count=len(complaints), first=complaints[0]
            ),
            _("Correct the rows and build again."),
        )
    raw = packages.build(content)
    out.write_bytes(raw)
    click.echo(
        _("Built {name} version {version}, {digest}.").format(
            name=content.manifest.name,
            version=content.manifest.version,
            digest=packages.digest(raw)[:16],
        )
    )


@command.command()
@click.argument("package", type=_FILE)
@click.option("--key", type=_FILE, required=True, help="Ed25519 private key in PEM.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def sign(*, package: Path, key: Path, out: Path) -> None:
    """Sign a built package."""
    raw = packages.read(package)
    packages.unchecked(raw)  # nobody signs what no workstation can open
    out.write_bytes(packages.signed(raw, packages.private_key(key.read_bytes())))
    click.echo(_("The package is signed."))


@command.command()
@click.argument("package", type=_FILE)
@click.option("--key", type=_FILE, required=True, help="Ed25519 public key in PEM.")
def verify(*, package: Path, key: Path) -> None:
    """Check a signed package and say what it is."""
    trusted = (packages.public_key(key.read_bytes()),)
    manifest = packages.opened(packages.read(package), trusted=trusted).manifest
    click.echo(f"{manifest.name} {manifest.version}: {manifest.title} ({manifest.status})")


for _part in (*content_lifecycle.COMMANDS, *content_exchange.COMMANDS):
    command.add_command(_part)
command.add_command(figures)
