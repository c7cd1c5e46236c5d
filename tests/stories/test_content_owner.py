"""Who answers for content reads, compares and approves a version in the Riktlinjer place, and cannot do it wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from sync.protocol.content import PackageRequest, StatementRequest
from tests.clinic import Seat, a_clinic, eventually
from tests.published import SIGNERS, a_package, said, withdrawn
from tests.server.running import DIRECTORY, OKORO, Caller, Running, running_server
from tests.ui.screens.conftest import settle
from ui.kit.button import Button
from ui.kit.label import Label
from ui.screens.guidelines.presenter import GuidelinesPresenter
from ui.screens.guidelines.screen import guidelines_screen
from ui.screens.guidelines.view import GuidelinesView
from ui.shell.chart import Shell
from workstation.access.signing import Ed25519Signer
from workstation.app.guidance import _PersonsKey
from workstation.content import packages
from workstation.content.statements import (
    Act,
    Role,
    Signed,
    Signer,
    Statement,
    roster,
    sign_statement,
    to_line,
)
from workstation.domain.problem import Problem
from workstation.operations.guidance import Guidance

PAIR = "ddi.qt-qt"

APPROVING = msgspec.structs.replace(
    DIRECTORY,
    assignments=tuple(
        msgspec.structs.replace(one, rights=("care", "content_approver"))
        if one.person == OKORO
        else one
        for one in DIRECTORY.assignments
    ),
)


@dataclass(kw_only=True)
class Owner:
    """Dr Okoro in front of the place, and Anna at the server."""

    running: Running
    sand: Caller
    seat: Seat
    view: GuidelinesView
    presenter: GuidelinesPresenter
    told: list[str]

    def hands_in(self, package: bytes) -> None:
        assert self.sand.post("/content/package", PackageRequest(raw=package)).status_code == 200
        self.says(to_line(said(Act.SUBMIT, package, at=datetime.now(UTC) - timedelta(minutes=3))))

    def says(self, line: bytes) -> None:
        answer = self.sand.post("/content/statement", StatementRequest(line=line))
        assert answer.status_code == 200, answer.text

    async def sees(self, *versions: int) -> None:
        """Wait until the place lists these versions, each handed in."""

        async def there() -> bool:
            self.view.showing.emit("versions")
            await settle()
            found = self.presenter.state.versions or ()
            return tuple(one.version for one in found) == versions and all(v.author for v in found)

        await eventually(there)

    async def reads(self, number: int = 0) -> None:
        self.view.chosen.emit((self.presenter.state.versions or ())[number].digest)
        await settle()

    async def approves(self, decision: str) -> None:
        await self.judges("Godkänn", decision)

    async def judges(self, button: str, words: str) -> None:
        self.view._decision.set_text(words)  # noqa: SLF001
        before = len(self.told)
        next(b for b in self.view.findChildren(Button) if b.label() == button).click()
        await settle(lambda: bool(self.problem) or len(self.told) > before)
        await settle()  # what was told is drawn

    async def counts(self, *, would_show: int, shown: int) -> None:
        """The version that is judged runs unseen, here and elsewhere; its counts are delivered."""
        rules = self.seat.opened.rules
        assert rules.content.shadow is not None
        key = (datetime.now(UTC).date().isoformat(), "ddi.x", "1.0.0", "order-sign")
        rules.tally.tally.put_back({(*key, "shadow", ""): would_show, (*key, "shown", ""): shown})
        await rules.tally.deliver()

    def is_trusted(self, *roles: Role) -> None:
        """The region trusts Dr Okoro's key, on the server and here."""
        signer = Signer(
            person=OKORO, public_key=self.signer.public_key.hex(), roles=roles or ("approver",)
        )
        self.running.server.config.app.state.content_signers.update(roster([signer]))  # type: ignore[union-attr]
        shelf = self.seat.opened.rules.content.shelf
        shelf.trusted = {**shelf.trusted, **roster([signer])}

    def submits(self, package: bytes) -> Signed:
        manifest = packages.unchecked(package).manifest
        statement = Statement(
            act=Act.SUBMIT,
            package=manifest.name,
            version=manifest.version,
            digest=packages.digest(package),
            by=OKORO,
            at=datetime.now(UTC) - timedelta(minutes=1),
        )
        return sign_statement(statement, _PersonsKey(self.signer))

    @property
    def signer(self) -> Ed25519Signer:
        signer = self.seat.desk.signer
        assert isinstance(signer, Ed25519Signer)
        return signer

    @property
    def guidance(self) -> Guidance:
        assert self.seat.session is not None
        assert self.seat.session.guidance is not None
        return self.seat.session.guidance

    @property
    def may_approve(self) -> bool:
        return not self.view._approving.isHidden()  # noqa: SLF001

    @property
    def problem(self) -> str:
        """What is told over the list; empty where nothing is."""
        notice = self.view.notice
        return "" if notice.isHidden() else notice.accessibleName()

    @property
    def page(self) -> str:
        labels = self.view.page.body.findChildren(Label)
        return "\n".join(one.original() for one in labels if not one.isHidden())


