"""One person's session on the screen: places, the open record, drafts, status; what changes reloads."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Mapping

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from ui.kit.rail import Place
from ui.kit.tabs import Tab
from ui.screens.about.presenter import AboutPresenter
from ui.screens.about.view import AboutView
from ui.screens.guidelines.presenter import GuidelinesPresenter
from ui.screens.reception.view import ReceptionView
from ui.screens.work.presenter import WorkPresenter
from ui.screens.work.state import WorkState
from ui.screens.work.view import summary
from ui.shell.backup_words import BackupNotices
from ui.shell.banner_model import banner_model
from ui.shell.chart import ChartPresenter, Shell
from ui.shell.checking import Checking
from ui.shell.frame import Frame
from ui.shell.keys import KeysPanel
from ui.shell.linked_records import LinkedRecords
from ui.shell.menu import Menu
from ui.shell.open_record import OpenRecord
from ui.shell.patient_banner import BannerPresenter, BannerState
from ui.shell.privacy import Privacy
from ui.shell.screens import CHART, WRITERS, PlacePresenter, places_of
from ui.shell.status import status_model
from ui.shell.tasks import Tasks
from ui.shell.toast import Toast
from ui.shell.troubles import Troubles
from ui.shell.workspace.form import Form
from ui.shell.workspace.presenter import WorkspacePresenter
from ui.shell.workspace.state import OpenDraft, WorkspaceState
from ui.shell.workspace.view import WorkspaceView, draft_id
from workstation.domain.clock import to_millis
from workstation.domain.ids import EntityId, PatientId
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.domain.values import local_date
from workstation.operations.ports import PatientLine
from workstation.operations.session import Session, Unsubscribe

_RECENT = 8
_COUNT_MS = 1_000  # the number beside "To do" may come a moment after what somebody waits for


class Desk(QObject):
    """Wires one session to the frame. ``lock_wanted``: somebody leaves the chair."""

    lock_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.tasks = Tasks(show=self.show_problem)
        self._places = places_of(session)
        self.frame = Frame(
            [Place(key=p.key, label=_(p.label), icon=p.icon) for p in self._places if p.icon],
            [Tab(key=c.key, label=_(c.label)) for c in CHART if c.tab],
        )
        self.toast = Toast(self.frame)
        self.keys = KeysPanel(self.frame, top=self.frame.below_patient)
        self.shell = Shell(
            session=session,
            compose=self.compose,
            open_patient=self.open_patient,
            said=self.toast.say,
            read_guideline=self.read_guideline,
            open_now=lambda: self.patient,
            show_place=self.show_place,
            may_write=lambda line, what: self.privacy.may_write(line, what),
            back_to_record=self.back_to_record,
        )
        self.places: dict[str, tuple[QWidget, PlacePresenter]] = {}
        self.place = ""
        self.recent: deque[PatientLine] = deque(maxlen=_RECENT)
        self._stale: set[PatientId] = set()
        self._counting = QTimer(self, singleShot=True, interval=_COUNT_MS)
        self._counting.timeout.connect(lambda: self.tasks.start(self._reload_place("work")))
        self._reloading = False
        self._closed = False
        self._defect = ""  # the trace of what went wrong last, for a report about it
        self._before_leaving: QWidget | None = None
        self._content = ""  # the clinical content that was told last
        self._backups = BackupNotices(self.frame.notice)
        self._told = ""  # what was last finished, as it was said in passing
        self._make_workspace()
        self.banner = BannerPresenter(render=self._render_banner, session=session)
        self.record = OpenRecord(
            shell=self.shell,
            frame=self.frame,
            tasks=self.tasks,
            troubles=self.troubles,
            beside=self._reload_beside,
        )
        self.privacy = Privacy(self)
        self.menu = Menu(self)
        self._build()
        self._wire()
        self._unsubscribe = self._listen()
        self._sync_changed()

    def _make_workspace(self) -> None:
        session = self.session
        self.workspace = WorkspacePresenter(
            render=self._render_workspace,
            session=session,
            writers=WRITERS,
            start=self.tasks.start,
        )
        self.linked = LinkedRecords(
            open_patient=lambda line: self.open_patient(line, self.tab, None),
            show=self.show_problem,
            changed=self.workspace.refresh,
        )
        self.drafts = WorkspaceView(self.frame.workspace, form_of=self._form_of, now=self._now)
        self.troubles = Troubles(
            self,
            session=session,
            frame=self.frame,
            workspace=self.workspace,
            tasks=self.tasks,
            said=self.toast.say,
            show_draft=self._show_draft,
        )
        self.checks = Checking(
            session=session,
            workspace=self.workspace,
            compose=self.compose,
            focus=self._focus_field,
            read=self.read_guideline,
        )

    @property
    def patient(self) -> PatientLine | None:
        """Whose record is open, in sight or behind a place."""
        return self.record.patient

    @property
    def chart(self) -> Mapping[str, tuple[QWidget, ChartPresenter]]:
        """The parts of the open record."""
        return self.record.parts

    @property
    def tab(self) -> str:
        """The part of the open record that is looked at."""
        return self.record.tab

    def _listen(self) -> tuple[Unsubscribe, ...]:
        session = self.session
        return (
            session.changes.subscribe(self._store_changed),
            session.sync.subscribe(self._sync_changed),
            *([session.watch.subscribe(self._worse)] if session.watch else []),
            *self.privacy.listen(),
        )

    def _build(self) -> None:
        for place in self._places:
            view, presenter = place.build(self.shell)
            self.places[place.key] = (view, presenter)
            self.frame.put_place(place.key, view)

    def _wire(self) -> None:
        frame, drafts = self.frame, self.drafts
        frame.place_wanted.connect(self.show_place)
        frame.tab_wanted.connect(self.show_tab)
        frame.palette_wanted.connect(self.menu.palette.open)
        frame.recent_wanted.connect(self.menu.palette.open)
        frame.keys_wanted.connect(self.keys.toggle)
        frame.lock_wanted.connect(self.lock_wanted)
        frame.again_wanted.connect(self._try_again)
        frame.receive_wanted.connect(self.receive)
        frame.defect_told.connect(self.show_defect)
        frame.report_wanted.connect(self.report_incident)
        frame.status.outbox_wanted.connect(lambda: self.show_place("outbox"))
        frame.status.content_wanted.connect(lambda: self.show_place("guidelines"))
        frame.status.user_wanted.connect(self.lock_wanted)
        frame.banner.link_wanted.connect(self.linked.open)
        frame.workspace.new_wanted.connect(lambda: self.menu.run("note:day"))
        drafts.typed.connect(self._typed)
        drafts.chosen.connect(lambda d: self.workspace.chosen(draft_id(d)))
        drafts.acted.connect(
            lambda d, action: self.tasks.start(self.workspace.act(draft_id(d), action))
        )
        drafts.suggestion_taken.connect(
            lambda d, card, choice: self.tasks.start(
                self.checks.taken(draft_id(d), card, choice, self.patient)
            )
        )
        drafts.discarded.connect(self._discard)
        drafts.remedy_wanted.connect(lambda d, remedy: self.troubles.remedy(draft_id(d), remedy))
        drafts.term_wanted.connect(self._term)
        drafts.open_changed.connect(frame.set_workspace_open)
        drafts.left.connect(self._back_to_reading)
        drafts.making.connect(lambda d: self.tasks.start(self._made(d)))

    def _now(self) -> int:
        return to_millis(self.session.clock.now())

    async def start(self) -> None:
        """Bring back the drafts and show what waits."""
        self.show_place(self._places[0].key)
        await self.tasks.start(self.workspace.restore())  # a file that fails keeps nobody out
        await self.places[self._places[0].key][1].reload()

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong in work that belongs to no screen."""
        self.troubles.show(problem)

    def show_defect(self, trace: str) -> None:
        """Say that something failed where no view could be covered for it."""
        self._defect = trace
        self.show_problem(
            Problem(
                _("Something went wrong in the program. Trace number {trace}.").format(trace=trace),
                _("What you have written is kept. Try again; if it happens again, report it."),
            )
        )

    def _try_again(self, kind: str, key: str) -> None:
        if kind == "tab":
            self.record.forget(key)
            self.tasks.start(self.banner.reload())
            self.tasks.start(self.record.load(key))
        else:
            self.tasks.start(self._fill_place_again(key))

    def receive(self) -> None:
        """Begin a visit of whose record is not here: with it the record is fetched."""
        line, view = self.patient, self.places["reception"][0]
        if line is not None and isinstance(view, ReceptionView):
            self.show_place("reception")
            view.look_for(line.identity)

    async def _fill_place_again(self, key: str) -> None:
        await self._reload_place(key)
        self.frame.uncover("place", key)

    # Places and records

    def show_place(self, key: str) -> None:
        """Show a place about no patient; the open record is put away with its drafts."""
        if key == "about":
            self._about_what_is_shown()
        self.place = key
        self.record.in_sight = False
        self.troubles.cleared()
        self.workspace.patient_shown(None)
        entry = next(place for place in self._places if place.key == key)
        author = self.session.desk.author
        self.frame.show_place(key, _(entry.label), author.unit_name)
        self.places[key][0].setFocus()
        self.tasks.start(self._reload_place(key))

    def report_incident(self, trace: str = "") -> None:
        """Begin a report about what is shown; ``trace`` names the defect it is about."""
        self._defect = trace or self._defect
        self.show_place("about")
        view = self.places["about"][0]
        if isinstance(view, AboutView):
            view.focus_report()

    def _about_what_is_shown(self) -> None:
        """Let a report name the view that was left for it."""
        presenter = self.places["about"][1]
        if not isinstance(presenter, AboutPresenter):
            return
        trace, self._defect = self._defect, ""
        screen, label = presenter.state.screen, presenter.state.label
        if self.place != "about":
            parts = self._places if self.place else CHART
            here = next(part for part in parts if part.key == (self.place or self.tab))
            screen, label = here.key, _(here.label)
        presenter.came_from(screen, label, trace)

    async def _reload_place(self, key: str) -> None:
        presenter = self.places[key][1]
        await self.troubles.read("place", key, presenter.reload())
        if isinstance(presenter, WorkPresenter):
            self._work_counted(presenter.state)

    def _work_counted(self, state: WorkState) -> None:
        self.frame.rail.set_count("work", state.mine)
        if self.place == "work":
            unit = self.session.desk.author.unit_name
            self.frame.heading.show_text(_("To do"), summary(state, unit))

    def open_patient(self, line: PatientLine, tab: str, entity: EntityId | None) -> None:
        """Open a record, at a part and an entry where they are given."""
        self._at_work()
        if not self.record.is_open(line):
            self.troubles.cleared()
            self.record.replace(line)
        self.place = ""
        self.recent = deque(
            [line, *(r for r in self.recent if r.patient != line.patient)], maxlen=_RECENT
        )
        tab = tab or self.tab
        self.workspace.patient_shown(line.patient)
        self.tasks.at_once(lambda: self.banner.show_patient(line))
        self.record.show(tab)
        self.tasks.start(self._fill(line, tab, entity))

    def _at_work(self) -> None:
        """Somebody types or opens: what can wait waits a moment longer."""
        if self.session.stirred is not None:
            self.session.stirred()
        if self._counting.isActive():
            self._counting.start()

    async def _fill(self, line: PatientLine, tab: str, entity: EntityId | None) -> None:
        self.tasks.start(self.banner.reload())
        if self.session.opened is not None:
            self.tasks.start(_waited(self.session.opened(line.patient)))
        if self.record.is_open(line):
            await self.record.load(tab)
        self.tasks.start(self.checks.look(line.patient))
        if entity is not None and self.record.is_open(line):
            await self.record.show_entity(tab, entity)

    def show_tab(self, key: str) -> None:
        """Show another part of the open record."""
        if self.patient is None:
            return
        self.place = ""
        self.workspace.patient_shown(self.patient.patient)
        self.record.show(key)
        self.record.looked_at(key)
        self.tasks.start(self.record.load(key))

    # Drafts

    def compose(self, writer: str, patient: PatientLine, content: Mapping[str, str]) -> None:
        """Begin a draft beside the record."""
        if self.privacy.may_write(patient, writer):
            self.frame.bring_workspace()
            self.workspace.open(writer, patient, content)

    def _form_of(self, draft: OpenDraft) -> Form:
        form = self.workspace.form_of(draft)
        form = self.privacy.as_it_may_be(form, writer=draft.writer, patient=draft.patient)
        return self.linked.with_warning(form, writer=draft.writer, patient=draft.patient.patient)

    def _show_draft(self, draft: OpenDraft) -> None:
        self.open_patient(draft.patient, "journal", None)
        self.frame.bring_workspace()
        self.workspace.chosen(draft.id)

    async def _made(self, key: str) -> None:
        """Make a long form whole, a few fields in each turn; what fails in some is shown as ever."""
        body = self.drafts.bodies.get(key)
        while body is not None and isValid(body) and body.being_made:
            self.tasks.at_once(body.make_more)
            await asyncio.sleep(0)
            body = self.drafts.bodies.get(key)

    def _discard(self, key: str) -> None:
        self.tasks.start(self.workspace.discard(draft_id(key)))

    def put_down(self) -> None:
        """Remember where the keyboard is: somebody leaves the chair."""
        self._before_leaving = self.frame.window().focusWidget()

    def go_on(self) -> None:
        """Put the keyboard back where it was."""
        before, self._before_leaving = self._before_leaving, None
        if before is not None and isValid(before) and self.frame.isAncestorOf(before):
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._back_to_reading()

    def _back_to_reading(self) -> None:
        view = self.places[self.place][0] if self.place else self.chart[self.tab][0]
        view.setFocus()

    def _typed(self, key: str, field: str, text: str) -> None:
        self._at_work()
        self.workspace.typed(draft_id(key), field, text)

    def _term(self, key: str, field: str, term: str) -> None:
        target = self.workspace.term_taken(draft_id(key), field, term)
        body = self.drafts.bodies.get(key)
        if body is not None:
            body.focus_field(target)

    def _focus_field(self, key: str, field: str) -> None:
        if (body := self.drafts.bodies.get(key)) is not None:
            body.focus_field(field)

    def read_guideline(self, guideline: str) -> None:
        """Open a guideline (``id`` or ``id|rule``) at the passage that the rule belongs to."""
        about, _bar, rule = guideline.partition("|")
        self.put_down()
        self.show_place("guidelines")
        presenter = self.places["guidelines"][1]
        if isinstance(presenter, GuidelinesPresenter):
            self.tasks.start(presenter.open(about, rule))

    def back_to_record(self) -> None:
        """From a place to the record behind it, its drafts and the keyboard where they were."""
        if self.patient is not None:
            self.show_tab(self.tab)
            self.go_on()

    def _render_workspace(self, state: WorkspaceState) -> None:
        self.drafts.render_state(state)
        self.troubles.workspace_drawn(state)
        if state.done and state.done != self._told:  # drawn anew it is not news any more
            self.toast.say(state.done)
        self._told = state.done

    # What changes by itself

    def _render_banner(self, state: BannerState) -> None:
        today = local_date(self._now())
        self.frame.banner.render_state(lambda: banner_model(state, today))
        self.frame.withheld.show_line(is_withheld=state.privacy.withheld)
        self.frame.uncover_banner()
        if self.frame.set_only_read(only_read=self.privacy.only_read(state.patient)):
            self.workspace.refresh()
        self.linked.read(state.patient, state.linked)

    def _store_changed(self, patients: frozenset[PatientId]) -> None:
        self._stale |= patients
        if not self._reloading and not self._closed:
            self._reloading = True
            self.tasks.start(self._reload_stale())

    async def _reload_stale(self) -> None:
        """Read anew what is shown; many changes in a row become one reading."""
        try:
            while self._stale:
                changed, self._stale = self._stale, set()
                await self.workspace.look(changed)
                await self._reload_shown(changed)
        finally:
            self._reloading = False

    async def _reload_shown(self, changed: set[PatientId]) -> None:
        here = self.patient
        if here and (here.patient in changed or changed & self.linked.others):
            await self.record.changed()
        if self.place:
            await self._reload_place(self.place)
        elif not self._counting.isActive():
            self._counting.start()

    async def _reload_beside(self, line: PatientLine) -> None:
        await self.banner.reload()
        await self.checks.look(line.patient)

    def _worse(self) -> None:
        """Something has got worse since it was ordered, or no longer is."""
        if not self._closed and not self._counting.isActive():
            self._counting.start()

    def _sync_changed(self) -> None:
        status = self.session.sync.status()
        model = status_model(self.session, status, self._now())
        self.frame.status.show_status(model)
        self._backups.tell(status.backups if self.session.operates else "")
        self.checks.switched(status.content_version)
        if self.place == "guidelines" and status.content_version != self._content:
            self.tasks.start(self._reload_place("guidelines"))
        self._content = status.content_version
        if self.place == "outbox":
            self.tasks.start(self._reload_place("outbox"))

    async def finish(self) -> None:
        """Wait for everything that is under way, so that closing loses nothing."""
        await self.tasks.finish()

    def close(self) -> None:
        """Stop listening and stop waiting; what was written stays written."""
        self._closed = True
        self._counting.stop()
        self.troubles.close()
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self.tasks.cancel_all()
        self.frame.deleteLater()


async def _waited(work: Awaitable[None]) -> None:
    await work
