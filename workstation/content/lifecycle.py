"""Where a package stands, and which one is in force: pure functions of signed statements and time.

Draft, in review, approved (by another person than the author), scheduled, effective, withdrawn.
A package whose day of review has passed stays in force and says so: safety rules are never
turned off because they are old. The same statements give the same answer on every machine,
in whatever order they came.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from workstation.content.source import Manifest
from workstation.content.statements import (
    Act,
    BadStatement,
    Roster,
    Signed,
    Statement,
    check_statement,
)
from workstation.domain.texts import N_, _

CLOCK_TOLERANCE = timedelta(minutes=10)
"""How far behind the last signed time a clock may stand before it is called wrong."""


class State(StrEnum):
    """A package's stage; ``REVIEW_OVERDUE`` is in force like ``EFFECTIVE``, and marked."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    EFFECTIVE = "effective"
    REVIEW_OVERDUE = "review overdue"
    WITHDRAWN = "withdrawn"


STATE_NAMES = {
    State.DRAFT: N_("Content: draft"),
    State.IN_REVIEW: N_("Content: in review"),
    State.APPROVED: N_("Content: approved"),
    State.SCHEDULED: N_("Content: scheduled"),
    State.EFFECTIVE: N_("Content: in force"),
    State.REVIEW_OVERDUE: N_("Content: in force, review overdue"),
    State.WITHDRAWN: N_("Content: withdrawn"),
}


