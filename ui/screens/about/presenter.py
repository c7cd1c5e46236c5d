"""Choose how the program looks and speaks; report that it did wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ui.screens.about.state import AboutState
from ui.shell.chart import Shell
from workstation.domain.clock import to_millis
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.about import LOOKS
from workstation.operations.report_incident import NotReported, Told, report_incident


class AboutPresenter:
    """Turns what is chosen and written into a new state."""

    def __init__(self, *, render: Callable[[AboutState], None], shell: Shell) -> None:
        self._render = render
        self._shell = shell
        about = shell.session.about
        preferences = about.preferences if about is not None else None
        self._state = AboutState(about=about)
        if preferences is not None:
            self._state = replace(
                self._state, look=preferences.look(), language=preferences.language()
            )

    @property
    def state(self) -> AboutState:
        """What is drawn now."""
        return self._state

    async def reload(self) -> None:
        """Read one's own reports anew, and the first time what was begun of one."""
        session = self._shell.session
        incidents = session.incidents
        reports = tuple(await incidents.all()) if incidents is not None else ()
        if incidents is not None and self._state.reports is None:
            begun = await incidents.begun()
            self._state = replace(self._state, content={**begun, **self._state.content})
        status = session.sync.status()
        self._show(
            replace(
                self._state,
                reports=reports,
                clinical=status.content_version,
                backups=status.backups,
                tried_out=status.tried_out,
                now=to_millis(session.clock.now()),
            )
        )

    def came_from(self, screen: str, label: str, trace: str = "") -> None:
        """Note the view that a report would be about; ``trace`` names a defect that was met."""
        content = dict(self._state.content)
        if trace:
            content["trace"] = trace
        self._show(replace(self._state, screen=screen, label=label, content=content))

    async def typed(self, key: str, text: str) -> None:
        """A field was changed: kept at once, like every draft."""
        if self._state.content.get(key, "") == text:
            return  # a field that was drawn anew says what it was told
        content = {**self._state.content, key: text}
        wrong = self._state.wrong - {key}
        self._show(replace(self._state, content=content, wrong=wrong, problem=("", "")))
        if self._shell.session.incidents is not None:
            await self._shell.session.incidents.keep_begun(content)

    async def send(self) -> None:
        """Keep the report; it is on its way then, whatever the network does."""
        session, state = self._shell.session, self._state
        if session.incidents is None or state.busy:
            return
        self._show(replace(state, busy=True, problem=("", ""), wrong=frozenset()))
        try:
            await report_incident(
                session.incidents,
                _told(state),
                id=session.new_draft_id(),
                at=to_millis(session.clock.now()),
            )
            await session.incidents.keep_begun({})
        except NotReported as problem:
            self._failed(problem, frozenset({problem.field}))
            return
        except Problem as problem:
            self._failed(problem, frozenset())
            return
        self._show(replace(self._state, busy=False, content={}))
        self._shell.said(_("The report is saved and is sent when there is contact."))
        await self.reload()

    def _failed(self, problem: Problem, wrong: frozenset[str]) -> None:
        said = (problem.message, problem.advice)
        self._show(replace(self._state, busy=False, problem=said, wrong=wrong))

    def look_chosen(self, look: str) -> None:
        """Dress the program otherwise, at once."""
        preferences = self._state.about.preferences if self._state.about else None
        chosen = next((each for each in LOOKS if each == look), None)
        if preferences is not None and chosen is not None:
            preferences.set_look(chosen)
            self._show(replace(self._state, look=chosen))

    def language_chosen(self, language: str) -> None:
        """Speak another language from the next start on."""
        preferences = self._state.about.preferences if self._state.about else None
        if preferences is not None and language:
            preferences.set_language(language)
            self._show(replace(self._state, language=language, restart=True))

    def _show(self, state: AboutState) -> None:
        self._state = state
        self._render(state)


def _told(state: AboutState) -> Told:
    return Told(
        happened=state.content.get("happened", ""),
        expected=state.content.get("expected", ""),
        harm=state.content.get("harm", ""),
        screen=state.screen,
        program=state.about.versions.program if state.about else "",
        trace=state.content.get("trace", ""),
    )
