"""A part that is written and not listed would silently be missing in the product."""

from pathlib import Path

import pytest

from tests.house.lists import LISTS, Listed, forgotten
from tests.house.tree import ROOT

_KIND = 'KINDS = (Kind(name="x"),)\n'
_OPERATION = "async def sign_note() -> None: ...\n"

EXAMPLES = {
    "kind of record": (
        "workstation/domain/weight.py",
        _KIND,
        "workstation/domain/kinds.py",
        "from workstation.domain import weight\n",
    ),
    "operation": (
        "workstation/operations/sign_note.py",
        _OPERATION,
        "workstation/app.py",
        "from workstation.operations.sign_note import sign_note\n",
    ),
    "screen": (
        "ui/screens/journal/view.py",
        "",
        "ui/shell/screens.py",
        "from ui.screens.journal.screen import journal_screen\n",
    ),
    "migration": (
        "local_cache/migrations/m10_records.py",
        "",
        "local_cache/migrations/__init__.py",
        "from . import m10_records\n",
    ),
    "predicate": (
        "workstation/decision_support/predicates/lab_below.py",
        "",
        "workstation/decision_support/predicates/__init__.py",
        "from workstation.decision_support.predicates.lab_below import lab_below\n",
    ),
}


def _write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.sort)
def test_every_part_of_the_house_is_listed(listed: Listed) -> None:
    assert list(forgotten(ROOT, listed)) == []


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.sort)
def test_a_part_is_missed_until_its_line_is_there(listed: Listed, tmp_path: Path) -> None:
    part, text, listing, line = EXAMPLES[listed.sort]
    _write(tmp_path, part, text)
    _write(tmp_path, listing, '"""Nothing listed."""\n')
    assert len(list(forgotten(tmp_path, listed))) == 1
    _write(tmp_path, listing, line)
    assert list(forgotten(tmp_path, listed)) == []
