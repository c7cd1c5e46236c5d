"""The läkemedelsberättelse on paper holds every medicine's line, reason and source."""

from datetime import date

from tests.needs import needs_poppler
from tests.printing.builders import a_sheet, pages_of
from workstation.operations.medication_account import AccountLine, Change, MedicationAccount
from workstation.printing import print_medication_account
from workstation.printing.account import _medicine

pytestmark = needs_poppler
_CHANGES: tuple[tuple[Change, str], ...] = (("started", "bisoprolol"), ("stopped", "naproxen"))


def _account(*, complete: bool) -> MedicationAccount:
    lines = tuple(
        AccountLine(
            change=change,
            name=name,
            text=f"{name} — tablett 5 mg — DOS 1 tablett",
            details=(f"Ordinationsorsak: skäl {name}",),
            source="[Avdelning 12, 2026-03-02]",
        )
        for change, name in _CHANGES
    )
    return MedicationAccount(
        since=date(2026, 3, 1),
        until=date(2026, 3, 9),
        complete=complete,
        lines=lines,
    )


def test_no_line_of_a_medicine_ends_between_a_number_and_its_unit() -> None:
    for length in range(20, 60):
        name = "x" * length
        line = AccountLine(
            change="started",
            name=name,
            text=f"{name} — tablett 12,5 mg — DOS 1 tablett 2 gånger dagligen i 10 dagar",
            details=(),
            source="[Avdelning 12, 2026-03-02]",
        )
        block = _medicine(line)[0]
        for drawn in block.lines:
            text = "".join(piece.text for piece in drawn).rstrip()
            assert not text.endswith(("DOS", *"0123456789")), text


def test_every_medicine_stands_under_its_heading_with_its_reason_and_source() -> None:
    [page] = pages_of(print_medication_account(_account(complete=True), sheet=a_sheet()))
    places = [
        page.index(words)
        for words in (
            "Läkemedelsberättelse", "Från 2026-03-01 till 2026-03-09",
            "Insatta läkemedel (1)", "bisoprolol", "skäl bisoprolol", "[Avdelning 12, 2026-03-02]",
            "Utsatta läkemedel (1)", "naproxen", "skäl naproxen",
        )
    ]  # fmt: skip
    assert places == sorted(places)


def test_an_account_of_a_record_that_is_not_all_here_says_so() -> None:
    [page] = pages_of(print_medication_account(_account(complete=False), sheet=a_sheet()))
    assert "läkemedel kan saknas" in page
