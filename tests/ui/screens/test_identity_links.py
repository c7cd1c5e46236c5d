"""A person with two records: seen on every page of both, one key apart, and never missed."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.builders import (
    WARD,
    a_medication_order,
    a_patient,
    a_record,
    an_attention,
    an_id,
)
from tests.karin import KARIN
from tests.ui.screens.conftest import Seat, settle
from tests.ward import Ward
from ui.kit.attribute import Attribute
from ui.kit.cell import Row
from ui.screens.overview.view import OverviewView
from ui.screens.patients.presenter import PatientsPresenter
from ui.screens.patients.view import PatientsView
from ui.shell.support_cards import form_card
from workstation.domain.identity_systems import IDENTITY_SYSTEMS, IdentityKind
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.medication import Drug, MedicationOrder
from workstation.domain.patient import Identifier, IdentityLink
from workstation.domain.values import Concept
from workstation.operations.link_identities import link_identities, links_of

UNKNOWN = PatientId(an_id("unknown woman"))
_NUMBER = Identifier(
    system=IDENTITY_SYSTEMS[IdentityKind.NATIONAL_RESERVE].emitted, value="19400101AB12"
)
_LATEX = {"patient": UNKNOWN, "concept": Concept(text="latex"), "severity": "harmful"}


async def _unknown(ward: Ward) -> None:
    """Somebody came unconscious; that she is Karin, and does not tolerate latex, was learned later."""
    await ward.put(
        a_patient(
            patient=UNKNOWN,
            entity=EntityId(UNKNOWN),
            family="Okänd kvinna",
            given=(),
            birth_date=None,
            identifiers=(_NUMBER,),
            listed_unit=WARD,
        ),
        an_attention(**_LATEX),
    )


async def _linked(ward: Ward) -> None:
    await _unknown(ward)
    await link_identities(
        reserve=UNKNOWN, right=KARIN, reason="Legitimation.", records=ward.cache, desk=ward.desk()
    )


def _banner(seat: Seat) -> str:
    found = seat.desk.frame.banner.findChildren(Attribute)
    return "\n".join(one.accessibleName() for one in found if not one.isHidden())


def _cards(seat: Seat) -> tuple[str, ...]:
    desk = seat.desk
    draft = desk.workspace.state.draft(desk.workspace.state.current)  # type: ignore[arg-type]
    assert draft is not None
    return tuple(card.title for card in desk._form_of(draft).cards)


async def test_each_record_names_the_other_and_one_key_opens_it(seat: Seat) -> None:
    await _linked(seat.ward)
    await seat.logs_in()
    await seat.opens("overview")
    assert "Har även journal under reservnummer 19400101-AB12" in _banner(seat)
    view = seat.view("overview")
    assert isinstance(view, OverviewView)
    assert "reservnummer 19400101-AB12" in view.linked.accessibleName()
    _picture(seat, "own")

    QTest.keyClick(seat.window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    await seat.rests()

    assert seat.desk.patient is not None
    assert seat.desk.patient.patient == UNKNOWN
    assert "Rätt identitet: 19410308-2386" in _banner(seat)
    _picture(seat, "reserve")
    await seat.presses("Öppna den andra journalen")
    assert seat.desk.patient.patient == KARIN


async def test_a_press_on_the_notice_in_the_banner_opens_the_other_record(seat: Seat) -> None:
    await _linked(seat.ward)
    await seat.logs_in()
    await seat.opens("journal")
    notice = next(
        one
        for one in seat.desk.frame.banner.findChildren(Attribute)
        if "reservnummer" in one.accessibleName()
    )

    notice.click()
    await seat.rests()

    assert seat.desk.patient is not None
    assert (seat.desk.patient.patient, seat.desk.tab) == (UNKNOWN, "journal")


async def test_what_only_the_other_record_warns_of_stands_beside_hypersensitivity(
    seat: Seat,
) -> None:
    await _linked(seat.ward)
    await seat.logs_in()
    await seat.opens("overview")
    assert "Se även länkad journal: latex" in _banner(seat)

    await seat.opens("overview", UNKNOWN)

    assert "Se även länkad journal: penicillin" in _banner(seat)


async def test_none_known_is_never_said_calmly_beside_what_the_other_record_warns_of(
    seat: Seat,
) -> None:
    await _linked(seat.ward)
    await seat.ward.put(
        an_attention(
            patient=UNKNOWN,
            concept=Concept(text="latex"),
            status="refuted",
            entity=(await seat.ward.cache.listed(UNKNOWN, "attention"))[0].state.id,
            bases=tuple(
                head.id
                for head in (await seat.ward.cache.listed(UNKNOWN, "attention"))[0].state.line.heads
            ),
        ),
        an_attention(patient=UNKNOWN, none_known=True, severity="", certainty=""),
    )
    await seat.logs_in()
    await seat.opens("overview", UNKNOWN)

    assert "Överkänslighet I länkad journal" in _banner(seat)
    assert "penicillin" in _banner(seat)
    assert "Ingen känd" not in _banner(seat)


async def test_a_warning_that_comes_to_the_other_record_comes_to_this_banner(seat: Seat) -> None:
    await _linked(seat.ward)
    await seat.logs_in()
    await seat.opens("journal")

    await seat.ward.put(an_attention(**{**_LATEX, "concept": Concept(text="klorhexidin")}))
    await settle(lambda: "klorhexidin" in _banner(seat))


async def test_what_both_records_know_is_not_said_twice(seat: Seat) -> None:
    await _linked(seat.ward)
    await seat.ward.put(an_attention(**{**_LATEX, "patient": KARIN}))
    await seat.logs_in()
    await seat.opens("overview")

    assert "Se även länkad journal" not in _banner(seat)


async def test_a_link_to_a_record_that_is_not_here_is_shown_as_such(seat: Seat) -> None:
    away = PatientId(an_id("away"))
    await seat.logs_in()
    await seat.opens("overview")
    assert "länkad" not in _banner(seat).casefold()

    await seat.ward.put(a_record("identity_link", IdentityLink(other=away), patient=KARIN))
    await settle(lambda: "inte finns på den här datorn" in _banner(seat))
    await seat.rests()

    assert "Har även journal under ett reservnummer, som inte" in _banner(seat)
    assert "Länkad journal kunde inte läsas" in _banner(seat)
    QTest.keyClick(seat.window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    await seat.rests()
    assert seat.desk.patient is not None
    assert seat.desk.patient.patient == KARIN
    assert "finns inte på den här datorn" in seat.desk.frame.notice.accessibleName()


async def test_who_writes_under_the_reserve_number_is_warned_and_nobody_else(seat: Seat) -> None:
    await _linked(seat.ward)
    await seat.logs_in()
    await seat.opens("journal", UNKNOWN)
    seat.desk.menu.run("note:day")
    await seat.rests()
    assert _cards(seat) == ("Detta skrivs under reservnumret",)
    _picture(seat, "writing")

    await seat.opens("journal")
    seat.desk.menu.run("note:day")
    await seat.rests()
    assert _cards(seat) == ()


async def test_a_link_that_comes_while_somebody_writes_warns_at_once(seat: Seat) -> None:
    await _unknown(seat.ward)
    await seat.logs_in()
    await seat.opens("journal", UNKNOWN)
    seat.desk.menu.run("note:day")
    await seat.rests()
    assert _cards(seat) == ()

    await seat.ward.put(a_record("identity_link", IdentityLink(other=KARIN), patient=UNKNOWN))
    await settle(lambda: bool(_cards(seat)))


async def test_records_are_linked_and_unlinked_by_name_and_key(seat: Seat) -> None:
    await _unknown(seat.ward)
    await seat.logs_in("maja")
    await seat.opens("overview", UNKNOWN)
    seat.desk.menu.run("identity:link")
    await seat.rests()
    assert "Länka journalerna" not in seat.buttons()
    draft = seat.desk.workspace.state.current
    assert draft is not None
    seat.desk.workspace.typed(draft, "number", "194103082386")
    await seat.presses("Hitta den andra journalen")
    assert "ANDERSSON, Karin" in seat.draft.texts()["who"]
    seat.desk.workspace.typed(draft, "reason", "Dottern känner igen henne, legitimation visad.")
    _picture(seat, "linking")
    await seat.presses("Länka journalerna")
    (link,) = await links_of(KARIN, seat.ward.cache)
    assert link.other == UNKNOWN

    await settle(lambda: "Rätt identitet" in _banner(seat))
    seat.desk.menu.run("identity:unlink")
    await seat.rests()
    draft = seat.desk.workspace.state.current
    assert draft is not None
    seat.desk.workspace.typed(draft, "reason", "Fel person.")
    await seat.presses("Häv länken")

    assert await links_of(KARIN, seat.ward.cache) == ()
    await settle(lambda: "Rätt identitet" not in _banner(seat))


async def test_a_number_typed_over_after_the_look_up_links_nobody(seat: Seat) -> None:
    await _unknown(seat.ward)
    await seat.logs_in()
    await seat.opens("overview", UNKNOWN)
    seat.desk.menu.run("identity:link")
    await seat.rests()
    draft = seat.desk.workspace.state.current
    assert draft is not None
    seat.desk.workspace.typed(draft, "number", "194103082386")
    await seat.presses("Hitta den andra journalen")
    seat.desk.workspace.typed(draft, "number", "191212121212")
    await seat.rests()

    assert "Länka journalerna" not in seat.buttons()


async def test_the_list_finds_the_person_by_either_number_and_says_so(seat: Seat) -> None:
    await _linked(seat.ward)
    await seat.logs_in()
    seat.desk.show_place("patients")
    view, presenter = seat.desk.places["patients"]
    assert isinstance(view, PatientsView)
    assert isinstance(presenter, PatientsPresenter)
    for typed in ("19400101AB12", "194103082386"):
        view.searched.emit(typed)
        await seat.rests()
        assert {line.patient for line in presenter.state.lines or ()} == {KARIN, UNKNOWN}
        rows = view._rows(presenter.state)
        said = " ".join(row.name for row in rows if isinstance(row, Row))
        assert "Rätt identitet: 19410308-2386" in said
        assert "Har även journal under reservnummer 19400101-AB12" in said
    _picture(seat, "list")


def _picture(seat: Seat, name: str) -> None:
    if folder := os.environ.get("RONDEN_PICTURES"):
        seat.window.grab().save(f"{folder}/{name}.png")


async def test_what_the_other_record_warns_of_stops_an_order_in_this_one_and_says_where_it_stands(
    seat: Seat, ward: Ward
) -> None:
    await _unknown(ward)
    await ward.put(
        an_attention(patient=UNKNOWN, concept=Concept(text="sulfa"), severity="life_threatening"),
        a_medication_order(
            patient=UNKNOWN,
            drug=Drug(name="Litium", form="tablett", strength="42 mg", route="peroralt"),
        ),
    )
    await link_identities(
        reserve=UNKNOWN, right=KARIN, reason="Legitimation.", records=ward.cache, desk=ward.desk()
    )
    support = ward.session().support
    assert support is not None
    await support.prepare(KARIN)
    drug = Drug(name="sulfametoxazol/trimetoprim", form="tablett", route="peroralt")
    checked = support.order(KARIN, MedicationOrder(action="prescribe", drug=drug))
    assert checked is not None
    (allergy,) = [shown for shown in checked.cards if shown.card.lead.category == "allergy"]
    assert allergy.interrupts
    assert [what for _link, what in allergy.elsewhere] == ["sulfa"]
    card = form_card(allergy, support.in_force.engine)
    assert "Uppgift från personens journal under 19400101-AB12: sulfa." in card.text

    ibuprofen = Drug(name="ibuprofen", form="tablett", strength="400 mg", route="peroralt")
    checked = support.order(KARIN, MedicationOrder(action="prescribe", drug=ibuprofen))
    assert checked is not None
    lithium = [
        shown for shown in checked.cards if any("itium" in what for _link, what in shown.elsewhere)
    ]
    assert lithium, [shown.card.text for shown in checked.cards]


async def test_what_changes_in_the_other_record_is_known_in_this_one_at_once(ward: Ward) -> None:
    await _linked(ward)
    support = ward.session().support
    assert support is not None
    before = await support.prepare(KARIN)
    await ward.put(
        an_attention(patient=UNKNOWN, concept=Concept(text="sulfa"), severity="life_threatening")
    )
    after = await support.ready(KARIN)
    assert len(after.everything) == len(before.everything) + 1
    assert after.learned == before.learned
