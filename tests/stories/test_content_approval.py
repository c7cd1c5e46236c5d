"""A content package is read and approved at a workstation by another person than its author."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from sync.protocol.content import PackageRequest, StatementRequest
from tests.clinic import a_clinic, eventually
from tests.published import SIGNERS, a_package, said
from tests.server.running import DIRECTORY, OKORO, Caller, running_server
from workstation.access.signing import Ed25519Signer
from workstation.content.statements import Act, Signer, roster, to_line
from workstation.domain.problem import Problem
from workstation.operations.guidance import ContentVersion, Guidance

APPROVING = msgspec.structs.replace(
    DIRECTORY,
    assignments=tuple(
        msgspec.structs.replace(one, rights=("care", "content_approver"))
        if one.person == OKORO
        else one
        for one in DIRECTORY.assignments
    ),
)


def say(sand: Caller, line: bytes) -> None:
    answer = sand.post("/content/statement", StatementRequest(line=line))
    assert answer.status_code == 200, answer.text


async def test_what_the_author_handed_in_another_reads_and_approves(tmp_path: Path) -> None:
    package = a_package(2, without=("ddi.qt-qt",))
    with running_server(tmp_path, directory=APPROVING, content_signers=SIGNERS) as running:
        async with a_clinic(running, tmp_path / "seats") as clinic:
            seat = clinic.seat("PC-1")
            seat.gate.content_signers = SIGNERS
            session = await seat.sit("okoro")
            signer = session.desk.signer
            assert isinstance(signer, Ed25519Signer)
            own = roster(
                [Signer(person=OKORO, public_key=signer.public_key.hex(), roles=("approver",))]
            )
            guidance = session.guidance
            assert guidance is not None
            running.server.config.app.state.content_signers.update(own)  # type: ignore[union-attr]
            sand = running.log_in("sand")
            assert sand.post("/content/package", PackageRequest(raw=package)).status_code == 200
            now = datetime.now(UTC)
            say(sand, to_line(said(Act.SUBMIT, package, at=now - timedelta(minutes=3))))

            async def comes() -> bool:
                return [one.version for one in await guidance.versions()] == [2]

            await eventually(comes)
            await refused(guidance)
            shelf = seat.opened.rules.content.shelf
            shelf.trusted = {**shelf.trusted, **own}
            version = await only(guidance)
            assert (version.state, version.author) == ("Under granskning", "SE-ANNA")
            assert "ddi.qt-qt" in version.removed
            assert version.may_approve
            await guidance.approve(version.digest, "LK 2026:14")

            async def approved() -> bool:
                return (await only(guidance)).approver == OKORO

            await eventually(approved)
            found = await only(guidance)
            assert (found.decision, found.may_approve) == ("LK 2026:14", False)


async def only(guidance: Guidance) -> ContentVersion:
    (version,) = await guidance.versions()
    return version


async def refused(guidance: Guidance) -> None:
    """Whose key the region does not trust for it approves nothing."""
    version = await only(guidance)
    assert not version.may_approve
    with pytest.raises(Problem):
        await guidance.approve(version.digest, "LK 1")
