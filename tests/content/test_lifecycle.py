"""Content goes from draft to force by other people's signatures, and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import permutations
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workstation.content.lifecycle import (
    Offer,
    Standing,
    State,
    choose,
    in_the_way,
    last_signed,
    next_switch,
    safe_now,
    standing,
    state_name,
)
from workstation.content.publishing import FolderOutlet
from workstation.content.statements import (
    Act,
    BadStatement,
    Role,
    Signed,
    Signer,
    Statement,
    check_statement,
    from_lines,
    roster,
    sign_statement,
    to_line,
)

ANNA, BO, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
DAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFER = Offer(package="region", version=7, digest="ab" * 32, review_by=date(2028, 3, 1))


def signer(person: str, key: Ed25519PrivateKey, *roles: Role) -> Signer:
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return Signer(person=person, public_key=raw.hex(), roles=roles)


TRUSTED = roster(
    [signer("SE-ANNA", ANNA, "author", "approver"), signer("SE-BO", BO, "approver", "publisher")]
)


def said(
    act: Act, key: Ed25519PrivateKey = BO, by: str = "SE-BO", hours: int = 0, **more: Any
) -> Signed:
    fields: dict[str, Any] = {
        "package": "region",
        "version": 7,
        "digest": OFFER.digest,
        "at": DAY + hours * HOUR,
    }
    return sign_statement(Statement(act=act, by=by, **(fields | more)), key)


SUBMITTED = said(Act.SUBMIT, ANNA, "SE-ANNA")
APPROVED = said(Act.APPROVE, hours=1, decision="LK 2026:14")
PUBLISHED = said(Act.PUBLISH, hours=2, effective_from=DAY + 24 * HOUR)
WITHDRAWN = said(Act.WITHDRAW, hours=30, reason="Fel gräns")


def stands(*statements: Signed, hours: int = 3) -> Standing:
    return standing(OFFER, statements, trusted=TRUSTED, now=DAY + hours * HOUR)


def test_a_package_goes_from_draft_to_force_and_out_again() -> None:
    assert stands().state is State.DRAFT
    assert stands(SUBMITTED).state is State.IN_REVIEW
    approved = stands(SUBMITTED, APPROVED)
    assert (approved.state, approved.author, approved.approver) == (
        State.APPROVED,
        "SE-ANNA",
        "SE-BO",
    )
    whole = (SUBMITTED, APPROVED, PUBLISHED)
    assert stands(*whole).state is State.SCHEDULED
    assert stands(*whole, hours=24).state is State.EFFECTIVE
    assert stands(*whole, WITHDRAWN, hours=31).state is State.WITHDRAWN


def test_the_order_in_which_statements_come_does_not_matter() -> None:
    whole = (SUBMITTED, APPROVED, PUBLISHED, WITHDRAWN)
    answers = {stands(*order, hours=48).state for order in permutations(whole)}
    assert answers == {State.WITHDRAWN}
    assert stands(*whole, *whole, hours=48) == stands(*whole, hours=48)


def test_the_author_cannot_approve() -> None:
    own = said(Act.APPROVE, ANNA, "SE-ANNA", hours=1)
    found = stands(SUBMITTED, own)
    assert found.state is State.IN_REVIEW
    assert found.ignored


@pytest.mark.parametrize(
    "statement",
    [
        said(Act.SUBMIT, BO, "SE-BO"),
        said(Act.SUBMIT, STRANGER, "SE-ANNA"),
        said(Act.SUBMIT, BO, "SE-ANNA"),
        msgspec.structs.replace(
            SUBMITTED, statement=msgspec.structs.replace(SUBMITTED.statement, at=DAY + HOUR)
        ),
        msgspec.structs.replace(SUBMITTED, signature="00"),
        msgspec.structs.replace(SUBMITTED, signature="no"),
    ],
    ids=["wrong role", "stranger", "another's key", "altered", "short", "garbage"],
)
def test_what_nobody_entitled_has_signed_does_not_count(statement: Signed) -> None:
    assert stands(statement).state is State.DRAFT
    with pytest.raises(BadStatement):
        check_statement(statement, TRUSTED)


def test_nothing_is_published_unapproved_or_approved_unread() -> None:
    assert stands(SUBMITTED, PUBLISHED, hours=48).state is State.IN_REVIEW
    assert stands(APPROVED, PUBLISHED, hours=48).state is State.DRAFT


def test_what_was_returned_is_a_draft_again_until_handed_in_anew() -> None:
    returned = said(Act.RETURN, hours=1, reason="Källa saknas för rad 3")
    again = said(Act.SUBMIT, ANNA, "SE-ANNA", hours=2)
    found = stands(SUBMITTED, returned)
    assert (found.state, found.reason) == (State.DRAFT, "Källa saknas för rad 3")
    assert stands(SUBMITTED, returned, again).state is State.IN_REVIEW


def test_old_content_stays_in_force_and_is_marked() -> None:
    whole = (SUBMITTED, APPROVED, PUBLISHED)
    late = standing(OFFER, whole, trusted=TRUSTED, now=datetime(2028, 3, 2, tzinfo=UTC))
    assert late.in_force
    assert late.state is State.REVIEW_OVERDUE
    renewed = said(Act.REVIEW, hours=40, review_by=date(2030, 3, 1))
    anew = standing(OFFER, (*whole, renewed), trusted=TRUSTED, now=datetime(2028, 3, 2, tzinfo=UTC))
    assert anew.state is State.EFFECTIVE


def test_one_rule_can_be_turned_off_while_the_rest_stays() -> None:
    off = said(Act.WITHDRAW, hours=30, rules=("ddi.x",), reason="Felaktig")
    found = stands(SUBMITTED, APPROVED, PUBLISHED, off, hours=31)
    assert found.in_force
    assert found.rules_off == {"ddi.x"}


def _version(version: int, start: datetime) -> tuple[Offer, list[Signed]]:
    digest = f"{version:064x}"
    offer = Offer(package="region", version=version, digest=digest)
    more: dict[str, Any] = {"version": version, "digest": digest}
    return offer, [
        said(Act.SUBMIT, ANNA, "SE-ANNA", **more),
        said(Act.APPROVE, hours=1, **more),
        said(Act.PUBLISH, hours=2, effective_from=start, **more),
    ]


def test_the_clock_switches_and_never_back() -> None:
    old, about_old = _version(1, DAY)
    new, about_new = _version(2, DAY + 24 * HOUR)
    statements = [*about_new, *about_old]

    def at(now: datetime, **more: Any) -> Any:
        return choose([new, old], statements, trusted=TRUSTED, now=now, **more)

    before = at(DAY + 3 * HOUR)
    assert before.current.offer == old
    assert next_switch(before) == DAY + 24 * HOUR
    after = at(DAY + 24 * HOUR)
    assert (after.current.offer, after.pending) == (new, ())

    set_back = at(DAY + 3 * HOUR, last_seen=DAY + 25 * HOUR, newest_used=2)
    assert set_back.current.offer == new
    assert set_back.clock_is_wrong


def test_the_older_comes_back_only_when_the_newer_is_withdrawn() -> None:
    old, about_old = _version(1, DAY)
    new, about_new = _version(2, DAY + 3 * HOUR)
    gone = said(Act.WITHDRAW, hours=5, version=2, digest=new.digest, reason="Fel")
    now = DAY + 6 * HOUR
    without_new = choose([old], about_old, trusted=TRUSTED, now=now, newest_used=2)
    assert without_new.current is None
    back = choose(
        [old, new], [*about_old, *about_new, gone], trusted=TRUSTED, now=now, newest_used=2
    )
    assert back.current is not None
    assert back.current.offer == old


def test_what_is_judged_is_tried_unseen_until_something_is_to_come() -> None:
    old, about_old = _version(1, DAY)
    judged, about_judged = _version(2, DAY + 90 * HOUR)
    coming, about_coming = _version(3, DAY + 90 * HOUR)
    now = DAY + 6 * HOUR

    def tried(*statements: Signed) -> int | None:
        offers = [old, judged, coming]
        found = choose(offers, statements, trusted=TRUSTED, now=now).tried
        return found.offer.version if found is not None else None

    assert tried(*about_old) is None
    assert tried(*about_old, about_judged[0]) == 2, "in review"
    assert tried(*about_old, *about_judged[:2]) == 2, "approved"
    assert tried(*about_old, *about_judged[:2], *about_coming) == 3, "what comes is tried first"


def test_a_clock_a_little_behind_is_not_called_wrong() -> None:
    assert safe_now(DAY, DAY + timedelta(minutes=2)) == (DAY + timedelta(minutes=2), False)
    assert safe_now(DAY + HOUR, DAY) == (DAY + HOUR, False)
    assert last_signed([SUBMITTED, APPROVED], trusted=TRUSTED) == DAY + HOUR
    assert last_signed([said(Act.SUBMIT, STRANGER, "X", hours=90)], trusted=TRUSTED) is None


@pytest.mark.parametrize(
    "more",
    [
        {"act": Act.PUBLISH},
        {"act": Act.REVIEW},
        {"act": Act.WITHDRAW},
        {"act": Act.RETURN, "reason": "  "},
        {"act": Act.SUBMIT, "at": datetime(2026, 3, 2)},  # noqa: DTZ001  what is refused
    ],
)
def test_an_incomplete_statement_cannot_be_signed(more: dict[str, Any]) -> None:
    with pytest.raises(BadStatement):
        said(**more)


def test_the_same_time_in_another_zone_is_the_same_time() -> None:
    stockholm = timezone(HOUR)
    moved = said(Act.SUBMIT, ANNA, "SE-ANNA", at=DAY.astimezone(stockholm))
    assert stands(moved, APPROVED).state is State.APPROVED


def test_statements_travel_as_lines_and_an_outlet_keeps_each_once(tmp_path: Path) -> None:
    assert from_lines(to_line(SUBMITTED) + b"\n\n" + to_line(APPROVED)) == (SUBMITTED, APPROVED)
    for bad in (b"{}", b"\xff", b"[" * 5000, b"x" * 20_000):
        with pytest.raises(BadStatement):
            from_lines(bad)
    outlet = FolderOutlet(tmp_path / "outlet")
    for one in (SUBMITTED, APPROVED, SUBMITTED):
        outlet.put_statement(one)
    assert outlet.statements() == (SUBMITTED, APPROVED)


def test_every_stage_has_a_swedish_name() -> None:
    assert all(state_name(state) for state in State)


def test_two_packages_of_one_version_are_the_same_choice_on_every_machine() -> None:
    twin = replace(OFFER, digest="cd" * 32)
    statements = [
        said(act, key, by, hours, digest=offer.digest, **more)
        for offer in (OFFER, twin)
        for act, key, by, hours, more in (
            (Act.SUBMIT, ANNA, "SE-ANNA", 0, {}),
            (Act.APPROVE, BO, "SE-BO", 1, {}),
            (Act.PUBLISH, BO, "SE-BO", 2, {"effective_from": DAY}),
        )
    ]
    chosen = {
        choice.current.offer.digest
        for offers in permutations((OFFER, twin))
        for order in (statements, statements[::-1])
        if (choice := choose(offers, order, trusted=TRUSTED, now=DAY + 9 * HOUR)).current
    }
    assert len(chosen) == 1


def test_what_a_clock_set_back_would_make_count_for_nothing_is_not_signed() -> None:
    early = said(Act.APPROVE, hours=-1).statement
    assert stands(SUBMITTED, said(Act.APPROVE, hours=-1)).state is State.IN_REVIEW
    assert "2026-03-02T08:00" in in_the_way(OFFER, [SUBMITTED], early)
    assert in_the_way(OFFER, [SUBMITTED], APPROVED.statement) == ""
    late = said(Act.WITHDRAW, hours=-1, reason="Fel gräns")
    whole = [SUBMITTED, APPROVED, PUBLISHED]
    assert in_the_way(OFFER, whole, late.statement) == "", "a withdrawal waits for no clock"
    assert stands(*whole, late, hours=48).state is State.WITHDRAWN
