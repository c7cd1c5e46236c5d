"""``workstation content submit, approve, return, publish, review, withdraw, status``."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from workstation.cli.content_outlet import outlet
from workstation.content import packages
from workstation.content.lifecycle import (
    CLOCK_TOLERANCE,
    Offer,
    Standing,
    State,
    in_the_way,
    standing,
    state_name,
)
from workstation.content.publishing import Outlet
from workstation.content.statements import (
    Act,
    BadStatement,
    Roster,
    Signed,
    Signer,
    Statement,
    from_lines,
    key_id,
    roster,
    sign_statement,
    to_line,
)
from workstation.domain.problem import Problem
from workstation.domain.texts import _

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_KEY = click.option("--key", type=_FILE, required=True, help="Ed25519 private key in PEM.")
_BY = click.option("--by", required=True, help="HSA id of the person who signs.")
_BESIDE = click.option(
    "--statements", type=click.Path(path_type=Path), help="Default: beside the package."
)
_SIGNERS = click.option(
    "--signers", type=_FILE, required=True, help="JSON list of those whose statements count."
)
_TO = click.option("--to", "target", default="", help="Where it is distributed from.")


def _kept(package: Path, beside: Path | None) -> Path:
    return beside or package.with_name(package.name + ".statements.ndjson")


def _statements(path: Path) -> tuple[Signed, ...]:
    return from_lines(path.read_bytes()) if path.is_file() else ()


def _roster(path: Path) -> Roster:
    try:
        return roster(msgspec.json.decode(path.read_bytes(), type=list[Signer]))
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadStatement(
            _("The list of signers cannot be read."), _("Choose another file.")
        ) from None


def _offer(raw: bytes) -> Offer:
    return Offer.of(packages.unchecked(raw).manifest, packages.digest(raw))


def _sign(act: Act, package: Path, beside: Path | None, key: Path, by: str, **more: Any) -> Signed:
    """Sign a statement about the package. It is kept when it has been delivered, never before:
    what did not arrive can be said once more.

    Raises:
        Problem: It would not count after what has been said already.
    """
    offer = _offer(packages.read(package))
    statement = Statement(
        act=act,
        package=offer.package,
        version=offer.version,
        digest=offer.digest,
        by=by,
        at=datetime.now(UTC),
        **more,
    )
    if fault := in_the_way(offer, _about(package, beside), statement):
        raise Problem(fault, _("See where it stands with workstation content status."))
    return sign_statement(statement, packages.private_key(key.read_bytes()))


def _keep(signed: Signed, package: Path, beside: Path | None) -> None:
    with _kept(package, beside).open("ab") as file:
        file.write(to_line(signed) + b"\n")


@click.command()
@click.argument("package", type=_FILE)
@_KEY
@_BY
@_TO
@_BESIDE
def submit(*, package: Path, key: Path, by: str, target: str, statements: Path | None) -> None:
    """Hand a built package in for review; with --to others read and approve it where they work."""
    raw = packages.read(package)
    if target and not packages.is_signed(raw):
        raise Problem(_("The package is not signed."), _("Sign it with workstation content sign."))
    signed = _sign(Act.SUBMIT, package, statements, key, by)
    if target:
        place = outlet(target)
        place.put_package(raw)
        place.put_statement(signed)
    _keep(signed, package, statements)
    click.echo(state_name(State.IN_REVIEW))


@click.command()
@click.argument("package", type=_FILE)
@_KEY
@_BY
@click.option("--decision", default="", help="The committee's number of the decision.")
@_BESIDE
def approve(*, package: Path, key: Path, by: str, decision: str, statements: Path | None) -> None:
    """Approve a package that somebody else has handed in."""
    handed_in = [s for s in _about(package, statements) if s.statement.act is Act.SUBMIT]
    if not handed_in:
        raise Problem(
            _("Nobody has handed this package in for review."), _("Let its author submit it.")
        )
    own_key = key_id(packages.private_key(key.read_bytes()).public_key())
    if any(by == s.statement.by or own_key == s.key for s in handed_in):
        raise Problem(
            _("The author cannot approve: another person must."), _("Ask somebody else to sign.")
        )
    signed = _sign(Act.APPROVE, package, statements, key, by, decision=decision)
    _keep(signed, package, statements)
    click.echo(state_name(State.APPROVED))


def _about(package: Path, beside: Path | None) -> list[Signed]:
    digest = packages.digest(packages.read(package))
    return [s for s in _statements(_kept(package, beside)) if s.statement.digest == digest]


@click.command(name="return")
@click.argument("package", type=_FILE)
@_KEY
@_BY
@click.option("--reason", required=True)
@_BESIDE
def give_back(*, package: Path, key: Path, by: str, reason: str, statements: Path | None) -> None:
    """Return a package to its author with a reason."""
    signed = _sign(Act.RETURN, package, statements, key, by, reason=reason)
    _keep(signed, package, statements)
    click.echo(state_name(State.DRAFT))


@click.command()
@click.argument("package", type=_FILE)
@_KEY
@_BY
@_SIGNERS
@click.option("--from", "start", default="", help="ISO time it is effective from; default now.")
@_TO
@_BESIDE
def publish(
    *,
    package: Path,
    key: Path,
    by: str,
    signers: Path,
    start: str,
    target: str,
    statements: Path | None,
) -> None:
    """Publish an approved and signed package, effective from a time."""
    place = outlet(target) if target else None
    if place is not None:
        _take_over(place, package, statements)
    found = _standing(package, statements, signers)
    if found.state in (State.SCHEDULED, State.EFFECTIVE, State.REVIEW_OVERDUE):
        raise Problem(
            _("The package is published already: {state}.").format(state=state_name(found.state)),
            _("A change is a new version."),
        )
    if found.state is not State.APPROVED:
        raise Problem(
            _("The package is not approved: {state}.").format(state=state_name(found.state)),
            " ".join(found.ignored) or _("Let another person than its author approve it."),
        )
    if not packages.is_signed(packages.read(package)):
        raise Problem(_("The package is not signed."), _("Sign it with workstation content sign."))
    effective = _time(start) if start else datetime.now(UTC)
    if effective < datetime.now(UTC) - CLOCK_TOLERANCE:
        raise Problem(
            _("{time} has passed.").format(time=start), _("Leave --from out to publish now.")
        )
    signed = _sign(Act.PUBLISH, package, statements, key, by, effective_from=effective)
    if place is not None:
        place.put_package(packages.read(package))
        for said in (*_about(package, statements), signed):
            place.put_statement(said)
    _keep(signed, package, statements)
    told = _("Published, effective from {time}.")
    click.echo(told.format(time=effective.isoformat(timespec="minutes")))


def _take_over(place: Outlet, package: Path, beside: Path | None) -> None:
    """Keep what others have said of the package where it is distributed from: an approval, say."""
    known = _about(package, beside)
    digest = packages.digest(packages.read(package))
    others = [s for s in place.statements() if s.statement.digest == digest and s not in known]
    with _kept(package, beside).open("ab") as file:
        file.writelines(to_line(signed) + b"\n" for signed in others)


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise Problem(
            _("{text} is no time.").format(text=text), _("Write 2026-03-02T08:00+01:00.")
        ) from None
    return time if time.tzinfo is not None else time.astimezone()


@click.command()
@click.argument("package", type=_FILE)
@_KEY
@_BY
@click.option("--rule", "rules", multiple=True, help="Only this rule; may be repeated.")
@click.option("--reason", required=True, help="Shown to those who saw the cards.")
@_TO
@_BESIDE
def withdraw(
    *,
    package: Path,
    key: Path,
    by: str,
    rules: tuple[str, ...],
    reason: str,
    target: str,
    statements: Path | None,
) -> None:
    """Withdraw a package, or single rules of it, at once: the version before it counts again."""
    known = packages.unchecked(packages.read(package)).rule_ids()
    if lost := [rule for rule in rules if rule not in known]:
        raise Problem(
            _("The package has no rule {rule}.").format(rule=lost[0]), _("Check the spelling.")
        )
    signed = _sign(Act.WITHDRAW, package, statements, key, by, rules=rules, reason=reason)
    if target:
        outlet(target).put_statement(signed)
    _keep(signed, package, statements)
    click.echo(state_name(State.WITHDRAWN))


@click.command()
@click.argument("package", type=_FILE)
@_KEY
@_BY
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True)
@_TO
@_BESIDE
def review(
    *, package: Path, key: Path, by: str, until: datetime, target: str, statements: Path | None
) -> None:
    """Say that a package was reviewed, and when it is to be next."""
    day: date = until.date()
    if target:
        _take_over(outlet(target), package, statements)
    signed = _sign(Act.REVIEW, package, statements, key, by, review_by=day)
    if target:
        outlet(target).put_statement(signed)
    _keep(signed, package, statements)
    click.echo(_("Next review: {day}.").format(day=day.isoformat()))


@click.command()
@click.argument("package", type=_FILE)
@_SIGNERS
@_BESIDE
@click.option("--json", "as_json", is_flag=True)
def status(*, package: Path, signers: Path, statements: Path | None, as_json: bool) -> None:
    """Say where a package stands, and who has signed what."""
    found = _standing(package, statements, signers)
    if as_json:
        click.echo(json.dumps(_plain(found), ensure_ascii=False, indent=1))
        return
    click.echo(f"{found.offer.package} {found.offer.version}: {state_name(found.state)}")
    for said in found.history:
        click.echo(f"  {said.at.isoformat(timespec='minutes')} {said.act.value} {said.by}")
    for why in found.ignored:
        click.echo(f"  - {why}")


def _standing(package: Path, beside: Path | None, signers: Path) -> Standing:
    return standing(
        _offer(packages.read(package)),
        _statements(_kept(package, beside)),
        trusted=_roster(signers),
        now=datetime.now(UTC),
    )


def _plain(found: Standing) -> dict[str, Any]:
    start = found.effective_from
    return {
        "package": found.offer.package,
        "version": found.offer.version,
        "digest": found.offer.digest,
        "state": found.state.value,
        "author": found.author,
        "approver": found.approver,
        "decision": found.decision,
        "effective_from": start.isoformat() if start else None,
        "review_by": found.review_by.isoformat() if found.review_by else None,
        "rules_off": sorted(found.rules_off),
        "ignored": list(found.ignored),
    }


COMMANDS = (submit, approve, give_back, publish, review, withdraw, status)
