"""What a filter of the journal lets through, and that it says what it hides."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import an_id
from workstation.domain.ids import EntityId, HsaId
from workstation.domain.journal_filter import (
    Choice,
    EntryFacts,
    Facet,
    JournalFilter,
    counted,
    periods_typed,
    profession_of,
    recent_periods,
)
from workstation.domain.values import millis_of


def an_entry(name: str = "one", **fields: object) -> EntryFacts:
    told: dict[str, object] = {
        "entity": EntityId(an_id(name)),
        "family": "note",
        "at": millis_of("2026-03-14T08:00:00Z"),
        "status": "signed",
        "title": "Daganteckning",
    }
    return EntryFacts(**{**told, **fields})  # type: ignore[arg-type]


ENTRIES = st.lists(
    st.builds(
        an_entry,
        name=st.uuids().map(str),
        unit=st.sampled_from(["A", "B", "C"]).map(HsaId),
        profession=st.sampled_from(["physician", "nurse", ""]),
        status=st.sampled_from(["signed", "unsigned", "voided"]),
        terms=st.sets(st.sampled_from(["Status", "Bedömning", "Vikt"])).map(tuple),
        at=st.integers(millis_of("2024"), millis_of("2027")),
    ),
    max_size=12,
)
CHOICES = st.lists(
    st.sampled_from(
        [
            Choice(facet=Facet.UNIT, value="A"),
            Choice(facet=Facet.UNIT, value="B"),
            Choice(facet=Facet.PROFESSION, value="nurse"),
            Choice(facet=Facet.SIGNED, value="unsigned"),
            Choice(facet=Facet.TERM, value="Vikt"),
            Choice(facet=Facet.PERIOD, value="2025/2025"),
        ]
    ),
    unique=True,
)


@given(ENTRIES, CHOICES)
def test_what_is_shown_and_what_each_facet_hides_add_up(
    entries: list[EntryFacts], choices: list[Choice]
) -> None:
    chosen = JournalFilter(choices=tuple(choices))
    shown = [entry for entry in entries if chosen.lets_through(entry)]
    hidden = chosen.hidden_by(entries)
    gone = len(entries) - len(shown)

    assert set(hidden) == {choice.facet for choice in choices}
    assert max(hidden.values(), default=0) <= gone <= sum(hidden.values())
    for facet in chosen.facets:
        values = [choice for choice in choices if choice.facet is facet]
        assert all(any(c.lets_through(entry) for c in values) for entry in shown)


@given(ENTRIES, CHOICES)
def test_a_choice_taken_back_leaves_the_filter_as_it_was(
    entries: list[EntryFacts], choices: list[Choice]
) -> None:
    chosen = JournalFilter(choices=tuple(choices))
    more = Choice(facet=Facet.TITLE, value="Daganteckning")
    assert chosen.toggled(more).toggled(more) == chosen
    assert len(entries) == sum(count for _title, count in counted(entries, Facet.TITLE))


def test_no_choice_hides_nothing() -> None:
    assert JournalFilter().lets_through(an_entry())
    assert not JournalFilter()


def test_an_answer_is_neither_signed_nor_unsigned() -> None:
    answer = an_entry(family="diagnostic_report", status="final")
    assert not Choice(facet=Facet.SIGNED, value="final").lets_through(answer)


def test_a_typed_date_is_a_day_a_month_or_a_year_in_swedish_time() -> None:
    last = an_entry(at=millis_of("2025-12-31T22:59:59Z"))
    next_year = an_entry(at=millis_of("2025-12-31T23:00:00Z"))
    during, since, until = periods_typed("2025")
    assert during.lets_through(last)
    assert not during.lets_through(next_year)
    assert since.lets_through(next_year)
    assert until.lets_through(last)
    assert not until.lets_through(next_year)
    (month, *_more) = periods_typed("2025-12")
    (day, *_more) = periods_typed("2025-12-31")
    (both,) = periods_typed("2025-11 2025-12-31")
    for period in (month, day, both):
        assert period.lets_through(last)
        assert not period.lets_through(next_year)


def test_what_is_no_date_is_no_period() -> None:
    for typed in ("", "blod", "2025-02-30", "2025 2026 2027", "2025-13", "99999"):
        assert periods_typed(typed) == ()


def test_the_last_year_there_is_has_an_end() -> None:
    for choice in periods_typed("9999-12-31"):
        choice.lets_through(an_entry())


def test_of_periods_the_newest_chosen_counts() -> None:
    (_key, week), (_other, month), *_longer = recent_periods(date(2026, 3, 20))
    assert JournalFilter().toggled(month).toggled(week).choices == (week,)
    assert week.lets_through(an_entry())


def test_a_title_says_whose_profession_it_is() -> None:
    assert profession_of("Överläkare") == "physician"
    assert profession_of("ST-läkare") == "physician"
    assert profession_of("Distriktssköterska") == "nurse"
    assert profession_of("Specialistundersköterska") == "assistant_nurse"
    assert profession_of("Läkarsekreterare") == "medical_secretary"
    assert profession_of("Kurator") == "Kurator"