@asynccontextmanager
async def an_owner(running: Running, folder: Path) -> AsyncIterator[Owner]:
    async with a_clinic(running, folder) as clinic:
        seat = clinic.seat("PC-1")
        seat.gate.content_signers = SIGNERS
        session = await seat.sit("okoro")
        told: list[str] = []
        shell = Shell(
            session=session,
            compose=lambda _writer, _patient, _content: None,
            open_patient=lambda _line, _tab, _entity: None,
            said=told.append,
        )
        view, presenter = guidelines_screen(shell)
        view.resize(1000, 700)
        view.show()
        yield Owner(
            running=running,
            sand=running.log_in("sand"),
            seat=seat,
            view=view,
            presenter=presenter,
            told=told,
        )
        await eventually(_at_rest)  # a question under way would outlive its connection
        view.close()


async def _at_rest() -> bool:
    return not any("Tasks._guard" in repr(task) for task in asyncio.all_tasks())


@pytest.fixture(scope="module")
def qt() -> QApplication:
    running = QApplication.instance() or QApplication([])
    assert isinstance(running, QApplication)
    return running


@pytest.fixture
def running(tmp_path: Path) -> Generator[Running]:
    folder = tmp_path / "server"
    folder.mkdir()
    with running_server(folder, directory=APPROVING, content_signers=SIGNERS) as found:
        yield found


@pytest.fixture
async def owner(qt: QApplication, running: Running, tmp_path: Path) -> AsyncIterator[Owner]:
    async with an_owner(running, tmp_path) as found:
        yield found


async def test_a_version_is_read_and_approved_once_by_whom_the_region_trusts(owner: Owner) -> None:
    owner.hands_in(a_package(2, without=(PAIR,)))
    await owner.sees(2)
    await owner.reads()
    assert f"{PAIR}\n   category: interaction" in owner.page
    assert "title: Ronden demonstrationsinnehåll  →  Regionens innehåll 2" in owner.page
    assert not owner.may_approve, "nobody trusts this key yet"
    assert "Regionen har inte gett din nyckel rätt att godkänna innehåll." in owner.page

    owner.is_trusted()
    await owner.sees(2)
    await owner.reads()
    assert owner.may_approve
    await owner.counts(would_show=5, shown=3)
    await owner.sees(2)
    await owner.reads()
    assert "den skulle ha visat 5 varningar; 3 visades" in owner.page

    await owner.approves("x" * 2_001)
    assert "för långt" in owner.problem
    assert not owner.told
    owner.seat.line.is_up = False
    await owner.approves("LK 2026:14")
    assert "ingen kontakt" in owner.problem
    owner.seat.line.is_up = True
    owner.view._approve.click()  # noqa: SLF001  twice, faster than the network
    await owner.approves("LK 2026:14")
    assert owner.told == ["region 2 är godkänd. Den gäller när den har publicerats."]
    assert not owner.problem
    version = owner.presenter.state.version
    assert version is not None
    assert (version.approver, version.decision) == (OKORO, "LK 2026:14")
    assert not owner.may_approve
    said_of = [one.statement.act for one in owner.seat.opened.rules.content.statements()]
    assert said_of == [Act.SUBMIT, Act.APPROVE]
    with pytest.raises(Problem):
        await owner.guidance.approve(version.digest, "LK 2026:14")


async def test_what_others_did_meanwhile_is_told_and_nothing_counts_twice(owner: Owner) -> None:
    owner.is_trusted()
    first, own, gone = (a_package(number) for number in (3, 4, 5))
    for package in (first, gone):
        owner.hands_in(package)
    await owner.sees(5, 3)
    await owner.reads(1)
    owner.view._decision.set_text("LK 3")  # noqa: SLF001
    await owner.reads(0)
    assert owner.view._decision.text() == "", "a decision's number is about one version"  # noqa: SLF001
    owner.says(to_line(withdrawn(gone)))
    await owner.approves("LK 2026:15")
    assert "väntar inte på godkännande: Tillbakadraget" in owner.problem
    assert not owner.may_approve
    await owner.reads(1)
    assert not owner.problem, "what was said of one version is not said of another"
    owner.says(to_line(said(Act.APPROVE, first, at=datetime.now(UTC) - timedelta(seconds=5))))
    await owner.approves("LK 2026:16")
    assert "väntar inte på godkännande: Godkänt" in owner.problem
    assert not owner.told

    again = a_package(6)
    owner.hands_in(again)
    await owner.sees(6, 5, 3)
    await owner.reads(0)
    await owner.judges("Återsänd", "  ")
    assert "Ange varför" in owner.problem
    await owner.judges("Återsänd", "Källa saknas för rad 3")
    assert owner.told == ["region 6 är återsänd till författaren."]
    assert "Källa saknas för rad 3" in owner.page
    assert not owner.may_approve

    owner.is_trusted("author", "approver")
    assert owner.sand.post("/content/package", PackageRequest(raw=own)).status_code == 409
    own = a_package(7)
    assert owner.sand.post("/content/package", PackageRequest(raw=own)).status_code == 200
    owner.says(to_line(owner.submits(own)))
    await owner.sees(7, 6, 5, 3)
    await owner.reads(0)
    assert not owner.may_approve
    assert "Författaren kan inte godkänna" in owner.page
