"""The unit's lists of referrals stand under what each waits for, the critical results on top."""

from __future__ import annotations

from tests.builders import GRACE, WARD, an_id
from ui.kit.cell import Group
from ui.screens.referrals.inbox.rows import rows_of
from ui.screens.referrals.inbox.state import InboxState
from workstation.domain.ids import EntityId, HsaId
from workstation.operations.ports import PatientLine
from workstation.operations.referral_lists import ReferralLine

_GRACE = PatientLine(
    patient=GRACE,
    family="Hopper",
    given="Grace",
    birth_date="1906-12-09",
    sex="female",
    identity="",
    identity_system="",
    protected=False,
    deceased=False,
    place="",
    complete=True,
)


def a_line(name: str, reason: str) -> ReferralLine:
    return ReferralLine(
        patient=_GRACE,
        entity=EntityId(an_id(name)),
        family="referral",
        type="laboratory",
        status="",
        question=name,
        sender="",
        receiver="",
        reason=reason,
        urgency=3,
        unit=HsaId(WARD),
        person=HsaId(""),
        since=0,
        due=None,
    )


def test_critical_results_stand_first_whatever_else_has_waited_longer() -> None:
    lines = (a_line("a", "watch"), a_line("b", "acknowledge"), a_line("c", "critical"))

    rows = rows_of(InboxState(lines=lines), HsaId(""))

    titles = [row.title for row in rows if isinstance(row, Group)]
    assert titles == ["Kritiska provsvar", "Väntar på svar", "Att vidimera"]
