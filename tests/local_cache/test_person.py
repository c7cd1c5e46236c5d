"""A person's drafts and settings: theirs alone, there again after any end of the program."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from local_cache.person import MOST_RECENTS, PersonFile
from local_cache.problems import WrongKey
from tests.builders import ADA, GRACE, MORNING, an_id
from workstation.domain.ids import PatientId
from workstation.operations.session import KeptDraft

OWN = b"\x44" * 32


@pytest.fixture
async def person(tmp_path: Path) -> AsyncIterator[PersonFile]:
    opened = await PersonFile.open(tmp_path / "person.db", OWN)
    try:
        yield opened
    finally:
        await opened.close()


def a_draft(name: str = "one", content: bytes = b"{}", patient: PatientId = GRACE) -> KeptDraft:
    return KeptDraft(
        id=an_id(name), patient=patient, writer="note", content=content, kept_at=MORNING
    )


async def test_a_draft_is_kept_in_its_newest_state_and_forgotten_when_told(
    person: PersonFile,
) -> None:
    await person.keep(a_draft(content="Ingen blö".encode()))
    await person.keep(a_draft("two"))
    await person.keep(a_draft(content="Ingen blödning".encode()))
    first, second = await person.all()
    assert first.content.decode() == "Ingen blödning"
    await person.forget(first.id)
    assert [draft.id for draft in await person.all()] == [second.id]


async def test_a_draft_never_moves_to_another_patient(person: PersonFile) -> None:
    await person.keep(a_draft(content=b"Grace"))
    with pytest.raises(ValueError):
        await person.keep(a_draft(content=b"Ada", patient=ADA))
    (draft,) = await person.all()
    assert (draft.patient, draft.content) == (GRACE, b"Grace")


async def test_nobody_else_opens_the_file(tmp_path: Path) -> None:
    opened = await PersonFile.open(tmp_path / "own.db", OWN)
    await opened.close()
    with pytest.raises(WrongKey):
        await PersonFile.open(tmp_path / "own.db", bytes(32))


async def test_settings_marks_and_recents(person: PersonFile) -> None:
    await person.set("text_size", "120")
    await person.set("text_size", "130")
    assert await person.settings() == {"text_size": "130"}

    await person.seen(GRACE, "values", at=MORNING + 5)
    await person.seen(GRACE, "values", at=MORNING)
    assert await person.last_seen(GRACE) == {"values": MORNING + 5}
    assert await person.last_seen(ADA) == {}

    for n in range(MOST_RECENTS + 5):
        await person.opened(PatientId(UUID(int=n)), at=MORNING + n)
    await person.opened(PatientId(UUID(int=20)), at=MORNING + 99)
    recents = await person.recents()
    assert recents[0] == UUID(int=20)
    assert len(recents) == MOST_RECENTS
