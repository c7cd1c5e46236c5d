"""The window: banner, rail, record, workspace and status, and the keys that reach them.

Pure layout. Views are put in; what they show and what a key does is decided by who wires it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.kit.banner import CONSENT_KEY, EMERGENCY_KEY, PRIVACY_KEY, Banner
from ui.kit.failed import Failed, Unread
from ui.kit.focus import focus_stops
from ui.kit.guard import Holder, forget_reported, guarded
from ui.kit.halves import Halves
from ui.kit.heading import Heading
from ui.kit.notice import Notice
from ui.kit.pages import Pages
from ui.kit.rail import Place, Rail
from ui.kit.reading import bar_writing
from ui.kit.statusline import StatusLine
from ui.kit.tabs import Tab, TabBar
from ui.kit.withheld import Withheld
from ui.kit.workspace import Workspace
from workstation.domain.texts import _

# Together with the rail they fit 1280 pixels at 200 %.
_MAIN_LEAST = 340
_WORKSPACE_LEAST = 250
_NARROW = 800
_BOTH = 760  # pixels that record and workspace need beside each other; with less one is shown
_OTHER_KEY = "F6"
_WORKSPACE_WIDTH = 392


@guarded
class Frame(Holder):
    """Two modes: a place (heading on top, no patient) or a record (banner on top, tabs).

    Signals say what was asked for; nothing changes before ``show_place`` or ``show_record``.
    """

    place_wanted = Signal(str)
    tab_wanted = Signal(str)
    palette_wanted = Signal()
    keys_wanted = Signal()
    lock_wanted = Signal()
    recent_wanted = Signal()
    again_wanted = Signal(str, str)  # "place" or "tab", and its key
    defect_told = Signal(str)
    report_wanted = Signal(str)
    receive_wanted = Signal()
    emergency_wanted = Signal()
    consent_wanted = Signal()
    privacy_wanted = Signal()

    def __init__(
        self, places: Sequence[Place], tabs: Sequence[Tab], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Ronden"))
        self.setAutoFillBackground(True)
        self.banner, self.heading = Banner(), Heading()
        self.rail, self.tabs = Rail(places), TabBar(tabs)
        self.workspace, self.status = Workspace(), StatusLine()
        self.withheld = Withheld()
        self.main = Pages()
        self.main.setAccessibleName(_("Main view"))
        # No view makes the window higher than a small screen: what is in it gives way or scrolls.
        self.main.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._views: dict[tuple[str, str], QWidget] = {}
        self._shown: tuple[str, str] | None = None
        self._failures: dict[tuple[str, str], str] = {}
        self._unread: dict[tuple[str, str], Unread] = {}
        self.notice = Notice()
        self._nobody = ""  # the trace of why the banner cannot say whose record it is
        self.failed = Failed()
        self.main.addWidget(self.failed)
        self.failed.again.connect(self._try_again)
        self.failed.report_wanted.connect(self.report_wanted)
        self.failed.receive_wanted.connect(self.receive_wanted)
        self.failed.emergency_wanted.connect(self.emergency_wanted)
        self.withheld.emergency_wanted.connect(self.emergency_wanted)
        self._build()
        self._wire()
        self.banner.hide()
        self.tabs.hide()
        self.set_workspace_open(False)

    def _build(self) -> None:
        record = QWidget()
        record.setAccessibleName(_("Main view"))
        column = QVBoxLayout(record)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self.withheld)
        column.addWidget(self.main, 1)
        record.setMinimumWidth(_MAIN_LEAST)
        self.workspace.setMinimumWidth(_WORKSPACE_LEAST)
        self.splitter = Halves()
        self.splitter.setAccessibleName(_("Record and workspace"))
        self.splitter.setHandleWidth(1)
        self.splitter.addWidget(record)
        self.splitter.addWidget(self.workspace)
        self.splitter.setCollapsible(0, False)
        self.splitter.setCollapsible(1, False)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.setSizes([10_000, _WORKSPACE_WIDTH])
        self._record, self._workspace_open, self._writing = record, False, False
        self._left_at: dict[bool, QWidget] = {}
        self._offered = 0  # drafts that the record offers the way to
        self._only_read = False
        self.splitter.handle(1).setAccessibleName(_("Width of the workspace"))
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self.splitter, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.banner)
        whole.addWidget(self.heading)
        whole.addLayout(middle, 1)
        whole.addWidget(self.notice)  # at the foot: nothing that is read moves because of it
        whole.addWidget(self.status)

    def _wire(self) -> None:
        self.rail.chosen.connect(self.place_wanted)
        self.tabs.chosen.connect(self.tab_wanted)
        self.heading.palette_wanted.connect(self.palette_wanted)
        self.status.lock_wanted.connect(self.lock_wanted)
        self._key("Ctrl+K", self.palette_wanted.emit)
        self._key("F1", self.keys_wanted.emit)
        self._key("Ctrl+L", self.lock_wanted.emit)
        self._key("Ctrl+Tab", self.recent_wanted.emit)
        self._key(_OTHER_KEY, self.show_other)
        self.tabs.drafts.clicked.connect(self.show_other)
        self.workspace.tabs.back.clicked.connect(self.show_other)
        self._key(EMERGENCY_KEY, self.emergency_wanted.emit)
        self._key(PRIVACY_KEY, self.privacy_wanted.emit)
        self._key(CONSENT_KEY, self.consent_wanted.emit)
        for number, key in enumerate(self.tabs.keys(), start=1):
            self._key(f"Ctrl+{number}", partial(self._tab_key, key))

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802  Qt's name
        """Walk the window as one reads it, whenever its parts were made."""
        regions = (self.banner, self.heading, self.rail, self.tabs, self.withheld, self.main)
        after = (*self.workspace.regions(), self.notice, self.status)
        stops = focus_stops((*regions, *after))
        present = self.focusWidget()
        places = [number for number, stop in enumerate(stops) if stop is present]
        if not places:
            return super().focusNextPrevChild(forward)
        wanted = stops[(places[0] + (1 if forward else -1)) % len(stops)]
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        wanted.setFocus(reason)
        return True

    def _key(self, sequence: str, then: Callable[[], None]) -> None:
        shortcut = QShortcut(QKeySequence(sequence), self)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(then)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        self.rail.set_narrow(event.size().width() < _NARROW)
        self._share()

    def _tab_key(self, key: str) -> None:
        if not self.tabs.isHidden():
            self.tab_wanted.emit(key)

    def put_place(self, key: str, view: QWidget) -> None:
        """Give a place its view."""
        self._put(("place", key), view)

    def put_tab(self, key: str, view: QWidget) -> None:
        """Give a tab of the record its view."""
        self._put(("tab", key), view)

    def _put(self, key: tuple[str, str], view: QWidget) -> None:
        before = self._views.pop(key, None)
        if before is not None:
            self.main.removeWidget(before)
            before.deleteLater()
        self._views[key] = view
        self.main.addWidget(view)

    def parts(self) -> tuple[str, ...]:
        """Return the parts of a record, those without a tab too."""
        return tuple(key for kind, key in self._views if kind == "tab")

    def set_only_read(self, *, only_read: bool) -> bool:
        """Take away all that would write in the open record, or give it back; whether it was otherwise."""
        if only_read == self._only_read:
            return False
        self._only_read = only_read
        views = [view for (kind, _key), view in self._views.items() if kind == "tab"]
        for view in (*views, self.workspace.tabs):
            bar_writing(view, barred=only_read)
        return True

    def below_patient(self) -> int:
        """Return where something may stand over the window: under the name, which is never covered."""
        head = self.heading if self.banner.isHidden() else self.banner
        return head.height() + 8

    def show_place(self, key: str, title: str, summary: str = "") -> None:
        """Show a place about no patient; the banner of the last patient is gone."""
        self._writing = False
        self._share()
        self.heading.show_text(title, summary)
        self.heading.show()
        self.tabs.hide()
        self.withheld.show_when(in_sight=False)
        self.rail.set_current(key)
        self._show_view(("place", key))

    def show_record(self, tab: str) -> None:
        """Show the open patient's record at a tab, under the banner."""
        self._writing = False
        self._share()
        self.heading.hide()
        self.tabs.show()
        self.withheld.show_when(in_sight=True)
        self.rail.set_current("")
        self.tabs.set_current(tab)
        self._show_view(("tab", tab))

    def _show_view(self, key: tuple[str, str]) -> None:
        self._shown = key
        is_record = key[0] == "tab"
        trace = (self._nobody if is_record else "") or self._failures.get(key, "")
        self.banner.setVisible(is_record and not self._nobody)
        unread = self._unread.get(key)
        if trace:
            self.failed.show_trace(trace, can_report=key != ("place", "about"))
        elif unread is not None:
            self.failed.show_unread(unread)
        covered = bool(trace) or unread is not None
        self.main.setCurrentWidget(self.failed if covered else self._views[key])

    def _show_again(self) -> None:
        if self._shown is None:
            return
        focused, view = QApplication.focusWidget(), self._views[self._shown]
        self._show_view(self._shown)
        covered = self.main.currentWidget() is self.failed
        if covered and isinstance(focused, QWidget) and view.isAncestorOf(focused):
            self.failed.setFocus()

    # What could not be drawn

    def defect_met(self, widget: QWidget, trace: str) -> None:
        """Cover the view that ``widget`` is in; without its banner no record is shown at all."""
        if widget is self.banner or self.banner.isAncestorOf(widget):
            self._nobody = trace
            self._show_again()
            return
        for key, view in self._views.items():
            if widget is view or view.isAncestorOf(widget):
                self._cover(key, trace)
                return
        self.defect_told.emit(trace)

    def _cover(self, key: tuple[str, str], trace: str) -> None:
        self._failures[key] = trace
        if key == self._shown:
            self._show_again()

    def cover(self, kind: str, key: str, unread: Unread) -> None:
        """A view could not be read: what stood there may be old, so it says this instead."""
        self._unread[kind, key] = unread
        if self._shown == (kind, key):
            self._show_again()

    def uncover_absent(self, tab: str) -> None:
        """The record is here now: whatever else keeps the tab covered stays."""
        unread = self._unread.get(("tab", tab))
        if unread is not None and unread.receives:
            self.uncover_unread("tab", tab)

    def says_unread(self, message: str) -> bool:
        """Whether what is shown is covered, and says this."""
        unread = self._unread.get(self._shown) if self._shown is not None else None
        return unread is not None and unread.message == message

    def uncover_unread(self, kind: str, key: str) -> None:
        """A view has been read: show it again."""
        if self._unread.pop((kind, key), None) is not None and self._shown is not None:
            self._show_view(self._shown)

    def uncover(self, kind: str, key: str) -> None:
        """A view has been filled anew, whole: show it again."""
        if self._failures.pop((kind, key), None) is not None:
            forget_reported(self._views[kind, key])
            self._show_again()

    def uncover_banner(self) -> None:
        """The banner has been filled anew, whole: records are shown under it again."""
        if self._nobody:
            self._nobody = ""
            forget_reported(self.banner)
            self._show_again()

    def _try_again(self) -> None:
        if self._shown is not None:
            self.again_wanted.emit(*self._shown)

    def set_workspace_open(self, is_open: bool) -> None:  # noqa: FBT001  Qt's shape
        """Open or put away the workspace; its drafts stay in it."""
        self._workspace_open = is_open
        self._share()

    def bring_workspace(self) -> None:
        """Something is to be written: where there is room for one of them, it stands in front."""
        self._writing = True
        self._share()

    def show_other(self) -> None:
        """Go between reading and writing; where both are in sight only the keyboard goes."""
        if not self._workspace_open:
            return
        keyboard: QWidget | None = self.window().focusWidget()
        writing = self.workspace.isVisible() and (
            self._record.isHidden()
            or (keyboard is not None and self.workspace.isAncestorOf(keyboard))
        )
        if keyboard is not None:
            self._left_at[writing] = keyboard
        self._writing = not writing
        self._share()
        parts = self.workspace.regions()[2:] if self._writing else (self.main,)
        stops = focus_stops(parts)
        before = self._left_at.get(self._writing)
        wanted = before if before in stops else next(iter(stops), None)
        if wanted is not None:
            wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def _share(self) -> None:
        """Show record and workspace beside each other, or the one of them that is in front."""
        is_open = self._workspace_open
        alone = is_open and self.width() - self.rail.maximumWidth() < _BOTH
        self.splitter.show_part(self._record, shown=not (alone and self._writing))
        self.splitter.show_part(self.workspace, shown=is_open and (self._writing or not alone))
        offered = len(self.workspace.keys()) if alone else 0
        if offered != self._offered:  # this is asked at every letter that is typed
            self._offered = offered
            self.tabs.offer_drafts(offered, _OTHER_KEY)
            self.workspace.tabs.offer_record(_OTHER_KEY if alone else "")