def state_name(state: State) -> str:
    """Return the stage in the reader's language."""
    return _(STATE_NAMES[state])


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A package as its label says: enough to judge it without opening it."""

    package: str
    version: int
    digest: str
    review_by: date | None = None

    @classmethod
    def of(cls, manifest: Manifest, digest: str) -> Offer:
        """Return the offer of a package that has been opened."""
        return cls(
            package=manifest.name,
            version=manifest.version,
            digest=digest,
            review_by=date.fromisoformat(manifest.review_by) if manifest.review_by else None,
        )


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where one package stands at one moment.

    ``rules_off``: rules withdrawn while the rest stays. ``ignored``: why statements did not
    count, for the reader. ``history``: the statements that did, in order.
    """

    offer: Offer
    state: State = State.DRAFT
    author: str = ""
    approver: str = ""
    decision: str = ""
    effective_from: datetime | None = None
    review_by: date | None = None
    rules_off: frozenset[str] = frozenset()
    reason: str = ""
    history: tuple[Statement, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def in_force(self) -> bool:
        """Does it count at this moment?"""
        return self.state in (State.EFFECTIVE, State.REVIEW_OVERDUE)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a workstation uses now, and what comes next. None: nothing has been published.

    ``tried``: the one to run unseen beside it, so that whoever approves it knows how much it says:
    what comes next, else the newest that is being judged.
    """

    current: Standing | None = None
    pending: tuple[Standing, ...] = ()
    tried: Standing | None = None
    clock_is_wrong: bool = False


def standing(
    offer: Offer, statements: Iterable[Signed], *, trusted: Roster, now: datetime
) -> Standing:
    """Return where a package stands at ``now``.

    Statements of other packages are passed over; those that do not count (a stranger, an
    approver who is the author, approval of what nobody handed in) are told in ``ignored``.
    """
    counted, ignored = _counted(offer, statements, trusted)
    found = Standing(offer=offer, review_by=offer.review_by)
    for statement in counted:
        fault = _fault(found, statement)
        if fault:
            ignored = (*ignored, fault)
        else:
            found = _after(found, statement)
    return replace(found, state=_timed(found, now), ignored=ignored)


def choose(
    offers: Iterable[Offer],
    statements: Sequence[Signed],
    *,
    trusted: Roster,
    now: datetime,
    last_seen: datetime | None = None,
    newest_used: int = 0,
) -> Choice:
    """Return the package in force and those to come, of all that lie on this machine.

    The highest version in force wins. ``newest_used`` is the highest version ever used here:
    an older one is only gone back to when the newer was withdrawn. ``last_seen`` is the last
    time that somebody else signed: a clock set back does not bring an older package back.
    """
    moment, wrong = safe_now(now, last_seen)
    all_standings = [standing(offer, statements, trusted=trusted, now=moment) for offer in offers]
    # Two packages that call themselves the same version are the same choice on every machine.
    standings = sorted(all_standings, key=lambda one: (one.offer.version, one.offer.digest))
    withdrawn = {one.offer.version for one in standings if one.state is State.WITHDRAWN}
    in_force = [one for one in standings if one.in_force]
    allowed = [
        one for one in in_force if one.offer.version >= newest_used or newest_used in withdrawn
    ]
    current = allowed[-1] if allowed else None
    above = current.offer.version if current is not None else 0
    later = [one for one in standings if one.offer.version > above]
    pending = [one for one in later if one.state is State.SCHEDULED]
    judged = [one for one in later if one.state in (State.IN_REVIEW, State.APPROVED)]
    return Choice(
        current=current,
        pending=tuple(pending),
        tried=next(iter((*pending, *reversed(judged))), None),
        clock_is_wrong=wrong,
    )


def next_switch(choice: Choice) -> datetime | None:
    """Return when the choice changes next by the clock alone, None when nothing is scheduled."""
    times = [one.effective_from for one in choice.pending if one.effective_from is not None]
    return min(times) if times else None


def safe_now(now: datetime, last_seen: datetime | None) -> tuple[datetime, bool]:
    """Return the time to judge by, and whether this machine's clock has gone backwards.

    Time never runs back behind what others have signed.
    """
    if last_seen is None or now >= last_seen:
        return now, False
    return last_seen, last_seen - now > CLOCK_TOLERANCE


def last_signed(statements: Iterable[Signed], *, trusted: Roster) -> datetime | None:
    """Return the latest time that somebody trusted has signed, None when nobody has."""
    times: list[datetime] = []
    for signed in statements:
        try:
            times.append(check_statement(signed, trusted).at)
        except BadStatement:
            continue
    return max(times) if times else None


def _counted(
    offer: Offer, statements: Iterable[Signed], trusted: Roster
) -> tuple[list[Statement], tuple[str, ...]]:
    counted: dict[bytes, Statement] = {}
    ignored: list[str] = []
    for signed in statements:
        said = signed.statement
        if (said.package, said.version, said.digest) != (
            offer.package,
            offer.version,
            offer.digest,
        ):
            continue
        try:
            counted[bytes.fromhex(signed.signature)] = check_statement(signed, trusted)
        except (BadStatement, ValueError) as problem:
            ignored.append(problem.message if isinstance(problem, BadStatement) else "")
    order = list(Act)
    whole = sorted(
        counted.values(),
        key=lambda one: (one.at.astimezone(UTC), order.index(one.act), one.by, one.reason),
    )
    return whole, tuple(dict.fromkeys(text for text in ignored if text))


def _fault(found: Standing, said: Statement) -> str:
    """Say why a statement does not count after what came before it; empty when it does."""
    approved = found.state in (State.APPROVED, State.SCHEDULED)
    match said.act:
        case Act.SUBMIT if found.state is not State.DRAFT:
            return _("It was handed in for review twice.")
        case Act.APPROVE if found.state is not State.IN_REVIEW:
            return _("It was judged without being handed in for review.")
        case Act.RETURN if found.state not in (State.IN_REVIEW, State.APPROVED):
            return _("It was judged without being handed in for review.")
        case Act.APPROVE if said.by == found.author:
            return _("The author cannot approve: another person must.")
        case Act.PUBLISH if not approved:
            return _("It was published without being approved.")
        case Act.REVIEW if not approved:
            return _("It was reviewed without being approved.")
        case _:
            return _("It is withdrawn already.") if found.state is State.WITHDRAWN else ""


def in_the_way(offer: Offer, earlier: Iterable[Signed], said: Statement) -> str:
    """Return why a statement about to be signed would not count after those that are known.

    Empty where it would. Whose word counts is asked elsewhere; this is about the order, so that
    nobody is told "approved" of what is no longer in review.
    """
    found = Standing(offer=offer)
    before = [one.statement for one in earlier if one.statement.digest == offer.digest]
    for statement in sorted(before, key=lambda one: one.at.astimezone(UTC)):
        if not _fault(found, statement):
            found = _after(found, statement)
    latest = max((one.at for one in before), default=said.at)
    if (
        said.at < latest and said.act is not Act.WITHDRAW
    ):  # it would be sorted before what it answers, and not count
        return _("This computer's clock is before {time}, when somebody signed last.").format(
            time=latest.isoformat(timespec="minutes")
        )
    if said.act is Act.REVIEW and said.review_by and said.review_by <= said.at.date():
        return _("The day of the next review has passed.")
    return _fault(found, said)


def _after(found: Standing, said: Statement) -> Standing:
    found = replace(found, history=(*found.history, said))
    match said.act:
        case Act.SUBMIT:
            return replace(found, state=State.IN_REVIEW, author=said.by)
        case Act.RETURN:
            return replace(found, state=State.DRAFT, reason=said.reason)
        case Act.APPROVE:
            return replace(
                found, state=State.APPROVED, approver=said.by, decision=said.decision, reason=""
            )
        case Act.PUBLISH:
            return replace(found, state=State.SCHEDULED, effective_from=said.effective_from)
        case Act.REVIEW:
            return replace(found, review_by=said.review_by)
        case Act.WITHDRAW if said.rules:
            return replace(found, rules_off=found.rules_off | set(said.rules), reason=said.reason)
        case Act.WITHDRAW:
            return replace(found, state=State.WITHDRAWN, reason=said.reason)


def _timed(found: Standing, now: datetime) -> State:
    if found.state is not State.SCHEDULED or found.effective_from is None:
        return found.state
    if now < found.effective_from:
        return State.SCHEDULED
    overdue = found.review_by is not None and now.astimezone(UTC).date() > found.review_by
    return State.REVIEW_OVERDUE if overdue else State.EFFECTIVE
