"""Read guidelines, the versions of the content, and what became of its rules."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

from ui.screens.guidelines.state import GuidelinesState, Shown, best_guideline
from ui.shell.chart import Shell
from workstation.domain.clock import to_millis
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.domain.values import local_date
from workstation.operations.concerning import guidelines_about
from workstation.operations.content_words import age_words, content_words
from workstation.operations.guidance import Guidance
from workstation.operations.rule_table import table_of_rules


class GuidelinesPresenter:
    """Turns searching and choosing into what is read."""

    def __init__(self, *, render: Callable[[GuidelinesState], None], shell: Shell) -> None:
        self._render = render
        self._shell = shell
        self._state = GuidelinesState()

    @property
    def state(self) -> GuidelinesState:
        """What is drawn now."""
        return self._state

    async def reload(self) -> None:
        """Read the place anew; what is read stays open."""
        session = self._shell.session
        guidance, support = session.guidance, session.support
        if guidance is None or support is None:
            self._show(self._state)
            return
        now = to_millis(session.clock.now())
        inside = support.in_force
        self._show(
            replace(
                self._state,
                guidelines=tuple(guidance.guidelines()),
                sees_figures=guidance.sees_figures,
                today=local_date(now).isoformat(),
                label=f"{content_words(inside)} · {age_words(inside, now)}",
            )
        )
        await self._concerning()
        if self._state.shown == "versions":
            await self._versions(guidance)
        elif self._state.shown == "figures":
            self._show(replace(self._state, figures=tuple(await guidance.figures())))

    async def _versions(self, guidance: Guidance) -> None:
        """Show the versions; how much the one that is tried says follows where there is contact."""
        versions = tuple(await guidance.versions())
        self._show(replace(self._state, versions=versions))
        tried = next((one for one in versions if one.tried), None)
        volume = None
        if tried is not None and self._state.sees_figures:
            with suppress(Problem):  # what can be read without a network is read without it
                volume = await guidance.volume(tried.digest)
        self._show(replace(self._state, volume=volume))

    async def _concerning(self) -> None:
        """Find which guidelines are about the open patient; nobody's facts stay when another is."""
        support, patient = self._shell.session.support, self._shell.open_now()
        if self._state.patient != patient:
            self._show(replace(self._state, patient=patient, concerning=()))
        if support is None or patient is None:
            return
        known = await support.judged(patient.patient)
        facts, now = support.facts(patient.patient), self._state.patient
        if facts is None or now is None or now.patient != patient.patient:
            return
        checked = support.chart(patient.patient)
        found = guidelines_about(self._state.guidelines, known, facts, checked)
        self._show(replace(self._state, concerning=found))

    def searched(self, text: str) -> None:
        """Show only guidelines that hold these words."""
        self._show(replace(self._state, search=text))

    def chosen(self, key: str) -> None:
        """Read a guideline or a version."""
        self._show(replace(self._state, chosen=key, rule=""))

    async def showing(self, shown: Shown) -> None:
        """Show guidelines, versions or figures."""
        self._show(replace(self._state, shown=shown, chosen=""))
        await self.reload()

    async def open(self, guideline: str, rule: str) -> None:
        """Read a guideline at the passage that a rule belongs to.

        Where it has none, and another guideline of the rule has, that one is read.
        """
        self._show(replace(self._state, shown="guidelines", search=""))
        await self.reload()
        best = best_guideline(self._state.guidelines, guideline, rule)
        self._show(replace(self._state, chosen=best, rule=rule))

    async def approve(self, decision: str) -> None:
        """Approve the version that is read; pressed twice, it is approved once."""
        guidance = self._shell.session.guidance
        if guidance is not None:
            told = _("{name} {version} is approved. It counts when it has been published.")
            await self._judge(lambda digest: guidance.approve(digest, decision), told)

    async def give_back(self, reason: str) -> None:
        """Return the version that is read to its author, with a reason."""
        guidance = self._shell.session.guidance
        if guidance is not None:
            told = _("{name} {version} is returned to its author.")
            await self._judge(lambda digest: guidance.give_back(digest, reason), told)

    async def _judge(self, say: Callable[[str], Awaitable[None]], told: str) -> None:
        version = self._state.version
        if version is None or not version.may_approve or self._state.judging:
            return
        self._show(replace(self._state, judging=True))
        try:
            await say(version.digest)
        finally:
            self._show(replace(self._state, judging=False))
            await self.reload()
        self._shell.said(told.format(name=version.name, version=version.version))

    async def save_figures(self) -> None:
        """Save what became of the rules as a table where the person says."""
        files = self._shell.session.files
        if files is not None and self._state.figures:
            await files.save(table_of_rules(self._state.figures), "csv")

    def _show(self, state: GuidelinesState) -> None:
        self._state = state
        self._render(state)
