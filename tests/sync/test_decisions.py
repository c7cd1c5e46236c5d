"""What the protocol decides about pushes, copies, the line and the next step."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.compare import (
    Suspicion,
    differing,
    differing_buckets,
    digest_of,
    sums_of,
    to_prove,
    with_forks,
)
from sync.protocol.contact import (
    LONGEST_WAIT_SECONDS,
    PROBE_SECONDS,
    SILENCE_SECONDS,
    Contact,
    Line,
    clock_skew,
    wait_before_retry,
)
from sync.protocol.messages import (
    HEARTBEAT_SECONDS,
    EndLine,
    Group,
    Head,
    HeadsReply,
    Outcome,
    Pushed,
    PushReply,
    Span,
)
from sync.protocol.plan import (
    Adopt,
    Compare,
    Fetch,
    Leave,
    Pull,
    Rest,
    Situation,
    TakeList,
    next_step,
    portion,
)
from sync.protocol.push import BatchSize, ids_of, settle, too_large
from sync.protocol.violation import ProtocolViolation

ADA, GRACE, JOAN = UUID(int=1), UUID(int=2), UUID(int=3)


def a_batch(*names: str) -> tuple[Group, ...]:
    ops = tuple(Pushed(raw=msgspec.Raw(msgspec.json.encode({"id": name}))) for name in names)
    return (Group(p=ADA, ops=ops),)


def a_reply(*outcomes: Outcome, epoch: str = "e") -> PushReply:
    return PushReply(epoch=epoch, outcomes=outcomes)


def applied(name: str, rev: int = 1) -> Outcome:
    return Outcome(id=name, verdict="applied", rev=rev)


def test_only_what_the_reply_names_is_settled() -> None:
    assert settle(a_batch("a", "b"), a_reply(applied("a")), epoch="e") == (applied("a"),)


def test_a_reply_of_another_epoch_settles_nothing() -> None:
    assert settle(a_batch("a"), a_reply(applied("a"), epoch="old"), epoch="e") == ()


@pytest.mark.parametrize(
    "reply",
    [
        a_reply(applied("c")),
        a_reply(applied("a"), applied("a")),
        a_reply(applied("a"), Outcome(id="a", verdict="later")),
        a_reply(applied("a", rev=0)),
    ],
)
def test_a_reply_that_makes_no_sense_is_a_violation(reply: PushReply) -> None:
    with pytest.raises(ProtocolViolation):
        settle(a_batch("a", "b"), reply, epoch="e")


def test_what_no_server_takes_is_put_aside_by_name() -> None:
    assert ids_of(a_batch("a", "b")) == ("a", "b")
    assert {o.why for o in too_large(a_batch("a", "b"))} == {"too_large"}


def test_pushes_shrink_on_a_line_that_breaks_and_grow_again() -> None:
    size = BatchSize()
    for _ in range(20):
        size = size.after_a_cut()
    assert size.records >= 1
    assert size.size < 50_000
    for _ in range(20):
        size = size.after_success()
    assert size == BatchSize()


def a_head(patient: UUID, rev: int, mark: str = "aa") -> Head:
    return Head(p=patient, rev=rev, hash=mark * 32)


heads_lists = st.dictionaries(
    st.integers(0, 2**128 - 1).map(lambda n: UUID(int=n)), st.integers(1, 9), max_size=12
).map(lambda revs: [a_head(p, rev) for p, rev in revs.items()])


@given(heads_lists, st.randoms())
def test_equal_copies_have_equal_digests_in_any_order(heads: list[Head], random: Random) -> None:
    shuffled = random.sample(heads, len(heads))

    assert digest_of(heads) == digest_of(shuffled)
    assert sums_of(heads) == sums_of(shuffled)


@given(heads_lists, heads_lists)
def test_comparing_names_exactly_the_patients_that_differ(
    own: list[Head], theirs: list[Head]
) -> None:
    reply = HeadsReply(epoch="", pos=0, digest="", sums=sums_of(theirs))

    named = differing(own, theirs, differing_buckets(own, reply))

    ours, others = {h.p: h for h in own}, {h.p: h for h in theirs}
    assert {h.p for h in named} == {
        p for p in ours.keys() | others.keys() if ours.get(p) != others.get(p)
    }
    assert all(h.rev == 0 for h in named if h.p not in others)


def test_a_longer_stream_must_prove_that_it_continues_ours() -> None:
    own = [a_head(ADA, 3), a_head(GRACE, 3), a_head(JOAN, 3)]
    named = [a_head(ADA, 5, "bb"), a_head(GRACE, 5, "bb"), a_head(JOAN, 2)]
    spans = to_prove(own, named)
    ends = [
        EndLine(p=ADA, first=4, last=4, rev=5, hash="", before="aa" * 32),
        EndLine(p=GRACE, first=4, last=4, rev=5, hash="", before="cc" * 32),
    ]

    assert spans == (Span(p=ADA, first=4, last=4), Span(p=GRACE, first=4, last=4))
    assert [(h.p, h.rev) for h in with_forks(own, named, ends)] == [
        (ADA, 5),
        (GRACE, 0),
        (GRACE, 5),
        (JOAN, 2),
    ]


def test_one_differing_digest_proves_nothing_the_same_one_twice_does() -> None:
    first = Suspicion().after(positions={"a": 1}, ours={"a": "x"}, theirs={"a": "y"})
    moved = first.after(positions={"a": 2}, ours={"a": "x"}, theirs={"a": "z"})
    same = moved.after(positions={"a": 2}, ours={"a": "x"}, theirs={"a": "z"})
    left = same.after(positions={"b": 1}, ours={"b": "x"}, theirs={"b": "x"})
    cleared = same.after(positions={"a": 2}, ours={"a": "z"}, theirs={"a": "z"})

    assert first.confirmed(Suspicion()) == moved.confirmed(first) == frozenset()
    assert same.confirmed(moved) == {"a"}
    assert cleared.seen == left.seen == {}


def test_silence_is_noticed_in_time_and_heartbeats_are_no_silence() -> None:
    assert SILENCE_SECONDS + PROBE_SECONDS < 5.0
    assert HEARTBEAT_SECONDS < SILENCE_SECONDS


@given(st.integers(1, 1_000), st.floats(0, 0.999))
def test_retries_are_spread_over_a_minute_and_never_stop(failures: int, random: float) -> None:
    wait = wait_before_retry(failures, random=random, at_least=0.0)

    assert 0 < wait <= LONGEST_WAIT_SECONDS


def test_after_a_long_outage_the_region_does_not_knock_at_once() -> None:
    waits = [wait_before_retry(9, random=n / 100) for n in range(100)]

    assert max(waits) - min(waits) > 55


def test_the_line_remembers_since_when_and_the_last_answer() -> None:
    new = Contact(since=0)
    up = new.reached(10).reached(20)
    down = up.lost(30).lost(40)

    assert (up.line, up.since, up.last) == (Line.CONNECTED, 10, 20)
    assert (down.line, down.since, down.last, down.failures) == (Line.OFFLINE, 30, 20, 2)
    assert not down.may_push
    assert down.refused("too_old_program", 50).may_push
    assert not down.refused("unauthenticated", 50).may_push


def test_the_clock_is_measured_at_the_middle_of_the_question() -> None:
    assert clock_skew(asked=1_000, answered=1_200, server_now=2_100) == 1_000
    assert clock_skew(asked=1_000, answered=99_000, server_now=2_100) is None
    assert clock_skew(asked=1_000, answered=900, server_now=2_100) is None


NOW = Situation(
    server_epoch="e",
    epoch="e",
    cursors={"a": 4},
    chosen=("a",),
    allowed=frozenset({"a", "b"}),
)


@pytest.mark.parametrize(
    ("changed", "step"),
    [
        ({}, Rest()),
        ({"epoch": ""}, Adopt(epoch="e")),
        ({"epoch": "old", "pull_due": True}, Compare(unit="a")),
        (
            {"epoch": "old", "compared": frozenset({"a"})},
            Adopt(epoch="e", compared=frozenset({"a"})),
        ),
        ({"epoch": "old", "allowed": frozenset[str]()}, Adopt(epoch="e")),
        ({"chosen": ("b",)}, Leave(unit="a")),
        ({"left": frozenset({"c"})}, Leave(unit="c")),
        ({"doubtful": frozenset({"a"}), "pull_due": True}, Compare(unit="a")),
        ({"chosen": ("a", "b"), "pull_due": True}, TakeList(unit="b")),
        ({"chosen": ("a", "c")}, Rest()),
        ({"pull_due": True, "wanted": (Span(p=ADA),)}, Pull(cursors={"a": 4})),
        ({"wanted": (Span(p=ADA),)}, Fetch(spans=(Span(p=ADA),))),
        ({"pull_due": True, "allowed": frozenset[str]()}, Rest()),
    ],
)
def test_the_most_urgent_step_comes_first(changed: dict[str, object], step: object) -> None:
    assert next_step(replace(NOW, **changed)) == step  # type: ignore[arg-type]


def test_an_open_chart_comes_before_everybody_elses_changes() -> None:
    step = next_step(replace(NOW, pull_due=True, opened=((GRACE, 1),), wanted=(Span(p=ADA),)))

    assert isinstance(step, Fetch)
    assert step.opened == GRACE
    assert [span.essential for span in step.spans] == [True, False]


@given(st.lists(st.integers(1, 9_000), min_size=1, max_size=80), st.integers(50, 3_000))
def test_a_portion_is_never_empty_and_never_a_day_of_work(sizes: list[int], most: int) -> None:
    spans = [Span(p=UUID(int=n), first=1, last=size) for n, size in enumerate(sizes)]

    chosen = portion(spans, most=most)

    assert chosen
    assert sum(span.last - span.first + 1 for span in chosen) <= most
    assert [span.p for span in chosen] == [span.p for span in spans[: len(chosen)]]
