"""What a list of medicines lacks is told quietly, under a heading that says that it is a lack."""

from __future__ import annotations

import pytest

from tests.karin import KARIN
from tests.ward import Ward
from ui.screens.medication.suggestions import _added
from ui.screens.overview.rules import rule_lines
from ui.shell.support_cards import title_of
from ui.shell.workspace.form import DraftContext
from workstation.decision_support.findings import Card, Finding, Tier
from workstation.operations.known import Known
from workstation.operations.support import Checked, Shown


def a_card(problem: str, severity: Tier = "info") -> Card:
    return Card(
        findings=(
            Finding(
                category="guideline",
                problem=problem,
                severity=severity,
                interruptive=False,
                used=(),
                text="Stark opioid utan laxermedel. Lägg till makrogol.",
                rule="start.x",
                version="1",
                source="START",
            ),
        )
    )


def test_a_lack_is_called_one_and_a_guideline_a_guideline() -> None:
    assert title_of(a_card("omission-laxermedel-opioid")) == "Behandling kan saknas"
    assert title_of(a_card("recommended-choice")) != "Behandling kan saknas"


@pytest.mark.parametrize(
    ("problem", "reason"),
    [("omission-laxermedel-opioid", ""), ("constipation", "Skydd: förstoppning")],
)
async def test_what_is_added_for_a_lack_waits_for_its_reason(
    ward: Ward, problem: str, reason: str
) -> None:
    line = await ward.cache.patient(KARIN)
    assert line is not None
    context = DraftContext(patient=line, session=ward.session())

    draft = _added("makrogol", Shown(card=a_card(problem)), context)

    assert (draft["drug"], draft["reason"]) == ("makrogol", reason)


def test_the_overview_hides_no_card_and_shows_the_serious_first(ward: Ward) -> None:
    cards = [a_card(f"omission-{number}") for number in range(8)]
    checked = Checked(cards=tuple(Shown(card=card) for card in (*cards, a_card("x", "warning"))))
    known = Known(person=None, orders=(), learned=(), complete=True)
    support = ward.session().support
    assert support is not None

    lines = rule_lines(checked, known, support.in_force.engine)

    assert len(lines) == 9
    assert [line.serious for line in lines] == [True] + [False] * 8
